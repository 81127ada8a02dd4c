"""One bundle's page: every wrong field shows its message, nothing typed is lost, and what is saved is what was typed."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from plugin.store import bundles
from plugin.suggestions.bundles.model import Member, Rule
from plugin.use_cases.change_bundles import change_state
from tests.web.dashboard.bundles import ME, OTHER, a_draft, a_form, as_read, kept, read, saved
from tests.web.dashboard.camera_shop import AMERICA, EUROPE, Door
from tests.web.dashboard.conftest import opened


def post(client: FlaskClient, door: Door, to: str, form: dict[str, Any], **headers: str) -> TestResponse:
    told = {**door.headers(), **{name.replace("_", "-"): text for name, text in headers.items()}}
    return client.post(f"/dashboard/fragments/bundle/{to}", data=form, headers=told)


def save(client: FlaskClient, door: Door, **changes: Any) -> TestResponse:
    return post(client, door, "save", a_form(**changes))


def message(page: str, field: str) -> str:
    """What stands beside the field, which must be marked and point to it."""
    name = f"error-{field.replace('.', '-')}"
    found = re.findall(f'<p class="error" id="{name}">(.*?)</p>', page)
    assert len(found) == 1, page
    marked = re.findall(rf'aria-describedby="[^"]*{name}[^"]*" aria-invalid="true"', page)
    assert marked or field in ("members", "channels", "rule.kind", "vouchers", "translations")
    return unescape(found[0])


def typed(page: str) -> dict[str, list[str]]:
    """The values of the form's fields, as the page shows them."""
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input [^>]*>", page):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        unchecked = attributes["type"] in ("radio", "checkbox") and not re.search(r"\bchecked\b", tag)
        if "name" in attributes and attributes["name"] != "q" and not unchecked:
            found.setdefault(attributes["name"], []).append(unescape(attributes.get("value", "")))
    return found


def test_a_new_bundle_is_empty_and_sold_everywhere(client: FlaskClient, filled: Door) -> None:
    page = client.get("/dashboard/fragments/bundle", headers=filled.headers()).text

    assert typed(page) == {
        "id": [""], "version": [""], "state": ["draft"], "name": [""], "kind": ["percent"], "percent": [""],
        "channel": ["default-channel", "channel-us"], "amount-default-channel": [""], "amount-channel-us": [""],
        "starts": [""], "ends": [""], "mostSets": [""], "vouchers": ["stack"],
    }  # fmt: skip


def test_a_bundle_is_kept_as_it_was_typed(app: Flask, client: FlaskClient, filled: Door) -> None:
    answer = save(
        client,
        filled,
        name=" Camera set ",
        language=["de", ""],
        translation=["Kamera-Set", ""],
        member=["product:x100", "variant:case-2"],
        quantity=["1", " 2 "],
        kind="amount",
        **{"amount-default-channel": "12,50", "amount-channel-us": "15"},
        starts="2026-12-01T00:00",
        ends="2026-12-24T18:30",
        mostSets="3",
        vouchers="withdraw",
    )

    bundle = kept(app, filled)
    assert (answer.status_code, bundle.name, bundle.translations) == (200, "Camera set", {"de": "Kamera-Set"})
    assert bundle.members == (Member(1, "x100"), Member(2, None, "case-2"))  # type: ignore[arg-type]  # ids are text
    assert bundle.rule == Rule("amount", amounts={EUROPE.id: Decimal("12.50"), AMERICA.id: Decimal("15")})
    assert (bundle.starts, bundle.ends) == (
        datetime(2026, 12, 1, tzinfo=UTC),
        datetime(2026, 12, 24, 18, 30, tzinfo=UTC),
    )
    assert (bundle.state, bundle.most_sets, bundle.vouchers) == ("draft", 3, "withdraw")


def test_what_is_kept_opens_as_it_was_typed(app: Flask, client: FlaskClient, filled: Door) -> None:
    form = a_form(
        language=["de"],
        translation=["Kamera-Set"],
        kind="price",
        **{"amount-default-channel": "1200.00", "amount-channel-us": "1250.00"},
        percent="",
        starts="2026-12-01T00:00",
        ends="2026-12-24T18:30",
        mostSets="3",
        vouchers="withdraw",
    )
    post(client, filled, "save", form)

    page = client.get("/dashboard/fragments/bundle?bundle=1", headers=filled.headers()).text

    expected = {
        name: text if isinstance(text, list) else [text] for name, text in form.items() if name != "then"
    }
    assert typed(page) == {**expected, "id": ["1"], "version": ["1"]}


def test_saving_tells_the_dashboard_and_leads_back_here(client: FlaskClient, filled: Door) -> None:
    answer = save(client, filled)

    assert json.loads(answer.headers["HX-Trigger"]) == {
        "tandem:toast": {"title": "Saved", "text": "Camera set"},
        "tandem:saved": {"query": "bundle=1", "title": "Camera set"},
    }
    assert (typed(answer.text)["version"], "Saved as version 1." in answer.text) == (["1"], True)


def test_a_bundle_is_saved_and_activated_in_one_go_then_paused(
    app: Flask, client: FlaskClient, filled: Door
) -> None:
    activated = save(client, filled, then="activate")
    paused = save(client, filled, then="pause", id="1", version="1", state="active", name="Typed, not saved")

    assert json.loads(activated.headers["HX-Trigger"])["tandem:toast"]["title"] == "Activated"
    assert (kept(app, filled).state, kept(app, filled).name) == ("paused", "Camera set")
    assert (typed(paused.text)["name"], typed(paused.text)["version"]) == (["Typed, not saved"], ["2"])


def test_times_are_of_the_zone_the_staff_are_in(app: Flask, client: FlaskClient, filled: Door) -> None:
    form = a_form(starts="2026-12-24T18:00", ends="2027-06-24T18:00")

    answer = post(client, filled, "save", form, tandem_zone="Europe/Berlin")

    bundle = kept(app, filled)
    assert (bundle.starts, bundle.ends) == (
        datetime(2026, 12, 24, 17, tzinfo=UTC),
        datetime(2027, 6, 24, 16, tzinfo=UTC),
    )
    assert typed(answer.text)["starts"] == ["2026-12-24T18:00"]
    assert "Starts (Europe/Berlin)" in as_read(answer.text)


@pytest.mark.parametrize("zone", ["Nowhere/Land", "../../etc/passwd", "", "/etc/localtime", "x" * 5_000])
def test_a_zone_nobody_knows_is_utc(client: FlaskClient, filled: Door, zone: str) -> None:
    answer = post(client, filled, "save", a_form(starts="2026-12-24T18:00"), tandem_zone=zone)

    assert "Starts (UTC)" in as_read(answer.text)


WRONG: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({"name": " "}, "name", "Must not be empty."),
    ({"name": "n" * 121}, "name", "Must have at most 120 characters."),
    ({"language": ["de"], "translation": [""]}, "translations.de", "Must not be empty."),
    ({"language": ["d"], "translation": ["Satz"]}, "translations.d", "Is no language code."),
    ({"language": [""], "translation": ["Satz"]}, "translations.", "Is no language code."),
    ({"member": ["product:x100"], "quantity": ["1"]}, "members", "Must be 2 to 10 products or variants."),
    ({"member": [], "quantity": []}, "members", "Must be 2 to 10 products or variants."),
    ({"quantity": ["1", "0"]}, "members.1.quantity", "Must be a whole number from 1 to 50."),
    ({"quantity": ["two", "1"]}, "members.0.quantity", "Must be a whole number from 1 to 50."),
    ({"kind": "gift"}, "rule.kind", "Must be one of percent, amount, price."),
    ({"percent": ""}, "rule.percent", "Must be above 0 and below 100, with two decimals at most."),
    ({"percent": "100"}, "rule.percent", "Must be above 0 and below 100, with two decimals at most."),
    ({"percent": "ten"}, "rule.percent", "Must be above 0 and below 100, with two decimals at most."),
    ({"kind": "amount", "amount-channel-us": "5"}, "rule.amounts.default-channel", "Has no amount in EUR."),
    (
        {"kind": "amount", "amount-channel-us": "5.001", "amount-default-channel": "5"},
        "rule.amounts.channel-us",
        "USD has 2 decimals.",
    ),
    (
        {"kind": "amount", "amount-channel-us": "5", "amount-default-channel": "2000"},
        "rule.amounts.default-channel",
        "Is not less than what the cheapest set costs, 1348.80 EUR.",
    ),
    (
        {"kind": "price", "amount-channel-us": "5", "amount-default-channel": "1348.80"},
        "rule.amounts.default-channel",
        "Is not below what the cheapest set costs one by one, 1348.80 EUR.",
    ),
    ({"channel": []}, "channels", "Choose at least one channel."),
    ({"channel": ["nowhere"]}, "channels", "There is no channel 'nowhere'."),
    ({"starts": "tomorrow"}, "starts", "Must be a time like 2026-12-24T18:00:00Z."),
    ({"starts": "2026-12-02T00:00", "ends": "2026-12-01T00:00"}, "ends", "Must be after the start."),
    ({"mostSets": "0"}, "mostSets", "Must be a whole number from 1 to 100, or empty."),
    ({"mostSets": "many"}, "mostSets", "Must be a whole number from 1 to 100, or empty."),
    ({"vouchers": "eat"}, "vouchers", "Must be one of stack, withdraw."),
    (
        {"member": ["product:prime", "product:filter"], "quantity": ["1", "1"]},
        "rule.percent",
        "Would sell below cost in channel default-channel, or with less than the margin you keep.",
    ),
)


@pytest.mark.parametrize(
    ("changes", "field", "told"), WRONG, ids=[f"{w[1]} {i}" for i, w in enumerate(WRONG)]
)
def test_a_wrong_field_shows_its_message_and_nothing_typed_is_lost(
    app: Flask, client: FlaskClient, filled: Door, changes: dict[str, Any], field: str, told: str
) -> None:
    answer = save(client, filled, **changes)

    sent = {name: text if isinstance(text, list) else [text] for name, text in a_form(**changes).items()}
    shown = {"vouchers": ["eat"], "kind": ["gift"], "channel": ["nowhere"]}
    for name, values in sent.items():
        if name != "then" and values and values != shown.get(name):
            assert typed(answer.text)[name] == values
    assert (answer.status_code, message(answer.text, field)) == (400, told)
    assert "Not saved. Please look at" in as_read(answer.text)
    with opened(app, filled) as shop:
        assert bundles.every(shop.db) == []


def test_a_product_twice_one_nobody_knows_and_a_variant_stay_where_they_were(
    client: FlaskClient, filled: Door
) -> None:
    answer = save(
        client,
        filled,
        member=["product:x100", "variant:case-2", "product:x100", "product:gone"],
        quantity=["1", "1", "1", "1"],
    )

    assert message(answer.text, "members.2") == "Is in the bundle already; raise its quantity instead."
    assert '<option value="variant:case-2" selected>Brown</option>' in answer.text


def test_a_product_that_saleor_deleted_is_named_by_its_id(client: FlaskClient, filled: Door) -> None:
    answer = save(client, filled, member=["product:x100", "product:gone"], quantity=["1", "1"])

    assert message(answer.text, "members.1") == "There is no product 'gone' in this shop."


def test_a_language_twice_is_refused_with_both_names_kept(client: FlaskClient, filled: Door) -> None:
    answer = save(client, filled, language=["de", "DE"], translation=["Satz", "Set"])

    assert "Is there twice." in answer.text
    assert (typed(answer.text)["language"], typed(answer.text)["translation"]) == (
        ["de", "DE"],
        ["Satz", "Set"],
    )


def test_several_wrong_fields_are_told_at_once(client: FlaskClient, filled: Door) -> None:
    seen = as_read(save(client, filled, name="", percent="", mostSets="x").text)

    assert "Please look at 3 fields: Name: must not be empty. Percent off: must be" in seen.replace(
        "Sets per checkout: must be a whole number from 1 to 100, or empty. ", ""
    )


def test_a_change_by_somebody_else_meanwhile_is_told_and_nothing_typed_is_lost(
    app: Flask, client: FlaskClient, filled: Door
) -> None:
    saved(app, filled, a_draft())
    saved(app, filled, a_draft(id="1", rule={"kind": "percent", "percent": "15"}), who=OTHER)

    answer = save(client, filled, id="1", version="1", name="Mine", percent="20")

    seen = as_read(answer.text)
    assert (answer.status_code, kept(app, filled).name) == (400, "Camera set")
    assert (
        "Somebody else saved this bundle meanwhile ( another member of staff , just now : Price: 10 % off → 15 % off)"
        in seen
    )
    assert "What you typed is still here, and not saved. Save mine over it Show theirs" in seen
    assert (typed(answer.text)["name"], typed(answer.text)["percent"], typed(answer.text)["version"]) == (
        ["Mine"],
        ["20"],
        ["1"],
    )


def test_after_being_told_mine_can_be_saved_over_theirs(
    app: Flask, client: FlaskClient, filled: Door
) -> None:
    saved(app, filled, a_draft())
    saved(app, filled, a_draft(id="1", rule={"kind": "percent", "percent": "15"}), who=OTHER)

    answer = save(client, filled, id="1", version="1", name="Mine", over="2")

    bundle = kept(app, filled)
    assert (answer.status_code, bundle.name, bundle.version) == (200, "Mine", 3)


def test_pausing_does_not_hide_that_somebody_else_changed_it(
    app: Flask, client: FlaskClient, filled: Door
) -> None:
    saved(app, filled, a_draft(state="active"))
    saved(app, filled, a_draft(id="1", state="active", name="Theirs"), who=OTHER)

    paused = save(client, filled, id="1", version="1", state="active", then="pause", name="Mine")
    again = save(
        client, filled, id="1", version=typed(paused.text)["version"][0], state="paused", name="Mine"
    )

    assert (kept(app, filled).state, kept(app, filled).name, again.status_code) == ("paused", "Theirs", 400)


def test_saving_a_bundle_that_does_not_exist_is_not_found(client: FlaskClient, filled: Door) -> None:
    assert [
        save(client, filled, id="9", version="1", then=then).status_code for then in ("keep", "pause")
    ] == [
        404,
        404,
    ]


def test_the_history_tells_who_changed_what(app: Flask, client: FlaskClient, filled: Door) -> None:
    saved(app, filled, a_draft(), who=OTHER)
    saved(
        app,
        filled,
        a_draft(
            id="1",
            name="Camera kit",
            members=[{"product": "x100"}, {"variant": "case-2"}],
            channels=["default-channel"],
            mostSets=2,
            vouchers="withdraw",
            translations={"de": "Kamera-Set"},
            ends="2026-12-24T18:00:00Z",
        ),
    )
    with opened(app, filled) as shop:
        change_state(shop, 1, "active", ME, datetime.now(UTC))

    seen = read(client, filled, "bundle?bundle=1").split("History ")[1]

    assert seen.startswith(
        "Activated Just now by you"
        " Name: Camera set → Camera kit"
        " Products: X100 camera, 2 × Memory card 64 GB → X100 camera, Leather case for X100, Brown"
        " Channels: Europe, United States → Europe End: open → 2026-12-24 18:00"
        " Sets per checkout: any number → 2 Vouchers: come on top → withdraw the bundle price"
        " Other names: none → Kamera-Set (de) Just now by you"
        " Created Just now by another member of staff"
    )


def members(client: FlaskClient, door: Door, **changes: Any) -> dict[str, list[str]]:
    answer = post(client, door, "members", a_form(**changes))
    assert (answer.status_code, answer.headers["HX-Trigger-After-Settle"]) == (200, "tandem:changed")
    return typed(answer.text)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"add": "case"}, ["1", "2", "1"]),
        ({"add": "card"}, ["1", "3"]),
        ({"add": "card", "quantity": ["1", "two"]}, ["1", "two"]),
        ({"remove": "0"}, ["2"]),
        ({"remove": "9"}, ["1", "2"]),
        ({}, ["1", "2"]),
    ],
)
def test_products_are_added_and_taken_out(
    client: FlaskClient, filled: Door, changes: dict[str, Any], expected: list[str]
) -> None:
    assert members(client, filled, **changes)["quantity"] == expected


def test_a_product_of_several_variants_offers_them(client: FlaskClient, filled: Door) -> None:
    page = post(client, filled, "members", a_form(add="case")).text

    assert re.findall(r'<option value="([^"]+)"', page) == [
        "product:case",
        "variant:case-1",
        "variant:case-2",
    ]


def test_ten_products_are_the_most(client: FlaskClient, filled: Door) -> None:
    form = a_form(member=[f"product:{n}" for n in range(10)], quantity=["1"] * 10)

    page = post(client, filled, "members", form).text

    assert ("at most 10 products" in page, 'type="search"' in page) == (True, False)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"add": "1"}, [""]),
        ({"language": ["de"], "translation": ["Satz"], "add": "1"}, ["de", ""]),
        ({"language": ["de", "fr"], "translation": ["Satz", "Lot"], "remove": "0"}, ["fr"]),
    ],
)
def test_languages_are_added_and_taken_out(
    client: FlaskClient, filled: Door, changes: dict[str, Any], expected: list[str]
) -> None:
    page = post(client, filled, "names", a_form(**changes)).text

    assert typed(page)["language"] == expected


def preview(client: FlaskClient, door: Door, **changes: Any) -> str:
    answer = post(client, door, "preview", a_form(**changes))
    assert answer.status_code == 200
    return as_read(answer.text)


def test_the_preview_tells_what_shoppers_pay_and_save(client: FlaskClient, filled: Door) -> None:
    assert preview(client, filled) == (
        "Europe X100 camera 1299.00 EUR 2 × Memory card 64 GB 49.80 EUR"
        " One by one 1348.80 EUR As a set 1213.92 EUR The shopper saves 134.88 EUR 10.0 %"
        " United States X100 camera 1299.00 USD 2 × Memory card 64 GB 49.80 USD"
        " One by one 1348.80 USD As a set 1213.92 USD The shopper saves 134.88 USD 10.0 %"
    )


def test_a_promotion_makes_the_saving_smaller(client: FlaskClient, filled: Door) -> None:
    seen = preview(
        client,
        filled,
        member=["product:tripod", "product:head"],
        quantity=["1", "1"],
        channel=["default-channel"],
    )

    assert "Travel tripod 149.00 EUR 129.00 EUR" in seen
    assert "One by one 218.00 EUR As a set 214.20 EUR The shopper saves 3.80 EUR" in seen


def test_a_promotion_below_the_set_leaves_nothing_to_save(client: FlaskClient, filled: Door) -> None:
    seen = preview(
        client, filled, member=["product:tripod", "product:head"], quantity=["1", "1"], percent="5"
    )

    assert "A promotion makes the products cheaper than the set now" in seen


def test_the_cheapest_variant_stands_for_a_product_of_several(client: FlaskClient, filled: Door) -> None:
    form = {
        "member": ["product:x100", "product:case"],
        "quantity": ["1", "1"],
        "channel": ["default-channel"],
    }

    assert "Leather case for X100 the cheapest variant 59.00 EUR" in preview(client, filled, **form)
    assert "Leather case for X100, Brown 60.00 EUR" in preview(
        client, filled, **{**form, "member": ["product:x100", "variant:case-2"]}
    )


def test_where_it_cannot_be_bought_the_preview_says_so(client: FlaskClient, filled: Door) -> None:
    seen = preview(
        client, filled, member=["product:x100", "product:case"], quantity=["1", "1"], channel=["channel-us"]
    )

    assert "Not offered now: not everything in it can be bought in this channel." in seen


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"member": [], "quantity": []}, "Add products to see what shoppers pay and save."),
        ({"channel": []}, "Choose a channel to see what shoppers pay and save."),
        ({"percent": ""}, "Not complete yet: Percent off."),
        ({"member": ["product:x100"], "quantity": ["1"]}, "Not complete yet: Products."),
        ({"quantity": ["1", "x"]}, "Not complete yet: Product 2, quantity."),
        (
            {"kind": "price", "amount-default-channel": "9000", "amount-channel-us": "5"},
            "Amount in default-channel: is not below what the cheapest set costs one by one, 1348.80 EUR.",
        ),
        ({"member": ["product:x100", "product:gone"], "quantity": ["1", "1"]}, "Not sold here"),
    ],
)
def test_an_unfinished_bundle_is_previewed_as_far_as_it_goes(
    client: FlaskClient, filled: Door, changes: dict[str, Any], told: str
) -> None:
    assert told in preview(client, filled, **changes)


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"member": "nonsense", "quantity": "1"},
        {"member": ["product:", ":x", "gift:1"], "quantity": ["1", "1", "1"]},
        {"member": [f"product:{n}" for n in range(500)], "quantity": ["9" * 30] * 500},
        {"quantity": ["1"] * 7, "language": ["a"] * 90},
        {"id": "1", "version": "x"},
        {"starts": "9999-12-31T23:59", "ends": "0001-01-01T00:00"},
        {"percent": "1e400", "kind": "percent"},
        {"kind": "amount", "amount-default-channel": "NaN", "channel": "default-channel"},
        {"mostSets": "٣", "name": "\x00"},
    ],
)
def test_whatever_a_browser_sends_is_answered_with_a_page(
    app: Flask, client: FlaskClient, filled: Door, form: dict[str, Any]
) -> None:
    saved(app, filled, a_draft())

    answers = [
        post(client, filled, to, form, tandem_zone="Asia/Tokyo")
        for to in ("save", "preview", "members", "names")
    ]

    assert {answer.status_code for answer in answers} <= {200, 400}
