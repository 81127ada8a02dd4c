"""Strongest first, once each, diverse, cut."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from plugin.suggestions.model import ProductNumber, Suggestion

MOST_OF_A_CATEGORY = 2
"""Three cards of the same category beside a camera are one idea, not three."""


def best(proposals: Iterable[Suggestion], most: int) -> list[Suggestion]:
    """At most `most` suggestions: strongest first, ties by product id, each product once, two of a category at most."""
    chosen: list[Suggestion] = []
    seen: set[ProductNumber] = set()
    categories: Counter[str | None] = Counter()
    for proposal in sorted(
        proposals, key=lambda proposal: (-proposal.score, proposal.offer.id, proposal.variant.id)
    ):
        products = _products(proposal)
        category = proposal.offer.category
        crowded = category is not None and categories[category] >= MOST_OF_A_CATEGORY
        if len(chosen) < most and seen.isdisjoint(products) and not crowded:
            chosen.append(proposal)
            seen |= products
            categories[category] += 1
    return chosen


def _products(proposal: Suggestion) -> set[ProductNumber]:
    """What it offers; a bundle offers all that is missing."""
    pieces = proposal.bundle.pieces if proposal.bundle else ()
    return {proposal.offer.product, *(piece.offer.product for piece in pieces if piece.missing)}
