"""A seeded model of what one shopper puts into a basket."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from itertools import accumulate

from plugin.sandbox.demo_shop import goods, variant_ids
from plugin.sandbox.true_affinities import BESTSELLER, Rules, rules, season

SINGLE = 0.22
"""Orders of one product and nothing else."""

BESTSELLER_ELSE = 0.77
"""The bestseller's share of all other orders: 60 % of all."""

SECOND_ERRAND = 0.10
"""Orders that are really two, unrelated."""

STRAY = 0.10
"""Orders with one product for no reason at all."""

LONGEST = 9
"""Products in a basket of the model."""

MATCHING = 0.85
"""How often a partner comes in the size, colour or diameter of what is in the basket already."""


@cache
def _sold() -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Products by popularity, as running totals."""
    rows = [(row["is"][0], row["is"][5]) for row in goods()["products"] if row["is"][5]]
    return tuple(slug for slug, _ in rows), tuple(accumulate(weight for _, weight in rows))


@cache
def _traits() -> Mapping[str, frozenset[str]]:
    """Values of attributes of the product itself."""
    return {row["is"][0]: frozenset(row.get("with", {}).values()) for row in goods()["products"]}


@cache
def _absent() -> Mapping[str, str]:
    """Products that one channel does not sell."""
    return {row["is"][0]: row["not_in"] for row in goods()["products"] if "not_in" in row}


@cache
def _liked() -> Mapping[str, tuple[float, ...]]:
    """Shares of the variants, as running totals, where some are liked better."""
    rows = [row for row in goods()["products"] if "chosen" in row]
    return {row["is"][0]: tuple(accumulate(row["chosen"])) for row in rows}


@cache
def _instead() -> Mapping[str, frozenset[str]]:
    """Products that stand in for a product: who wants the one does not want the other."""
    places = {row["is"][0]: row["in"] for row in goods()["products"]}
    pairs = [pair for one, other in goods()["habits"]["substitutes"] for pair in ((one, other), (other, one))]
    return {
        slug: frozenset(it for it, place in places.items() if (own, place) in pairs)
        for slug, own in places.items()
        if any(own == one for one, _ in pairs)
    }


def one_or_the_other(slugs: Sequence[str]) -> list[str]:
    """Without what stands in for something wanted before it."""
    kept: list[str] = []
    for slug in slugs:
        if slug not in _instead() or not _instead()[slug].intersection(kept):
            kept.append(slug)
    return kept


@dataclass
class Shoppers:
    """Draws baskets from seeded dice."""

    dice: random.Random
    by_season: Mapping[str, Rules] = field(
        default_factory=lambda: {it: rules(it) for it in ("summer", "winter")}
    )

    def basket(self, moment: datetime, channel: str) -> dict[str, str]:
        """Variant ids by product slug, in the order they were put in."""
        dice = self.dice
        together = self.by_season[season(moment)]
        slugs = [self._product(channel)]
        if dice.random() >= SINGLE:
            self._follow(slugs, together)
            if dice.random() < SECOND_ERRAND:
                slugs.append(self._product(channel))
                self._follow(slugs, together)
            if dice.random() < STRAY:
                slugs.append(self._product(channel))
            if dice.random() < BESTSELLER_ELSE:
                slugs.append(BESTSELLER)
        wanted = [it for it in slugs[:LONGEST] if _absent().get(it) != channel]
        return self._variants(dict.fromkeys(one_or_the_other(wanted)))

    def _product(self, channel: str) -> str:
        slugs, totals = _sold()
        while True:
            slug = self.dice.choices(slugs, cum_weights=totals)[0]
            if _absent().get(slug) != channel:
                return slug

    def _follow(self, slugs: list[str], together: Rules) -> None:
        """What goes with the last product, and with what goes with it."""
        for slug in slugs:
            for partner, probability in together.get(slug, ()):
                if partner not in slugs and self.dice.random() < probability:
                    slugs.append(partner)

    def _variants(self, slugs: dict[str, None]) -> dict[str, str]:
        chosen: dict[str, str] = {}
        values: set[str] = set()
        for slug in slugs:
            value, gid = self._variant(slug, values)
            chosen[slug] = gid
            values |= _traits()[slug] | {value}
        return chosen

    def _variant(self, slug: str, values: set[str]) -> tuple[str, str]:
        offered = variant_ids()[slug]
        if slug in _liked():
            return self.dice.choices(offered, cum_weights=_liked()[slug])[0]
        fitting = [pair for pair in offered if pair[0] in values]
        if fitting and self.dice.random() < MATCHING:
            return fitting[0]
        return offered[int(self.dice.random() * len(offered))]
