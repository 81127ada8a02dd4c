"""What is heard for a basket: every ingredient scaled to its best, the basket's own products never, the silent not asked."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.suggestions.fitting import scoring
from plugin.suggestions.fitting.blending import IN_GENERAL
from plugin.suggestions.fitting.rows import NO_ROW, row
from plugin.suggestions.fitting.scoring import INGREDIENTS, Basket, Heard, heard, ranked
from plugin.suggestions.fitting.whole import Whole
from tests.suggestions.fitting.baskets import BASKETS, PRODUCTS, Baskets, as_past

INSIDE = st.lists(st.integers(0, PRODUCTS + 2), unique=True, max_size=4)


def a_basket(baskets: Baskets, inside: list[int]) -> Basket:
    category_of = {product: "even" if product % 2 == 0 else "odd" for product in range(PRODUCTS)}
    alike = {product: row([(product + 1) % PRODUCTS], [0.5]) for product in range(PRODUCTS)}
    whole = Whole(as_past(baskets), PRODUCTS, alike, category_of)
    whole.solve()
    return whole.basket(inside, row([0, 1, 5], [0.5, 1.0, 0.25]))


@given(baskets=BASKETS, inside=INSIDE)
def test_every_ingredient_is_scaled_to_its_best_candidate(baskets: Baskets, inside: list[int]) -> None:
    found = heard(a_basket(baskets, inside))

    for column in found.scores.T:
        assert column.max(initial=0.0) in (0.0, pytest.approx(1.0))
        assert np.isfinite(column).all()


@given(baskets=BASKETS, inside=INSIDE, asked=st.sampled_from(sorted(IN_GENERAL)))
def test_what_is_in_the_basket_is_no_candidate_and_none_stands_twice(
    baskets: Baskets, inside: list[int], asked: str
) -> None:
    found = heard(a_basket(baskets, inside))
    products, scores = ranked(found, IN_GENERAL[asked], 5)

    assert not set(found.products.tolist()) & set(inside)
    assert len(set(products)) == len(products) <= 5
    assert not set(products) & set(inside)
    assert scores == sorted(scores, reverse=True)


@given(baskets=BASKETS, inside=INSIDE, name=st.sampled_from(INGREDIENTS))
def test_silent_ingredients_are_not_asked_and_the_loud_ones_say_the_same(
    baskets: Baskets, inside: list[int], name: str
) -> None:
    basket = a_basket(baskets, inside)
    column = INGREDIENTS.index(name)

    alone, every = heard(basket, {name: 0.7}), heard(basket)

    assert alone.ingredients == (name,)
    whole = dict(zip(every.products.tolist(), every.scores[:, column].tolist(), strict=True))
    assert dict(zip(alone.products.tolist(), alone.scores[:, 0].tolist(), strict=True)) == {
        product: whole[product] for product in alone.products.tolist()
    }
    assert all(score == 0 for product, score in whole.items() if product not in alone.products)


def test_a_share_is_what_the_orders_with_a_line_hold_and_a_lift_holds_bestsellers_back() -> None:
    orders = [([0, 1], 1)] * 4 + [([0, 2], 1)] * 3 + [([1], 1)] * 90

    found = heard(a_basket(orders, [0]))

    share, lift = (
        dict(zip(found.products.tolist(), found.scores[:, INGREDIENTS.index(name)].tolist(), strict=True))
        for name in ("share", "lift")
    )
    assert (share[1], share[2]) == (1.0, pytest.approx(0.75))
    assert (lift[2], lift[1] < 0.5) == (1.0, True)


def test_later_lines_are_louder_where_that_is_asked() -> None:
    orders = [([0, 2], 1)] * 9 + [([1, 3], 1)] * 9

    found = heard(a_basket(orders, [0, 1]))

    later = dict(
        zip(found.products.tolist(), found.scores[:, INGREDIENTS.index("ridge_later")].tolist(), strict=True)
    )
    assert (later[3], later[2]) == (1.0, pytest.approx(scoring.LATER))


def test_an_empty_basket_hears_what_sells_and_what_the_buyer_bought() -> None:
    found = heard(Basket([], [], (), row([4], [2.0]), row([5, 6], [8.0, 2.0])))

    assert ranked(found, {"own": 1.0, "popular": 0.5}, 3) == ([4, 5, 6], [1.0, 0.5, 0.125])
    assert ranked(heard(Basket([], [])), IN_GENERAL["any"], 3) == ([], [])
    assert heard(Basket([], []), {"own": 1.0}).by({"own": 1.0}).tolist() == NO_ROW.weights.tolist()


def test_whom_nothing_speaks_for_is_not_named_and_ties_go_by_number() -> None:
    scores = np.zeros((4, len(INGREDIENTS)))
    scores[:3, 0] = [0.5, 0.5, -1.0]

    assert ranked(Heard(np.array([9, 2, 5, 7]), scores), {"ridge": 2.0}, 4) == ([2, 9], [1.0, 1.0])
