"""Popular: what many different people buy, in the categories of the basket or in the whole channel. The last rung of the ladder."""

from __future__ import annotations

from plugin.suggestions.also_bought import fitting
from plugin.suggestions.model import Evidence, Kind, PopularProduct, Reason, Suggestion

POPULAR = "popular"
"""The rung: popularity is no association, and says so."""

CHANCE = 0.03
"""Of the most popular product; the others have their share of it. Well below what is learned for a basket."""


def suggest(evidence: Evidence) -> list[Suggestion]:
    """What is popular and can be bought, by decayed distinct buyers."""
    most = max((found.buyers_now for found in evidence.popular), default=0.0) or 1.0
    return [
        Suggestion(
            kind=KIND.name,
            rung=POPULAR,
            offer=(offer := evidence.offers[found.product]),
            variant=fitting(offer, evidence.basket.lines),
            reason=_reason(found),
            score=found.buyers_now,
            chance=CHANCE * found.buyers_now / most,
        )
        for found in evidence.popular
        if found.product in evidence.offers
    ]


def _reason(found: PopularProduct) -> Reason:
    if not found.category_name:
        return Reason("popular_here", {}, "Popular in this shop")
    return Reason(
        "popular_in_category", {"category": found.category_name}, f"Popular in {found.category_name}"
    )


KIND = Kind("popular", "Popular", suggest)
