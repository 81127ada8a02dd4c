"""The back-test's own arithmetic: split by time, hidden blindly, judged as anybody would count by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from math import log2
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.suggestions.evaluating import chart, counts, figures, fitted_ranker, peers, words
from plugin.suggestions.evaluating.intervals import estimate
from plugin.suggestions.evaluating.model import (
    BESTSELLERS,
    BOUGHT_TOGETHER,
    TANDEM,
    Estimate,
    Evaluation,
    Figures,
    HeldOut,
    Ranker,
    TrainingOrder,
)
from plugin.suggestions.evaluating.splitting import held_out, samples, split
from plugin.suggestions.model import ProductNumber

NOW = datetime(2026, 11, 22, tzinfo=UTC)

BASKETS = st.lists(st.lists(st.integers(1, 9), min_size=1, max_size=5, unique=True), min_size=1, max_size=20)


def order(*products: int, day: int = 0, weight: int = 100, caused: bool = False) -> TrainingOrder:
    return TrainingOrder(numbers(products), day * 86_400.0, None, weight, caused)


def numbers(products: Iterable[int]) -> tuple[ProductNumber, ...]:
    return tuple(ProductNumber(product) for product in products)


def asked(rank: Ranker, *basket: int) -> list[int]:
    return list(rank(numbers(basket), None, NOW))


def held(hidden: int, *basket: int) -> HeldOut:
    return HeldOut(numbers(basket), ProductNumber(hidden), None, NOW)


def figures_of(first_three: float) -> Figures:
    one = Estimate(first_three, first_three - 0.02, first_three + 0.02)
    return Figures(one, one, one, Estimate(1, 1, 1), 0.5)


@given(st.integers(0, 400))
def test_the_newest_tenth_is_asked_about_and_the_rest_is_learned_from(orders: int) -> None:
    earlier, later = split([order(1, 2, day=day) for day in range(orders)])

    assert ([one.ordered_at for one in (*earlier, *later)], len(later)) == (
        [day * 86_400.0 for day in range(orders)],
        orders // 10,
    )


@given(BASKETS)
def test_one_product_is_hidden_of_every_basket_of_two_and_the_others_keep_their_order(
    baskets: list[list[int]],
) -> None:
    later = [order(*basket) for basket in baskets]

    found = held_out(later, most=100)

    asked_about = [basket for basket in baskets if len(basket) > 1]
    assert len(found) == len(asked_about)
    for one, basket in zip(found, asked_about, strict=True):
        assert list(one.basket) == [product for product in basket if product != one.hidden]
        assert one.hidden in basket


def test_orders_tandem_had_a_part_in_are_not_asked_about() -> None:
    assert held_out([order(1, 2, caused=True), order(3, 4)], most=10)[0].basket[0] in (3, 4)
    assert held_out([order(1, 2, caused=True)], most=10) == []


def test_the_same_shop_is_asked_the_same() -> None:
    later = [order(*range(1, 2 + day % 6), day=day) for day in range(500)]

    once, again = held_out(later, most=100), held_out(later, most=100)

    assert (once, len(once)) == (again, 100)
    assert [one.at for one in once] == sorted(one.at for one in once)


def test_every_place_of_a_basket_is_hidden_about_as_often() -> None:
    hidden = Counter(one.hidden for one in held_out([order(1, 2, 3, 4)] * 2_000, most=2_000))

    assert all(400 < hidden[ProductNumber(product)] < 600 for product in (1, 2, 3, 4))


@pytest.mark.parametrize(("baskets", "chosen"), [(0, 0), (3, 3), (1_000, 6)])
def test_a_handful_of_baskets_is_chosen_to_be_looked_at(baskets: int, chosen: int) -> None:
    places = samples(baskets)

    assert (len(set(places)), places == sorted(places)) == (chosen, True)
    assert all(0 <= place < baskets for place in places)


@given(BASKETS, st.lists(st.integers(1, 12), min_size=1, max_size=4, unique=True))
def test_bought_together_is_the_sum_of_the_shares_a_person_would_count(
    baskets: list[list[int]], basket: list[int]
) -> None:
    scores = {
        product: sum(
            sum(product in one and beside in one for one in baskets) / times
            for beside in basket
            if (times := sum(beside in one for one in baskets))
        )
        for product in range(1, 13)
        if product not in basket
    }
    found = asked(peers.bought_together([order(*one) for one in baskets]), *basket)

    expected = sorted((round(score, 9) for score in scores.values() if score), reverse=True)[:10]
    assert [round(scores[product], 9) for product in found] == expected


@given(BASKETS, st.lists(st.integers(1, 12), max_size=4, unique=True))
def test_bestsellers_are_in_most_orders_and_not_in_the_basket(
    baskets: list[list[int]], basket: list[int]
) -> None:
    times = Counter(product for one in baskets for product in one)

    found = asked(peers.bestsellers([order(*one) for one in baskets]), *basket)

    expected = sorted(times.keys() - set(basket), key=lambda product: (-times[product], product))
    assert found == expected[:10]


@given(BASKETS)
def test_pairs_are_counted_as_by_hand(baskets: list[list[int]]) -> None:
    held_orders = counts.counted([order(*one, weight=50) for one in baskets])
    for place, product in enumerate(held_orders.numbers.tolist()):
        near, met, weight = counts.together(held_orders, place)

        expected = Counter(other for one in baskets if product in one for other in one if other != product)
        found = dict(zip(held_orders.numbers[near].tolist(), met.tolist(), strict=True))
        assert (found, weight.tolist()) == (dict(expected), met.tolist())


def test_what_nobody_bought_yet_has_no_companions() -> None:
    empty = counts.counted([])

    assert (asked(peers.bought_together([order(1, 2)]), 9), asked(peers.bought_together([]), 1)) == ([], [])
    assert counts.places(empty, numbers([1])).tolist() == []


def test_the_model_names_a_companion_first_and_never_what_is_in_the_basket() -> None:
    orders = [order(1, 2)] * 30 + [order(3)] * 300 + [order(1, 3)] * 5

    assert asked(fitted_ranker.fit(orders), 1)[0] == 2
    assert 1 not in asked(fitted_ranker.fit(orders), 1)


def test_hit_rates_and_ndcg_are_as_counted_by_hand() -> None:
    answers = [numbers([5, 6, 7]), numbers([1, 2, 3, 4, 5]), numbers([]), numbers([9])]
    baskets = [held(5, 1), held(5, 9), held(1, 2), held(1, 2)]

    found = figures.figures(answers, baskets, {ProductNumber(product): 1 for product in range(1, 21)})

    values = (found.first_three.value, found.first_ten.value, found.answered.value, found.catalogue)
    assert values == (0.25, 0.5, 0.75, 8 / 20)
    assert found.ndcg.value == pytest.approx((1 + 1 / log2(6)) / 4)


def test_the_tail_is_what_is_no_bestseller_and_could_be_named() -> None:
    bought = dict(zip(numbers([1, 2, 3, 4]), (50, 30, 10, 10), strict=True))
    answers = [numbers([3]), numbers([1]), numbers([1]), numbers([9])]

    found = figures.figures(answers, [held(3, 9), held(4, 9), held(1, 9), held(9, 2)], bought)

    assert figures.bestsellers(bought) == {1}
    assert (found.tail.value if found.tail else None, found.first_three.value) == (0.5, 0.75)


def test_tandem_is_held_against_the_better_of_the_others_basket_by_basket() -> None:
    baskets = [held(1, 2)] * 100
    right, wrong = numbers([1]), numbers([3])
    answers: dict[str, Sequence[Sequence[ProductNumber]]] = {
        TANDEM: [right] * 60 + [wrong] * 40,
        BOUGHT_TOGETHER: [right] * 30 + [wrong] * 70,
        BESTSELLERS: [right] * 50 + [wrong] * 50,
    }
    found = {name: figures.figures(answer, baskets, {}) for name, answer in answers.items()}

    rival, ahead = figures.ahead(answers, baskets, found)

    assert (rival, round(ahead.value, 9), ahead.low > 0.03, ahead.high < 0.17) == (
        BESTSELLERS,
        0.1,
        True,
        True,
    )


def test_an_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    dice = np.random.default_rng(1)
    intervals = [estimate((dice.random(200) < 0.3).astype(float)) for _ in range(200)]

    assert 0.9 < np.mean([one.low <= 0.3 <= one.high for one in intervals]) < 0.99


@given(st.lists(st.booleans(), min_size=1, max_size=30))
def test_the_figure_lies_within_its_interval(hits: list[bool]) -> None:
    found = estimate(np.array(hits, dtype=float))

    assert found.low <= found.value + 1e-9
    assert found.value <= found.high + 1e-9


@pytest.mark.parametrize(
    ("share", "told"), [(0.312, "31 %"), (0.0996, "10 %"), (0.042, "4.2 %"), (0, "0 %"), (1, "100 %")]
)
def test_shares_are_told_as_people_read_them(share: float, told: str) -> None:
    assert words.percent(share) == told


def test_without_figures_the_sentence_says_how_many_baskets_are_missing() -> None:
    assert words.found(Evaluation(NOW, 1_000, 50, 143)) == "Not enough data yet: 143 of 200 test baskets."


@pytest.mark.parametrize("best", [0.004, 0.049, 0.31, 0.97])
def test_the_chart_is_well_formed_speaks_and_stays_in_its_frame(best: float) -> None:
    found = {TANDEM: figures_of(best), BOUGHT_TOGETHER: figures_of(best / 2), BESTSELLERS: figures_of(0.02)}
    made = Evaluation(NOW, 1_000, 50, 400, figures=found)

    drawn = ElementTree.fromstring(chart.file(made))  # noqa: S314  # our own drawing

    spoken = {child.tag.rpartition("}")[2]: child.text or "" for child in drawn}
    assert (drawn.get("role"), drawn.get("aria-labelledby")) == ("img", "proof-title proof-told")
    assert f"Tandem {words.percent(best)}" in spoken["desc"]
    bars = [float(one.get("width") or 0) for one in drawn.iter() if "proof-bar" in one.get("class", "")]
    assert (len(bars), all(0 < bar <= chart.WIDTH for bar in bars)) == (6, True)
    assert "prefers-color-scheme: dark" in spoken["style"]
