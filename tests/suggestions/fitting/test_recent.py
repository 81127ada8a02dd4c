"""The newest orders with a product, and the voices of the baskets most like this one."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.suggestions.fitting import recent as room
from plugin.suggestions.fitting.recent import NO_ORDERS, Recent, packed, recent_of, unpacked, votes
from tests.suggestions.fitting.baskets import BASKETS, PRODUCTS, Baskets, as_past


def with_product(baskets: Baskets, product: int) -> Recent:
    which = np.array([at for at, (products, _) in enumerate(baskets) if product in products], np.int64)
    return recent_of(as_past(baskets), which, np.arange(len(baskets)) + 100, 2.0)


def plain(recent: Recent) -> list[list[float]]:
    return [part.tolist() for part in recent]


@given(baskets=BASKETS)
def test_what_is_packed_is_unpacked_again(baskets: Baskets) -> None:
    made = with_product(baskets, 3)

    assert plain(unpacked(packed(made))) == plain(made)
    assert plain(unpacked(None)) == plain(NO_ORDERS)


def test_the_newest_orders_are_kept_as_they_were_added(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "NEWEST", 2)

    kept = with_product([([3], 2), ([1, 3], 4), ([0], 6), ([3, 5, 2], 8)], 3)

    assert plain(kept) == [[101, 103], [2.0, 4.0], [2, 3], [1, 3, 3, 5, 2]]


@given(
    baskets=BASKETS,
    basket=st.lists(st.integers(0, PRODUCTS - 1), unique=True, max_size=4),
    says=st.lists(st.floats(0.1, 5), min_size=4, max_size=4),
)
def test_the_voices_are_those_of_plain_nearest_neighbours(
    baskets: Baskets, basket: list[int], says: list[float]
) -> None:
    told = dict(zip(basket, says, strict=False))
    expected: dict[int, float] = defaultdict(float)
    for products, weight in baskets:
        shared = sum(told[product] for product in basket if product in products)
        likeness = shared / len(products) ** room.SIZE_EXPONENT
        for product in products if shared else ():
            expected[product] += likeness**room.LIKENESS_EXPONENT * weight / 2.0

    voices = votes([with_product(baskets, product) for product in basket], list(told.values()))

    found: dict[int, float] = defaultdict(float)
    for product, weight in zip(voices.products.tolist(), voices.weights.tolist(), strict=True):
        found[product] += weight
    assert found == pytest.approx(expected, rel=1e-5)


def test_only_the_baskets_most_like_this_one_have_a_voice() -> None:
    baskets = [([0, 1, 2], 1), ([0, 1, 3], 2), ([0, 4], 1)]

    voices = votes([with_product(baskets, 0), with_product(baskets, 1)], [1.0, 1.0], most=1)

    assert sorted(voices.products.tolist()) == [0, 1, 3]


def test_sharing_a_rare_product_says_more() -> None:
    rare, often = room.rarity(np.array([2.0, 90.0]), 100.0).tolist()

    assert rare > often > 0
