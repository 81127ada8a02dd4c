"""Whether what a category holds lasts or is used up: learned from who comes back, and for what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from plugin.suggestions.model import ProductNumber

DURABLE = "durable"
CONSUMABLE = "consumable"
UNKNOWN = "unknown"
NATURES = (DURABLE, CONSUMABLE)

LEARNED = "learned"
MERCHANT = "merchant"

A_DAY = 86_400.0
"""Seconds. What is ordered again sooner was forgotten the first time."""

LEAST_BUYERS = 20
"""Buyers who came back to the shop; fewer could be anybody's whim. Who never came back says nothing: the shop lost them."""

SAME_AGAIN = 0.15
"""One in seven of those who came back bought the very same product again: nobody does that with what lasts."""

CATEGORY_AGAIN = 0.5
"""Half of them bought something of the category again: wine and wool are used up, though seldom the same is bought twice."""

NEXT_VISITS = 10
"""Later orders in which that counts: who orders every week buys of every category again some day."""

Visit = tuple[float, Sequence[ProductNumber]]
"""One order of a buyer: when (seconds since 1970), and the products kept."""


@dataclass(frozen=True, slots=True)
class Nature:
    """Whether a category's products last. `source`: learned, or the merchant said so.

    Of the `buyers` of the category who came back to the shop, `again` bought of it once more, `same` the same product.
    """

    nature: str
    buyers: int = 0
    again: int = 0
    same: int = 0
    source: str = LEARNED

    @property
    def repeaters(self) -> int:
        """Buyers who bought of the category again."""
        return self.again


def nature(buyers: int, again: int, same: int) -> str:
    """What the counts say."""
    if buyers < LEAST_BUYERS:
        return UNKNOWN
    used_up = same >= SAME_AGAIN * buyers or again >= CATEGORY_AGAIN * buyers
    return CONSUMABLE if used_up else DURABLE


def came_back(
    visits: Sequence[Visit], category_of: Mapping[ProductNumber, int]
) -> tuple[set[int], set[int], set[int]]:
    """Of one buyer, oldest order first: categories bought before they came back, those bought again, the same product again."""
    first: dict[int, tuple[float, int]] = {}
    first_of_product: dict[ProductNumber, float] = {}
    again: set[int] = set()
    same: set[int] = set()
    for place, (at, products) in enumerate(visits):
        for product in products:
            category = category_of.get(product)
            if category is None:
                continue
            since, place_then = first.setdefault(category, (at, place))
            if at - since >= A_DAY and place - place_then <= NEXT_VISITS:
                again.add(category)
            if at - first_of_product.setdefault(product, at) >= A_DAY:
                same.add(category)
    latest = visits[-1][0]
    return {category for category, (at, _place) in first.items() if latest - at >= A_DAY}, again, same
