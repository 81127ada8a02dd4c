"""What each ingredient says, by hand: regressions, lines side by side, similar names, categories, own purchases."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from plugin.suggestions.fitting import categories, closeness, likeness, ridge
from plugin.suggestions.fitting.closeness import close_to
from plugin.suggestions.fitting.past import count_together
from plugin.suggestions.fitting.recent import NO_ORDERS, Recent, recent_of
from plugin.suggestions.fitting.rows import Row
from plugin.suggestions.fitting.whole import Whole, own_row, turned
from tests.suggestions.fitting.baskets import BASKETS, PRODUCTS, Baskets, as_past


def entries(one: Row) -> dict[int, float]:
    return dict(zip(one.products.tolist(), one.weights.tolist(), strict=True))


def recent(*orders: tuple[list[int], float]) -> Recent:
    made = as_past([(products, 1) for products, _ in orders])
    found = recent_of(made, np.arange(len(orders)), np.arange(len(orders)))
    return found._replace(weights=np.array([weight for _, weight in orders], np.float32))


@given(baskets=BASKETS, product=st.integers(0, PRODUCTS - 1))
def test_with_every_product_a_neighbour_the_regressions_are_ease(baskets: Baskets, product: int) -> None:
    assume(baskets)
    weights = [(products, 1 + weight % 3) for products, weight in baskets]
    counts = count_together(as_past(weights), PRODUCTS)
    every = np.arange(PRODUCTS)
    gram = counts.among(every) + np.diag(counts.alone)
    inverse = np.linalg.inv(gram + ridge.LAMBDA * np.eye(PRODUCTS))
    others = np.delete(every, product)
    ease = (-inverse / np.diag(inverse))[others, product]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ridge, "RHO", 0.0)
        found = ridge.weights(
            others.astype(np.int32), counts.among(others), counts.alone[others], gram[others, product]
        )

    assert found.products.tolist() == others.tolist()
    assert found.weights == pytest.approx(ease, rel=1e-4, abs=1e-6)


def test_without_neighbours_there_is_no_regression() -> None:
    nobody = np.empty(0)

    assert entries(ridge.weights(np.empty(0, np.int32), np.empty((0, 0)), nobody, nobody)) == {}


def test_what_neighbours_say_for_a_product_is_turned_into_what_each_says_for_others() -> None:
    solved = {
        1: Row(np.array([2, 3], np.int32), np.array([0.5, 0.25], np.float32)),
        3: Row(np.array([2], np.int32), np.array([-1.0], np.float32)),
    }

    assert {speaker: entries(said) for speaker, said in turned(solved).items()} == {
        2: {1: 0.5, 3: -1.0},
        3: {1: 0.25},
    }
    assert turned({}) == {}


def test_in_a_whole_shop_a_line_says_what_the_regressions_of_others_heard() -> None:
    whole = Whole(as_past([([0, 1], 1), ([0, 1, 2], 1), ([2, 3], 1)]), 4)
    solved = whole.solve()

    for speaker in range(4):
        said = entries(whole.fitted(speaker).ridge)
        assert said == {
            target: entries(own)[speaker] for target, own in solved.items() if speaker in own.products
        }


def test_what_was_added_next_to_it_is_close_and_the_farther_the_less() -> None:
    one = recent(([1, 5, 2, 3, 4, 6], 2.0), ([2, 5], 1.0))

    near, far, farther = (closeness.FADES**distance for distance in range(3))
    assert entries(close_to(5, one)) == {
        1: 2 * near, 2: 2 * near + near, 3: 2 * far, 4: 2 * farther,
    }  # fmt: skip


def test_nothing_is_close_across_orders_or_without_any() -> None:
    assert entries(close_to(5, recent(([1, 5], 1.0), ([2, 3], 1.0)))) == {1: 1.0}
    assert entries(close_to(5, NO_ORDERS)) == {}


def test_names_are_alike_by_the_rare_words_they_share() -> None:
    names = {7: "Red mug", 8: "red TEAPOT", 9: "Blue mug", 10: "Spoon"}
    shared, own = np.log(4 / 2) ** 2, np.log(4 / 1) ** 2
    both, one = (2 * shared) ** 0.5, (shared + own) ** 0.5

    found = {number: entries(alike) for number, alike in likeness.alike(names)}

    expected = shared / (both * one)
    assert found[7] == pytest.approx({8: expected, 9: expected}, rel=1e-6)
    assert found[8] == pytest.approx({7: expected}, rel=1e-6)
    assert found[10] == {}
    assert dict(likeness.alike({})) == {}


def test_a_word_in_too_many_names_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(likeness, "MOST_SHARING", 2)

    found = dict(likeness.alike({1: "mug one", 2: "mug two", 3: "mug six", 4: "jug"}))

    assert [entries(alike) for alike in found.values()] == [{}, {}, {}, {}]


def test_beside_a_category_stands_what_is_bought_most_of_those_met_with_it() -> None:
    counts = count_together(as_past([([0, 2], 3), ([1, 2], 1), ([0, 1], 2), ([3], 9)]), 5)
    coffee, tea = "coffee", "tea"

    beside = categories.beside_categories(counts, {0: coffee, 1: coffee, 2: tea, 99: tea})

    alone, met_tea, met_coffee = 5 + 3, 4, 2 * 2
    assert entries(beside[coffee]) == pytest.approx(
        {
            0: met_coffee / (met_tea + met_coffee) * 5 / alone,
            1: met_coffee / (met_tea + met_coffee) * 3 / alone,
            2: met_tea / (met_tea + met_coffee),
        }
    )
    assert entries(beside[tea]) == pytest.approx({0: 5 / alone, 1: 3 / alone})
    assert categories.beside_categories(counts, {}) == {}


def test_own_purchases_are_the_share_of_orders_with_each_newer_ones_weighing_more() -> None:
    orders = [(np.array([1, 2], np.int32), 3.0), (np.array([1], np.int32), 1.0), (np.empty(0, np.int32), 5.0)]

    assert entries(own_row(orders)) == {1: 1.0, 2: 0.75}
    assert entries(own_row([])) == {}
