"""What to offer beside a basket, from what the shop's file knows. Asks nobody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from plugin.shop import Shop
from plugin.store import affinities, catalogue, facts, preferences
from plugin.suggestions import KINDS, affinity
from plugin.suggestions.counting import WHOLE_SHOP
from plugin.suggestions.eligibility import is_welcome
from plugin.suggestions.model import (
    Basket,
    BasketLine,
    Candidate,
    ChannelId,
    Evidence,
    Offer,
    ProductNumber,
    Suggestion,
)
from plugin.suggestions.preferences import Preferences
from plugin.suggestions.ranking import best
from plugin.use_cases.suggest_bundles import bundle_offers

MOST_CANDIDATES = 64
"""Beyond this many stronger ones a product has no chance to be among the first three."""

LOOKED_AT_ONCE = 16
"""Candidates whose prices and stock are read together; three of the first sixteen nearly always suit."""

MOST_LINES = 40
"""The last lines of a long basket speak for it; all of a B2B basket would only cost time. None of them is offered again."""

LEAST_ORDERS = 20
"""A channel with fewer orders speaks too softly: the whole shop is heard instead."""


def suggest_for_basket(
    shop: Shop, channel: ChannelId, lines: Sequence[BasketLine], now: datetime
) -> list[Suggestion]:
    """The suggestions for these lines in this channel, by the shop's own file; empty when nothing is worth saying."""
    chosen = preferences.get(shop.db)
    proposals = propose(shop, channel, lines, now, chosen.most_suggestions)
    return best(proposals, chosen.most_suggestions)


def propose(
    shop: Shop, channel: ChannelId, lines: Sequence[BasketLine], now: datetime, enough: int
) -> list[Suggestion]:
    """Every welcome proposal, until at least `enough` would survive the ranking. Empty while suggesting is switched off."""
    chosen = preferences.get(shop.db)
    basket = Basket(channel, catalogue.lines(shop.db, lines))
    if not chosen.suggesting or not any(line.product for line in basket.lines):
        return []

    sets = _ideas(Evidence(basket, bundles=tuple(bundle_offers(shop, basket, now))))
    learned: list[Suggestion] = []
    for evidence in _learned(shop, basket, chosen, now):
        learned += _ideas(evidence)
        if len(best([*sets, *learned], enough)) >= enough:
            break
    if learned or not chosen.popular_when_unknown:
        return [*sets, *learned]
    return [*sets, *_ideas(_popular(shop, basket, chosen, now))]


def _ideas(evidence: Evidence) -> list[Suggestion]:
    return [idea for kind in KINDS for idea in kind.suggest(evidence)]


def _candidates(shop: Shop, basket: Basket, chosen: Preferences, now: datetime) -> list[Candidate]:
    """What this channel's orders say; where they are few or silent, what the whole shop's say."""
    scale = _weight_of_now(shop, chosen, now)
    beside = [line.product for line in basket.lines if line.product and not line.gift][-MOST_LINES:]
    for scope in (basket.channel, WHOLE_SHOP):
        total = affinities.totals(shop.db, scope).orders
        if total >= LEAST_ORDERS or scope == WHOLE_SHOP:
            sieve = affinity.sieve(total)
            near = affinities.around(shop.db, scope, beside, chosen.min_buyers, scale, sieve)
            if found := affinity.ranked(near, total):
                return found[:MOST_CANDIDATES]
    return []


def _learned(shop: Shop, basket: Basket, chosen: Preferences, now: datetime) -> Iterator[Evidence]:
    """What was learned, in portions: offers are read for a few candidates at a time, strongest first."""
    candidates = _candidates(shop, basket, chosen, now)
    for start in range(0, len(candidates), LOOKED_AT_ONCE):
        portion = tuple(candidates[start : start + LOOKED_AT_ONCE])
        offers = _welcome(shop, basket, chosen, [candidate.product for candidate in portion])
        yield Evidence(basket, portion, (), offers)


def _popular(shop: Shop, basket: Basket, chosen: Preferences, now: datetime) -> Evidence:
    """What is much bought in the categories of the basket."""
    categories = [line.category for line in basket.lines if line.category and not line.gift]
    scale = _weight_of_now(shop, chosen, now)
    popular = affinities.popular(shop.db, basket.channel, categories, chosen.min_buyers, scale)
    offers = _welcome(shop, basket, chosen, [found.product for found in popular])
    return Evidence(basket, (), tuple(popular), offers)


def _welcome(
    shop: Shop, basket: Basket, chosen: Preferences, products: Sequence[ProductNumber]
) -> dict[ProductNumber, Offer]:
    found = catalogue.offers(shop.db, basket.channel, products)
    return {number: offer for number, offer in found.items() if is_welcome(offer, basket, chosen)}


def _weight_of_now(shop: Shop, chosen: Preferences, now: datetime) -> float:
    return float(affinity.weight(now.date(), facts.landmark(shop.db, now.date()), chosen.half_life_days))
