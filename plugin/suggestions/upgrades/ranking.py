"""The order of steps up: what buyers chose and kept first, then the smaller step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from plugin.suggestions.model import UpgradeOffer, VariantId

IMAGINARY_ORDERS = 4
IMAGINARY_KEPT = 1
"""Added to what was counted: one happy buyer is not a habit. One in four takes the better of two when they lie side by side."""


class Choice(Protocol):
    """How often a variant was ordered, and how many of these orders kept it."""

    @property
    def orders(self) -> int:
        """Orders with this variant."""

    @property
    def kept(self) -> int:
        """Those of them that did not send it back."""


def liking(choices: Mapping[VariantId, Choice], old: VariantId, new: VariantId) -> tuple[int, int, int]:
    """Orders that chose the new one, those of them that kept it, and those that chose either."""
    chosen, before = choices.get(new), choices.get(old)
    if chosen is None:
        return 0, 0, before.orders if before else 0
    return chosen.orders, chosen.kept, chosen.orders + (before.orders if before else 0)


def share(kept: int, of: int) -> float:
    """How gladly it is chosen and kept, drawn towards what is usual while little is known."""
    return (kept + IMAGINARY_KEPT) / (of + IMAGINARY_ORDERS)


def best_first(offers: Iterable[UpgradeOffer]) -> list[UpgradeOffer]:
    """Most gladly chosen and kept, then the smaller price step, then by id."""
    return sorted(
        offers,
        key=lambda one: (
            -share(one.kept, one.of),
            one.difference,
            one.variant.id,
            one.replaces.id,
            one.replaces.variant,
        ),
    )
