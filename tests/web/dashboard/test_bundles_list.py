"""The list of bundles: what there is, in which state, what it costs and saves, and whether promises are kept."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from plugin.shop import Shop
from plugin.store import audits, bundles, facts, jobs
from plugin.store.database import writing
from plugin.use_cases import plan_work
from plugin.use_cases.change_bundles import save_bundle
from plugin.use_cases.propose_bundles import propose
from tests.web.dashboard.bundles import ME, OTHER, a_draft, kept, read, saved
from tests.web.dashboard.camera_shop import Door
from tests.web.dashboard.conftest import opened

NOW = datetime.now(UTC)


def change(client: FlaskClient, door: Door, number: str, state: str) -> TestResponse:
    address = f"/dashboard/fragments/bundles/{number}/state"
    return client.post(address, data={"state": state}, headers=door.headers())


def test_a_shop_without_bundles_is_told_what_one_is(client: FlaskClient, filled: Door) -> None:
    seen = read(client, filled, "bundles")

    assert "No bundle yet A bundle is two to ten products" in seen
    assert "Create bundle" in seen


def test_a_bundle_is_told_with_its_price_what_it_saves_and_who_changed_it(
    app: Flask, client: FlaskClient, filled: Door
) -> None:
    saved(app, filled, a_draft(state="active"))

    seen = read(client, filled, "bundles")

    assert "Camera set Active X100 camera + 2 × Memory card 64 GB 10 % off Changed just now by you" in seen
    assert "Europe 1213.92 EUR saves 134.88 EUR United States 1213.92 USD saves 134.88 USD Pause Edit" in seen


def test_a_change_by_somebody_else_leads_to_them(app: Flask, client: FlaskClient, filled: Door) -> None:
    saved(app, filled, a_draft(), who=OTHER)

    page = client.get("/dashboard/fragments/bundles", headers=filled.headers()).text

    assert f'data-open="/staff/{OTHER}">another member of staff' in page


def test_a_bundle_that_paused_itself_says_why(app: Flask, client: FlaskClient, filled: Door) -> None:
    saved(app, filled, a_draft(), who="Tandem", why="would sell below cost in channel default-channel")

    assert "by Tandem: would sell below cost in channel default-channel" in read(client, filled, "bundles")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, "Draft"),
        ({"state": "active"}, "Active"),
        ({"state": "paused"}, "Paused"),
        ({"state": "active", "starts": (NOW + timedelta(days=2)).isoformat()}, "Scheduled"),
        ({"state": "active", "ends": (NOW - timedelta(days=2)).isoformat()}, "Ended"),
        ({"state": "draft", "starts": (NOW + timedelta(days=2)).isoformat()}, "Draft"),
    ],
)
def test_the_badge_tells_the_state_or_what_the_schedule_makes_of_it(
    app: Flask, client: FlaskClient, filled: Door, changes: dict[str, Any], told: str
) -> None:
    saved(app, filled, a_draft(**changes))

    assert f"Camera set {told} X100" in read(client, filled, "bundles")


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ({"kind": "percent", "percent": "12.50"}, "12.5 % off"),
        (
            {"kind": "amount", "amounts": {"default-channel": "5", "channel-us": "6.5"}},
            "5.00 EUR / 6.50 USD off",
        ),
        (
            {"kind": "price", "amounts": {"default-channel": "1200", "channel-us": "1210"}},
            "1200.00 EUR / 1210.00 USD for the set",
        ),
    ],
)
def test_the_price_rule_is_told_in_words(
    app: Flask, client: FlaskClient, filled: Door, rule: dict[str, Any], told: str
) -> None:
    saved(app, filled, a_draft(rule=rule))

    assert told in read(client, filled, "bundles")


def test_a_set_that_cannot_be_bought_now_or_saves_nothing_says_so(
    app: Flask, client: FlaskClient, filled: Door
) -> None:
    saved(app, filled, a_draft(members=[{"product": "x100"}, {"product": "case"}]))
    promoted = a_draft(members=[{"product": "tripod"}, {"product": "head"}], name="Travel set")
    saved(app, filled, promoted | {"rule": {"kind": "percent", "percent": "5"}})

    seen = read(client, filled, "bundles")

    assert "Europe 1222.20 EUR saves 135.80 EUR United States 1222.20 USD cannot be bought now" in seen
    assert "Europe 226.10 EUR saves nothing now" in seen


def test_a_bundle_is_activated_and_paused_from_the_list(
    app: Flask, client: FlaskClient, filled: Door
) -> None:
    saved(app, filled, a_draft())

    answers = [change(client, filled, "1", "active"), change(client, filled, "1", "paused")]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert [json.loads(answer.headers["HX-Trigger"])["tandem:toast"]["title"] for answer in answers] == [
        "Activated",
        "Paused",
    ]
    with opened(app, filled) as shop:
        assert [(version.bundle.state, version.who) for version in bundles.versions(shop.db, 1)] == [
            ("paused", ME),
            ("active", ME),
            ("draft", ME),
        ]


def test_a_bundle_that_cannot_be_sold_any_more_is_not_activated_and_says_why(
    app: Flask, client: FlaskClient, filled: Door
) -> None:
    saved(app, filled, a_draft())
    with opened(app, filled) as shop:
        shop.db.conn.execute("update products set deleted = 1 where id = 'card'")

    answer = change(client, filled, "1", "active")

    assert (answer.status_code, kept(app, filled).state) == (400, "draft")
    assert "Product 2: there is no product &#39;card&#39; in this shop." in answer.text


@pytest.mark.parametrize("number", ["7", "x", "-1", "9" * 30])
def test_a_bundle_that_does_not_exist_is_not_found(client: FlaskClient, filled: Door, number: str) -> None:
    assert change(client, filled, number, "active").status_code == 404


def test_a_made_up_state_is_refused(app: Flask, client: FlaskClient, filled: Door) -> None:
    saved(app, filled, a_draft())

    assert (change(client, filled, "1", "sold").status_code, kept(app, filled).state) == (400, "draft")


@pytest.mark.parametrize(("granted", "asked"), [(None, False), (True, False), (False, True)])
def test_without_the_permission_the_page_says_so_and_asks_for_it(
    app: Flask, client: FlaskClient, filled: Door, granted: bool | None, asked: bool
) -> None:
    with opened(app, filled) as shop:
        facts.keep(shop.db, "may_price", granted)

    page = client.get("/dashboard/fragments/bundles", headers=filled.headers()).text

    assert ('data-grant="HANDLE_CHECKOUTS"' in page, "without a discount" in page) == (asked, asked)


def test_a_missing_permission_is_looked_for_anew_and_the_notice_goes_when_it_is_there(
    app: Flask, client: FlaskClient, filled: Door
) -> None:
    with opened(app, filled) as shop:
        facts.keep(shop.db, "may_price", False)
    read(client, filled, "bundles")
    before = read(client, filled, "permissions/prices")

    with opened(app, filled) as shop:
        planned = jobs.get(shop.db, plan_work.MEND)
        facts.keep(shop.db, "may_price", True)

    assert ("Grant permission" in before, planned is not None) == (True, True)
    assert read(client, filled, "permissions/prices") == ""


def audited(shop: Shop) -> None:
    yesterday, long_ago = (NOW - timedelta(days=days) for days in (1, 40))
    with writing(shop.db):
        for order, at, given, leaked in (
            ("T3JkZXI6MQ==", yesterday, 18_000, 0),
            ("T3JkZXI6Mg==", yesterday, 2_000, 1_000),
            ("T3JkZXI6Mw==", long_ago, 9_000, 9_000),
        ):
            audits.keep(shop.db, audits.Audit(order, at.isoformat(), "europe", "EUR", given, leaked, []))


def test_leakage_is_told_with_the_orders_that_leaked(app: Flask, client: FlaskClient, filled: Door) -> None:
    with opened(app, filled) as shop:
        audited(shop)

    seen = read(client, filled, "bundles")
    page = client.get("/dashboard/fragments/bundles", headers=filled.headers()).text

    assert (
        "Leakage rate 5.0 % Orders with a bundle price 2 Discount given 200.00 EUR Leaked 10.00 EUR" in seen
    )
    assert "10.00 EUR of 20.00 EUR" in seen
    assert re.findall(r'data-open="(/orders/[^"]+)"', page) == ["/orders/T3JkZXI6Mg%3D%3D"]


def test_without_orders_there_is_nothing_to_tell_of_leakage(client: FlaskClient, filled: Door) -> None:
    assert "No order with a bundle price in the last 30 days" in read(client, filled, "bundles")


def test_names_of_bundles_are_shown_as_text_and_never_as_markup(
    app: Flask, client: FlaskClient, filled: Door
) -> None:
    saved(app, filled, a_draft(name='"><img src=x onerror=alert(1)>'))

    page = client.get("/dashboard/fragments/bundles", headers=filled.headers()).text

    assert "<img src=x" not in page


def test_costs_are_on_no_page_of_bundles(app: Flask, client: FlaskClient, filled: Door) -> None:
    draft = a_draft(members=[{"product": "prime"}, {"product": "filter"}])
    saved(app, filled, draft | {"rule": {"kind": "percent", "percent": "5"}})

    pages = [
        client.get(f"/dashboard/fragments/{fragment}", headers=filled.headers()).text
        for fragment in ("bundles", "bundle?bundle=1", "bundle")
    ]

    assert ["503" in page or "21.37" in page for page in pages] == [False, False, False]


def test_before_the_history_is_read_nothing_is_proposed(client: FlaskClient, filled: Door) -> None:
    assert "once it has read the history" in read(client, filled, "proposals")


def test_a_proposal_tells_its_evidence(app: Flask, client: FlaskClient, filled: Door) -> None:
    with opened(app, filled) as shop:
        propose(shop, NOW)

    seen = read(client, filled, "proposals")

    assert "Travel tripod + Ball head 17 orders by 17 different people" in seen


def test_a_proposal_becomes_a_draft_by_one_press(app: Flask, client: FlaskClient, filled: Door) -> None:
    with opened(app, filled) as shop:
        wanted = propose(shop, NOW)[0]

    answer = client.post(
        "/dashboard/fragments/proposals", data={"proposal": wanted.id}, headers=filled.headers()
    )

    told = json.loads(answer.headers["HX-Trigger"])
    assert (answer.status_code, told["tandem:saved"]["query"], kept(app, filled).state) == (
        200,
        "bundle=1",
        "draft",
    )
    assert {member.id for member in kept(app, filled).members} == set(wanted.products)


def test_a_proposal_that_is_gone_is_not_found(client: FlaskClient, filled: Door) -> None:
    answer = client.post("/dashboard/fragments/proposals", data={"proposal": "99"}, headers=filled.headers())

    assert answer.status_code == 404


def test_saving_through_the_api_is_what_the_pages_show(app: Flask, client: FlaskClient, filled: Door) -> None:
    with opened(app, filled) as shop:
        save_bundle(shop, a_draft(), "the command line", NOW)

    assert "by the command line" in read(client, filled, "bundles")
