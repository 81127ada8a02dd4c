"""Counts the orders of all buyers, one buyer after the other: what meets, what is bought again, what instead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from plugin.suggestions.habits.natures import Visit, came_back
from plugin.suggestions.model import ProductNumber

BITS = 16
"""Two categories in one whole number, the smaller one first: a dict of them is half as large as one of tuples."""

LOWER = (1 << BITS) - 1

CategoryOf = Mapping[ProductNumber, int]
"""Our number of each product's category; products of no category, or of one that is not looked at, are left out."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Everything counted. Categories by number, pairs packed, a category's pair with itself: two products of it in one order.

    Orders: `sizes` by how many different products they hold, `holding` a category, holding each of `products`, `together`.
    Buyers: who `met` a pair; of those with several orders `sizes_of_buyers`, `owning` a category, and `apart` a pair, by
    which came first. Of those who came back after a category: `came_back`, `again`, `same`.
    """

    sizes: Counter[int] = field(default_factory=Counter)
    holding: Counter[int] = field(default_factory=Counter)
    products: Counter[ProductNumber] = field(default_factory=Counter)
    together: Counter[int] = field(default_factory=Counter)
    met: Counter[int] = field(default_factory=Counter)
    sizes_of_buyers: Counter[int] = field(default_factory=Counter)
    owning: Counter[int] = field(default_factory=Counter)
    apart: Counter[tuple[int, bool]] = field(default_factory=Counter)
    came_back: Counter[int] = field(default_factory=Counter)
    again: Counter[int] = field(default_factory=Counter)
    same: Counter[int] = field(default_factory=Counter)


def count(buyers: Iterable[Sequence[Visit]], category_of: CategoryOf) -> Counts:
    """Count every buyer's orders, oldest first; whoever nobody knows is a buyer of their own."""
    counts = Counts()
    for visits in buyers:
        met: set[int] = set()
        for _at, products in visits:
            met.update(_count_order(counts, products, category_of))
        counts.met.update(met)
        if len(visits) > 1:
            _count_buyer(counts, visits, category_of, met)
    return counts


def pair(one: int, other: int) -> int:
    """Both in one number."""
    return one << BITS | other if one <= other else other << BITS | one


def unpacked(packed: int) -> tuple[int, int]:
    """The pair, the smaller one first."""
    return packed >> BITS, packed & LOWER


def _count_order(counts: Counts, products: Sequence[ProductNumber], category_of: CategoryOf) -> list[int]:
    """Count one order; the pairs met in it."""
    counts.sizes[len(products)] += 1
    counts.products.update(products)
    found = [category_of[product] for product in products if product in category_of]
    held = sorted(set(found))
    counts.holding.update(held)
    met = [one << BITS | other for one, other in combinations(held, 2)]
    if len(found) > len(held):
        met += [one << BITS | one for one in held if found.count(one) > 1]
    counts.together.update(met)
    return met


def _count_buyer(counts: Counts, visits: Sequence[Visit], category_of: CategoryOf, met: set[int]) -> None:
    """Count what only a buyer of several orders can tell."""
    for counted, found in zip(
        (counts.came_back, counts.again, counts.same), came_back(visits, category_of), strict=True
    ):
        counted.update(found)
    first: dict[int, int] = {}
    different: dict[int, set[ProductNumber]] = {}
    owned: set[ProductNumber] = set()
    for place, (_at, products) in enumerate(visits):
        owned.update(products)
        for product in products:
            category = category_of.get(product)
            if category is not None:
                first.setdefault(category, place)
                different.setdefault(category, set()).add(product)
    counts.sizes_of_buyers[len(owned)] += 1
    counts.owning.update(first)
    for one, other in combinations(sorted(first), 2):
        if (packed := one << BITS | other) not in met:
            counts.apart[packed, first[one] < first[other]] += 1
    counts.apart.update(
        (pair(one, one), True)
        for one, products in different.items()
        if len(products) > 1 and pair(one, one) not in met
    )
