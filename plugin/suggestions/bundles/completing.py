"""Sets that a basket has begun: which pieces are missing, what the set costs, and what it saves. Smallest units, as prices are entered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from plugin.suggestions.bundles.market import Market
from plugin.suggestions.bundles.model import Bundle, BundleId, Goods, Member
from plugin.suggestions.bundles.promise import promise
from plugin.suggestions.bundles.sets import Sets, whole_sets
from plugin.suggestions.bundles.sharing import Share, unit_prices
from plugin.suggestions.model import VariantId


@dataclass(frozen=True, slots=True)
class Completion:
    """One set of a bundle that can be made whole: per variant the pieces it holds and how many of them are missing.

    `price`: of the set as a whole, never above `separately`, its pieces one by one now. `totals`: what the pieces of each
    variant cost in it.
    """

    bundle: Bundle
    pieces: Mapping[VariantId, int]
    missing: Mapping[VariantId, int]
    price: int
    separately: int
    totals: Mapping[VariantId, int]


def completions(
    market: Market, basket: Mapping[VariantId, int], preferred: Mapping[str, VariantId], begun: bool = True
) -> list[Completion]:
    """Every bundle with a member in the basket that can be completed now, those that save most first.

    `begun`: False for those of which nothing is in the basket yet, too.

    The market's goods are the basket's variants and all members. `preferred`: the variant that suits the basket best, per
    product that may be missing. Pieces in another whole set already are not counted again, and a set that would only break
    up a better one is not offered.
    """
    in_sets: Counter[VariantId] = Counter()
    for sets in whole_sets(market, basket):
        in_sets.update({variant: count * sets.count for variant, count in sets.way.pieces})
    left = {
        variant: count - in_sets[variant] for variant, count in basket.items() if count > in_sets[variant]
    }
    found = [
        made
        for bundle in market.bundles
        if (made := _completed(bundle, market, left, preferred)) is not None
        and (not begun or made.missing != made.pieces)
        and _can_be_had(made, market.goods, basket)
        and _is_kept(made, market, basket)
    ]
    return sorted(found, key=lambda one: (one.price - one.separately, one.bundle.id))


def _completed(
    bundle: Bundle, market: Market, left: Mapping[VariantId, int], preferred: Mapping[str, VariantId]
) -> Completion | None:
    sold = market.goods
    free, pieces, missing = Counter(left), Counter[VariantId](), Counter[VariantId]()
    for member in bundle.members:
        taken = _taken(member, sold, free)
        free -= taken
        pieces += taken
        wanting = member.quantity - taken.total()
        if wanting:
            variant = member.variant or preferred.get(member.id)
            if variant is None or variant not in sold:
                return None
            pieces[variant] += wanting
            missing[variant] += wanting
    if not missing:
        return None
    list_prices = sum(sold[variant].list_price * count for variant, count in pieces.items())
    separately = sum(sold[variant].price * count for variant, count in pieces.items())
    price = promise(bundle.rule, market.channel, market.currency, list_prices)
    if price is None:
        return None
    price = min(price, separately)
    return Completion(bundle, pieces, missing, price, separately, _totals(pieces, sold, price, separately))


def _taken(member: Member, sold: Mapping[VariantId, Goods], free: Counter[VariantId]) -> Counter[VariantId]:
    """Pieces of the basket that fill the member, dearest first."""
    fitting = [variant for variant in free if member.id in (variant, sold[variant].product)]
    taken: Counter[VariantId] = Counter()
    for variant in sorted(fitting, key=lambda variant: (-sold[variant].price, variant)):
        taken[variant] = min(free[variant], member.quantity - taken.total())
    return +taken


def _totals(
    pieces: Mapping[VariantId, int], sold: Mapping[VariantId, Goods], price: int, separately: int
) -> dict[VariantId, int]:
    """What the pieces of each variant cost in the set, as its lines will say when nothing else is on them."""
    if not separately:
        return dict.fromkeys(pieces, 0)
    shares = [
        Share(count, sold[variant].price, (separately - price) * sold[variant].price * count / separately)
        for variant, count in pieces.items()
    ]
    prices = unit_prices(shares, price)
    totals = {variant: unit * pieces[variant] for variant, unit in zip(pieces, prices, strict=True)}
    last = min(pieces, key=lambda variant: (pieces[variant], -sold[variant].price, variant))
    totals[last] += price - sum(totals.values())
    return totals


def _can_be_had(made: Completion, sold: Mapping[VariantId, Goods], basket: Mapping[VariantId, int]) -> bool:
    return all(
        sold[variant].available and sold[variant].quantity >= count + basket.get(variant, 0)
        for variant, count in made.missing.items()
    )


def _is_kept(made: Completion, market: Market, basket: Mapping[VariantId, int]) -> bool:
    """Whether the promise would be kept: one more set of this bundle is allowed, and no better one takes its pieces."""
    if made.price >= made.separately:
        return True
    after = Counter(basket)
    after.update(made.missing)
    now = whole_sets(market, basket)
    then = whole_sets(market, after)
    return _count(made.bundle.id, then) > _count(made.bundle.id, now)


def _count(bundle: BundleId, sets: Sequence[Sets]) -> int:
    return sum(found.count for found in sets if found.way.bundle == bundle)
