"""Made-up worlds: which products there are, what sells, and what is bought with what. Known, so that nobody can do better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tests.benchmarks.quality.past import Numbers, Scores

SYLLABLES = ("no", "ka", "ri", "ve", "lo", "ta", "mi", "su", "bel", "dor", "fen", "gal")
KINDS = (
    "camera", "lens", "case", "strap", "battery", "charger", "tripod", "filter", "flash", "memory card", "kettle",
    "teapot", "cup", "saucer", "tea tin", "strainer", "tray", "spoon", "sugar bowl", "milk jug", "tent",
    "sleeping bag", "mat", "stove", "lamp", "rucksack", "bottle", "rope", "compass", "knife", "shirt", "trousers",
    "jacket", "belt", "socks", "cap", "scarf", "gloves", "shoes", "laces",
)  # fmt: skip
"""Ten and ten belong together: what a photographer, a tea drinker, a camper and a dressed person buys."""

THEME = 10
COMPANION_KINDS = 3
"""Kinds that are bought beside one kind, of the same theme."""

OF_THE_SERIES = 0.7
"""Share of companions from the same series: the battery that fits this camera."""

ANYTHING = 0.08
"""Share of companions that are what people buy anyway."""

ZIPF = 0.8


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """What is true of a shop: an order begins with a product drawn by `popularity`; each further product is drawn from
    the row in `companions` of the first.
    """

    products: Sequence[str]
    names: Sequence[str]
    categories: Sequence[str]
    popularity: Scores
    companions: Scores

    def orders(self, sizes: Sequence[int], dice: np.random.Generator) -> list[list[int]]:
        """The products of orders of these sizes; one drawn twice is one line."""
        first = dice.choice(len(self.products), len(sizes), p=self.popularity)
        return [
            list(dict.fromkeys([one, *self._beside(one, size - 1, dice)]))
            for one, size in zip(first.tolist(), sizes, strict=True)
        ]

    def _beside(self, product: int, count: int, dice: np.random.Generator) -> list[int]:
        if not count:
            return []
        drawn: list[int] = dice.choice(len(self.products), count, p=self.companions[product]).tolist()
        return drawn

    def likely(self, basket: Numbers) -> Scores:
        """How likely each product is the missing one of a basket, up to a constant: any of them may have been first."""
        with np.errstate(divide="ignore"):
            logs = np.log(self.companions[:, basket])
            first = np.log(self.popularity)
        others = np.array([np.delete(logs[one], at).sum() for at, one in enumerate(basket)])
        began = np.exp(first[basket] + others) @ self.companions[basket]
        beginning = np.exp(first + logs.sum(1))
        likely: Scores = began + beginning
        likely[basket] = 0
        return likely


def world_of_series(series: int, dice: np.random.Generator) -> World:
    """Every kind of product in every series: "Nokari battery" fits "Nokari camera". Most pairs are never bought."""
    names = _series_names(series, dice)
    kind_of, series_of = np.divmod(np.arange(len(KINDS) * series), series)
    popularity = _zipf(len(KINDS), dice)[kind_of] * _zipf(series, dice)[series_of]
    popularity *= dice.lognormal(0, 0.5, len(popularity))
    popularity /= popularity.sum()
    beside = _companion_kinds(dice)
    in_kind = popularity / np.bincount(kind_of, popularity)[kind_of]
    same = (series_of[:, None] == series_of[None, :]) * OF_THE_SERIES
    companions = beside[kind_of][:, kind_of] * (same + (1 - OF_THE_SERIES) * in_kind)
    return World(
        products=[f"p{number:05}" for number in range(len(popularity))],
        names=[f"{names[one]} {KINDS[kind]}" for kind, one in zip(kind_of, series_of, strict=True)],
        categories=[KINDS[kind] for kind in kind_of],
        popularity=popularity,
        companions=_with_anything(companions, popularity),
    )


def world_of_groups(products: Sequence[int], groups: Numbers, dice: np.random.Generator) -> World:
    """Products in groups that belong together, as `groups` says; categories and names say nothing of it."""
    popularity = _zipf(len(products), dice)
    within = (groups[:, None] == groups[None, :]) * popularity
    categories = [KINDS[number % len(KINDS)] for number in products]
    return World(
        products=[f"p{number:05}" for number in products],
        names=[f"{kind} no. {number}" for kind, number in zip(categories, products, strict=True)],
        categories=categories,
        popularity=popularity,
        companions=_with_anything(within, popularity),
    )


def _with_anything(companions: Scores, popularity: Scores) -> Scores:
    companions = companions * (1 - np.eye(len(popularity)))
    companions /= np.maximum(companions.sum(1, keepdims=True), 1e-300)
    mixed: Scores = (1 - ANYTHING) * companions + ANYTHING * popularity
    mixed /= mixed.sum(1, keepdims=True)
    return mixed


def _companion_kinds(dice: np.random.Generator) -> Scores:
    """Kinds by kinds: the share of companions; a kind is no companion of itself, and none of another theme."""
    beside = np.zeros((len(KINDS), len(KINDS)))
    for kind in range(len(KINDS)):
        theme = [one for one in range(kind // THEME * THEME, kind // THEME * THEME + THEME) if one != kind]
        beside[kind, dice.choice(theme, COMPANION_KINDS, replace=False)] = (0.5, 0.3, 0.2)
    return beside


def _series_names(count: int, dice: np.random.Generator) -> list[str]:
    names: dict[str, None] = {}
    while len(names) < count:
        names["".join(dice.choice(SYLLABLES, 3)).capitalize()] = None
    return list(names)


def _zipf(count: int, dice: np.random.Generator) -> Scores:
    weights = dice.permutation(1 / np.arange(1, count + 1) ** ZIPF)
    share: Scores = weights / weights.sum()
    return share
