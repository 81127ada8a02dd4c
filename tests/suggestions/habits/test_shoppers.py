"""What is known of one shopper: never a label before three orders."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.suggestions.habits.shoppers import (
    NEVER_SEEN,
    EarlierOrder,
    Shopper,
    known_by,
    label,
    ninetieth,
)
from plugin.suggestions.model import ProductNumber

MUG = ProductNumber(1)


def an_earlier_order(
    total: str | None = "10", pieces: int = 1, returned: int = 0, discounted: bool = False
) -> EarlierOrder:
    return EarlierOrder(Decimal(total) if total else None, pieces, returned, discounted, [MUG])


@settings(deadline=None)
@given(st.lists(st.integers(0, 10_000).map(Decimal), min_size=3, max_size=60))
def test_nine_of_ten_orders_come_to_no_more_than_what_is_usual(totals: list[Decimal]) -> None:
    usual = ninetieth(totals)

    assert usual in totals
    assert sum(total <= usual for total in totals) >= 0.9 * len(totals)


def test_what_is_usual_is_the_smallest_such_total() -> None:
    assert ninetieth([Decimal(n) for n in range(1, 11)]) == Decimal(9)


def test_two_orders_are_not_usual() -> None:
    assert ninetieth([Decimal(1), Decimal(2)]) is None


def test_orders_in_another_currency_have_no_total_and_still_count() -> None:
    orders = [an_earlier_order("10"), an_earlier_order(None, 2), an_earlier_order("30", 3, 1, True)]

    assert known_by(orders) == Shopper(3, None, frozenset({MUG}), 6, 1, 1)


def test_nobody_is_labelled_before_the_third_order() -> None:
    worst = replace(NEVER_SEEN, orders=2, pieces=9, returned=9, promoted_orders=2)

    assert [label(worst), label(replace(worst, orders=3))] == [None, "returns_most"]


def test_most_is_more_than_half() -> None:
    half = Shopper(3, None, frozenset(), 10, 5, 0)

    assert [label(half), label(replace(half, returned=6))] == [None, "returns_most"]


def test_one_order_at_the_full_price_is_enough_to_not_be_a_bargain_hunter() -> None:
    hunter = Shopper(4, None, frozenset(), 4, 0, 4)

    assert [label(hunter), label(replace(hunter, promoted_orders=3))] == ["promotion_only", None]
