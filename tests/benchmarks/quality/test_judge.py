"""The judge's definitions, on examples small enough to check by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import log2
from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks.quality.folders import Basket, baskets_in, hidden_in, orders_in
from tests.benchmarks.quality.judge import BadRanking, Truth, head_of, interval, judged
from tests.benchmarks.quality.preparing import Line, prepare

SOLD = frozenset({"beans", "mug", "tea", "pot", "spoon"})
ONE_EACH = Truth(
    [("beans",), ("tea",), ("beans",), ("tea",)],
    ["mug", "pot", "spoon", "never sold"],
    frozenset({"mug"}),
    SOLD,
)


def test_a_find_is_worth_less_the_later_it_comes() -> None:
    ranks = [["mug"], ["mug", "beans", "pot"], ["mug", "tea", "pot", "x", "spoon"], ["pot"]]

    figures = judged(ONE_EACH, ranks)

    assert figures.worth.tolist() == [1, 1 / log2(4), 1 / log2(6), 0]
    assert (figures.hit_rate, figures.hits_4, figures.length) == (0.75, 0.5, 10 / 4)


def test_the_tail_is_what_was_sold_but_is_no_bestseller() -> None:
    figures = judged(ONE_EACH, [["mug"], ["pot"], ["pot"], []])

    assert figures.tail == 0.5, "of pot and spoon; what never sold is neither tail nor head"


def test_coverage_is_the_share_of_sold_products_shown_to_anybody() -> None:
    figures = judged(ONE_EACH, [["mug"], ["mug", "pot"], ["pot"], ["beans"]])

    assert figures.coverage == 3 / 5


def test_where_all_the_rest_is_hidden_precision_counts_of_ten() -> None:
    truth = Truth([("beans",), ("tea",)], [["mug", "spoon"], ["pot"]], frozenset(), SOLD)

    figures = judged(truth, [["mug", "spoon", "tea"], ["mug"]])

    assert (figures.main, figures.tail) == (0.1, None)


@pytest.mark.parametrize("ranks", [[["mug", "mug"]], [["beans"]], []])
def test_a_ranking_that_repeats_or_offers_the_basket_or_is_missing_is_refused(ranks: list[list[str]]) -> None:
    truth = Truth([("beans",)], ["mug"], frozenset(), SOLD)

    with pytest.raises(BadRanking):
        judged(truth, ranks)


def test_bestsellers_are_those_that_stay_within_half_of_all_lines() -> None:
    assert head_of({"tea": 1, "mug": 3, "beans": 3, "pot": 3}) == frozenset({"mug"})


def test_the_interval_of_a_constant_is_the_constant() -> None:
    assert interval(np.full(50, 0.25)) == (0.25, 0.25)


def test_the_interval_is_the_same_every_time_and_holds_the_mean() -> None:
    values = np.arange(100) / 100

    low, high = interval(values)

    assert (low, high) == interval(values)
    assert low < values.mean() < high


def test_the_newest_tenth_is_asked_and_the_rest_is_learned(tmp_path: Path) -> None:
    prepare(_orders(20), tmp_path)

    assert [number for number, _, _ in orders_in(tmp_path)] == [f"o{number:02}" for number in range(18)]
    assert [basket.at for basket in baskets_in(tmp_path)] == ["2025-01-19T00:00:00Z", "2025-01-20T00:00:00Z"]


def test_a_product_is_taken_out_of_the_basket(tmp_path: Path) -> None:
    prepare(_orders(10), tmp_path)

    (basket,), (hidden,) = baskets_in(tmp_path), hidden_in(tmp_path)

    assert sorted([*basket.products, str(hidden)]) == ["beans", "mug", "spoon"]


def test_what_was_added_last_can_be_hidden(tmp_path: Path) -> None:
    prepare(_orders(10), tmp_path, "last")

    assert baskets_in(tmp_path) == [Basket(("spoon", "mug"), "2025-01-10T00:00:00Z", "anna")]
    assert hidden_in(tmp_path) == ["beans"]


def test_all_but_one_can_be_hidden(tmp_path: Path) -> None:
    prepare(_orders(10), tmp_path, "rest")

    (basket,), (hidden,) = baskets_in(tmp_path), hidden_in(tmp_path)

    assert (len(basket.products), len(hidden)) == (1, 2)
    assert {*basket.products, *hidden} == {"beans", "mug", "spoon"}


def test_without_times_orders_are_split_by_chance_but_always_the_same(tmp_path: Path) -> None:
    lines = [line._replace(at=None) for line in _orders(30)]
    for name in ("once", "again"):
        prepare(lines, tmp_path / name)

    once, again = (list(orders_in(tmp_path / name)) for name in ("once", "again"))

    assert once == again
    assert once != sorted(once)


def test_an_order_of_one_product_is_no_question(tmp_path: Path) -> None:
    prepare([line for line in _orders(20) if line.product == "mug"], tmp_path)

    assert baskets_in(tmp_path) == []


def _orders(count: int) -> list[Line]:
    """One a day; spoon, mug and beans were added in this order, and one line is in the table twice."""
    return [
        Line(
            f"o{number:02}",
            "anna",
            product,
            1,
            2.5,
            datetime(2025, 1, 1) + timedelta(days=number),
            product,
            None,
            place,
        )
        for number in range(count)
        for place, product in enumerate(("spoon", "mug", "beans", "mug"))
    ]
