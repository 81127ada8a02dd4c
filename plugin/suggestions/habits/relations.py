"""Whether two categories complete or replace each other: how often they meet in an order, against how often chance would have it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from plugin.suggestions.affinity import LEAST_LIFT, LEAST_SURPRISE

COMPLEMENT = "complement"
SUBSTITUTE = "substitute"
NEVER = "never"
NOTHING = "nothing"
KINDS = (COMPLEMENT, SUBSTITUTE, NEVER, NOTHING)
"""What a merchant may say; `never` nobody else does."""

LEAST_ORDERS = 20
"""Orders a category needs before anything is learned of it."""

LEAST_BUYERS = 5
"""Different people who bought both at once: the orders of one regular are no habit of the shop."""

MOST_LIFT = 0.5
"""What replaces each other meets at most half as often as by chance: a camera is seldom bought beside another one."""

COMPANION_LIFT = 2.0
"""A typical companion is met twice as often as by chance: a bestseller beside everything makes nothing alike."""

LEAST_LIKENESS = 0.4
"""... and has companions in common (cosine): what goes with the one goes with the other. Of typical companions alone,
categories that have nothing to do with each other have none in common."""

LEAST_EITHER_WAY = 0.25
"""Share of buyers that came from the rarer side. Who buys a printer comes back for toner, hardly the other way round:
that is no alternative, however seldom both lie in one order."""

ENOUGH_APART = 20
"""Buyers of both before it is judged which of the two they began with."""


@dataclass(frozen=True, slots=True)
class Relation:
    """What two categories are to each other. `source`: learned, or the merchant said so.

    `together`: orders that held both, of which chance explains `expected`. `replaced`: buyers who bought both, but never in
    one order. Of a category with itself: two different products of it.
    """

    kind: str
    together: int = 0
    expected: float = 0.0
    replaced: int = 0
    source: str = "learned"


@dataclass(frozen=True, slots=True)
class Apart:
    """Buyers who bought both, never in one order: those who began with the one, with the other; `expected` have both by chance."""

    one_first: int = 0
    other_first: int = 0
    expected: float = 0.0
    buyers: int = 0

    @property
    def replaced(self) -> int:
        """In either order."""
        return self.one_first + self.other_first

    @property
    def is_either_way(self) -> bool:
        """Whether neither is just what the other one leads to."""
        return min(self.one_first, self.other_first) >= LEAST_EITHER_WAY * self.replaced


def surprise(seen: float, expected: float, of: int) -> float:
    """By how many standard deviations more was seen than expected, among so many."""
    share = expected / of if of else 0.0
    return (seen - expected) / sqrt(expected * (1 - share)) if 0 < share < 1 else 0.0


def is_complement(together: int, expected: float, orders: int, buyers: int) -> bool:
    """Met clearly more often than by chance, as affinity.is_surprising has it for products, and by several people."""
    more = together >= LEAST_LIFT * expected and surprise(together, expected, orders) >= LEAST_SURPRISE
    return more and buyers >= LEAST_BUYERS


def is_avoided(together: int, expected: float, orders: int) -> bool:
    """Met far less often than by chance."""
    return together <= MOST_LIFT * expected and surprise(together, expected, orders) <= -LEAST_SURPRISE


def replace_each_other(apart: Apart, likeness: float) -> bool:
    """Whether what is not bought together is bought instead: by the same people, in either order, or beside the same things."""
    if apart.replaced >= ENOUGH_APART and not apart.is_either_way:
        return False
    beyond = apart.replaced >= LEAST_LIFT * apart.expected
    by_the_same = beyond and surprise(apart.replaced, apart.expected, apart.buyers) >= LEAST_SURPRISE
    return by_the_same or likeness >= LEAST_LIKENESS


def cosine(one: Mapping[int, float], other: Mapping[int, float], without: frozenset[int]) -> float:
    """Likeness of two profiles of companions, the two themselves left out: 1 the same, 0 nothing in common."""
    shared = sum(weight * other[at] for at, weight in one.items() if at in other and at not in without)
    lengths = [sqrt(sum(w * w for at, w in each.items() if at not in without)) for each in (one, other)]
    return shared / (lengths[0] * lengths[1]) if all(lengths) else 0.0
