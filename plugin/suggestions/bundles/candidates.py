"""Which sets are worth counting: the strongest pairs, and the triples all of whose pairs are strong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from heapq import nlargest
from math import sqrt
from typing import NamedTuple

from plugin.suggestions.affinity import IMAGINARY_ORDERS, LEAST_LIFT, is_surprising, sieve
from plugin.suggestions.bundles.set_counts import Products
from plugin.suggestions.model import Neighbour, ProductNumber

MOST_PAIRS = 4_000
MOST_TRIPLES = 8_000
"""Twenty are wanted; these leave room for what the exact counts, costs and stock will strike out."""

LIFT_PER_LIKENESS = 2.0
"""Products of one category are mostly alternatives, so are those of one product type: each doubles the lift asked for."""

TELLING_SHARE = 0.25
"""A category or product type of more than this part of the catalogue says nothing about likeness."""


class MetPair(NamedTuple):
    """Two products, the smaller number first, and how many orders and distinct buyers had both."""

    first: ProductNumber
    second: ProductNumber
    orders: int
    buyers: int


class Trait(NamedTuple):
    """What matters of a product on sale. `value`: its list price in average prices of its channel, so that currencies compare.

    `likeness`: its category and its product type, where these are telling.
    """

    value: float
    likeness: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Market:
    """Everything sets are judged against: all orders of the scope, those of every product, and the products on sale.

    `weight_now`: the weight an order made now would have.
    """

    orders: int
    product_orders: Mapping[ProductNumber, int]
    traits: Mapping[ProductNumber, Trait]
    min_buyers: int
    weight_now: float = 1.0

    def value(self, products: Products) -> float:
        """What the products are worth together, in average prices."""
        return sum(self.traits[product].value for product in products)

    def lift_needed(self, first: ProductNumber, second: ProductNumber) -> float:
        """How clearly the two must belong together: more when they look like alternatives of one another."""
        alike = self.traits[first].likeness & self.traits[second].likeness
        return LEAST_LIFT * LIFT_PER_LIKENESS ** len(alike)


def strong_pairs(met: Iterable[MetPair], market: Market) -> list[Products]:
    """The pairs on sale, met by enough buyers and clearly more often than chance; the most promising MOST_PAIRS, best first."""
    promising = ((_promise(pair, market), pair[:2]) for pair in _surprising(met, market))
    best = nlargest(MOST_PAIRS, promising, key=lambda found: (found[0], (-found[1][0], -found[1][1])))
    return [pair for _promised, pair in best]


def triples(pairs: Iterable[Products]) -> list[Products]:
    """Every three products of which each two are among the pairs; those of the best pairs first, MOST_TRIPLES at most."""
    ranks = {pair: rank for rank, pair in enumerate(pairs)}
    after: dict[ProductNumber, set[ProductNumber]] = {}
    for first, second in ranks:
        after.setdefault(first, set()).add(second)
    found = [
        (first, second, third) for first, second in ranks for third in after[first] & after.get(second, set())
    ]
    found.sort(key=lambda trio: (max(ranks[pair] for pair in pairs_of(trio)), trio))
    return list(found[:MOST_TRIPLES])


def pairs_of(products: Products) -> list[Products]:
    """The pairs within a set, without itself: none for a pair."""
    if len(products) == 2:
        return []
    first, second, third = products
    return [(first, second), (first, third), (second, third)]


def _surprising(met: Iterable[MetPair], market: Market) -> Iterator[MetPair]:
    """Most of what passes by is no association: a cheap look comes first."""
    traits, bought, wide = market.traits, market.product_orders, sieve(market.orders)
    for pair in met:
        first, second, orders, buyers = pair
        if first in traits and second in traits and buyers >= market.min_buyers:
            one, other = bought.get(first, 0), bought.get(second, 0)
            if orders * wide * LEAST_LIFT >= one * other * market.lift_needed(first, second):
                near = Neighbour(second, first, orders, buyers, one, other, 0, 0, 0)
                if is_surprising(near, market.orders):
                    yield pair


def _promise(pair: MetPair, market: Market) -> float:
    """Orders beyond coincidence, cautiously, times the root of what the two are worth: the score, before anything exact is known."""
    one, other = market.product_orders[pair.first], market.product_orders[pair.second]
    expected = one * other / (market.orders + IMAGINARY_ORDERS)
    return (pair.orders - sqrt(pair.orders) - expected) * sqrt(market.value((pair.first, pair.second)))


def likeness(
    words: Mapping[ProductNumber, tuple[str | None, str | None]],
) -> dict[ProductNumber, frozenset[str]]:
    """Per product its category and product type, without those that hold too much of the catalogue. `words`: all products'."""
    sizes = Counter(word for both in words.values() for word in both if word)
    most = len(words) * TELLING_SHARE
    # few combinations, many products: they share one frozenset each
    same = {
        both: frozenset(word for word in both if word and sizes[word] <= most) for both in set(words.values())
    }
    return {product: same[both] for product, both in words.items()}
