"""Orders as matrices, for the peers: what was bought together, by whom, in which order of time and lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse  # type: ignore[import-untyped]  # it brings no types

from tests.benchmarks.quality.folders import Basket, orders_in

Numbers = NDArray[np.int64]
Scores = NDArray[np.float64]
Matrix = Any
"""A scipy.sparse matrix in rows."""


@dataclass(frozen=True, eq=False)
class Asked:
    """Baskets to complete, one a row, and their buyers' numbers (-1: unknown)."""

    baskets: Matrix
    buyers: Numbers

    def part(self, start: int, end: int) -> Asked:
        """The baskets from `start` until before `end`."""
        return Asked(self.baskets[start:end], self.buyers[start:end])


@dataclass(frozen=True, eq=False)
class Past:
    """Orders, oldest first: `items[starts[n]:starts[n + 1]]` are the n-th one's products, as they were added.

    Products are numbered in the order in which they first appear, as `evaluate.py` does.
    """

    products: Sequence[str]
    starts: Numbers
    items: Numbers
    buyers: Numbers
    buyer_numbers: dict[str, int]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def order(self, number: int) -> Numbers:
        """The products of one order."""
        return self.items[self.starts[number] : self.starts[number + 1]]

    def first(self, count: int) -> Past:
        """The oldest `count` orders, with the same numbers for products and buyers."""
        end = self.starts[count]
        return Past(
            self.products, self.starts[: count + 1], self.items[:end], self.buyers[:count], self.buyer_numbers
        )

    @cached_property
    def bought(self) -> Matrix:
        """Orders by products: 1 where bought."""
        return rows_of(self.starts.copy(), self.items.copy(), len(self.products))

    @cached_property
    def sizes(self) -> Scores:
        """How many products each order has."""
        return np.diff(self.starts).astype(float)

    @cached_property
    def counts(self) -> Scores:
        """How many orders each product is in."""
        return np.bincount(self.items, minlength=len(self.products)).astype(float)

    @cached_property
    def together(self) -> Matrix:
        """Products by products: in how many orders both are; nothing on the diagonal."""
        pairs = (self.bought.T @ self.bought).tocsr()
        pairs.setdiag(0)
        pairs.eliminate_zeros()
        return pairs

    def asked(self, baskets: Sequence[Basket]) -> Asked:
        """Baskets by name as rows; products that never sold before are left out."""
        known = {product: number for number, product in enumerate(self.products)}
        rows = [[known[product] for product in basket.products if product in known] for basket in baskets]
        buyers = [self.buyer_numbers.get(basket.buyer, -1) if basket.buyer else -1 for basket in baskets]
        return Asked(rows_from(rows, len(self.products)), np.array(buyers, dtype=np.int64))


def past_in(folder: Path) -> Past:
    """The orders of a prepared folder."""
    products: dict[str, int] = {}
    buyers: dict[str, int] = {}
    starts: list[int] = [0]
    items: list[int] = []
    whose: list[int] = []
    for _, buyer, bought in orders_in(folder):
        items.extend(products.setdefault(product, len(products)) for product in bought)
        starts.append(len(items))
        whose.append(buyers.setdefault(buyer, len(buyers)) if buyer else -1)
    return Past(list(products), np.array(starts), np.array(items), np.array(whose), buyers)


def rows_from(rows: Sequence[Sequence[int] | Numbers], width: int) -> Matrix:
    """A matrix with a 1 for every number of every row."""
    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    items = (
        np.concatenate([np.asarray(row, dtype=np.int64) for row in rows]) if rows else np.zeros(0, np.int64)
    )
    return rows_of(starts, items, width)


def rows_of(starts: Numbers, items: Numbers, width: int) -> Matrix:
    """As `rows_from`, from numbers in one piece."""
    return sparse.csr_matrix((np.ones(len(items)), items, starts), shape=(len(starts) - 1, width))
