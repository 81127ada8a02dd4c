"""The made-up shops are what they are said to be, and nobody finds more than one who knows the truth."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np

from tests.benchmarks.quality.folders import baskets_in
from tests.benchmarks.quality.judge import judged, truth_in
from tests.benchmarks.quality.made_up_sets import (
    OF_A_SEASON,
    STAYING,
    MadeUpSet,
    seasonal_shop,
    sparse_shop,
    tiny_shop,
)
from tests.benchmarks.quality.past import past_in
from tests.benchmarks.quality.peers import BASKET_PEERS
from tests.benchmarks.quality.preparing import prepare
from tests.benchmarks.quality.tuning import best_of
from tests.benchmarks.quality.worlds import THEME, world_of_series


def test_in_the_sparse_shop_ninety_seven_orders_of_a_hundred_have_one_product() -> None:
    shop = sparse_shop(orders=5_000, questions=100, series=20)

    learned = _sizes(shop)[: shop.orders_to_learn]

    assert 0.96 < sum(size == 1 for size in learned) / len(learned) < 0.98
    assert len(shop.world.products) == 800


def test_in_the_sparse_shop_most_pairs_that_are_asked_for_have_never_met() -> None:
    shop = sparse_shop(orders=6_000, questions=300, series=40)
    orders = _orders(shop)
    met = {(a, b) for order in orders[: shop.orders_to_learn] for a in order for b in order}

    asked = [(a, b) for order in orders[shop.orders_to_learn :] for a in order for b in order if a < b]

    assert sum(pair in met for pair in asked) / len(asked) < 0.5


def test_names_and_categories_say_what_fits_what() -> None:
    world = world_of_series(8, np.random.default_rng(1))

    likeliest = np.argsort(-world.companions, axis=1)[:, 0]

    series = [name.split()[0] for name in world.names]
    same = np.mean([series[one] == series[other] for one, other in enumerate(likeliest)])
    assert same > 0.9
    assert all(one // (8 * THEME) == other // (8 * THEME) for one, other in enumerate(likeliest))


def test_the_tiny_shop_has_learned_two_hundred_orders(tmp_path: Path) -> None:
    shop = tiny_shop(questions=50)

    prepare(shop.lines, tmp_path, orders_to_learn=shop.orders_to_learn)

    assert (len(past_in(tmp_path)), len(baskets_in(tmp_path))) == (200, 50)


def test_by_season_products_come_and_go_and_some_stay() -> None:
    shop = seasonal_shop(orders=4_000)
    orders = _orders(shop)
    early = {product for order in orders[:300] for product in order}
    late = {product for order in orders[-400:] for product in order}

    staying = {f"p{number:05}" for number in range(STAYING)}

    assert early & late <= staying
    assert len(early & late) > STAYING / 3
    assert len(shop.world.products) == STAYING + OF_A_SEASON


def test_the_newest_season_has_begun_when_the_learning_ends() -> None:
    shop = seasonal_shop(orders=4_000)
    orders = _orders(shop)
    newest = set(shop.world.products) - {f"p{number:05}" for number in range(STAYING)}

    begun = [number for number, order in enumerate(orders) if newest & set(order)]

    assert 0.84 < begun[0] / len(orders) < 0.87


def test_the_same_shop_is_made_every_time() -> None:
    assert tiny_shop(questions=10).lines == tiny_shop(questions=10).lines


def test_nobody_finds_more_than_one_who_knows_the_truth(tmp_path: Path) -> None:
    shop = tiny_shop(questions=300)
    prepare(shop.lines, tmp_path, orders_to_learn=shop.orders_to_learn)
    past, baskets, truth = past_in(tmp_path), baskets_in(tmp_path), truth_in(tmp_path)

    bound = judged(truth, [shop.best(basket, 10) for basket in baskets]).main

    for fit in BASKET_PEERS.values():
        best = best_of(fit(past), past.asked(baskets))
        assert judged(truth, [[past.products[one] for one in row if one >= 0] for row in best]).main < bound


def _orders(shop: MadeUpSet) -> list[list[str]]:
    orders: dict[str, list[str]] = {}
    for line in shop.lines:
        orders.setdefault(line.order, []).append(line.product)
    return list(orders.values())


def _sizes(shop: MadeUpSet) -> list[int]:
    return list(Counter(line.order for line in shop.lines).values())
