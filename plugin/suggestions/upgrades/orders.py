"""The order of a dropdown's values by price, where every step of it is clear."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, pairwise

MOST_VALUES = 12
"""A longer list is no scale."""

LEAST_PAIRS = 3
LEAST_PRODUCTS = 2
"""A step is clear when so many pairs, of so many products, say so: words do not tell what they measure."""

CLEAR = 0.9
"""Of a step's pairs so many agree; for measures it is less, which speak for themselves."""

Told = tuple[str, Decimal, int]
"""A value, a price, a product."""


@dataclass(frozen=True, slots=True)
class Ordered:
    """Values, cheapest first, and what the steps between neighbours were learned from."""

    values: tuple[str, ...]
    agreeing: int
    pairs: int


@dataclass(slots=True)
class _Step:
    rises: Counter[int]
    products: set[int]


def order(groups: Iterable[Sequence[Told]]) -> Ordered | None:
    """The order of the values in groups of variants that differ in nothing else; None unless every step is clear."""
    steps = _steps(groups)
    values = sorted({value for pair in steps for value in pair})
    if len(values) < 2:  # one value has no order
        return None
    beaten = Counter(dict.fromkeys(values, 0))
    for (low, high), step in steps.items():
        if step.rises[1] != step.rises[-1]:
            beaten[high if step.rises[1] > step.rises[-1] else low] += 1
    ranked = sorted(values, key=lambda value: (beaten[value], value))
    chain = [_between(steps, *pair) for pair in pairwise(ranked)]
    contradicted = any(
        rises[-1] > rises[1] for pair in combinations(ranked, 2) for rises, _ in [_between(steps, *pair)]
    )
    if contradicted or not all(_is_clear(*step) for step in chain):
        return None
    return Ordered(
        tuple(ranked), sum(rises[1] for rises, _ in chain), sum(rises.total() for rises, _ in chain)
    )


def _steps(groups: Iterable[Sequence[Told]]) -> dict[tuple[str, str], _Step]:
    """For every two values met in a group: how often the second in the alphabet is dearer (1), cheaper (-1), neither (0)."""
    found: dict[tuple[str, str], _Step] = defaultdict(lambda: _Step(Counter(), set()))
    for group in groups:
        cheapest: dict[str, tuple[Decimal, int]] = {}
        for value, price, product in group:
            cheapest[value] = min(cheapest.get(value, (price, product)), (price, product))
        for (low, (before, one)), (high, (after, other)) in combinations(sorted(cheapest.items()), 2):
            step = found[low, high]
            step.rises[(after > before) - (after < before)] += 1
            step.products |= {one, other}
    return found


def _between(steps: dict[tuple[str, str], _Step], low: str, high: str) -> tuple[Counter[int], set[int]]:
    if (low, high) in steps:
        return steps[low, high].rises, steps[low, high].products
    if (high, low) in steps:
        found = steps[high, low]
        return Counter({-rise: count for rise, count in found.rises.items()}), found.products
    return Counter(), set()


def _is_clear(rises: Counter[int], products: set[int]) -> bool:
    enough = rises.total() >= LEAST_PAIRS and len(products) >= LEAST_PRODUCTS
    return enough and rises[1] >= CLEAR * rises.total()
