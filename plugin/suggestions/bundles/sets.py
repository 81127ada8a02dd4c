"""Which whole sets lie in a basket: each piece in one set at most, and the best total for the shopper."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement, islice

from plugin.suggestions.bundles.market import Market
from plugin.suggestions.bundles.model import Bundle, BundleId, Goods, Member
from plugin.suggestions.bundles.promise import promise
from plugin.suggestions.model import VariantId

MOST_WAYS = 64
"""Ways to fill one bundle from a basket with many variants of a member's product; the dearest are looked at first."""

MOST_STEPS = 20_000
"""Of the search in one group of overlapping bundles; the best found until then is taken. Far beyond any basket met."""


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


def _fillings(members: Sequence[Member], shelf: Shelf) -> Iterator[Counter[VariantId]]:
    """Pieces per variant that fill every member, none taken twice; lazily, for there may be many."""
    choices = [shelf.fitting.get(member.id, ()) for member in members]
    enough = all(
        sum(min(shelf.stock[variant], member.quantity) for variant in fitting) >= member.quantity
        for member, fitting in zip(members, choices, strict=True)
    )
    if enough:
        yield from islice(_combined(members, choices, shelf.stock), MOST_WAYS * 4)


def _combined(
    members: Sequence[Member], choices: Sequence[Sequence[VariantId]], stock: Mapping[VariantId, int]
) -> Iterator[Counter[VariantId]]:
    if not members:
        yield Counter()
        return
    for rest in _combined(members[1:], choices[1:], stock):
        for picked in combinations_with_replacement(choices[0], members[0].quantity):
            filling = rest + Counter(picked)
            if all(count <= stock[variant] for variant, count in filling.items()):
                yield filling


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
    """Branch and bound over how many sets of each way; what remains is bounded by the best saving any of its pieces could have."""
    search = _Search(ways, stock, limits)
    search.go(0, search.full, dict(limits), 0, ())
    return [Sets(search.ways[place], count) for place, count in search.chosen]


class _Search:
    """The search in one group: the best found so far, and how many steps are left."""

    def __init__(
        self, ways: Sequence[Way], stock: Mapping[VariantId, int], limits: Mapping[BundleId, int]
    ) -> None:
        self.ways = sorted(ways, key=lambda way: (-way.saving / _size(way), way.bundle, way.pieces))
        self.limits = limits
        self.steps = MOST_STEPS
        self.best, self.chosen = (0, 0), ()  # type: tuple[int, int], tuple[tuple[int, int], ...]
        self.full = {variant: stock[variant] for way in ways for variant, _ in way.pieces}
        oldest = sorted({way.bundle for way in ways})
        self.favour = {bundle: len(oldest) - rank for rank, bundle in enumerate(oldest)}
        # per way and all after it: the most that one piece of a variant can still save
        self.rates: list[dict[VariantId, float]] = [{}]
        for way in reversed(self.ways):
            rates = dict(self.rates[0])
            for variant, _count in way.pieces:
                rates[variant] = max(rates.get(variant, 0.0), way.saving / _size(way))
            self.rates.insert(0, rates)

    def go(
        self,
        place: int,
        left: dict[VariantId, int],
        allowed: dict[BundleId, int],
        saved: int,
        chosen: tuple[tuple[int, int], ...],
    ) -> None:
        """Decide about the way at `place` and all after it."""
        score = (saved, sum(self.favour[self.ways[at].bundle] * count for at, count in chosen))
        if score > self.best:
            self.best, self.chosen = score, chosen
        self.steps -= 1
        if place == len(self.ways) or self.steps < 0:
            return
        rates = self.rates[place]
        if saved + sum(left[variant] * rate for variant, rate in rates.items()) < self.best[0]:
            return
        way = self.ways[place]
        most = min(left[variant] // count for variant, count in way.pieces)
        most = min(most, allowed.get(way.bundle, most))
        for count in range(most, -1, -1):
            if count:
                after = {
                    **left,
                    **{variant: left[variant] - needed * count for variant, needed in way.pieces},
                }
                limits = (
                    {**allowed, way.bundle: allowed[way.bundle] - count} if way.bundle in allowed else allowed
                )
                self.go(place + 1, after, limits, saved + way.saving * count, (*chosen, (place, count)))
            else:
                self.go(place + 1, left, allowed, saved, chosen)


def _size(way: Way) -> int:
    return sum(count for _variant, count in way.pieces)
