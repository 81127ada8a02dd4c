"""Customers also bought: what orders like this basket held besides."""

from __future__ import annotations

from dataclasses import replace

from plugin.suggestions.model import (
    Basket,
    BasketLine,
    Candidate,
    ChosenProduct,
    Evidence,
    Kind,
    Offer,
    OfferedVariant,
    Reason,
    Suggestion,
)

LEARNED = "learned"
MERCHANT = "merchant"
FITTING = "fitting"
"""Rungs: counted in orders; wished by the merchant, who is believed as far as nothing else is known; or without any shared
order, by category or name alone, and said so."""

CHANCE_OF_A_WISH = 0.08
"""What a product the merchant chose begins with, until shoppers answer."""

CHANCE_OF_A_FIT = 0.02
"""The same of one that nobody bought with the basket yet; below what is popular in its category."""


def suggest(evidence: Evidence) -> list[Suggestion]:
    """What was learned for the basket, and what the merchant pairs with it; else nothing."""
    wished = {chosen.product: chosen for chosen in evidence.chosen}
    learned = [
        _suggestion(
            LEARNED,
            evidence.offers[candidate.product],
            evidence,
            together(candidate, evidence.basket),
            candidate.score,
            candidate.chance,
        )
        for candidate in evidence.candidates
        if candidate.product in evidence.offers
    ]
    counted = {found.offer.product for found in learned}
    return (
        [
            replace(found, position=wished[found.offer.product].position)
            if found.offer.product in wished
            else found
            for found in learned
        ]
        + [
            replace(
                _suggestion(
                    MERCHANT, evidence.offers[product], evidence, _wished(chosen), 0.0, CHANCE_OF_A_WISH
                ),
                position=chosen.position,
            )
            for product, chosen in wished.items()
            if product in evidence.offers and product not in counted
        ]
        + [
            _suggestion(
                FITTING,
                evidence.offers[one.product],
                evidence,
                _goes_with(one.beside),
                0.0,
                CHANCE_OF_A_FIT / place,
            )
            for place, one in enumerate(evidence.fitting, 1)
            if one.product in evidence.offers and one.product not in counted | wished.keys()
        ]
    )


def _suggestion(
    rung: str, offer: Offer, evidence: Evidence, reason: Reason, score: float, chance: float
) -> Suggestion:
    variant = fitting(offer, evidence.basket.lines)
    return Suggestion(KIND.name, rung, offer, variant, reason, score, chance=chance)


def fitting(offer: Offer, lines: tuple[BasketLine, ...]) -> OfferedVariant:
    """The variant that shares most attribute values with one in the basket; the cheapest of these; then by id."""

    if len(offer.variants) == 1:
        return offer.variants[0]

    def shared(variant: OfferedVariant) -> int:
        return max((len(variant.attributes & line.attributes) for line in lines), default=0)

    return min(offer.variants, key=lambda variant: (-shared(variant), variant.amount, variant.id))


def together(candidate: Candidate, basket: Basket) -> Reason:
    """The counts behind a learned candidate."""
    because = candidate.because
    beside = next((line.name for line in basket.lines if line.product == because.beside and line.name), "")
    parameters: dict[str, str | int] = {
        "product": beside,
        "together": because.together,
        "orders": because.beside_orders,
    }
    text = f"Bought together in {because.together} of {because.beside_orders} orders"
    return Reason("bought_together", parameters, f"{text} with {beside}" if beside else text)


def _wished(chosen: ChosenProduct) -> Reason:
    if not chosen.beside:
        return Reason("recommended", {}, "Recommended by the shop")
    return _goes_with(chosen.beside)


def _goes_with(beside: str) -> Reason:
    return Reason(
        "goes_with", {"product": beside}, f"Goes with {beside}" if beside else "Goes with your basket"
    )


KIND = Kind("also_bought", "Customers also bought", suggest)
