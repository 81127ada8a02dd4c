"""Upgrade: a better option of something in the basket, named with the fact in which it is better."""

from __future__ import annotations

from plugin.suggestions.model import BetterFact, Evidence, Kind, Reason, Suggestion, UpgradeOffer

LEARNED = "learned"
"""The rung: what is better was learned from the catalogue, or set by the merchant there."""

OPENNESS = 0.25
"""Of those who would choose the better one when both lie side by side, so many change what they have already chosen."""

IMAGINARY_CHOICES = 4
"""Choices added before a share is believed; one of them for the better option."""

MOST_FACTS = 3
"""Facts in a sentence; all of them are in the document."""


def suggest(evidence: Evidence) -> list[Suggestion]:
    """Every upgrade that holds, likeliest first."""
    return sorted(
        (_suggestion(offer) for offer in evidence.upgrades), key=lambda one: (-one.score, one.variant.id)
    )


def _suggestion(offer: UpgradeOffer) -> Suggestion:
    chance = OPENNESS * (offer.kept + 1) / (offer.of + IMAGINARY_CHOICES)
    parameters: dict[str, str | int] = {
        "product": offer.replaces.name,
        "facts": told(offer.facts),
        "difference": f"{offer.difference:f}",
        "currency": offer.variant.currency,
    }
    text = f"{told(offer.facts)}, +{offer.difference:f} {offer.variant.currency}"
    return Suggestion(
        kind=KIND.name,
        rung=LEARNED,
        offer=offer.offer,
        variant=offer.variant,
        reason=Reason("better_option", parameters, text),
        score=chance,
        upgrade=offer,
        chance=chance,
    )


def told(facts: tuple[BetterFact, ...]) -> str:
    """ "128 GB instead of 64 GB"; what is worse follows with "but". All that is worse is told, however long."""
    better = [_fact(fact) for fact in facts if fact.better][:MOST_FACTS]
    worse = [_fact(fact) for fact in facts if not fact.better]
    return ", but ".join(filter(None, (", ".join(better), ", ".join(worse))))


def _fact(fact: BetterFact) -> str:
    """A bare number says nothing without the name of what it counts."""
    plain = fact.new.replace(".", "").replace(",", "").isdigit() or fact.new.lower() in ("yes", "no")
    return f"{fact.name + ' ' if plain else ''}{fact.new} instead of {fact.old}"


KIND = Kind("upgrade", "Upgrades", suggest)
