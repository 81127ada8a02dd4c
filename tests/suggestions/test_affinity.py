from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.suggestions import affinity
from plugin.suggestions.model import Neighbour, ProductNumber
from plugin.suggestions.preferences import Preferences
from tests.builders import a_line, an_order

NUMBERS = st.sets(st.integers(1, 40).map(ProductNumber), max_size=12)


def a_neighbour(together: int, beside: int, product: int, number: int = 2) -> Neighbour:
    return Neighbour(
        ProductNumber(number),
        ProductNumber(1),
        together,
        together,
        beside,
        product,
        together,
        beside,
        product,
    )


@given(NUMBERS)
def test_pairs_never_contain_a_product_twice(products: set[ProductNumber]) -> None:
    assert all(first != second for first, second in affinity.pairs(products))


@given(NUMBERS)
def test_pairs_come_in_both_directions(products: set[ProductNumber]) -> None:
    found = list(affinity.pairs(products))

    assert sorted(found) == sorted((second, first) for first, second in found)


@pytest.mark.parametrize(
    ("facts", "unpaid_orders", "counts"),
    [
        ({}, "confirmed", True),
        ({"status": "CANCELED"}, "always", False),
        ({"status": "EXPIRED"}, "always", False),
        ({"status": "DRAFT"}, "always", False),
        ({"refunded": True}, "always", False),
        ({"reissue": True}, "always", False),
        ({"paid": False}, "confirmed", True),
        ({"paid": False, "status": "UNCONFIRMED"}, "confirmed", False),
        ({"paid": True, "status": "UNCONFIRMED"}, "confirmed", True),
        ({"paid": False, "status": "UNCONFIRMED"}, "always", True),
        ({"paid": False}, "never", False),
        ({"paid": True}, "never", True),
        ({"status": "PARTIALLY_RETURNED"}, "confirmed", True),
    ],
)
def test_which_orders_count(facts: dict[str, object], unpaid_orders: str, counts: bool) -> None:
    order = an_order("1", "beans", "mug", **facts)

    assert affinity.counts(order, Preferences(unpaid_orders=unpaid_orders)) is counts


def test_returned_lines_and_gifts_were_not_bought() -> None:
    lines = [
        a_line("beans"),
        a_line("mug", quantity=2, kept=0),
        a_line("spoon", gift=True),
        a_line("pot", quantity=2, kept=1),
    ]

    assert affinity.bought(lines) == ("beans", "pot")


def test_a_business_order_of_300_lines_counts_by_its_50_dearest() -> None:
    lines = [a_line(f"part {n:03}", amount=f"{n}.00") for n in range(300)]

    assert affinity.bought(lines) == tuple(f"part {n:03}" for n in range(299, 249, -1))


def test_an_order_one_half_life_old_weighs_half() -> None:
    landmark = date(2026, 1, 1)
    today, earlier = landmark + timedelta(days=360), landmark + timedelta(days=180)

    assert affinity.weight(today, landmark, 180) == 2 * affinity.weight(earlier, landmark, 180)


def test_without_a_half_life_all_orders_weigh_the_same() -> None:
    landmark = date(2026, 1, 1)

    assert affinity.weight(landmark, landmark, 0) == affinity.weight(
        landmark - timedelta(days=3000), landmark, 0
    )


def test_weights_of_ten_million_orders_fit_64_bits() -> None:
    landmark = date(2026, 1, 1)
    far = landmark + timedelta(days=7 * affinity.MOST_HALF_LIVES)

    assert 10_000_000 * affinity.weight(far, landmark, 7) < 2**63


def test_a_bestseller_met_as_often_as_chance_is_no_surprise() -> None:
    assert not affinity.is_surprising(a_neighbour(together=60, beside=100, product=600), orders=1000)


def test_a_pair_met_far_more_often_than_chance_is_a_surprise() -> None:
    assert affinity.is_surprising(a_neighbour(together=40, beside=100, product=60), orders=1000)


def test_a_rare_companion_beats_a_bestseller_beside_the_same_product() -> None:
    rare, bestseller = a_neighbour(40, 100, 60, number=2), a_neighbour(75, 100, 600, number=3)

    assert [found.product for found in affinity.ranked([bestseller, rare], 1000)] == [2, 3]


@given(st.permutations([a_neighbour(10 + n % 3, 40, 30, number=2 + n) for n in range(8)]))
def test_the_ranking_does_not_depend_on_the_order_of_the_evidence(shuffled: list[Neighbour]) -> None:
    expected = affinity.ranked(sorted(shuffled, key=lambda found: found.product), 500)

    assert affinity.ranked(shuffled, 500) == expected
