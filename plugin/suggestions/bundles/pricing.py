"""What every line of a basket should cost: the pure core of bundle prices. All amounts are in smallest units of one currency.

Source of what Saleor does with a price we set: shared facts in the README, each held by a recorded result.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

from plugin.suggestions.bundles.market import Market
from plugin.suggestions.bundles.model import BundleId
from plugin.suggestions.bundles.order_discount import spread
from plugin.suggestions.bundles.promotion import NONE
from plugin.suggestions.bundles.sets import Sets, whole_sets
from plugin.suggestions.bundles.sharing import Share, unit_prices
from plugin.suggestions.model import VariantId
from plugin.suggestions.money import grains

MOST_MOVED = 12
"""Smallest units moved from line to line at most, so that their rounding meets a promise: where no price is finer than a unit,
three pieces cost multiples of three, and beside four pieces multiples of twelve."""


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A checkout line: `held` is the price set on it, in finest steps (None: the list price); only a `free` one may be priced by us."""

    id: str
    variant: VariantId
    quantity: int
    held: int | None = None
    free: bool = True


@dataclass(frozen=True, slots=True)
class Promised:
    """Sets of one bundle in the basket: how many, what they cost together, what they save, and which lines hold their pieces."""

    bundle: BundleId
    count: int
    price: int
    saving: int
    pieces: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Pricing:
    """The answer: what was promised, and per line the price to hold, in finest steps (None: its list price)."""

    promised: tuple[Promised, ...]
    prices: Mapping[str, int | None]
    line_totals: Mapping[str, int]
    """What every line costs under these prices and its catalogue promotion, before any discount on the order."""

    def changes(self, lines: Sequence[PricedLine], only_back: bool = False) -> dict[str, int | None]:
        """The lines whose price has to be changed, and to what. `only_back`: while somebody pays, no price is lowered."""
        wanted = {line.id: self.prices[line.id] for line in lines if line.id in self.prices}
        changed = {
            line.id: wanted[line.id]
            for line in lines
            if wanted.get(line.id) != line.held and line.id in wanted
        }
        if not only_back:
            return changed
        held = {line.id: line.held for line in lines}
        return {line: price for line, price in changed.items() if _raises(held[line], price)}


def price_lines(lines: Sequence[PricedLine], market: Market) -> Pricing:
    """The price every line should have now.

    Each piece belongs to one set at most, the sets that save most win, pieces beyond whole sets keep their price, and what is
    paid for a set is its promise: after catalogue promotions and, where there is one, after the order promotion.
    """
    free = [line for line in lines if line.free and line.variant in market.goods]
    sets = whole_sets(market, _stock(free), _kept_share(lines, market))
    promised = _allotted(sets, free)

    wanted = _totals(lines, free, promised, market)

    prices = {line.id: _held_for(wanted[line.id], line, market) for line in free}
    totals = {line.id: wanted.get(line.id, _now(line, market)) for line in lines}
    return Pricing(promised, prices, totals)


def _raises(held: int | None, price: int | None) -> bool:
    return price is None or (held is not None and price > held)


def _stock(lines: Sequence[PricedLine]) -> dict[VariantId, int]:
    stock: dict[VariantId, int] = {}
    for line in lines:
        stock[line.variant] = stock.get(line.variant, 0) + line.quantity
    return stock


def _now(line: PricedLine, market: Market) -> int:
    """What this line costs without us. A line somebody else has priced keeps that price, under its promotion."""
    if not line.free and line.held is not None:
        promotion = market.promotions.get(line.variant, NONE)
        return promotion.total(line.held, line.quantity, grains(market.currency))
    return market.goods[line.variant].price * line.quantity if line.variant in market.goods else 0


def _kept_share(lines: Sequence[PricedLine], market: Market) -> float:
    """What the order promotion leaves of every price, in the basket without bundles."""
    subtotal = sum(_now(line, market) for line in lines)
    return market.order_promotion.after(subtotal) / subtotal if subtotal else 1.0


def _allotted(sets: Sequence[Sets], free: Sequence[PricedLine]) -> tuple[Promised, ...]:
    """Which line gives how many pieces to which sets: lines of a variant in the order of their ids."""
    left = {line.id: line.quantity for line in free}
    promised = []
    for found in sets:
        pieces: dict[str, int] = {}
        for variant, needed in found.way.pieces:
            wanted = needed * found.count
            for line in sorted((line for line in free if line.variant == variant), key=lambda line: line.id):
                taken = min(left[line.id], wanted)
                if taken:
                    pieces[line.id] = pieces.get(line.id, 0) + taken
                    left[line.id] -= taken
                    wanted -= taken
        way = found.way
        promised.append(
            Promised(way.bundle, found.count, way.promise * found.count, way.saving * found.count, pieces)
        )
    return tuple(promised)


def _totals(
    lines: Sequence[PricedLine], free: Sequence[PricedLine], promised: Sequence[Promised], market: Market
) -> dict[str, int]:
    """What every line we may price should cost, before any discount on the order."""
    totals = {line.id: _now(line, market) for line in free}
    by_id = {line.id: line for line in free}
    for group in _together(promised, market.order_promotion != NONE):
        members = [by_id[line] for line in sorted({line for found in group for line in found.pieces})]
        if market.order_promotion == NONE:
            totals |= _shared(members, group, market, sum(found.price for found in group))
        else:
            totals |= _Basket(lines, members, group, totals, market).before_order_promotion()
    return totals


def _together(promised: Sequence[Promised], all_at_once: bool) -> list[list[Promised]]:
    """Sets that share a line share their cents. Under an order promotion every line depends on every other."""
    if all_at_once:
        return [list(promised)] if promised else []
    groups: list[list[Promised]] = []
    for found in promised:
        near = [
            group for group in groups if any(found.pieces.keys() & other.pieces.keys() for other in group)
        ]
        groups = [group for group in groups if group not in near]
        groups.append([found, *(other for group in near for other in group)])
    return groups


def _shared(
    members: Sequence[PricedLine], group: Sequence[Promised], market: Market, price: int
) -> dict[str, int]:
    """Line totals under which the pieces in sets cost `price` together, and those beyond them what they cost now."""
    now = {line.id: market.goods[line.variant].price for line in members}
    worth = sum(now[line.id] * _in_sets(line, group) for line in members)
    discount = max(worth - price, 0)
    shares = [
        Share(
            line.quantity,
            now[line.id],
            discount * now[line.id] * _in_sets(line, group) / worth if worth else 0.0,
        )
        for line in members
    ]
    total = sum(line.quantity * now[line.id] for line in members) - discount
    units = unit_prices(shares, total)
    totals = {line.id: unit * line.quantity for line, unit in zip(members, units, strict=True)}
    return _with_last_cents(totals, total, members, market)


def _with_last_cents(
    totals: dict[str, int], total: int, members: Sequence[PricedLine], market: Market
) -> dict[str, int]:
    """What whole unit prices cannot express is put on one line, by a price finer than a smallest unit, where that is exact."""
    missing = total - sum(totals.values())
    if not missing:
        return totals
    for line in sorted(members, key=lambda line: (line.quantity, -market.goods[line.variant].price, line.id)):
        wanted = totals[line.id] + missing
        fits = wanted <= market.goods[line.variant].price * line.quantity
        if fits and _finest(wanted, line, market) is not None:
            return {**totals, line.id: wanted}
    return totals


@dataclass(frozen=True, slots=True)
class _Basket:
    """A basket under an order promotion: all its lines, those of them in sets, the sets, and what the others cost."""

    lines: Sequence[PricedLine]
    members: Sequence[PricedLine]
    group: Sequence[Promised]
    others: Mapping[str, int]
    market: Market

    def before_order_promotion(self) -> dict[str, int]:
        """What the lines in sets must cost before the order promotion, so that the sets cost the promise after it.

        Bisection over whole units: what is left after Saleor's spreading does not fall when the price before it rises. The
        spreading rounds line by line, so the last unit may depend on which line bears what: then others are tried.
        """
        promise = sum(found.price for found in self.group)
        low = promise
        high = sum(
            self.market.goods[line.variant].price * _in_sets(line, self.group) for line in self.members
        )
        while low < high:
            middle = (low + high + 1) // 2
            if self._left(self._shared(middle)) <= promise:
                low = middle
            else:
                high = middle - 1
        nearest = self._shared(low)
        if self._left(nearest) == promise:
            return nearest
        tried = (moved for price in (low, low + 1, low + 2) for moved in self._moved(self._shared(price)))
        return next((moved for moved in tried if self._left(moved) == promise), nearest)

    def _shared(self, price: int) -> dict[str, int]:
        return _shared(self.members, self.group, self.market, price)

    def _moved(self, totals: dict[str, int]) -> Iterator[dict[str, int]]:
        """The same, and with some units more on one line and fewer on another, where lines can cost that."""
        yield totals
        for units in range(1, MOST_MOVED + 1):
            for up, down in permutations(self.members, 2):
                moved = {**totals, up.id: totals[up.id] + units, down.id: totals[down.id] - units}
                if all(self._can_cost(line, moved[line.id]) for line in (up, down)):
                    yield moved

    def _can_cost(self, line: PricedLine, total: int) -> bool:
        most = self.market.goods[line.variant].price * line.quantity
        return total == most or (0 <= total < most and _finest(total, line, self.market) is not None)

    def _left(self, totals: Mapping[str, int]) -> int:
        """What is paid for the pieces in sets when the lines cost this before the order promotion."""
        priced = {**self.others, **totals}
        before = [priced.get(line.id, _now(line, self.market)) for line in self.lines]
        subtotal = sum(before)
        discount = subtotal - self.market.order_promotion.after(subtotal)
        finals = dict(zip((line.id for line in self.lines), spread(before, discount), strict=True))
        beyond = sum(
            self.market.goods[line.variant].price * (line.quantity - _in_sets(line, self.group))
            for line in self.members
        )
        share = round(beyond * (subtotal - discount) / subtotal) if subtotal else 0
        return sum(finals[line.id] for line in self.members) - share


def _in_sets(line: PricedLine, group: Sequence[Promised]) -> int:
    return sum(found.pieces.get(line.id, 0) for found in group)


def _held_for(total: int, line: PricedLine, market: Market) -> int | None:
    if total >= market.goods[line.variant].price * line.quantity:
        return None
    return _finest(total, line, market)


def _finest(total: int, line: PricedLine, market: Market) -> int | None:
    promotion = market.promotions.get(line.variant, NONE)
    return promotion.finest_before(total, line.quantity, grains(market.currency))
