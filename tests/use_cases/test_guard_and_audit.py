"""Removed and ordered at once: the guard restores the price inside the completion, and the audit finds what slipped through."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from plugin.sandbox.sales_facts import Checkout
from plugin.sandbox.toy_shop import POST, toy_shop, variant
from plugin.store import audits, bundles
from plugin.use_cases.change_preferences import change_preferences
from plugin.use_cases.watch_floors import below_cost_in
from tests.bundles import a_draft, allowed, kept, line_of, paid, put
from tests.house import EUROPE, House, a_house

ADDRESS = {"country": "DE"}

GUARD = "checkout_filter_shipping_methods"


@pytest.fixture
def shop(tmp_path: Path) -> House:
    """A shop that sends what it sells, and lets Tandem set prices."""
    house = a_house(tmp_path, toy_shop(stock=1_000, shipped=("beans", "mug", "tea")))
    house.install()
    house.work()
    return allowed(house)


def guard_of(house: House) -> list[str]:
    """Names of the synchronous webhooks Tandem has registered."""
    return [it.name for it in house.sandbox.state.webhooks.values() if GUARD.upper() in it.sync_events]


def in_basket(house: House) -> Checkout:
    """Beans and a mug, priced as a set, with an address and a way to send them."""
    pieces = {variant("beans"): 1, variant("mug"): 1}
    checkout = house.sandbox.checkouts.create(
        EUROPE, pieces, billing_address=ADDRESS, shipping_address=ADDRESS, email="ann@example.com"
    )
    house.work()
    return house.sandbox.deliveries.choose(checkout.id, POST.id)


def broken_and_ordered(house: House) -> Decimal:
    """The shopper takes the beans out and orders before Tandem's worker has done anything. What the mug was sold at."""
    checkout = in_basket(house)
    house.sandbox.checkouts.delete_lines(checkout.id, [line_of(house, checkout, "beans")])
    order = house.sandbox.checkouts.complete(checkout.id)
    house.work()
    (line,) = house.sandbox.state.orders[order.id].lines
    return line.unit_price.gross.amount


def summaries(house: House) -> list[audits.Summary]:
    """What the audit says."""
    with house.shop() as shop:
        return audits.summaries(shop.db)


def test_the_guard_restores_the_price_inside_the_completion(shop: House) -> None:
    kept(shop, a_draft("beans", "mug"))

    assert broken_and_ordered(shop) == Decimal("8.00")
    assert summaries(shop) == []


def test_without_the_guard_the_audit_finds_the_leak(shop: House) -> None:
    """With its amount, a problem in the Dashboard, and a leakage rate."""
    kept(shop, a_draft("beans", "mug"))
    with shop.shop() as opened:
        change_preferences(opened, {"guard": False}, "merchant@example.com", datetime.now(UTC))
    shop.work()

    assert broken_and_ordered(shop) == Decimal("7.20")
    assert summaries(shop) == [audits.Summary("EUR", 1, 1, 80, 80)]
    assert "bundle-leaks" in {problem.key for problem in shop.sandbox.problems.of(shop.saleor_app.id)}


def test_a_whole_set_ordered_is_no_leak(shop: House) -> None:
    kept(shop, a_draft("beans", "mug"))
    checkout = in_basket(shop)

    shop.sandbox.checkouts.complete(checkout.id)
    shop.work()

    assert summaries(shop) == [audits.Summary("EUR", 1, 0, 200, 0)]


def test_more_pieces_than_were_priced_leak(shop: House) -> None:
    """Two more mugs at the set's price, ordered before anybody could correct it."""
    kept(shop, a_draft("beans", "mug"))
    checkout = in_basket(shop)
    shop.to_tandem.down = 503

    shop.sandbox.checkouts.add_lines(checkout.id, {variant("mug"): 2})
    shop.sandbox.checkouts.complete(checkout.id)
    shop.to_tandem.down = None
    for delivery in [it for it in shop.sandbox.state.deliveries.values() if it.status == "FAILED"]:
        shop.sandbox.outbox.retry(delivery)
    shop.work()

    assert summaries(shop) == [audits.Summary("EUR", 1, 1, 120 + 3 * 80, 160)]


def test_the_guard_stands_only_while_it_is_needed(shop: House) -> None:
    """A priced bundle is active, and the merchant wants it."""
    before = guard_of(shop)
    bundle = kept(shop, a_draft("beans", "mug"))
    while_active = guard_of(shop)
    put(shop, bundle, "paused")

    assert (before, while_active, guard_of(shop)) == ([], ["Tandem checkout filter shipping methods"], [])


def test_the_guard_never_stands_in_the_way(shop: House) -> None:
    """Whatever Tandem has become, the order is made."""
    kept(shop, a_draft("beans", "mug"))
    checkout = in_basket(shop)
    shop.to_saleor.cut.add("CheckoutPrices")
    shop.sandbox.checkouts.delete_lines(checkout.id, [line_of(shop, checkout, "beans")])

    order = shop.sandbox.checkouts.complete(checkout.id)

    assert order.id in shop.sandbox.state.orders
    assert (f"/api/webhooks/{GUARD}", 200) in shop.to_tandem.answers


def test_a_basket_without_bundles_is_guarded_without_a_question(shop: House) -> None:
    kept(shop, a_draft("beans", "mug"))
    checkout = shop.open_checkout("tea")
    shop.work()
    asked = len(shop.to_saleor.asked)

    shop.sandbox.deliveries.options(checkout.id)

    assert len(shop.to_saleor.asked) == asked


def test_a_bundle_that_falls_below_cost_pauses_itself(shop: House) -> None:
    """Costs are half the price; the beans drop to half, less ten percent. The merchant is told, and prices go back."""
    bundle = kept(shop, a_draft("beans", "mug", rule={"kind": "percent", "percent": "40"}))
    checkout = shop.open_checkout("beans", "mug")
    shop.work()

    shop.sandbox.shelves.set_price(variant("beans"), EUROPE, Decimal("6.50"))
    shop.sandbox.shelves.set_price(variant("mug"), EUROPE, Decimal("4.20"))
    shop.work()
    shop.work()

    with shop.shop() as opened:
        newest = bundles.versions(opened.db, bundle.id)[0]
    assert (newest.bundle.state, newest.who) == ("paused", "Tandem")
    assert f"bundle-{bundle.id}-paused" in {it.key for it in shop.sandbox.problems.of(shop.saleor_app.id)}
    assert paid(shop, checkout) == {"Coffee beans": Decimal("6.50"), "Mug": Decimal("4.20")}


def test_what_things_cost_the_merchant_never_leaves_the_server(shop: House) -> None:
    """Nowhere: documents, doors, problems, webhooks' answers."""
    for name in ("beans", "mug", "tea"):
        mine = shop.sandbox.state.variants[variant(name)]
        dear = {gid: replace(it, cost_price=Decimal("5.43")) for gid, it in mine.listings.items()}
        shop.sandbox.shelves.change_variant(mine.id, listings=dear)
    shop.work()
    bundle = kept(shop, a_draft("beans", "mug"))
    with shop.shop() as opened:
        assert below_cost_in(opened, bundle) == []
    heard = Heard(shop)
    checkout = shop.open_checkout("beans")
    shop.work()
    pages = [
        shop.storefront(f"checkout={checkout.id}").data,
        shop.storefront(f"variants={variant('beans')}&channel=default-channel").data,
        shop.client.post(
            f"/storefront/{shop.installation.key}/bundles/{bundle.id}/add", json={"checkout": checkout.id}
        ).data,
        *heard.said,
    ]

    assert all(b"5.43" not in page and b"cost" not in page.lower() for page in pages)
    assert b'"kind":"bundle"' in pages[0]


class Heard:
    """Everything Tandem says to Saleor from now on."""

    def __init__(self, house: House) -> None:
        self.said: list[bytes] = []
        inner = house.to_saleor.inner

        class Ear(httpx.BaseTransport):
            def handle_request(ear, request: httpx.Request) -> httpx.Response:  # noqa: N805  # `self` is the outer one
                if b"mutation" in request.content:
                    self.said.append(request.content)
                return inner.handle_request(request)

        house.to_saleor.inner = Ear()
