"""Saleor gives up after five minutes; what was lost by then is found again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from plugin.sandbox.toy_shop import product, variant
from plugin.store import facts, jobs
from plugin.use_cases import plan_work
from plugin.use_cases.reconcile import reconcile
from tests.house import EUROPE, House


def reconciled(house: House) -> int:
    """How many orders taught something new."""
    with house.shop() as shop:
        return reconcile(shop, datetime.now(UTC))


def down(house: House) -> None:
    """Nothing gets through any more, and Saleor's retries run out."""
    house.to_tandem.down = 500


def up(house: House) -> None:
    house.to_tandem.down = None
    house.later(minutes=1)


def failed(house: House) -> set[str]:
    return {
        delivery.event_type
        for delivery in house.sandbox.state.deliveries.values()
        if delivery.status == "FAILED"
    }


def test_orders_placed_and_cancelled_while_tandem_was_down_are_learned(house: House) -> None:
    known = house.place("beans", "mug")
    house.later(minutes=1)
    down(house)
    placed = house.place("tea", "pot")
    house.sandbox.orders.cancel(known.id)
    up(house)

    found = reconciled(house)

    assert found == 2
    assert (placed.id in house.learned_orders(), known.id in house.learned_orders()) == (True, False)


def test_a_second_look_finds_nothing_new(house: House) -> None:
    down(house)
    house.place_several(3, "tea", "pot")
    up(house)
    first = reconciled(house)
    house.later(minutes=1)

    assert (first, reconciled(house)) == (3, 0)


def test_a_look_at_a_shop_where_nothing_was_lost_finds_nothing(house: House) -> None:
    house.place_several(3, "tea", "pot")
    house.later(minutes=1)

    assert reconciled(house) == 0


def test_changes_that_saleor_no_longer_holds_as_failed_are_found_by_their_time(house: House) -> None:
    down(house)
    placed = house.place_several(2, "tea", "pot")
    house.sandbox.state.deliveries.clear()
    up(house)

    assert reconciled(house) == 2
    assert {order.id for order in placed} <= house.learned_orders()


def test_the_first_look_goes_back_a_day(house: House) -> None:
    down(house)
    house.clock.ahead = timedelta(hours=-23)
    yesterday = house.place("tea", "pot")
    house.clock.ahead = timedelta(hours=-26)
    too_long_ago = house.place("tea", "pot")
    house.clock.ahead = timedelta()
    house.sandbox.state.deliveries.clear()
    up(house)

    reconciled(house)

    assert (yesterday.id in house.learned_orders(), too_long_ago.id in house.learned_orders()) == (
        True,
        False,
    )


def test_the_next_look_begins_where_the_last_one_ended(house: House) -> None:
    reconciled(house)
    with house.shop() as shop:
        first = facts.get(shop.db, "reconciled_until")
    house.later(hours=3)
    down(house)
    house.place("tea", "pot")
    up(house)

    reconciled(house)

    with house.shop() as shop:
        assert facts.get(shop.db, "reconciled_until") > first


def test_more_lost_orders_than_one_page_are_all_found(house: House) -> None:
    reconciled(house)
    down(house)
    drafts = [
        house.sandbox.orders.draft({variant("tea"): 1, variant("pot"): 1}, user_email=f"{n}@example.com")
        for n in range(130)
    ]
    house.sandbox.orders.bulk_create(drafts)
    house.sandbox.state.deliveries.clear()
    up(house)

    assert reconciled(house) == 130


def test_an_expired_order_is_found_though_saleor_does_not_touch_its_time(house: House) -> None:
    house.sandbox.settings.confirm_orders_automatically = False
    order = house.place("tea", "pot", paid=False)
    reconciled(house)
    house.later(hours=2)
    down(house)
    house.sandbox.orders.expire(order.id)
    house.sandbox.state.deliveries.clear()
    up(house)

    assert reconciled(house) == 1
    assert order.id not in house.learned_orders()


def test_a_failed_delivery_is_read_from_saleors_own_list(house: House) -> None:
    """The expiry of a confirmed order shows neither in its time nor among those waiting: only the failed delivery tells."""
    order = house.place("tea", "pot", paid=False)
    reconciled(house)
    house.later(hours=2)
    down(house)
    house.sandbox.orders.expire(order.id)
    up(house)

    found = reconciled(house)

    assert (failed(house), found) == ({"ORDER_EXPIRED", "ORDER_UPDATED"}, 1)
    assert order.id not in house.learned_orders()


def test_a_lost_price_is_asked_for_again(house: House) -> None:
    down(house)
    house.sandbox.shelves.set_price(variant("mug"), EUROPE, Decimal("9.50"))
    house.sandbox.shelves.delete_product(product("filter"))
    up(house)

    reconciled(house)
    house.work()

    document = house.storefront(f"variants={variant('beans')}&channel={EUROPE}").get_json()
    assert [(found["name"], found["price"]["amount"]) for found in document["suggestions"]] == [
        ("Mug", "9.50")
    ]


def test_a_failed_delivery_that_cannot_be_read_does_not_stop_the_others(house: House) -> None:
    down(house)
    placed = house.place("tea", "pot")
    deliveries = house.sandbox.state.deliveries
    for (gid, delivery), payload in zip(
        list(deliveries.items()), (b"not JSON", b"[]", b'{"order": {}}'), strict=False
    ):
        deliveries[gid] = type(delivery)(
            **{name: getattr(delivery, name) for name in type(delivery).__slots__} | {"payload": payload}
        )
    up(house)

    reconciled(house)

    assert placed.id in house.learned_orders()


def test_the_next_look_is_planned_for_an_hour_later(house: House) -> None:
    with house.shop() as shop:
        plan_work.catch_up(shop, datetime.now(UTC))

    house.work()

    with house.shop() as shop:
        planned = jobs.get(shop.db, plan_work.RECONCILE)
    assert planned
    pause = datetime.fromtimestamp(planned["due_at"], UTC) - datetime.now(UTC)
    assert timedelta(minutes=59) < pause <= timedelta(hours=1)
