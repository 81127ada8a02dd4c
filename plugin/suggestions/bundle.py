"""Bundle: a member is in the basket, and the rest can be bought: complete the set."""

from __future__ import annotations

from collections.abc import Mapping

from plugin.suggestions.model import BundleOffer, Evidence, Kind, ProductNumber, Reason, Suggestion

MERCHANT = "merchant"
"""The rung: set up by the merchant, not learned."""

CHANCE = 0.15
"""Of completing a set about which the orders say nothing: the shopper began it, and knows what it saves."""

MOST = 0.9


def suggest(evidence: Evidence) -> list[Suggestion]:
    """The set that is likeliest completed. At most one: a second would compete with the first."""
    chances = {candidate.product: candidate.chance for candidate in evidence.candidates}
    proposals = [_suggestion(offer, chances) for offer in evidence.bundles]
    return sorted(proposals, key=lambda one: (-one.score, one.bundle.id if one.bundle else 0))[:1]


def _suggestion(offer: BundleOffer, chances: Mapping[ProductNumber, float]) -> Suggestion:
    first = next(piece for piece in offer.pieces if piece.missing)
    beside = next((piece.offer.name for piece in offer.pieces if piece.missing < piece.quantity), "")
    text = f"Complete the set with {beside}" if beside else "Cheaper as a set"
    parameters: dict[str, str | int] = {"bundle": offer.name, "product": beside}
    chance = _chance(offer, chances)
    return Suggestion(
        KIND.name,
        MERCHANT,
        first.offer,
        first.variant,
        Reason("complete_the_set", parameters, text),
        chance,
        offer,
        chance=chance,
    )


def _chance(offer: BundleOffer, chances: Mapping[ProductNumber, float]) -> float:
    """Whoever would take the least wished member alone takes it rather, the more the set saves."""
    missing = [chances.get(piece.offer.product, 0.0) for piece in offer.pieces if piece.missing]
    saved = float(offer.saving / offer.separately) if offer.saving and offer.separately else 0.0
    return min(MOST, max(CHANCE, min(missing)) * (1 + saved))


KIND = Kind("bundle", "Bundles", suggest)
