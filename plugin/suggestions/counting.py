"""What learning or un-learning one order does to the counts. Exact: forget(learn(order)) is nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
    """To be added to a count: orders, distinct buyers, weight."""

    orders: int
    buyers: int
    weight: int


def learned(contribution: Contribution, others: Iterable[Contribution]) -> dict[Counted, Difference]:
    """What this contribution adds. `others`: what the same buyer's other orders contribute now."""
    return _differences(contribution, others, 1)


def forgotten(contribution: Contribution, others: Iterable[Contribution]) -> dict[Counted, Difference]:
    """What taking this contribution away changes; the mirror image of `learned`."""
    return _differences(contribution, others, -1)


def total(*all_of_them: dict[Counted, Difference]) -> dict[Counted, Difference]:
    """The sum; what cancels out is left out."""
    sums: dict[Counted, Difference] = {}
    for differences in all_of_them:
        for counted, change in differences.items():
            before = sums.get(counted, NO_DIFFERENCE)
            sums[counted] = Difference(
                before.orders + change.orders, before.buyers + change.buyers, before.weight + change.weight
            )
    return {counted: change for counted, change in sums.items() if change != NO_DIFFERENCE}


def _differences(
    contribution: Contribution, others: Iterable[Contribution], sign: int
) -> dict[Counted, Difference]:
    known: set[Counted] = set()
    for other in others:
        shared = contribution.products & other.products
        scopes = {WHOLE_SHOP, contribution.channel} & {WHOLE_SHOP, other.channel}
        known.update((scope, *counted) for counted in _counted(shared) for scope in scopes)
    weight = sign * contribution.weight
    is_buyer = sign if contribution.buyer is not None else 0
    return {
        (scope, *counted): Difference(sign, 0 if (scope, *counted) in known else is_buyer, weight)
        for counted in _counted(contribution.products)
        for scope in (WHOLE_SHOP, contribution.channel)
    }


def _counted(products: Iterable[ProductNumber]) -> Iterator[tuple[ProductNumber, ProductNumber | None]]:
    ordered = sorted(products)
    yield from ((product, None) for product in ordered)
    yield from combinations(ordered, 2)


NO_DIFFERENCE = Difference(0, 0, 0)
