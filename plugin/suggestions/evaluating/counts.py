"""Orders in memory, product by product: what was bought together is counted when it is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from plugin.suggestions.evaluating.model import LISTED, TrainingOrder
from plugin.suggestions.model import ProductNumber

Whole = NDArray[np.int64]
Real = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Counts:
    """`numbers`: the products, smallest first; everywhere else a product is its place among them.

    `products`: of one order after the other, each from `begins` on. `holding`: the orders of one product after the other, each
    from `first` on. `weights`: of the orders, in orders of the heaviest.
    """

    numbers: Whole
    products: Whole
    begins: Whole
    holding: Whole
    first: Whole
    weights: Real

    @property
    def orders(self) -> Whole:
        """How many orders held each product."""
        return np.diff(self.first)


def counted(orders: Sequence[TrainingOrder]) -> Counts:
    """The orders as arrays."""
    sizes = np.fromiter((len(order.products) for order in orders), np.int64, len(orders))
    everything = np.fromiter(chain.from_iterable(order.products for order in orders), np.int64, sizes.sum())
    numbers, products = np.unique(everything, return_inverse=True)
    of_order = np.repeat(np.arange(len(orders)), sizes)
    weights = np.fromiter((order.weight for order in orders), np.float64, len(orders))
    return Counts(
        numbers=numbers,
        products=products,
        begins=np.concatenate([[0], np.cumsum(sizes)]),
        holding=of_order[np.argsort(products, kind="stable")],
        first=np.concatenate([[0], np.cumsum(np.bincount(products, minlength=len(numbers)))]),
        weights=weights / max(weights.max(initial=0.0), 1.0),
    )


def places(counts: Counts, basket: Iterable[ProductNumber]) -> Whole:
    """Where the products of a basket stand; those nobody bought yet are left out."""
    wanted = np.fromiter(basket, np.int64)
    if not len(counts.numbers):
        return wanted[:0]
    found = np.minimum(np.searchsorted(counts.numbers, wanted), len(counts.numbers) - 1)
    there: Whole = found[counts.numbers[found] == wanted]
    return there


def together(counts: Counts, place: int) -> tuple[Whole, Whole, Real]:
    """The products bought with this one: where they stand, in how many orders, of which weight."""
    orders = counts.holding[counts.first[place] : counts.first[place + 1]]
    begins = counts.begins[orders]
    sizes = counts.begins[orders + 1] - begins
    lines = np.arange(sizes.sum()) + np.repeat(begins - np.cumsum(sizes) + sizes, sizes)
    products, most = counts.products[lines], len(counts.numbers)
    met: Whole = np.bincount(products, minlength=most)
    weight = np.bincount(products, np.repeat(counts.weights[orders], sizes), minlength=most).astype(
        np.float64
    )
    met[place] = 0
    near = np.flatnonzero(met)
    return near, met[near], weight[near]


def best(counts: Counts, scores: Real, basket: Whole) -> list[ProductNumber]:
    """The products that score most, ties by number; none without a score, none of the basket."""
    scores[basket] = 0
    there = np.flatnonzero(scores > 0)
    order = np.lexsort((there, -scores[there]))[:LISTED]
    return [ProductNumber(int(number)) for number in counts.numbers[there[order]]]
