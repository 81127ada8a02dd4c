"""Orders as shops have them: a few products sell most, some belong together, some buyers come back. Seeded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from random import Random

SIZES = (8, 10, 12, 12, 12, 11, 9, 8, 6, 5, 3, 2, 1, 1)
"""How many of a hundred orders are drawn with 1, 2, … 14 lines; the same product twice is one line: five on average."""

GROUP = 24
"""Products that belong together: a latent theme, such as all there is for one camera mount."""

OF_THE_GROUP = 0.75
"""Share of the further lines that come from the group of the first one; the rest is what people buy anyway."""

POPULARITY = 0.9
"""Zipf's exponent of popularity, in the whole shop and within a group."""

ORDERS_PER_BUYER = 1.7
DAYS = 730


@dataclass(frozen=True, slots=True)
class MadeUpOrder:
    """One order: products by rank (0 sells best), the buyer, and how many days ago."""

    products: tuple[int, ...]
    buyer: int
    days_ago: int


def made_up_orders(count: int, products: int, seed: int) -> Iterator[MadeUpOrder]:
    """Oldest first, over two years."""
    dice = Random(seed)
    shop, group = _zipf(products), _zipf(GROUP)
    groups = max(1, products // GROUP)
    buyers = int(count / ORDERS_PER_BUYER) + 1
    lines = _endless(dice, range(products), shop)
    places = _endless(dice, range(GROUP), group)
    sizes = _endless(dice, range(len(SIZES)), list(accumulate(SIZES)))
    for number in range(count):
        first = next(lines)
        chosen = {first: None}
        for _ in range(next(sizes)):
            of_group = dice.random() < OF_THE_GROUP
            chosen[first % groups + groups * next(places) if of_group else next(lines)] = None
        # squared, so that a few buyers come back hundreds of times
        yield MadeUpOrder(
            tuple(product for product in chosen if product < products),
            int(dice.random() ** 2 * buyers),
            DAYS - number * DAYS // count,
        )


def made_up_baskets(count: int, lines: int, products: int, seed: int) -> list[tuple[int, ...]]:
    """Baskets of exactly so many lines, made as the orders are."""
    found: list[tuple[int, ...]] = []
    for order in made_up_orders(count * 20, products, seed):
        if len(order.products) >= lines and len(found) < count:
            found.append(order.products[:lines])
    return found


def _zipf(count: int) -> list[float]:
    return list(accumulate((rank + 2.0) ** -POPULARITY for rank in range(count)))


def _endless(dice: Random, values: range, weights: list[float] | list[int]) -> Iterator[int]:
    while True:
        yield from dice.choices(values, cum_weights=weights, k=10_000)
