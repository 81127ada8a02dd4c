"""For every variant of a product type, the few that may be a step up from it; found with bounded looks, checked again when shown."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nsmallest
from typing import NamedTuple

from plugin.suggestions.model import BetterFact
from plugin.suggestions.upgrades.comparing import Window, compared
from plugin.suggestions.upgrades.kinship import are_kin
from plugin.suggestions.upgrades.scales import DOWN, IGNORED, ORDER, UP, Scales, Values

MOST_KEPT = 12
"""Steps up kept for a variant: some will be sold out or repriced when it is bought."""

LOOKS = 48
"""Variants looked at for one, spread over the prices of its window: a type of 100,000 must not cost ten billion looks."""

SMALL_TYPE = 256
"""Variants of a type in which all in the window are looked at, whatever is missing in their descriptions."""


MOST_REMEMBERED = 50_000
"""Pairs of profiles whose comparison is remembered; some 20 MB."""


class Good(NamedTuple):
    """A variant as it is looked through: its price in whole steps, its product, what it is like (a place in `profiles`)."""

    price: int
    number: int
    product: int
    profile: int
    category: str
    available: bool


@dataclass(slots=True)
class _Shelf:
    """Variants alike in taste, by price."""

    prices: list[int] = field(default_factory=list)
    goods: list[Good] = field(default_factory=list)


def steps_up(
    goods: Sequence[Good],
    profiles: Sequence[Values],
    scales: Scales,
    window: Window,
    substitutes: frozenset[tuple[str, str]] = frozenset(),
    names: Mapping[int, str] | None = None,
) -> Iterator[tuple[int, list[int]]]:
    """For every variant: its number, and those of its steps up, best first; often none.

    `names`: of products, by which they are told to be the same thing.
    """
    looked = _Looked(goods, profiles, scales, substitutes, names or {})
    for good in goods:
        found = [one for one in looked.around(good, window) if looked.is_better(good, one)]
        best = nsmallest(
            MOST_KEPT,
            found,
            key=lambda one: (not one.available, one.price, one.number),
        )
        yield good.number, [one.number for one in best]


class _Looked:
    """The shelves of a type, and what two profiles are to each other, compared once."""

    def __init__(
        self,
        goods: Sequence[Good],
        profiles: Sequence[Values],
        scales: Scales,
        substitutes: frozenset[tuple[str, str]],
        names: Mapping[int, str],
    ) -> None:
        self.profiles, self.scales, self.names = profiles, scales, names
        self.facts: dict[tuple[int, int], tuple[BetterFact, ...]] = {}
        self.tastes = [_taste(values, scales) for values in profiles]
        self.small = len(goods) <= SMALL_TYPE
        self.standing_in: dict[str, set[str]] = defaultdict(set)
        for one, other in substitutes:
            self.standing_in[one].add(other)
            self.standing_in[other].add(one)
        self.shelves: dict[object, _Shelf] = defaultdict(_Shelf)
        for good in sorted(goods):
            for key in self._keys(good):
                self.shelves[key].prices.append(good.price)
                self.shelves[key].goods.append(good)

    def _keys(self, good: Good) -> tuple[object, ...]:
        if self.small:
            return (good.category, (good.product,))
        return ((good.category, self.tastes[good.profile]), (good.product,))

    def around(self, good: Good, window: Window) -> list[Good]:
        """Variants of its product, its shelf, and the shelves that may stand for it, dearer as a step up is."""
        categories = [good.category, *sorted(self.standing_in.get(good.category, ()))]
        keys: list[object] = [(good.product,)]
        keys += categories if self.small else [(one, self.tastes[good.profile]) for one in categories]
        found = {one.number: one for key in keys for one in self._in_window(key, good, window)}
        found.pop(good.number, None)
        return list(found.values())

    def _in_window(self, key: object, good: Good, window: Window) -> list[Good]:
        shelf = self.shelves.get(key)
        if shelf is None:
            return []
        least = -(-good.price * (100 + window.least) // 100)
        first = bisect_left(shelf.prices, least)
        last = bisect_right(shelf.prices, good.price * (100 + window.most) // 100, first)
        stride = 1 if self.small else max(1, -(-(last - first) // LOOKS))
        return shelf.goods[first:last:stride]

    def is_better(self, old: Good, new: Good) -> bool:
        """Whether one is a step up from another, prices apart."""
        facts = self._facts(old.profile, new.profile)
        if not facts or old.product == new.product:
            return bool(facts)
        names = self.names.get(old.product, ""), self.names.get(new.product, "")
        return are_kin(names, (self.profiles[old.profile], self.profiles[new.profile]), facts, self.scales)

    def _facts(self, old: int, new: int) -> tuple[BetterFact, ...]:
        known = self.facts.get((old, new))
        if known is None:
            if len(self.facts) >= MOST_REMEMBERED:
                self.facts.clear()
            known = compared(self.profiles[old], self.profiles[new], self.scales).facts
            self.facts[old, new] = known
        return known


def _taste(values: Values, scales: Scales) -> tuple[object, ...]:
    """What of a profile has to stay the same."""
    return tuple(
        (attribute, values[attribute])
        for attribute in sorted(values)
        if attribute not in scales or scales[attribute].way not in (UP, DOWN, ORDER, IGNORED)
    )
