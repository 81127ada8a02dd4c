"""Past orders in memory: which products each held, in the order they were added, and what it weighs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from plugin.suggestions.fitting.rows import Floats, Places, Products

MOST_PAIRS = 40_000_000
"""Pairs counted in memory at most (about 1 GB while they are sorted): of a larger shop the newest orders."""


@dataclass(frozen=True, slots=True)
class Past:
    """Orders one after the other, oldest first.

    `products`: of all orders, end to end, each order's in the order they were added; `starts`: where each begins, and the end (n
    + 1). `weights`: of each order, in orders of today.
    """

    products: Products
    starts: Places
    weights: Floats

    def __len__(self) -> int:
        return len(self.weights)

    @property
    def sizes(self) -> Places:
        """How many products each order holds."""
        return np.diff(self.starts)

    def basket(self, number: int) -> Products:
        """The products of one order."""
        return self.products[self.starts[number] : self.starts[number + 1]]

    def of(self, which: Places) -> Past:
        """These orders, in the order given."""
        sizes = self.sizes[which]
        starts = np.zeros(len(which) + 1, np.int64)
        np.cumsum(sizes, out=starts[1:])
        held = np.repeat(self.starts[which] - starts[:-1], sizes) + np.arange(starts[-1])
        return Past(self.products[held], starts, self.weights[which])

    def part(self, first: int, end: int) -> Past:
        """The orders from `first` up to `end`."""
        begin, stop = self.starts[first], self.starts[end]
        return Past(self.products[begin:stop], self.starts[first : end + 1] - begin, self.weights[first:end])


def past(baskets: Iterable[Sequence[int] | Products], weights: Sequence[float] | Floats) -> Past:
    """The orders given as their products."""
    kept = [np.asarray(basket, np.int32) for basket in baskets]
    starts = np.zeros(len(kept) + 1, np.int64)
    np.cumsum([len(basket) for basket in kept], out=starts[1:])
    return Past(np.concatenate([np.empty(0, np.int32), *kept]), starts, np.asarray(weights, np.float64))


class Met(NamedTuple):
    """Products met with one, by number, and how often; of the same length."""

    products: Products
    weights: Floats

    def most(self, kept: int) -> Met:
        """At most so many, those met most, ties by number; by number again."""
        if len(self.products) <= kept:
            return self
        order = np.lexsort((self.products, -self.weights))[:kept]
        order.sort()
        return Met(self.products[order], self.weights[order])


@dataclass(frozen=True, slots=True)
class Together:
    """How often products were bought, alone (`alone`, by number) and together (both directions, by number of the one, then the other)."""

    alone: Floats
    keys: Places
    begins: Places
    others: Products
    met: Floats

    def of(self, product: int) -> Met:
        """The products met with this one, and how often."""
        begin, end = self.begins[product], self.begins[product + 1]
        return Met(self.others[begin:end], self.met[begin:end])

    def among(self, products: Places) -> Floats:
        """How often these met each other, n x n; the diagonal is nothing."""
        wanted = (products[:, None] * len(self.alone) + products[None, :]).ravel()
        places = np.minimum(np.searchsorted(self.keys, wanted), max(len(self.keys) - 1, 0))
        found = np.zeros(len(wanted))
        if len(self.keys):
            found[:] = np.where(self.keys[places] == wanted, self.met[places], 0.0)
        return found.reshape(len(products), len(products))


def count_together(orders: Past, products: int, scale: float = 1.0) -> Together:
    """Count pairs of the newest orders, as many as fit. `products`: numbers are below this.

    `scale`: weights are divided by it after they are summed, so that sums of whole numbers stay exact.
    """
    orders = _newest(orders)
    alone = np.bincount(orders.products, np.repeat(orders.weights, orders.sizes), minlength=products).astype(
        np.float64
    )
    keys, met = _pairs(orders, products)
    both = np.concatenate([keys, keys % products * products + keys // products])
    order = np.argsort(both, kind="stable")
    both, met = both[order], np.concatenate([met, met])[order]
    begins = np.searchsorted(both, np.arange(products + 1, dtype=np.int64) * products)
    return Together(alone / scale, both, begins, (both % products).astype(np.int32), met / scale)


def _newest(orders: Past) -> Past:
    pairs = np.cumsum((orders.sizes * (orders.sizes - 1) // 2)[::-1])
    kept = int(np.searchsorted(pairs, MOST_PAIRS, side="right"))
    return orders if kept >= len(orders) else orders.part(len(orders) - kept, len(orders))


def _pairs(orders: Past, products: int) -> tuple[Places, Floats]:
    """Every pair once, the smaller number first, as smaller * products + larger; and the weight of the orders with it."""
    sizes, keys, weights = orders.sizes, [np.empty(0, np.int64)], [np.empty(0)]
    for size in np.unique(sizes[sizes > 1]):
        which = np.flatnonzero(sizes == size)
        held = orders.products[orders.starts[which][:, None] + np.arange(size)].astype(np.int64)
        held.sort(axis=1)
        first, second = np.triu_indices(int(size), 1)
        keys.append((held[:, first] * products + held[:, second]).ravel())
        weights.append(np.repeat(orders.weights[which], len(first)))
    return _summed(np.concatenate(keys), np.concatenate(weights))


def _summed(keys: Places, weights: Floats) -> tuple[Places, Floats]:
    if not len(keys):
        return keys, weights
    order = np.argsort(keys, kind="stable")
    keys, weights = keys[order], weights[order]
    new: NDArray[np.bool_] = np.concatenate([[True], keys[1:] != keys[:-1]])
    return keys[new], np.add.reduceat(weights, np.flatnonzero(new))
