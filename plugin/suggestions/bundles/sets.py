"""Which whole sets lie in a basket: each piece in one set at most, and the best total for the shopper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from plugin.suggestions.bundles.market import Market
from plugin.suggestions.bundles.model import Bundle, BundleId, Goods, Member
from plugin.suggestions.bundles.packing import Thing, best_packing
from plugin.suggestions.bundles.promise import promise
from plugin.suggestions.model import VariantId

MOST_WAYS = 64
"""Ways to fill one bundle from a basket with many variants of a member's product; the dearest are looked at first."""

MOST_SETS = 10_000
"""Of a bundle without a limit: more than fit in any basket."""

MOST_TRIES = 2_000
"""Steps to find them: "any twelve of these" has more ways than a basket has time."""

FINER_THAN_TIES = 1_000_000
"""A saving counts so many times what an older bundle counts among equals."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to make a whole set of a bundle: pieces per variant, the set's price, what it saves. Smallest units."""

    bundle: BundleId
    pieces: tuple[tuple[VariantId, int], ...]
    promise: int
    saving: int


@dataclass(frozen=True, slots=True)
class Sets:
    """So many sets made in one way."""

    way: Way
    count: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """The pieces at hand: what is known of their variants, how many there are, and which fit a member of that id, dearest first."""

    goods: Mapping[VariantId, Goods]
    stock: Mapping[VariantId, int]
    fitting: Mapping[str, Sequence[VariantId]]

    @classmethod
    def of(cls, goods: Mapping[VariantId, Goods], stock: Mapping[VariantId, int]) -> Shelf:
        """The shelf with these pieces."""
        fitting: dict[str, list[VariantId]] = {}
        for variant in sorted(stock, key=lambda variant: (-goods[variant].price, variant)):
            if stock[variant] > 0:
                fitting.setdefault(variant, []).append(variant)
                fitting.setdefault(goods[variant].product, []).append(variant)
        return cls(goods, stock, fitting)


def whole_sets(market: Market, stock: Mapping[VariantId, int], kept_share: float = 1.0) -> tuple[Sets, ...]:
    """The sets in a basket of `stock` pieces per variant that save the shopper most together; ties go to the older bundle.

    Only sets that save something count. `kept_share`: what an order promotion leaves of every price (0.9 after 10 percent):
    a set must be cheaper than its pieces are with the promotion.
    """
    shelf = Shelf.of(market.goods, stock)
    ways = [
        way
        for bundle in market.bundles
        if all(member.id in shelf.fitting for member in bundle.members)
        for way in ways_of(bundle, shelf, market, kept_share)
        if way.saving > 0
    ]
    limits = {bundle.id: bundle.most_sets for bundle in market.bundles if bundle.most_sets is not None}
    chosen = [found for group in _groups(ways) for found in _best(group, stock, limits)]
    return tuple(sorted(chosen, key=lambda found: (found.way.bundle, found.way.pieces)))


def ways_of(bundle: Bundle, shelf: Shelf, market: Market, kept_share: float = 1.0) -> list[Way]:
    """Every way to make one set of the bundle from these pieces, those that save most first."""
    found, goods = [], shelf.goods
    for pieces in _fillings(bundle.members, shelf):
        list_prices = sum(goods[variant].list_price * count for variant, count in pieces.items())
        now = sum(goods[variant].price * count for variant, count in pieces.items())
        price = promise(bundle.rule, market.channel, market.currency, list_prices)
        if price is not None:
            saving = int(now * kept_share) - price if kept_share < 1 else now - price
            found.append(Way(bundle.id, tuple(sorted(pieces.items())), price, saving))
    return sorted(set(found), key=lambda way: (-way.saving, way.pieces))[:MOST_WAYS]


def _fillings(members: Sequence[Member], shelf: Shelf) -> Iterator[dict[VariantId, int]]:
    """Pieces per variant that fill every member, none taken twice, the dearest first; lazily, and not for ever."""
    choices = [shelf.fitting.get(member.id, ()) for member in members]
    yield from islice(_filled(members, choices, dict(shelf.stock), {}, [MOST_TRIES]), MOST_WAYS)


def _filled(
    members: Sequence[Member],
    choices: Sequence[Sequence[VariantId]],
    left: dict[VariantId, int],
    taken: dict[VariantId, int],
    tries: list[int],
) -> Iterator[dict[VariantId, int]]:
    if not members:
        yield {variant: count for variant, count in taken.items() if count}
        return
    for picked in _picked(choices[0], members[0].quantity, left, tries):
        for variant, count in picked:
            left[variant] -= count
            taken[variant] = taken.get(variant, 0) + count
        yield from _filled(members[1:], choices[1:], left, taken, tries)
        for variant, count in picked:
            left[variant] += count
            taken[variant] -= count


def _picked(
    variants: Sequence[VariantId], wanted: int, left: Mapping[VariantId, int], tries: list[int]
) -> Iterator[list[tuple[VariantId, int]]]:
    """Every way to take so many pieces of these variants, as many as possible of the dearest first."""
    tries[0] -= 1
    if wanted == 0:
        yield []
        return
    if tries[0] < 0 or sum(left[variant] for variant in variants) < wanted:
        return
    for count in range(min(left[variants[0]], wanted), -1, -1):
        for rest in _picked(variants[1:], wanted - count, left, tries):
            yield [(variants[0], count), *rest] if count else rest


def _groups(ways: Sequence[Way]) -> list[list[Way]]:
    """Ways that compete for a variant, or are of one bundle, belong together; other groups are solved alone."""
    leader: dict[object, object] = {}

    def lead(one: object) -> object:
        leader.setdefault(one, one)
        while leader[one] != one:
            one = leader[one]
        return one

    for way in ways:
        for variant, _count in way.pieces:
            leader[lead(variant)] = lead(way.bundle)
    groups: dict[object, list[Way]] = {}
    for way in ways:
        groups.setdefault(lead(way.bundle), []).append(way)
    return list(groups.values())


def _best(ways: Sequence[Way], stock: Mapping[VariantId, int], limits: Mapping[BundleId, int]) -> list[Sets]:
    """The sets of one group that save most; among equals those of older bundles. How often a bundle may be given is a supply too."""
    oldest = sorted({way.bundle for way in ways})
    names: list[object] = [*dict.fromkeys(variant for way in ways for variant, _count in way.pieces), *oldest]
    number = {name: place for place, name in enumerate(names)}
    supplies = [stock[name] if name in stock else limits.get(name, MOST_SETS) for name in names]  # type: ignore[index, call-overload]
    favour = {bundle: len(oldest) - rank for rank, bundle in enumerate(oldest)}
    ranked = sorted(ways, key=lambda way: (way.bundle, way.pieces))
    things = [
        Thing(
            way.saving * FINER_THAN_TIES + favour[way.bundle],
            (
                *((number[variant], count) for variant, count in way.pieces),
                *([(number[way.bundle], 1)] if way.bundle in limits else []),
            ),
        )
        for way in ranked
    ]
    return [Sets(ranked[place], count) for place, count in best_packing(things, supplies).items()]
