"""Bundle: a member is in the basket, and the rest can be bought: complete the set."""

from __future__ import annotations

from plugin.suggestions.model import BundleOffer, Evidence, Kind, Reason, Suggestion

MERCHANT = "merchant"
"""The rung: set up by the merchant, not learned."""

FIRST = 1_000.0
"""Bundles stand before what was learned: the shopper began one, and knows what it saves."""


def suggest(evidence: Evidence) -> list[Suggestion]:
    """The set that saves most. At most one: a second would compete with the first."""
    proposals = [_suggestion(offer) for offer in evidence.bundles]
    return sorted(proposals, key=lambda one: (-one.score, one.bundle.id if one.bundle else 0))[:1]


def _suggestion(offer: BundleOffer) -> Suggestion:
    first = next(piece for piece in offer.pieces if piece.missing)
    beside = next((piece.offer.name for piece in offer.pieces if piece.missing < piece.quantity), "")
    text = f"Complete the set with {beside}" if beside else "Cheaper as a set"
    parameters: dict[str, str | int] = {"bundle": offer.name, "product": beside}
    share = float(offer.saving / offer.separately) if offer.saving and offer.separately else 0.0
    return Suggestion(
        KIND.name,
        MERCHANT,
        first.offer,
        first.variant,
        Reason("complete_the_set", parameters, text),
        FIRST + share,
        offer,
    )


KIND = Kind("bundle", "Bundles", suggest)
