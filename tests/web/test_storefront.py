"""Storefronts that ask Tandem directly: always a valid document, quickly, and never an error that breaks a page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

from plugin.errors import TooFast
from plugin.sandbox.sales_facts import Checkout
from plugin.sandbox.toy_shop import product, variant
from plugin.suggestions.document import MOST_BYTES, lines_hash
from plugin.use_cases.change_preferences import change_preferences
from plugin.use_cases.suggest_for_storefront import MOST_SEEN, Glances
from plugin.web.storefront import MOST_ADDRESSES, Pace
from tests.builders import NOW
from tests.house import AMERICA, EUROPE, House, a_copy, names_in
from tests.lines import Patience

SCHEMA = Draft202012Validator(
    json.loads((Path(__file__).parents[2] / "storefront_snippets" / "suggestions.schema.json").read_text())
)

BEANS = f"variants={variant('beans')}&channel={EUROPE}"


def document_in(answer: TestResponse) -> dict[str, Any]:
    """The document, held against its schema."""
    made = dict(json.loads(answer.get_data()))
    SCHEMA.validate(made)
    return made


def choose(house: House, **changes: object) -> None:
    with house.shop() as shop:
        change_preferences(shop, changes, "staff", datetime.now(UTC))


def test_suggestions_for_a_product_page(house: House) -> None:
    answer = house.storefront(f"{BEANS}&placement=product")

    made = document_in(answer)
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert (made["placement"], made["linesHash"]) == ("product", lines_hash(house.basket("beans")))
    assert names_in(made) == ["Mug", "Paper filters"]


def test_suggestions_for_a_basket_given_by_its_variants_speak_for_all_of_it(house: House) -> None:
    answer = house.storefront(
        f"variants={variant('beans')},{variant('tea')}&channel={EUROPE}&placement=basket"
    )

    made = document_in(answer)
    assert (made["placement"], made["linesHash"]) == ("basket", lines_hash(house.basket("beans", "tea")))
    assert names_in(made) == ["Tea pot", "Mug", "Tea strainer"]


def test_every_channel_is_answered_in_its_own_currency(house: House) -> None:
    made = document_in(house.storefront(f"variants={variant('beans')}&channel={AMERICA}"))

    assert made["suggestions"][0]["price"] == {"amount": "8.00", "currency": "USD"}


def test_a_basket_given_by_its_variants_costs_saleor_nothing(house: House) -> None:
    asked = len(house.to_saleor.asked)

    for _ in range(20):
        house.storefront(BEANS)

    assert len(house.to_saleor.asked) == asked


def test_the_document_of_a_checkout_is_the_one_written_into_it(house: House) -> None:
    checkout = house.open_checkout("beans")
    house.work()
    asked = len(house.to_saleor.asked)

    answer = house.storefront(f"checkout={checkout.id}")

    assert document_in(answer) == house.written(checkout)
    assert len(house.to_saleor.asked) == asked


def test_a_checkout_tandem_has_not_met_yet_is_looked_at(house: House) -> None:
    house.to_tandem.down = 400
    checkout = house.open_checkout("beans")
    house.to_tandem.down = None

    made = document_in(house.storefront(f"checkout={checkout.id}"))

    assert (made["linesHash"], names_in(made)) == (
        lines_hash(house.basket("beans")),
        ["Mug", "Paper filters"],
    )


def an_unmet_checkout(house: House, *goods: str) -> Checkout:
    """A checkout whose event never reached Tandem."""
    house.to_tandem.down = 400
    checkout = house.open_checkout(*goods)
    house.to_tandem.down = None
    return checkout


def an_older_checkout(house: House, *goods: str) -> Checkout:
    """Suggestions were written into it a minute ago."""
    checkout = house.open_checkout(*goods)
    house.work()
    with house.shop() as shop:
        made_at = (datetime.now(UTC) - timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        shop.db.conn.execute(
            "update shown set made_at = ?, document = json_set(document, '$.madeAt', ?)", [made_at, made_at]
        )
    return checkout


def test_a_shopper_waits_two_seconds_for_saleor_and_no_longer(house: House) -> None:
    checkout = an_unmet_checkout(house, "beans")
    house.to_saleor.inner = patience = Patience(house.to_saleor.inner)

    house.storefront(f"checkout={checkout.id}")

    assert [round(seconds, 3) for seconds in patience.longest] == [2.0]


def test_two_shoppers_at_once_may_wait_for_saleor_and_the_next_gets_an_empty_document(house: House) -> None:
    first, second, third = (an_unmet_checkout(house, "beans") for _ in range(3))
    answers: list[TestResponse] = []

    def ask(checkout: Checkout) -> None:
        answers.append(house.storefront(f"checkout={checkout.id}"))

    def ask_second() -> None:
        house.to_saleor.meanwhile["Checkout"] = lambda: ask(third)
        ask(second)

    house.to_saleor.meanwhile["Checkout"] = ask_second
    ask(first)
    later = house.storefront(f"checkout={third.id}")

    assert [(answer.status_code, names_in(document_in(answer))) for answer in answers] == [
        (200, []),
        (200, ["Mug", "Paper filters"]),
        (200, ["Mug", "Paper filters"]),
    ]
    assert names_in(document_in(later)) == ["Mug", "Paper filters"]


@pytest.mark.parametrize("there", [True, False], ids=["there", "not there"])
def test_saleor_is_asked_once_a_minute_about_a_checkout(house: House, there: bool) -> None:
    which = an_unmet_checkout(house, "beans").id if there else "Q2hlY2tvdXQ6bm9uZQ=="
    asked = house.to_saleor.count("Checkout")

    for _ in range(5):
        house.storefront(f"checkout={which}")

    assert house.to_saleor.count("Checkout") == asked + 1


def test_after_a_minute_a_checkout_is_looked_at_again_and_few_are_remembered(house: House) -> None:
    checkout, glances = an_unmet_checkout(house, "beans"), Glances()
    asked = house.to_saleor.count("Checkout")
    moments = [NOW, NOW + timedelta(seconds=59), NOW + timedelta(seconds=61)]

    with house.shop() as shop:
        times = []
        for moment in moments:
            glances.at(shop, checkout.id, moment)
            times.append(house.to_saleor.count("Checkout") - asked)
        for number in range(MOST_SEEN + 10):
            glances._seen[shop.installation.key, str(number)] = (NOW, None)
        glances.at(shop, "one more", NOW)

    assert (times, len(glances._seen)) == ([1, 1, 2], MOST_SEEN)


def test_switched_off_suggestions_are_gone_from_every_page_at_once(house: House) -> None:
    checkout = an_older_checkout(house, "beans")
    choose(house, suggesting=False)
    asked = len(house.to_saleor.asked)

    answers = [house.storefront(f"checkout={checkout.id}"), house.storefront(BEANS)]

    assert [names_in(document_in(answer)) for answer in answers] == [[], []]
    assert len(house.to_saleor.asked) == asked


@pytest.mark.parametrize(
    ("changes", "offered"),
    [
        ({}, ["Mug", "Paper filters"]),
        ({"excluded_products": [product("mug")]}, ["Paper filters"]),
        ({"most_suggestions": 1}, ["Mug"]),
        ({"min_buyers": 10}, ["Mug"]),
    ],
    ids=["nothing", "excluded", "fewer", "more buyers"],
)
def test_what_the_merchant_chooses_counts_at_once_in_a_checkout_met_before(
    house: House, changes: dict[str, object], offered: list[str]
) -> None:
    checkout = an_older_checkout(house, "beans")
    choose(house, **changes)

    answer = house.storefront(f"checkout={checkout.id}")

    assert names_in(document_in(answer)) == offered


def test_after_the_merchants_choice_a_checkout_is_kept_again(house: House) -> None:
    with house.shop() as shop:
        an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
        change_preferences(shop, {"most_suggestions": 1}, "staff", an_hour_ago)
    checkout = an_older_checkout(house, "beans")
    asked = len(house.to_saleor.asked)

    made = document_in(house.storefront(f"checkout={checkout.id}"))

    assert (names_in(made), len(house.to_saleor.asked)) == (["Mug"], asked)


@pytest.mark.parametrize("gone", ["sold out", "delisted", "deleted"])
def test_what_cannot_be_had_any_more_is_not_offered_in_a_checkout_met_before(house: House, gone: str) -> None:
    checkout = an_older_checkout(house, "beans")
    match gone:
        case "sold out":
            house.sandbox.shelves.set_stock(variant("mug"), 0)
        case "delisted":
            house.sandbox.shelves.list_product(product("mug"), EUROPE, is_published=False)
        case "deleted":
            house.sandbox.shelves.delete_product(product("mug"))
    house.work()

    answer = house.storefront(f"checkout={checkout.id}")

    assert names_in(document_in(answer)) == ["Paper filters"]


def test_a_page_a_checkout_and_what_is_kept_are_the_same_short_document(house: House) -> None:
    """Very long names are cut, and the weakest suggestions left out, everywhere alike."""
    long = "Ж" * 240
    for goods in ("beans", "tea", "mug", "filter", "pot", "strainer"):
        house.sandbox.shelves.change_product(product(goods), name=goods + long)
        house.sandbox.shelves.change_variant(variant(goods), name=goods + long)
    house.work()
    checkout = house.open_checkout("beans", "tea")
    house.work()

    page = house.storefront(f"variants={variant('beans')},{variant('tea')}&channel={EUROPE}&placement=basket")
    kept = house.storefront(f"checkout={checkout.id}")

    assert (len(page.get_data()) <= MOST_BYTES, len(names_in(document_in(page)))) == (True, 2)
    assert document_in(kept) == house.written(checkout)
    asked = {"madeAt": None, "placement": None}
    assert {**document_in(page), **asked} == {**document_in(kept), **asked}


@pytest.mark.parametrize(
    "query",
    [
        "",
        "variants=",
        "variants=,,,&channel=default-channel",
        "variants=garbage&channel=default-channel",
        f"variants={variant('beans')}",
        f"variants={variant('beans')}&channel=nowhere",
        f"variants={variant('beans')}&channel=%00",
        f"variants=%00%ED%A0%80&channel={EUROPE}",
        "variants=" + ",".join(["x" * 300] * 300) + f"&channel={EUROPE}",
        f"{BEANS}&placement=" + "x" * 5_000,
        f"{BEANS}&placement=basket",
        "checkout=garbage",
        "checkout=Q2hlY2tvdXQ6bm9uZQ==",
        "checkout=" + "x" * 5_000,
        "checkout=%00",
    ],
    ids=lambda query: query[:40],
)
def test_whatever_is_asked_a_page_gets_a_valid_document(house: House, query: str) -> None:
    answer = house.storefront(query)

    assert answer.status_code == 200
    document_in(answer)


def test_when_saleor_is_down_a_page_still_gets_a_valid_document(house: House) -> None:
    house.to_saleor.cut = {"*"}

    answers = [house.storefront("checkout=Q2hlY2tvdXQ6bm9uZQ=="), house.storefront(BEANS)]

    assert [(answer.status_code, names_in(document_in(answer))) for answer in answers] == [
        (200, []),
        (200, ["Mug", "Paper filters"]),
    ]


def test_when_the_shops_file_cannot_be_read_a_page_still_gets_a_valid_document(house: House) -> None:
    path = house.tandem.file_of(house.installation)
    house.tandem.close()
    path.write_bytes(b"not a database" * 1_000)
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)

    answer = house.storefront(BEANS)

    assert (answer.status_code, names_in(document_in(answer))) == (200, [])


def test_an_unknown_shop_is_answered_with_an_empty_document(house: House) -> None:
    answer = house.client.get("/storefront/0123456789abcdef/suggestions?" + BEANS)

    assert (answer.status_code, document_in(answer)["suggestions"]) == (404, [])
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_a_shop_that_switched_the_app_off_is_answered_with_an_empty_document(house: House) -> None:
    house.sandbox.apps.set_active(house.saleor_app.id, False)

    answer = house.storefront(BEANS)

    assert (answer.status_code, document_in(answer)["suggestions"]) == (200, [])


def test_pages_of_any_origin_may_ask_unless_the_merchant_says_otherwise(house: House) -> None:
    headers = {"Origin": "https://anywhere.example.com"}
    before = house.storefront(BEANS, **headers)
    choose(house, storefront_origins=["https://shop.example.com"])

    stranger = house.storefront(BEANS, **headers)
    friend = house.storefront(BEANS, Origin="https://shop.example.com")

    assert before.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in stranger.headers
    assert friend.headers["Access-Control-Allow-Origin"] == "https://shop.example.com"
    assert (before.vary.as_set(), stranger.vary.as_set(), friend.vary.as_set()) == (
        set(),
        {"origin"},
        {"origin"},
    )
    assert friend.headers["Access-Control-Expose-Headers"] == "ETag"


def test_a_browser_that_has_the_answer_already_is_told_so(house: House) -> None:
    first = house.storefront(BEANS)
    again = house.storefront(BEANS, **{"If-None-Match": first.headers["ETag"]})
    house.sandbox.shelves.set_stock(variant("mug"), 0)
    changed = house.storefront(BEANS, **{"If-None-Match": first.headers["ETag"]})

    assert (first.status_code, again.status_code, again.get_data()) == (200, 304, b"")
    assert again.headers["Access-Control-Allow-Origin"] == "*"
    assert (changed.status_code, names_in(document_in(changed))) == (200, ["Paper filters"])


def test_answers_are_asked_for_again_and_never_kept_by_others(house: House) -> None:
    assert house.storefront(BEANS).headers["Cache-Control"] == "no-cache"


@pytest.fixture
def slow_house(pattern: House, tmp_path: Path) -> Iterator[House]:
    """Allows 8 requests a minute: three at once."""
    house = a_copy(pattern, tmp_path).restarted(storefront_requests_per_minute=8)
    yield house
    house.close()


def test_who_asks_too_fast_gets_an_empty_document_and_a_time_to_wait(slow_house: House) -> None:
    answers = [slow_house.storefront(BEANS) for _ in range(6)]

    statuses = [answer.status_code for answer in answers]
    assert statuses == [200, 200, 200, 429, 429, 429]
    assert [names_in(document_in(answer)) for answer in answers[2:4]] == [["Mug", "Paper filters"], []]
    assert (answers[3].headers["Retry-After"], answers[3].headers["Cache-Control"]) == ("15", "no-store")


def test_one_address_asking_too_fast_does_not_stop_another(slow_house: House) -> None:
    address = f"/storefront/{slow_house.installation.key}/suggestions?{BEANS}"
    for _ in range(5):
        slow_house.client.get(address, environ_base={"REMOTE_ADDR": "192.0.2.1"})

    answer = slow_house.client.get(address, environ_base={"REMOTE_ADDR": "192.0.2.2"})

    assert answer.status_code == 200


def test_made_up_shops_do_not_let_one_address_ask_faster(slow_house: House) -> None:
    answers = [slow_house.client.get(f"/storefront/{number:016x}/suggestions?{BEANS}") for number in range(5)]

    assert [answer.status_code for answer in answers] == [404, 404, 404, 429, 429]
    assert slow_house.storefront(BEANS).status_code == 429


def test_made_up_addresses_do_not_let_a_known_one_ask_faster() -> None:
    pace = Pace(per_minute=8)
    for number in range(MOST_ADDRESSES + 10):
        pace.spend(f"made up {number}", 0.0)
        if number % 1_000 == 0:
            pace.buckets["greedy"] = (0.0, 0.0)
            pace.buckets.move_to_end("greedy")

    with pytest.raises(TooFast):
        pace.spend("greedy", 0.0)
    assert len(pace.buckets) == MOST_ADDRESSES


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("suggestions_client.js", "text/javascript"),
        ("suggestions_element.js", "text/javascript"),
        ("define.js", "text/javascript"),
        ("suggestions.schema.json", "application/json"),
    ],
)
def test_the_element_is_served_to_pages_of_any_origin(house: House, name: str, kind: str) -> None:
    answer = house.client.get(f"/storefront/snippets/{name}")

    assert (answer.status_code, answer.mimetype, answer.headers["Access-Control-Allow-Origin"]) == (
        200,
        kind,
        "*",
    )
    answer.close()


@pytest.mark.parametrize("name", ["README.md", "../manifest.json", "nothing.js"])
def test_other_files_are_not_served(house: House, name: str) -> None:
    assert house.client.get(f"/storefront/snippets/{name}").status_code == 404
