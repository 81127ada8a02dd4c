"""From the rows of a basket's products to one order of candidates: every ingredient is heard, each as loud as this shop learned."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plugin.suggestions.fitting import recent as newest
from plugin.suggestions.fitting.recent import NO_ORDERS, Recent
from plugin.suggestions.fitting.rows import NO_ROW, Floats, Places, Row, grouped

INGREDIENTS = (
    "ridge",  # what each product of the basket says once the others are heard (ridge.py)
    "ridge_later",  # the same, later lines louder
    "neighbours",  # what else was in the baskets most like this one (recent.py)
    "neighbours_later",
    "share",  # how many of the orders with a product of the basket hold it
    "lift",  # the same, bestsellers held back
    "close",  # what was added right beside a product of the basket (closeness.py)
    "close_last",  # ... beside the line added last
    "alike",  # similar names (likeness.py)
    "category",  # what is bought beside its category (categories.py)
    "own",  # what this buyer bought before
    "popular",
)

Blend = Mapping[str, float]
"""How loud each ingredient is; those left out are silent."""

MOST_LINES = 80
"""The last lines of a long basket speak for it."""

MOST_COMPARED = 40
"""... and so many of them are looked for in past orders: those weigh most to read."""

RIDGE_RARITY = 0.3
"""What a line says in the regressions is as loud as its rarity to this power: a bestseller is in baskets of every kind."""

LATER = 0.6
"""Each line says so much of what the line after it says, where later lines are louder."""

SHRINK = 3.0
LIFT_EXPONENT = 0.5
"""Of a pair: orders together / ((orders of the one + SHRINK) ^ (1 - b) * (orders of the other + SHRINK) ^ b), b = 0 or LIFT_EXPONENT."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """What was fitted for one product: `alone`, its orders of today's weight; `met`, its strongest pairs with `met_alone`, the
    orders of each of those; what of all it says in the ridge regressions of others is heard; what was added next to it; its newest orders."""

    alone: float = 0.0
    met: Row = NO_ROW
    met_alone: NDArray[np.float32] = field(default_factory=lambda: NO_ROW.weights)
    ridge: Row = NO_ROW
    close: Row = NO_ROW
    alike: Row = NO_ROW
    recent: Recent = NO_ORDERS


NOT_FITTED = Fitted()


@dataclass(frozen=True, slots=True)
class Heard:
    """What the ingredients say: candidates by number, and per candidate a column for each of the `ingredients` that was asked,
    scaled to its best score."""

    products: Places
    scores: Floats
    ingredients: Sequence[str] = INGREDIENTS

    def by(self, blend: Blend) -> Floats:
        """One score per candidate."""
        return np.asarray(self.scores @ [blend.get(name, 0.0) for name in self.ingredients], np.float64)

    def only_by(self, ingredients: Collection[str]) -> frozenset[int]:
        """The candidates that these speak for, and none of the others."""
        these = np.array([name in ingredients for name in self.ingredients], np.bool_)
        alone = self.scores[:, these].any(axis=1) & ~self.scores[:, ~these].any(axis=1)
        return frozenset(self.products[alone].tolist())


@dataclass(frozen=True, slots=True)
class Basket:
    """What is known of a basket: its products in the order they were added, what was fitted for each, what is said for their
    categories, the buyer's own purchases, the shop's bestsellers, and all orders of today's weight. `on_product`: it is the product of
    a page, and all its orders are like it."""

    products: Sequence[int]
    fitted: Sequence[Fitted]
    beside: Sequence[Row] = ()
    own: Row = NO_ROW
    popular: Row = NO_ROW
    orders: float = 0.0
    on_product: bool = False


def heard(basket: Basket, blend: Blend | None = None) -> Heard:
    """Everything the ingredients say; with a `blend` only those that are loud in it are asked."""
    said = _Said(blend)
    lines = len(basket.products)
    later = [LATER ** (lines - 1 - place) for place in range(lines)]
    rare = newest.rarity(np.array([one.alone for one in basket.fitted]), basket.orders)
    recents = [one.recent for one in basket.fitted[-MOST_COMPARED:]]
    loud = rare**RIDGE_RARITY
    for place, one in enumerate(basket.fitted):
        said.add("ridge", one.ridge, loud[place])
        said.add("ridge_later", one.ridge, loud[place] * later[place])
        if said.wants("share"):
            said.add("share", Row(one.met.products, one.met.weights / np.float32(one.alone + SHRINK)))
        if said.wants("lift"):
            scale = ((one.alone + SHRINK) * (one.met_alone + SHRINK)) ** LIFT_EXPONENT
            said.add("lift", Row(one.met.products, (one.met.weights / scale).astype(np.float32)))
        said.add("close", one.close, 1 / (one.alone + SHRINK) ** 0.5)
        if place == lines - 1:
            said.add("close_last", one.close)
        said.add("alike", one.alike)
    for beside in basket.beside:
        said.add("category", beside)
    most = newest.NEWEST if basket.on_product else newest.LIKE_THIS
    for name, says in (("neighbours", rare), ("neighbours_later", rare * later)):
        if said.wants(name):
            said.add(name, newest.votes(recents, says[-MOST_COMPARED:].tolist(), most))
    said.add("own", basket.own)
    said.add("popular", basket.popular)
    return said.heard(basket.products)


class _Said:
    """What was said so far, ingredient by ingredient."""

    def __init__(self, blend: Blend | None) -> None:
        asked = [name for name in INGREDIENTS if blend is None or blend.get(name, 0.0) > 0]
        self._places = {name: place for place, name in enumerate(asked)}
        self._products: list[NDArray[np.int32]] = [NO_ROW.products]
        self._weights: list[NDArray[Any]] = [np.empty(0)]
        self._of: list[tuple[int, int]] = []

    def wants(self, ingredient: str) -> bool:
        return ingredient in self._places

    def add(self, ingredient: str, row: Row, times: float = 1.0) -> None:
        if len(row.products) and ingredient in self._places:
            self._products.append(row.products)
            self._weights.append(row.weights * times)
            self._of.append((self._places[ingredient], len(row.products)))

    def heard(self, inside: Sequence[int]) -> Heard:
        """Summed per candidate; what is in the basket is none."""
        named = np.concatenate(self._products)
        places, which = grouped(named)
        products, asked = named[places], len(self._places)
        many = len(products)
        starts = np.repeat([of * many for of, _ in self._of], [count for _, count in self._of])
        spots = starts.astype(np.int64) + which
        sums = np.bincount(spots, np.concatenate(self._weights), minlength=asked * many)
        outside = np.ones(many, np.bool_)
        for product in inside:
            outside &= products != product
        scores = np.asarray(sums.reshape(asked, many)[:, outside], np.float64)
        best = scores.max(axis=1, initial=0.0)
        scores /= np.where(best > 0, best, 1.0)[:, None]
        return Heard(products[outside].astype(np.int64), scores.T, tuple(self._places))


def ranked(heard: Heard, blend: Blend, most: int) -> tuple[list[int], list[float]]:
    """The candidates this blend likes best, and their scores; ties by number. Nobody below nothing is named."""
    scores = heard.by(blend)
    likely = np.flatnonzero(scores > 0)
    if len(likely) > most:
        last = len(likely) - most
        likely = likely[scores[likely] >= np.partition(scores[likely], last)[last]]
    order = likely[np.lexsort((heard.products[likely], -scores[likely]))[:most]]
    return heard.products[order].tolist(), scores[order].tolist()
