"""What learning or un-learning one order does to the counts. Exact: forget(learn(order)) is nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from plugin.suggestions.affinity import Contribution
from plugin.suggestions.model import ChannelId, ProductNumber

WHOLE_SHOP = ChannelId("")
"""The scope beside the channels: every order of the shop."""

Counted = tuple[ChannelId, ProductNumber, ProductNumber | None]
"""What is counted: scope and one product (None), or scope and a pair with the smaller number first."""


@dataclass(frozen=True, slots=True)
class Difference:
    """To be added to a count: orders, distinct buyers, weight; and, of a single product, the weight of its buyers.

    The weight of a product's buyers counts each of them once, with the heaviest, that is the newest, of their orders that
    hold it; whoever nobody knows is a buyer of their own. Pairs do without.
    """

    orders: int
    buyers: int
    weight: int
    buyers_weight: int = 0


def learned(contribution: Contribution, others: Iterable[Contribution]) -> dict[Counted, Difference]:
    """What this contribution adds. `others`: what the same buyer's other orders contribute now, heaviest first."""
    return _differences(contribution, others, 1)


def forgotten(contribution: Contribution, others: Iterable[Contribution]) -> dict[Counted, Difference]:
    """What taking this contribution away changes; the mirror image of `learned`."""
    return _differences(contribution, others, -1)


def total(*all_of_them: Mapping[Counted, Difference]) -> Mapping[Counted, Difference]:
    """The sum; what cancels out is left out."""
    some = [differences for differences in all_of_them if differences]
    if len(some) == 1:
        return some[0]
    sums: dict[Counted, Difference] = {}
    for differences in some:
        for counted, change in differences.items():
            before = sums.get(counted)
            sums[counted] = change if before is None else _sum(before, change)
    return {counted: change for counted, change in sums.items() if change.orders or change != NO_DIFFERENCE}


def _differences(
    contribution: Contribution, others: Iterable[Contribution], sign: int
) -> dict[Counted, Difference]:
    counted = [
        (scope, first, second)
        for scope in {WHOLE_SHOP, contribution.channel}
        for first, second in _counted(contribution.products)
    ]
    met, heaviest = _met(contribution, others, len(counted))
    buyers, weight = sign if contribution.buyer is not None else 0, contribution.weight
    pair_of_a_buyer, pair_met = Difference(sign, buyers, sign * weight), Difference(sign, 0, sign * weight)
    of_a_buyer = Difference(sign, buyers, sign * weight, sign * weight)
    differences = {
        key: pair_met if key in met else of_a_buyer if key[2] is None else pair_of_a_buyer for key in counted
    }
    for key, before in heaviest.items():
        differences[key] = Difference(sign, 0, sign * weight, sign * max(0, weight - before))
    return differences


def _met(
    contribution: Contribution, others: Iterable[Contribution], most: int
) -> tuple[set[Counted], dict[Counted, int]]:
    """What the buyer's other orders count too, and of single products the heaviest weight, which is the first one met.

    Stops at `most`: a buyer of thousands of orders mostly buys the same.
    """
    met: set[Counted] = set()
    heaviest: dict[Counted, int] = {}
    for other in others:
        shared = contribution.products & other.products
        if shared:
            scopes = {WHOLE_SHOP, contribution.channel} & {WHOLE_SHOP, other.channel}
            met.update((scope, *counted) for counted in _counted(shared) for scope in scopes)
            for product in shared:
                for scope in scopes:
                    heaviest.setdefault((scope, product, None), other.weight)
            if len(met) == most:
                break
    return met, heaviest


def _sum(one: Difference, other: Difference) -> Difference:
    return Difference(
        one.orders + other.orders,
        one.buyers + other.buyers,
        one.weight + other.weight,
        one.buyers_weight + other.buyers_weight,
    )


def _counted(products: Iterable[ProductNumber]) -> Iterator[tuple[ProductNumber, ProductNumber | None]]:
    ordered = sorted(products)
    yield from ((product, None) for product in ordered)
    yield from combinations(ordered, 2)


NO_DIFFERENCE = Difference(0, 0, 0)
