"""The best packing: which things to take, how often, so that their value is greatest and no supply is overdrawn.

Branch and bound with a price on every supply. When every thing is worth at most what its supplies cost, no packing is worth
more than all supplies together (weak duality of linear programming); what taking a thing wastes is known at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MOST_STEPS = 1_000
"""Of the search; the best packing found until then is taken. Tested against brute force far below it, and in the benchmark."""

SHORT = 12
"""So few things are searched to the end anyway."""

TINY = 1e-6
"""Prices are floats, values whole numbers."""


@dataclass(frozen=True, slots=True)
class Thing:
    """Something to take any number of times: its value, and the supplies it uses, (supply, amount), once each."""

    value: int
    uses: tuple[tuple[int, int], ...]


def best_packing(things: Sequence[Thing], supplies: Sequence[int]) -> dict[int, int]:
    """How often to take each thing, by its place; those not taken are left out. Ties go to what comes first."""
    fitting = [
        place
        for place, thing in enumerate(things)
        if thing.value > 0 and all(supplies[supply] >= amount for supply, amount in thing.uses)
    ]
    if not fitting:
        return {}
    return _Search([things[place] for place in fitting], supplies, fitting).best


class _Search:
    """One search: what is left, what was found."""

    def __init__(self, things: Sequence[Thing], supplies: Sequence[int], names: Sequence[int]) -> None:
        self.supplies = supplies
        self.prices = _prices(things, supplies)
        waste = [_cost(thing, self.prices) - thing.value for thing in things]
        order = sorted(range(len(things)), key=lambda at: (waste[at] / _size(things[at]), at))
        self.things = [things[at] for at in order]
        self.waste = [waste[at] for at in order]
        self.names = [names[at] for at in order]
        self.closing = _closing(self.things, len(supplies))
        self.left = list(supplies)
        self.counts = [0] * len(order)
        self.steps = MOST_STEPS
        self.found, self.best = 0, {}  # type: int, dict[int, int]
        self.counts_found = [0] * len(order)
        density = _by_density(self.things)
        for ranked in (range(len(order)), density):
            self._fill(ranked, [0] * len(order))
        self._improve(density)
        self._go(0, 0, sum(price * supply for price, supply in zip(self.prices, supplies, strict=True)))

    def _fill(self, ranked: Sequence[int], counts: list[int]) -> None:
        """A good packing to begin with: beside these, everything in this order, as often as it fits."""
        left = list(self.supplies)
        for at, count in enumerate(counts):
            if count:
                for supply, amount in self.things[at].uses:
                    left[supply] -= amount * count
        for at in ranked:
            most = min([left[supply] // amount for supply, amount in self.things[at].uses])
            if most:
                counts[at] += most
                for supply, amount in self.things[at].uses:
                    left[supply] -= amount * most
        value = sum([count * thing.value for count, thing in zip(counts, self.things, strict=True) if count])
        if value > self.found:
            self._keep(value, counts)

    def _improve(self, density: Sequence[int]) -> None:
        """Take one thing out of the best packing, fill up without it, as long as that helps. Only where the search is long."""
        tried: set[tuple[int, ...]] = set()
        while len(self.things) > SHORT and (before := tuple(self.counts_found)) not in tried:
            tried.add(before)
            for out in [at for at, count in enumerate(before) if count]:
                counts = list(before)
                counts[out] -= 1
                self._fill([at for at in density if at != out], counts)

    def _keep(self, value: int, counts: Sequence[int]) -> None:
        self.found = value
        self.counts_found = list(counts)
        self.best = {self.names[at]: count for at, count in enumerate(counts) if count}

    def _go(self, at: int, value: int, bound: float) -> None:
        """Decide about the thing at this place and all after it; `bound`: no packing from here on is worth more."""
        if value > self.found:
            self._keep(value, self.counts)
        self.steps -= 1
        if at == len(self.things) or bound < self.found + 1 - TINY or self.steps < 0:
            return
        thing, left = self.things[at], self.left
        most = min(left[supply] // amount for supply, amount in thing.uses)
        for supply, amount in thing.uses:
            left[supply] -= amount * most
        for count in range(most, -1, -1):
            self.counts[at] = count
            lost = sum(left[supply] * self.prices[supply] for supply in self.closing[at])
            self._go(at + 1, value + count * thing.value, bound - count * self.waste[at] - lost)
            if count:
                for supply, amount in thing.uses:
                    left[supply] += amount


def _prices(things: Sequence[Thing], supplies: Sequence[int]) -> list[float]:
    """A price per supply under which no thing is worth more than its supplies: raised where that is cheapest, then lowered again."""
    prices = [0.0] * len(supplies)
    for at in _by_density(things):
        thing = things[at]
        short = thing.value - _cost(thing, prices)
        if short > 0:
            supply, amount = min(thing.uses, key=lambda use: supplies[use[0]] / use[1])
            prices[supply] += short / amount
    using: list[list[tuple[Thing, int]]] = [[] for _ in supplies]
    for thing in things:
        for supply, amount in thing.uses:
            using[supply].append((thing, amount))
    for supply in sorted(range(len(supplies)), key=lambda one: -supplies[one] * prices[one]):
        slack = min(
            ((_cost(thing, prices) - thing.value) / amount for thing, amount in using[supply]),
            default=prices[supply],
        )
        prices[supply] = max(prices[supply] - max(slack, 0.0), 0.0)
    return prices


def _closing(things: Sequence[Thing], supplies: int) -> list[list[int]]:
    """Per place the supplies that no later thing uses: what is left of them there is wasted."""
    last = [-1] * supplies
    for at, thing in enumerate(things):
        for supply, _amount in thing.uses:
            last[supply] = at
    closing: list[list[int]] = [[] for _ in things]
    for supply, at in enumerate(last):
        if at >= 0:
            closing[at].append(supply)
    return closing


def _cost(thing: Thing, prices: Sequence[float]) -> float:
    return sum(prices[supply] * amount for supply, amount in thing.uses)


def _size(thing: Thing) -> int:
    return sum(amount for _supply, amount in thing.uses)


def _by_density(things: Sequence[Thing]) -> list[int]:
    return sorted(range(len(things)), key=lambda at: (-things[at].value / _size(things[at]), at))
