"""Whether a suggestion may be made to this shopper beside this basket: the first objection, by its key in verdicts.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from plugin.suggestions import bundle, upgrade
from plugin.suggestions.model import Basket, Offer, OfferedVariant, ProductId, ProductNumber, Suggestion
from plugin.suggestions.placements import BASKET, PRODUCT
from plugin.suggestions.preferences import Preferences
from plugin.suggestions.rules.standing import Judgement, Standing

COMPLEMENT = "complement"
SUBSTITUTE = "substitute"
NEVER = "never"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a signed-in shopper. `label`: returns_most or promotion_only. `ninetieth`: of earlier orders' totals."""

    owned: frozenset[ProductNumber] = frozenset()
    ninetieth: Decimal | None = None
    label: str | None = None


NOBODY = Known()
"""A guest."""


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything a suggestion may be objected for.

    `value`: what the basket costs, as displayed; None where unknown. `relations`: kind by (category of a line, category of
    a candidate). `consumable`: categories whose products may come back to the same shopper. `declined`: in this checkout.
    `excluded`: ids of products and categories, `sensitive` of categories, as the preferences have them. `related`, `products`: made
    of the others, once for all candidates.
    """

    basket: Basket
    preferences: Preferences
    rules: Standing
    placement: str = BASKET
    value: Decimal | None = None
    relations: Mapping[tuple[str, str], str] = field(default_factory=dict)
    consumable: frozenset[str] = frozenset()
    known: Known = NOBODY
    declined: frozenset[ProductId] = frozenset()
    excluded: frozenset[str] = frozenset()
    sensitive: frozenset[str] = frozenset()
    related: frozenset[str] = field(init=False, default=frozenset())
    products: frozenset[ProductNumber | None] = field(init=False, default=frozenset())

    def __post_init__(self) -> None:
        """What every candidate is asked: the products of the basket, and the categories that are anything to one of its."""
        object.__setattr__(self, "related", frozenset(other for _one, other in self.relations))
        object.__setattr__(self, "products", frozenset(line.product for line in self.basket.lines))


def objection(
    suggestion: Suggestion, situation: Situation, judgements: Sequence[Judgement] | None = None
) -> str | None:
    """The first reason against it, or None. Hard reasons come first: what is excluded is excluded, whatever else holds.

    `judgements`: what the rules say to it, where that was asked already.
    """
    for objects in HARD_OBJECTIONS:
        if key := objects(suggestion, situation):
            return key
    if key := _ruled_out(judged(suggestion, situation) if judgements is None else judgements):
        return key
    for objects in OBJECTIONS:
        if key := objects(suggestion, situation):
            return key
    return None


def judged(suggestion: Suggestion, situation: Situation) -> list[Judgement]:
    """What the merchant's rules say to everything it would add."""
    if suggestion.bundle is None:
        return [situation.rules.judge(suggestion.offer, suggestion.variant)]
    return [situation.rules.judge(offer, variant) for offer, variant in offered(suggestion)]


def offered(suggestion: Suggestion) -> list[tuple[Offer, OfferedVariant]]:
    """What it would put into the basket; a bundle all that is missing."""
    if suggestion.bundle is None:
        return [(suggestion.offer, suggestion.variant)]
    return [(piece.offer, piece.variant) for piece in suggestion.bundle.pieces if piece.missing]


def price(suggestion: Suggestion) -> Decimal:
    """What the basket costs more when it is taken, as displayed."""
    if suggestion.upgrade is not None:
        return suggestion.upgrade.difference * suggestion.upgrade.replaces.quantity
    if suggestion.bundle is None:
        return suggestion.variant.amount
    missing = sum((one.variant.amount * one.missing for one in suggestion.bundle.pieces), Decimal())
    return missing - (suggestion.bundle.saving or 0)


def _in_basket(suggestion: Suggestion, situation: Situation) -> str | None:
    """An upgrade may be another variant of what lies there; a bundle may need one more of it."""
    if suggestion.bundle is not None:
        return None
    if suggestion.upgrade is not None:
        there: object = suggestion.variant.id in {line.variant for line in situation.basket.lines}
    else:
        there = suggestion.offer.product in situation.products
    return "in_basket" if there else None


def _excluded(suggestion: Suggestion, situation: Situation) -> str | None:
    if not situation.excluded and not situation.sensitive:
        return None
    for offer, _variant in offered(suggestion):
        if offer.id in situation.excluded or not situation.excluded.isdisjoint(_categories(offer)):
            return "excluded"
    whole = [piece.offer for piece in suggestion.bundle.pieces] if suggestion.bundle else [suggestion.offer]
    if any(not situation.sensitive.isdisjoint(_categories(offer)) for offer in whole):
        return "sensitive"
    return None


def _categories(offer: Offer) -> tuple[str, ...]:
    return offer.categories or (offer.category or "",)


def _ruled_out(judgements: Sequence[Judgement]) -> str | None:
    for judgement in judgements:
        if judgement.excluded is not None:
            return "rule_exclude"
        if judgement.unmatched is not None:
            return "rule_match"
    return None


def _related(suggestion: Suggestion, situation: Situation) -> str | None:
    """An alternative may come only as an upgrade, or in a set the merchant made; on a product page popular ones are alternatives."""
    if suggestion.bundle is None and suggestion.offer.category not in situation.related:
        return None
    found = set(_relations(suggestion, situation))
    if NEVER in found:
        return "never_beside"
    free = suggestion.upgrade is not None or suggestion.bundle is not None
    alternatives = situation.placement == PRODUCT and suggestion.kind == "popular"
    return "substitute" if SUBSTITUTE in found and not free and not alternatives else None


def _relations(suggestion: Suggestion, situation: Situation) -> Iterator[str]:
    replaced = suggestion.upgrade.replaces.variant if suggestion.upgrade else None
    for offer, _variant in offered(suggestion):
        for line in situation.basket.lines:
            if line.category and offer.category and line.variant != replaced:
                yield situation.relations.get((line.category, offer.category), "")


def _owned(suggestion: Suggestion, situation: Situation) -> str | None:
    """Where nobody knows whether a category is used up, what was bought is taken to last."""
    known = situation.known
    if not situation.preferences.leave_out_owned or not known.owned or suggestion.bundle is not None:
        return None
    lasts = suggestion.offer.category not in situation.consumable
    return "owned" if lasts and suggestion.offer.product in known.owned else None


def _declined(suggestion: Suggestion, situation: Situation) -> str | None:
    if not situation.declined:
        return None
    ids = {offer.id for offer, _variant in offered(suggestion)}
    return None if situation.declined.isdisjoint(ids) else "declined"


def _costly(suggestion: Suggestion, situation: Situation) -> str | None:
    careful = situation.preferences.careful_with_costly_shoppers and situation.known.label
    tempting = suggestion.kind in (upgrade.KIND.name, bundle.KIND.name)
    return "costly_shopper" if careful and tempting else None


def _above_usual(suggestion: Suggestion, situation: Situation) -> str | None:
    usual, value = situation.known.ninetieth, situation.value
    respected = situation.preferences.respect_usual_basket and suggestion.upgrade is not None
    return "above_usual" if respected and usual is not None and value is not None and value > usual else None


def _over_budget(suggestion: Suggestion, situation: Situation) -> str | None:
    """A product page and an empty basket have no budget yet; an upgrade has limits of its own."""
    value, chosen = situation.value, situation.preferences
    if value is None or not situation.basket.lines or situation.placement == PRODUCT or suggestion.upgrade:
        return None
    share = chosen.bundle_share if suggestion.bundle is not None else chosen.add_on_share
    return "over_budget" if share and price(suggestion) * 100 > value * share else None


def _dear_filler(suggestion: Suggestion, situation: Situation) -> str | None:
    gap = suggestion.delivery
    if gap is None or situation.preferences.filler_above_delivery:
        return None
    worth_it = gap.saves is not None and suggestion.variant.amount <= gap.saves
    return None if worth_it else "filler_above_delivery"


HARD_OBJECTIONS: tuple[Callable[[Suggestion, Situation], str | None], ...] = (_in_basket, _excluded)

OBJECTIONS: tuple[Callable[[Suggestion, Situation], str | None], ...] = (
    _related,
    _owned,
    _declined,
    _costly,
    _above_usual,
    _over_budget,
    _dear_filler,
)
