"""Customers also bought: what orders like this basket held besides."""

from __future__ import annotations

from plugin.suggestions.model import (
    Basket,
    BasketLine,
    Candidate,
    Evidence,
    Kind,
    Offer,
    OfferedVariant,
    PopularProduct,
    Reason,
    Suggestion,
)

LEARNED = "learned"
POPULAR = "popular"


def suggest(evidence: Evidence) -> list[Suggestion]:
    """What was learned for this basket; where that is nothing, what is popular in its categories; else nothing."""
    learned = [
        _suggestion(
            LEARNED,
            evidence.offers[candidate.product],
            evidence.basket,
            candidate.score,
            _together(candidate, evidence.basket),
        )
        for candidate in evidence.candidates
        if candidate.product in evidence.offers
    ]
    popular = [
        _suggestion(
            POPULAR, evidence.offers[found.product], evidence.basket, found.orders_now, _popular(found)
        )
        for found in evidence.popular
        if found.product in evidence.offers
    ]
    return learned or popular


def _suggestion(rung: str, offer: Offer, basket: Basket, score: float, reason: Reason) -> Suggestion:
    return Suggestion(KIND.name, rung, offer, fitting(offer, basket.lines), reason, score)


def fitting(offer: Offer, lines: tuple[BasketLine, ...]) -> OfferedVariant:
    """The variant that shares most attribute values with one in the basket; the cheapest of these; then by id."""

    def shared(variant: OfferedVariant) -> int:
        return max((len(variant.attributes & line.attributes) for line in lines), default=0)

    return min(offer.variants, key=lambda variant: (-shared(variant), variant.amount, variant.id))


def _together(candidate: Candidate, basket: Basket) -> Reason:
    because = candidate.because
    beside = next((line.name for line in basket.lines if line.product == because.beside and line.name), "")
    parameters: dict[str, str | int] = {
        "product": beside,
        "together": because.together,
        "orders": because.beside_orders,
    }
    text = f"Bought together in {because.together} of {because.beside_orders} orders"
    return Reason("bought_together", parameters, f"{text} with {beside}" if beside else text)


def _popular(found: PopularProduct) -> Reason:
    return Reason(
        "popular_in_category", {"category": found.category_name}, f"Popular in {found.category_name}"
    )


KIND = Kind("also_bought", "Customers also bought", suggest)
