"""Free delivery for one more product: relevant ones only, the one that overshoots the gap least, and the whole truth about it."""

from __future__ import annotations

from dataclasses import replace

from plugin.suggestions.also_bought import fitting, together
from plugin.suggestions.model import Candidate, DeliveryGap, Evidence, Kind, Offer, Reason, Suggestion

LEARNED = "learned"
"""The rung: only what was learned for this basket closes the gap; filler does not."""

WORTH = 1.5
"""Somebody who saves the delivery takes a relevant product so much more often."""

MOST = 0.6


def suggest(evidence: Evidence) -> list[Suggestion]:
    """What alone closes the gap, least overshoot first. Not what would make a bundle whole: then the subtotal is another."""
    gap = evidence.delivery
    if gap is None:
        return []
    pieces = {piece.offer.product for bundle in evidence.bundles for piece in bundle.pieces}
    found = [
        suggestion
        for candidate in evidence.candidates
        if candidate.product in evidence.offers and candidate.product not in pieces
        for suggestion in _suggestions(candidate, evidence.offers[candidate.product], gap, evidence)
    ]
    return sorted(found, key=lambda one: (-one.score, one.offer.id, one.variant.id))


def _suggestions(
    candidate: Candidate, offer: Offer, gap: DeliveryGap, evidence: Evidence
) -> list[Suggestion]:
    """The fitting variant where it closes the gap, else the cheapest that does."""
    closing = tuple(
        variant
        for variant in offer.variants
        if variant.amount >= gap.gap and variant.currency == gap.currency
    )
    if not closing:
        return []
    variant = fitting(replace(offer, variants=closing), evidence.basket.lines)
    why = together(candidate, evidence.basket)
    parameters: dict[str, str | int] = {
        **why.parameters,
        "gap": f"{gap.gap:f}",
        "currency": gap.currency,
        "over": f"{variant.amount - gap.gap:f}",
    }
    text = f"{gap.gap:f} {gap.currency} to free delivery. {why.text}"
    return [
        Suggestion(
            kind=KIND.name,
            rung=LEARNED,
            offer=offer,
            variant=variant,
            reason=Reason("free_delivery", parameters, text),
            score=-float(variant.amount - gap.gap),
            delivery=gap,
            chance=min(MOST, WORTH * candidate.chance),
        )
    ]


KIND = Kind("free_delivery", "Free delivery", suggest)
