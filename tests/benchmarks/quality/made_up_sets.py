"""Shops no public set is like: sparse ones, tiny ones, and those whose assortment changes by season. Seeded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice, repeat

import numpy as np

from tests.benchmarks.quality.folders import Basket
from tests.benchmarks.quality.past import Numbers
from tests.benchmarks.quality.preparing import Line
from tests.benchmarks.quality.worlds import World, world_of_groups, world_of_series

BEGIN = datetime(2025, 1, 1)
DAYS = 720
SEED = 11

QUESTIONS = 1000
"""Later orders of two products or more: as many as it takes to tell rankings apart, though the shop has few."""

SPARSE_ORDERS = 15_000
SPARSE_SIZES = {1: 0.97, 2: 0.025, 3: 0.005}
SERIES = 100
"""Times forty kinds: 4,000 products."""

TINY_ORDERS = 200
TINY_SIZES = {1: 0.3, 2: 0.35, 3: 0.2, 4: 0.15}
TINY_PRODUCTS = 60

SEASON_ORDERS = 16_000
SEASON_SIZES = {1: 0.15, 2: 0.3, 3: 0.25, 4: 0.2, 5: 0.1}
SEASONS = 8
STAYING = 150
"""Products sold all the year, with new companions each season."""

OF_A_SEASON = 350
"""Products that come with a season and go with it."""

GROUP = 10
NEWEST_SHARE = 0.15
"""Of all orders: the newest season has begun when the learning ends, and goes on in the later baskets."""


@dataclass(frozen=True, slots=True, eq=False)
class MadeUpSet:
    """A shop's lines, oldest first; how many orders are learned; and the world its later orders come from."""

    lines: Sequence[Line]
    orders_to_learn: int
    world: World

    def best(self, basket: Basket, count: int) -> list[str]:
        """The ranking of one who knows the truth: nobody finds more, but for luck."""
        number = {product: at for at, product in enumerate(self.world.products)}
        known = np.array(
            [number[product] for product in basket.products if product in number], dtype=np.int64
        )
        likely = self.world.likely(known) if len(known) else self.world.popularity.copy()
        return [
            self.world.products[at] for at in np.argsort(-likely, kind="stable")[:count] if likely[at] > 0
        ]


def sparse_shop(orders: int = SPARSE_ORDERS, questions: int = QUESTIONS, series: int = SERIES) -> MadeUpSet:
    """Ninety-seven orders of a hundred have one product; categories and names tell what fits what."""
    dice = np.random.default_rng(SEED)
    world = world_of_series(series, dice)
    drawn = world.orders(_sizes(orders, SPARSE_SIZES, dice), dice)
    drawn += _questions(questions, world, SPARSE_SIZES, dice)
    return MadeUpSet(_lines([(world, one) for one in drawn], dice), orders, world)


def tiny_shop(orders: int = TINY_ORDERS, questions: int = QUESTIONS) -> MadeUpSet:
    """Two hundred orders of sixty products in groups of ten."""
    dice = np.random.default_rng(SEED + 1)
    world = world_of_groups(range(TINY_PRODUCTS), dice.permutation(TINY_PRODUCTS) // GROUP, dice)
    drawn = world.orders(_sizes(orders, TINY_SIZES, dice), dice)
    drawn += _questions(questions, world, TINY_SIZES, dice)
    return MadeUpSet(_lines([(world, one) for one in drawn], dice), orders, world)


def seasonal_shop(orders: int = SEASON_ORDERS) -> MadeUpSet:
    """Two years of eight seasons: most products come and go, the others get new companions. The last tenth is asked."""
    dice = np.random.default_rng(SEED + 2)
    worlds = [_season(season, dice) for season in range(SEASONS)]
    ends = np.linspace(0, 1 - NEWEST_SHARE, SEASONS)[1:]
    of = np.searchsorted(ends, np.arange(orders) / orders, side="right")
    drawn = [
        (world, order)
        for season, world in enumerate(worlds)
        for order in world.orders(_sizes(int((of == season).sum()), SEASON_SIZES, dice), dice)
    ]
    return MadeUpSet(_lines(drawn, dice), int(orders * 0.9), worlds[-1])


MADE_UP: Mapping[str, Callable[[], MadeUpSet]] = {
    "made-up sparse shop": sparse_shop,
    "made-up tiny shop": tiny_shop,
    "made-up seasonal shop": seasonal_shop,
}


def _season(season: int, dice: np.random.Generator) -> World:
    first = STAYING + season * OF_A_SEASON
    products = [*range(STAYING), *range(first, first + OF_A_SEASON)]
    return world_of_groups(products, dice.permutation(len(products)) // GROUP, dice)


def _sizes(count: int, shares: Mapping[int, float], dice: np.random.Generator) -> list[int]:
    return [int(size) for size in dice.choice(list(shares), count, p=list(shares.values()))]


def _questions(
    count: int, world: World, shares: Mapping[int, float], dice: np.random.Generator
) -> list[list[int]]:
    """Orders of at least two products, as the shop's own but for those of one."""
    several = {size: share / (1 - shares[1]) for size, share in shares.items() if size > 1}
    orders = (order for _ in repeat(None) for order in world.orders(_sizes(count, several, dice), dice))
    return list(islice((order for order in orders if len(order) > 1), count))


def _lines(orders: Sequence[tuple[World, Sequence[int]]], dice: np.random.Generator) -> list[Line]:
    """Orders evenly over the days; most buyers come once. The lines of an order are not known to be in any order."""
    buyers: Numbers = dice.integers(len(orders), size=len(orders))
    lines = []
    for number, (world, products) in enumerate(orders):
        at = BEGIN + timedelta(days=DAYS) * (number / len(orders))
        lines += [
            Line(
                f"o{number:06}", f"b{buyers[number]:06}", world.products[product], 1, 10.0, at.replace(microsecond=0),
                world.names[product], world.categories[product], None,
            )
            for product in products
        ]  # fmt: skip
    return lines
