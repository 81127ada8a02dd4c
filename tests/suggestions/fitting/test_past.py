"""Past orders in memory, and what is counted of them."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.suggestions.fitting import past as room
from plugin.suggestions.fitting.past import Met, count_together
from tests.suggestions.fitting.baskets import BASKETS, PRODUCTS, Baskets, as_past


@given(baskets=BASKETS, scale=st.sampled_from([1.0, 4.0, 3.0]))
def test_pairs_are_counted_as_one_by_one(baskets: Baskets, scale: float) -> None:
    alone, met = [0] * PRODUCTS, np.zeros((PRODUCTS, PRODUCTS), np.int64)
    for products, weight in baskets:
        for product in products:
            alone[product] += weight
        for one, other in permutations(products, 2):
            met[one, other] += weight

    counts = count_together(as_past(baskets), PRODUCTS, scale)

    assert counts.alone.tolist() == [weight / scale for weight in alone]
    for product in range(PRODUCTS):
        found = counts.of(product)
        there = np.flatnonzero(met[product])
        assert found.products.tolist() == there.tolist()
        assert found.weights.tolist() == (met[product][there] / scale).tolist()
    assert counts.among(np.arange(PRODUCTS)).tolist() == (met / scale).tolist()


@given(baskets=BASKETS, dice=st.randoms(use_true_random=False))
def test_orders_are_picked_in_any_order(baskets: Baskets, dice: object) -> None:
    which = np.array([at for at in range(len(baskets)) if at % 3 != 1][::-1], np.int64)

    picked = as_past(baskets).of(which)

    expected = [baskets[at] for at in which]
    assert [picked.basket(at).tolist() for at in range(len(picked))] == [products for products, _ in expected]
    assert picked.weights.tolist() == [weight for _, weight in expected]


@given(baskets=BASKETS)
def test_a_part_is_the_orders_from_one_to_another(baskets: Baskets) -> None:
    first, end = len(baskets) // 3, len(baskets)

    part = as_past(baskets).part(first, end)

    assert [part.basket(at).tolist() for at in range(len(part))] == [
        products for products, _ in baskets[first:]
    ]


def test_of_more_pairs_than_fit_the_newest_orders_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_PAIRS", 2)

    counts = count_together(as_past([([0, 1], 1), ([1, 2], 1), ([2, 3], 1)]), 4)

    assert [counts.of(product).products.tolist() for product in range(4)] == [[], [2], [1, 3], [2]]


def test_those_met_most_are_kept_ties_by_number() -> None:
    met = Met(np.array([1, 4, 6, 9], np.int32), np.array([2.0, 5.0, 2.0, 3.0]))

    kept = met.most(3)

    assert (kept.products.tolist(), kept.weights.tolist()) == ([1, 4, 9], [2.0, 5.0, 3.0])
    assert met.most(4) is met
