"""From counts to what is learned: the nature of every category, and what categories are to each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import combinations_with_replacement

from plugin.suggestions.habits.counting import CategoryOf, Counts, pair, unpacked
from plugin.suggestions.habits.dealing import Sizes, sizes_of
from plugin.suggestions.habits.natures import Nature, nature
from plugin.suggestions.habits.relations import (
    COMPANION_LIFT,
    COMPLEMENT,
    LEAST_ORDERS,
    NOTHING,
    SUBSTITUTE,
    Apart,
    Relation,
    cosine,
    is_avoided,
    is_complement,
    replace_each_other,
    surprise,
)

MOST_RELATIONS = 50
"""Of one category, alternatives first, then the most surprising companions: a basket reads them all."""

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Chance:
    """What orders, and buyers of several, would look like by chance: the share each category has of what is dealt.

    `own`: expected orders with two different products of the category.
    """

    counts: Counts
    sizes: Sizes
    share: Mapping[int, float]
    buyer_sizes: Sizes
    buyer_share: Mapping[int, float]
    own: Mapping[int, float]

    def together(self, one: int, other: int) -> float:
        """Orders expected to hold both."""
        if one == other:
            return self.own[one]
        either = self.sizes.with_any(self.share[one] + self.share[other])
        return self.counts.holding[one] + self.counts.holding[other] - either

    def buyers_of_both(self, one: int, other: int) -> float:
        """Buyers expected to have bought both."""
        either = self.buyer_sizes.with_any(self.buyer_share[one] + self.buyer_share[other])
        return self.counts.owning[one] + self.counts.owning[other] - either


def natures(counts: Counts) -> dict[int, Nature]:
    """Every category that somebody came back after."""
    return {
        category: Nature(
            nature(buyers, counts.again[category], counts.same[category]),
            buyers,
            counts.again[category],
            counts.same[category],
        )
        for category, buyers in counts.came_back.items()
    }


def relations(counts: Counts, category_of: CategoryOf, wanted: Collection[Pair] = ()) -> dict[Pair, Relation]:
    """What was learned of pairs of categories, the smaller number first. `wanted`: told even where that is nothing."""
    chance = _chance(counts, category_of)
    companions = _companions(chance)
    found: dict[Pair, Relation] = {}
    for one, other in combinations_with_replacement(chance.share, 2):
        relation = _relation(chance, companions, one, other)
        if relation is not None:
            found[one, other] = relation
    strongest = _strongest(found, chance.sizes.orders)
    return strongest | {both: found.get(both) or _nothing(chance, *both) for both in wanted}


def _chance(counts: Counts, category_of: CategoryOf) -> Chance:
    sizes, buyer_sizes = sizes_of(counts.sizes), sizes_of(counts.sizes_of_buyers)
    spoken = sorted(one for one, orders in counts.holding.items() if orders >= LEAST_ORDERS)
    shares: defaultdict[int, list[float]] = defaultdict(list)
    for product, orders in counts.products.items():
        shares[category_of.get(product, -1)].append(orders / sizes.products)
    return Chance(
        counts,
        sizes,
        {one: sizes.share_of(counts.holding[one]) for one in spoken},
        buyer_sizes,
        {one: buyer_sizes.share_of(counts.owning[one]) for one in spoken},
        {one: sizes.with_two(shares[one]) for one in spoken},
    )


def _companions(chance: Chance) -> dict[int, dict[int, float]]:
    """Per category its typical companions, and in what share of its orders they lie because of it."""
    orders, holding = chance.sizes.orders, chance.counts.holding
    found: dict[int, dict[int, float]] = {one: {} for one in chance.share}
    for packed, together in chance.counts.together.items():
        one, other = unpacked(packed)
        if one != other and one in found and other in found:
            expected = chance.together(one, other)
            typical = together >= COMPANION_LIFT * expected
            if typical and is_complement(together, expected, orders, chance.counts.met[packed]):
                found[one][other] = (together - expected) / holding[one]
                found[other][one] = (together - expected) / holding[other]
    return found


def _relation(
    chance: Chance, companions: Mapping[int, Mapping[int, float]], one: int, other: int
) -> Relation | None:
    """What was learned of the two, or None."""
    packed, orders = pair(one, other), chance.sizes.orders
    together, expected = chance.counts.together[packed], chance.together(one, other)
    if is_complement(together, expected, orders, chance.counts.met[packed]):
        return Relation(COMPLEMENT, together, expected, _apart(chance, one, other).replaced)
    if not is_avoided(together, expected, orders):
        return None
    apart = _apart(chance, one, other)
    likeness = cosine(companions[one], companions[other], frozenset((one, other)))
    if one != other and not replace_each_other(apart, likeness):
        return None
    return Relation(SUBSTITUTE, together, expected, apart.replaced)


def _apart(chance: Chance, one: int, other: int) -> Apart:
    apart, packed = chance.counts.apart, pair(one, other)
    expected = chance.buyers_of_both(one, other) if one != other else 0.0
    return Apart(apart[packed, True], apart[packed, False], expected, chance.buyer_sizes.orders)


def _nothing(chance: Chance, one: int, other: int) -> Relation:
    """What is known of two categories of which nothing was learned."""
    expected = chance.together(one, other) if {one, other} <= chance.share.keys() else 0.0
    apart, packed = chance.counts.apart, pair(one, other)
    replaced = apart[packed, True] + apart[packed, False]
    return Relation(NOTHING, chance.counts.together[packed], expected, replaced)


def _strongest(found: Mapping[Pair, Relation], orders: int) -> dict[Pair, Relation]:
    """Those among the first MOST_RELATIONS of both their categories."""

    def rank(both: Pair) -> tuple[bool, float, Pair]:
        relation = found[both]
        by = abs(surprise(relation.together, relation.expected, orders))
        return relation.kind != SUBSTITUTE, -by, both

    kept: dict[Pair, Relation] = {}
    of: defaultdict[int, int] = defaultdict(int)
    for both in sorted(found, key=rank):
        if all(of[one] < MOST_RELATIONS for one in both):
            kept[both] = found[both]
            for one in set(both):
                of[one] += 1
    return kept
