"""How often sets of two and three products were bought: exact counts from one pass over the orders, in little memory."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import combinations
from typing import NamedTuple

from plugin.suggestions.model import ProductNumber

Products = tuple[ProductNumber, ...]
"""A set of products: two or three, the smallest number first."""

ANYBODY = b""
"""Stands for the last buyer met, before any was."""


class CountingOrder(NamedTuple):
    """An order that counts, as far as it matters for some sets.

    `products`: those of them it holds, smallest number first; `induced`: those that we had offered in its checkout, or
    priced in a bundle. Orders of one buyer follow one another. A tuple, for a million of them pass by.
    """

    number: int
    buyer: bytes | None
    products: Products
    induced: frozenset[ProductNumber]
    weight: int


class SetCount(NamedTuple):
    """How often a set was bought whole. `induced` orders are not among `orders`, their buyers not among `buyers`.

    `weight`: of `orders`, with the half-life the merchant chose.
    """

    orders: int = 0
    buyers: int = 0
    induced: int = 0
    weight: int = 0


class Sought:
    """The sets to be found in baskets, arranged so that a basket is looked through by its pairs."""

    def __init__(self, sets: Collection[Products]) -> None:
        self.products = frozenset(product for members in sets for product in members)
        self._pairs = frozenset(members for members in sets if len(members) == 2)
        self._thirds: dict[Products, set[ProductNumber]] = {}
        for members in sets:
            if len(members) > 2:
                self._thirds.setdefault(members[:2], set()).add(members[2])

    def within(self, products: Products) -> Iterator[Products]:
        """The sets that are whole among these products, smallest number first."""
        for pair in combinations(products, 2):
            if pair in self._pairs:
                yield pair
            if pair in self._thirds:
                yield from ((*pair, third) for third in products if third in self._thirds[pair])


def count(orders: Iterable[CountingOrder], sets: Collection[Products]) -> dict[Products, SetCount]:
    """Count every set in one pass. A set is induced in an order when one of its products is."""
    sought = Sought(sets)
    counts: dict[Products, list[int]] = {members: [0, 0, 0, 0] for members in sets}
    last: dict[Products, bytes] = {}
    for order in orders:
        for members in sought.within(order.products):
            counted = counts[members]
            if order.induced and not order.induced.isdisjoint(members):
                counted[2] += 1
                continue
            counted[0] += 1
            counted[3] += order.weight
            if order.buyer is not None and last.get(members, ANYBODY) != order.buyer:
                last[members] = order.buyer
                counted[1] += 1
    return {members: SetCount(*counted) for members, counted in counts.items()}
