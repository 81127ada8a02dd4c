"""How channels deliver is read from Saleor, by events where we may, and the gap to free delivery is reckoned from it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from plugin.errors import BadPreference
from plugin.sandbox.toy_shop import ANYWHERE, EUR, USD, product
from plugin.store import deliveries, facts
from plugin.suggestions.model import ChannelId, DeliveryGap
from plugin.use_cases.change_preferences import change_preferences
from plugin.use_cases.free_delivery import delivery_gap
from plugin.use_cases.refresh_deliveries import refresh_deliveries
from tests.house import AMERICA, EUROPE, House

HERE = ChannelId(EUR.id)


def free_from(house: House, amount: str, **more: Any) -> str:
    """The merchant delivers for nothing from this subtotal on."""
    return house.sandbox.shipping.add_method(
        ANYWHERE.id, "Free", {EUROPE: "0"}, from_total={EUROPE: amount}, **more
    ).id


def permitted(house: House) -> House:
    house.sandbox.apps.grant(house.saleor_app.id, "MANAGE_SHIPPING")
    house.work()
    return house


def gap(house: House, subtotal: str, country: str | None = "DE", ships: bool = True) -> DeliveryGap | None:
    with house.shop() as shop:
        return delivery_gap(shop, HERE, country, Decimal(subtotal), ships)


def missing(amount: str, saves: str | None = "4.90") -> DeliveryGap:
    return DeliveryGap(Decimal(amount), Decimal("50.00"), None if saves is None else Decimal(saves), "EUR")


def source(house: House) -> str:
    with house.shop() as shop:
        return str(facts.get(shop.db, "deliveries")["source"])


def prefer(house: House, *lines: str) -> None:
    with house.shop() as shop:
        change_preferences(shop, {"free_delivery_from": list(lines)}, "ann@example.com", datetime.now(UTC))


def read_again(house: House) -> None:
    """As the daily sweep does."""
    house.sweep()
    with house.shop() as shop:
        refresh_deliveries(shop, datetime.now(UTC))


def test_without_any_permission_what_storefronts_may_read_is_enough(empty_house: House) -> None:
    free_from(empty_house, "50.00")
    empty_house.install()
    empty_house.work()

    assert source(empty_house) == "storefront"
    assert [gap(empty_house, amount) for amount in ("45.70", "50.00")] == [missing("4.30"), None]


def test_with_the_permission_the_zones_are_read_and_events_are_followed(house: House) -> None:
    permitted(house)
    silent = gap(house, "45.70")

    method = free_from(house, "50.00")
    house.work()
    told = gap(house, "45.70")
    house.sandbox.shipping.list_method(method, EUROPE, minimum_order_price=Decimal(60))
    house.work()
    changed = gap(house, "45.70")
    house.sandbox.shipping.delete_method(method)
    house.work()

    assert source(house) == "zones"
    assert (silent, told) == (None, missing("4.30"))
    assert changed == DeliveryGap(Decimal("14.30"), Decimal("60.00"), Decimal("4.90"), "EUR")
    assert gap(house, "45.70") is None


def test_a_permission_withdrawn_unheard_costs_nothing(house: House) -> None:
    permitted(house)
    free_from(house, "50.00")
    house.sandbox.apps.withdraw(house.saleor_app.id, "MANAGE_SHIPPING")
    with house.shop() as shop:
        facts.keep(shop.db, "may_read_deliveries", True)

    read_again(house)

    assert (source(house), gap(house, "45.70")) == ("storefront", missing("4.30"))


def test_excluded_products_make_a_free_method_no_promise(house: House) -> None:
    permitted(house)
    method = free_from(house, "50.00")
    house.sandbox.shipping.change_method(method, excluded_product_ids=frozenset({product("pot")}))
    house.work()

    assert gap(house, "45.70") is None


def test_a_country_nobody_delivers_to_has_no_gap_and_without_one_the_channels_own_counts(
    house: House,
) -> None:
    permitted(house)
    zone = house.sandbox.shipping.add_zone("Poland", ["PL"], [EUROPE]).id
    house.sandbox.shipping.change_zone(ANYWHERE.id, countries=("DE", "FR"))
    house.sandbox.shipping.add_method(zone, "Poczta", {EUROPE: "7"})
    free_from(house, "50.00")
    house.work()

    found = {country: gap(house, "45.70", country) for country in (None, "DE", "FR", "PL", "JP")}

    assert found == {
        None: missing("4.30"),
        "DE": missing("4.30"),
        "FR": missing("4.30"),
        "PL": None,
        "JP": None,
    }


def test_what_needs_no_delivery_is_promised_none(house: House) -> None:
    permitted(house)
    free_from(house, "50.00")
    house.work()

    assert gap(house, "45.70", ships=False) is None


def test_prices_displayed_otherwise_than_entered_allow_no_promise_in_cents(house: House) -> None:
    permitted(house)
    free_from(house, "50.00")
    house.work()
    with house.shop() as shop:
        shop.db.conn.execute("update channels set entered_with_tax = 1 - gross")

        assert delivery_gap(shop, HERE, "DE", Decimal(45)) is None


def test_what_a_merchant_typed_counts_while_the_zones_may_not_be_read(house: House) -> None:
    prefer(house, f"{EUROPE}: 50.00, 5.90")
    by_hand = gap(house, "45.70")

    permitted(house)

    assert (by_hand, gap(house, "45.70")) == (missing("4.30", "5.90"), None)


@pytest.mark.parametrize("line", ["nowhere: 50", f"{EUROPE}: fifty", f"{EUROPE}: 50.005", f"{AMERICA} 50"])
def test_what_is_typed_wrong_is_refused_and_nothing_changes(house: House, line: str) -> None:
    with pytest.raises(BadPreference):
        prefer(house, line)

    assert gap(house, "45.70") is None


def test_two_channels_are_delivered_to_each_in_its_own_way(house: House) -> None:
    permitted(house)
    free_from(house, "50.00")
    house.work()

    with house.shop() as shop:
        names = {
            channel: [method.name for method in deliveries.methods(shop.db, ChannelId(channel), "US")]
            for channel in (EUR.id, USD.id)
        }

    assert names == {EUR.id: ["Free", "Post"], USD.id: ["Post"]}
