"""Every event about an order teaches; cancelled, expired, refunded or returned, it is un-learned."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from plugin.sandbox.sales_facts import Order
from plugin.sandbox.toy_shop import product
from plugin.store import orders
from plugin.suggestions.model import ProductId
from tests.builders import counts_of
from tests.house import AMERICA, EUROPE, House

Counts = dict[str, list[tuple[Any, ...]]]

NOTHING: Counts = {"pairs": [], "bought": [], "totals": []}


def counted(house: House) -> Counts:
    with house.shop() as shop:
        return counts_of(shop.db)


def together(house: House, one: str = "beans", other: str = "mug") -> int:
    """In how many orders of the whole shop these two count as bought together."""
    rows = counted(house)["pairs"]
    return sum(row[3] for row in rows if row[:3] == ("", product(one), product(other)))


def statuses(house: House) -> set[int]:
    return {status for _event, status in house.to_tandem.told()}


def pieces_of(order: Order, *places: int) -> dict[str, int]:
    """All pieces of these lines, by line."""
    return {order.lines[place].id: order.lines[place].quantity for place in places}


def test_an_order_is_learned_the_moment_it_is_placed(new_house: House) -> None:
    new_house.place("beans", "mug")

    assert (together(new_house), together(new_house, "mug", "beans")) == (1, 1)


def test_an_order_counts_for_its_channel_and_for_the_whole_shop(new_house: House) -> None:
    new_house.place("beans", "mug", channel=AMERICA)

    scopes = {(row[0], row[3]) for row in counted(new_house)["pairs"]}
    american = new_house.sandbox.state.channel(AMERICA)
    assert american
    assert scopes == {("", 1), (american.id, 1)}


def test_one_order_counts_once_however_many_events_tell_of_it(new_house: House) -> None:
    order = new_house.place("beans", "mug")
    new_house.sandbox.orders.fulfill(order.id)
    new_house.sandbox.orders.change(order.id, metadata={"note": "gift"})

    assert set(new_house.to_tandem.told()) >= {
        ("order_created", 200),
        ("order_confirmed", 200),
        ("order_updated", 200),
    }
    assert together(new_house) == 1


def test_orders_created_in_bulk_are_learned_from_their_one_event(new_house: House) -> None:
    sandbox = new_house.sandbox
    lines = [line.product_variant_id for line in new_house.place("beans", "mug").lines]
    drafts = [sandbox.orders.draft(dict.fromkeys(lines, 1), user_email=f"{n}@example.com") for n in range(3)]

    sandbox.orders.bulk_create(drafts)

    assert new_house.to_tandem.told()["order_bulk_created", 200] == 1
    assert together(new_house) == 4


def cancel(house: House, order: Order) -> None:
    house.sandbox.orders.cancel(order.id)


def expire(house: House, order: Order) -> None:
    house.sandbox.orders.expire(order.id)


def refund_all(house: House, order: Order) -> None:
    house.sandbox.refunds.refund(order.id)


def return_all(house: House, order: Order) -> None:
    house.sandbox.orders.fulfill(order.id)
    house.sandbox.refunds.give_back(order.id, pieces_of(order, 0, 1), refund=False)


def return_all_for_money(house: House, order: Order) -> None:
    house.sandbox.orders.fulfill(order.id)
    house.sandbox.refunds.give_back(order.id, pieces_of(order, 0, 1))


@pytest.mark.parametrize("end", [cancel, expire, refund_all, return_all, return_all_for_money])
def test_an_order_that_came_to_nothing_leaves_no_trace(
    new_house: House, end: Callable[[House, Order], None]
) -> None:
    order = new_house.place("beans", "mug", paid=end is not expire)
    before = together(new_house)

    end(new_house, order)

    assert (before, counted(new_house)) == (1, NOTHING)


def test_a_product_given_back_is_taken_out_of_its_order(new_house: House) -> None:
    order = new_house.place("beans", "mug", "filter")
    new_house.sandbox.orders.fulfill(order.id)

    new_house.sandbox.refunds.give_back(order.id, pieces_of(order, 1))

    assert (together(new_house, "beans", "mug"), together(new_house, "beans", "filter")) == (0, 1)


def test_a_refund_of_a_part_changes_nothing_about_what_was_bought_together(new_house: House) -> None:
    order = new_house.place("beans", "mug")

    new_house.sandbox.refunds.refund(order.id, order.total.gross.amount / 4)

    assert together(new_house) == 1


def test_a_gift_line_was_not_chosen_and_does_not_count(new_house: House) -> None:
    gift = next(iter(new_house.sandbox.state.variants.values()))

    new_house.place("mug", "filter", gifts=(gift.id,))

    assert (together(new_house, "mug", "filter"), together(new_house, "beans", "mug")) == (1, 0)


def test_an_order_waits_for_its_confirmation_unless_it_is_paid(new_house: House) -> None:
    new_house.sandbox.settings.confirm_orders_automatically = False
    order = new_house.place("beans", "mug", paid=False)
    waiting = together(new_house)

    new_house.sandbox.orders.confirm(order.id)
    confirmed = together(new_house)
    new_house.place("beans", "mug", paid=True)

    assert (waiting, confirmed, together(new_house)) == (0, 1, 2)


def test_a_draft_counts_once_it_has_become_an_order(new_house: House) -> None:
    sandbox = new_house.sandbox
    bought = dict.fromkeys(list(sandbox.state.variants)[:2], 1)
    begun = new_house.clock() - timedelta(days=3)
    draft = replace(sandbox.orders.draft(bought, user_email="ann@example.com"), created=begun, origin="DRAFT")
    before = counted(new_house)

    with sandbox.kernel.change():
        sandbox.orders.register(draft)

    assert (before, together(new_house)) == (NOTHING, 1)


@pytest.mark.parametrize("seed", range(4))
def test_events_out_of_order_and_twice_end_in_the_same_counts(new_house: House, seed: int) -> None:
    sandbox = new_house.sandbox
    sandbox.outbox.mode = "hold"
    placed = [
        new_house.place("beans", "mug"),
        new_house.place("tea", "pot"),
        new_house.place("beans", "filter", paid=False),
    ]
    new_house.later(seconds=1)
    sandbox.orders.cancel(placed[0].id)
    sandbox.orders.fulfill(placed[1].id)
    new_house.later(seconds=1)
    sandbox.refunds.give_back(placed[1].id, pieces_of(placed[1], 0))
    sandbox.orders.expire(placed[2].id)
    new_house.place("beans", "mug", channel=AMERICA)

    sandbox.outbox.flush(random.Random(seed), duplicates=12)

    assert statuses(new_house) == {200}
    assert [row[:4] for row in counted(new_house)["pairs"] if row[0] == ""] == sorted(
        [("", product("beans"), product("mug"), 1), ("", product("mug"), product("beans"), 1)]
    )
    europe = sandbox.state.channel(EUROPE)
    assert europe
    totals = {scope: orders for scope, orders, _weight in counted(new_house)["totals"]}
    assert totals == {"": 2, europe.id: 1, placed_channel(new_house): 1}


def placed_channel(house: House) -> str:
    american = house.sandbox.state.channel(AMERICA)
    assert american
    return american.id


def test_a_delivery_that_comes_after_a_newer_one_changes_nothing(new_house: House) -> None:
    sandbox = new_house.sandbox
    sandbox.outbox.mode = "hold"
    order = new_house.place("beans", "mug")
    late = sandbox.outbox.held.copy()
    sandbox.outbox.held.clear()
    new_house.later(seconds=1)
    sandbox.orders.cancel(order.id)
    sandbox.outbox.flush()

    sandbox.outbox.held += late
    sandbox.outbox.flush()

    assert counted(new_house) == NOTHING


def test_a_guest_and_the_same_person_signed_in_are_one_buyer(new_house: House) -> None:
    new_house.place("beans", "mug", user_email="Ann@Example.com ")
    new_house.place("beans", "mug", user_email="ann@example.com", user_id=new_house.sandbox.admin.id)

    assert {row[3:5] for row in counted(new_house)["pairs"]} == {(2, 1)}


def test_no_address_of_a_buyer_is_kept(new_house: House) -> None:
    new_house.place(
        "beans", "mug", user_email="ann@example.com", billing_address={"last_name": "Coffeelover"}
    )

    files = b"".join(path.read_bytes() for path in new_house.config.data_dir.iterdir())
    assert (b"ann@example.com" in files, b"Coffeelover" in files) == (False, False)


def test_a_line_whose_variant_was_deleted_still_counts_for_its_product(new_house: House) -> None:
    new_house.place("beans", "mug")
    order = new_house.place("beans", "mug")
    mug = order.lines[1].product_variant_id
    new_house.sandbox.shelves.delete_variant(mug)

    new_house.later(seconds=1)
    new_house.sandbox.orders.change(order.id, metadata={"note": "late"})

    assert together(new_house) == 2


def test_the_order_a_checkout_became_is_known_by_it(new_house: House) -> None:
    checkout = new_house.open_checkout("beans", "mug")
    new_house.sandbox.checkouts.write(
        checkout.id, email="ann@example.com", billing_address={"city": "Springfield"}
    )

    order = new_house.sandbox.checkouts.complete(checkout.id)

    with new_house.shop() as shop:
        assert orders.sold(shop.db, order.id) == (
            checkout.id,
            frozenset(ProductId(product(name)) for name in ("beans", "mug")),
        )
