"""The next best offer for a basket, from what the shop's file knows: gather, decide. Asks nobody, writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from plugin.shop import Shop
from plugin.store import affinities, catalogue, channels, faces, facts, habits, preferences, responses
from plugin.suggestions import KINDS, affinity
from plugin.suggestions.counting import WHOLE_SHOP
from plugin.suggestions.deciding import Answered, Considered, Decision, decide
from plugin.suggestions.document import lines_hash
from plugin.suggestions.habits.shoppers import label
from plugin.suggestions.model import (
    Basket,
    BasketLine,
    Candidate,
    ChannelId,
    ChosenProduct,
    Evidence,
    ProductId,
    Suggestion,
)
from plugin.suggestions.placements import BASKET, PRODUCT, most
from plugin.suggestions.preferences import Preferences
from plugin.suggestions.restraint import NOBODY, Known, Situation
from plugin.use_cases.change_rules import rulebook
from plugin.use_cases.free_delivery import delivery_gap
from plugin.use_cases.suggest_bundles import bundle_offers
from plugin.use_cases.suggest_upgrades import Found, upgrade_offers

MOST_CANDIDATES = 64
"""Beyond this many stronger ones a product has no chance to be among the first three."""

LOOKED_AT_ONCE = 16
"""Candidates whose prices and stock are read together; three of the first sixteen nearly always suit."""

MOST_LINES = 40
"""The last lines of a long basket speak for it; all of a B2B basket would only cost time. None of them is offered again."""

LEAST_ORDERS = 20
"""A channel with fewer orders speaks too softly: the whole shop is heard instead."""

MOST_POPULAR = 24


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: a basket in a channel, and where the answer is shown.

    `checkout`: its id, where there is one: what its shopper answered before counts. `country`: where it is sent, a code of
    two letters. `subtotal`: what Saleor says it costs, as displayed. `ships`: something in it has to be sent, and one more
    product would add its whole price to the subtotal. `shopper`: the keyed hash of a signed-in customer, never of a guest. `everything`: for people who ask why; looks at every candidate
    instead of enough of them.
    """

    channel: ChannelId
    lines: Sequence[BasketLine]
    placement: str = BASKET
    checkout: str = ""
    country: str | None = None
    subtotal: Decimal | None = None
    ships: bool = True
    shopper: str | None = None
    everything: bool = False


@dataclass(frozen=True, slots=True)
class Gathered:
    """What there is to say: evidence, the weight an order of now would have, and what fell away before it was proposed."""

    evidence: Evidence
    scale: float
    dropped: tuple[Considered, ...]


def next_best_offer(shop: Shop, asked: Asked, now: datetime, spare: int = 0) -> Decision:
    """What is shown beside this basket, best first, with the reason for every candidate; or nothing, and why.

    `spare`: how many more are chosen than are shown, as successors of what turns out to be sold out.
    """
    chosen = preferences.get(shop.db)
    shown = most(chosen, asked.placement)
    if stopped := _stopped(shop, asked, chosen, shown):
        return Decision(withheld=stopped)
    basket = Basket(asked.channel, catalogue.lines(shop.db, asked.lines, asked.channel))
    if basket.lines and not any(line.product for line in basket.lines):
        return Decision(withheld="no_evidence")
    situation = _situation(shop, asked, basket, chosen, now)
    gathered = _gather(shop, asked, situation, chosen, now)

    return _decided(shop, asked, situation, gathered, now, shown + spare)


def _decided(
    shop: Shop, asked: Asked, situation: Situation, gathered: Gathered, now: datetime, enough: int
) -> Decision:
    """Read and decide until enough is chosen; then, where little was learned, what is popular."""

    def decision() -> Decision:
        told = [*gathered.dropped, *unavailable]
        answered = _answered(shop, proposals, now)
        return decide(proposals, situation, answered, enough, _seed(asked), told)

    proposals: list[Suggestion] = []
    unavailable: list[Considered] = []
    missing: list[Candidate] = []
    made = Decision()
    for more, unbuyable in _portions(shop, gathered):
        proposals += more
        missing += unbuyable
        made = decision()
        if len(made.chosen) >= enough and not asked.everything:
            return made
    learned = any(one.kind == "also_bought" for one in made.chosen)
    if situation.preferences.popular_when_unknown and (asked.placement == PRODUCT or not learned):
        proposals += _popular(shop, gathered, situation)
        made = decision()
    if missing and (asked.everything or not made.chosen):
        unavailable += _missing(shop, missing)
        made = decision()
    return made


def _stopped(shop: Shop, asked: Asked, chosen: Preferences, shown: int) -> str | None:
    """Why nothing is looked for at all."""
    if not chosen.suggesting:
        return "switched_off"
    if not shown:
        return "placement"
    return responses.standing(shop.db, asked.checkout).closed if asked.checkout else None


def _situation(shop: Shop, asked: Asked, basket: Basket, chosen: Preferences, now: datetime) -> Situation:
    categories = {line.category for line in basket.lines if line.category}
    standing = rulebook(shop, asked.channel, now).for_basket(basket.lines)
    declined = responses.standing(shop.db, asked.checkout).declined if asked.checkout else frozenset()
    relations = habits.relations(shop.db, categories) if categories else {}
    return Situation(
        basket=basket,
        preferences=chosen,
        rules=standing,
        placement=asked.placement,
        value=asked.subtotal if asked.subtotal is not None else _value(basket),
        relations={pair: relation.kind for pair, relation in relations.items()},
        consumable=habits.consumables(shop.db) if asked.shopper else frozenset(),
        known=_known(shop, asked, now),
        declined=declined,
        excluded=frozenset(chosen.excluded_products) | frozenset(chosen.excluded_categories),
        sensitive=frozenset(chosen.sensitive_categories),
    )


def _value(basket: Basket) -> Decimal | None:
    """What the lines cost one by one, as displayed; None when any price is unknown."""
    amounts = [line.amount * line.quantity for line in basket.lines if line.amount is not None]
    return sum(amounts, Decimal()) if len(amounts) == len(basket.lines) else None


def _known(shop: Shop, asked: Asked, now: datetime) -> Known:
    if asked.shopper is None:
        return NOBODY
    channel = next((one for one in channels.every(shop.db) if one.id == asked.channel), None)
    found = habits.shopper(shop.db, asked.shopper, channel.currency if channel else "", now)
    return Known(found.owned, found.ninetieth, label(found))


def _gather(shop: Shop, asked: Asked, situation: Situation, chosen: Preferences, now: datetime) -> Gathered:
    """Everything there is to say about this basket, offers of learned products not read yet."""
    basket = situation.basket
    scale = _weight_of_now(shop, chosen, now)
    candidates = tuple(_candidates(shop, situation, scale))
    upgrades = Found()
    if chosen.upgrades and asked.placement != PRODUCT:
        upgrades = upgrade_offers(shop, basket, now, asked.everything)
    gap = None
    if chosen.free_delivery and asked.placement != PRODUCT and situation.value:
        gap = delivery_gap(shop, asked.channel, asked.country, situation.value, asked.ships)
    evidence = Evidence(
        basket,
        candidates,
        bundles=tuple(bundle_offers(shop, basket, now)),
        upgrades=tuple(upgrades.offers),
        delivery=gap,
        chosen=tuple(_wished(shop, situation)),
    )
    dropped = tuple(
        Considered("upgrade", one.product, one.name, one.variant, one.variant_name, one.reason)
        for one in upgrades.dropped
    )
    return Gathered(evidence, scale, dropped)


def _portions(shop: Shop, gathered: Gathered) -> Iterator[tuple[list[Suggestion], list[Candidate]]]:
    """Proposals, and candidates that cannot be bought: first what needs no reading, then a few candidates at a time.

    The product that closes the gap to free delivery best may be any of them: then all are read at once.
    """
    evidence = gathered.evidence
    yield _ideas(replace(evidence, delivery=None, chosen=())), []
    at_once = LOOKED_AT_ONCE if evidence.delivery is None else MOST_CANDIDATES
    for start in range(0, max(len(evidence.candidates), 1), at_once):
        portion = evidence.candidates[start : start + at_once]
        wished = evidence.chosen if start == 0 else ()
        wanted = [*(one.product for one in portion), *(one.product for one in wished)]
        offers = {
            number: offer
            for number, offer in catalogue.offers(shop.db, evidence.basket.channel, wanted).items()
            if offer.variants
        }
        seen = replace(evidence, candidates=portion, offers=offers, bundles=(), upgrades=(), chosen=wished)
        yield _ideas(seen), [one for one in portion if one.product not in offers]


def _ideas(evidence: Evidence) -> list[Suggestion]:
    return [idea for kind in KINDS for idea in kind.suggest(evidence)]


def _candidates(shop: Shop, situation: Situation, scale: float) -> list[Candidate]:
    """What this channel's orders say; where they are few or silent, what the whole shop's say. Sensitive lines say nothing."""
    basket = situation.basket
    beside = [
        line.product
        for line in basket.lines
        if line.product and not line.gift and situation.sensitive.isdisjoint(line.categories)
    ][-MOST_LINES:]
    for scope in (basket.channel, WHOLE_SHOP) if beside else ():
        total = affinities.totals(shop.db, scope).orders
        if total >= LEAST_ORDERS or scope == WHOLE_SHOP:
            sieve = affinity.sieve(total)
            near = affinities.around(shop.db, scope, beside, situation.preferences.min_buyers, scale, sieve)
            if found := affinity.ranked(near, total):
                return found[:MOST_CANDIDATES]
    return []


def _wished(shop: Shop, situation: Situation) -> list[ChosenProduct]:
    """What the merchant pairs with a product of the basket, or pinned."""
    rules, basket = situation.rules, situation.basket
    beside = {line.product_id: line.name for line in basket.lines if line.product_id}
    wanted = {pair.product: (beside.get(pair.beside, ""), pair.position) for pair in rules.pairs()}
    for product in rules.pinned_products():
        wanted.setdefault(product, ("", None))
    if not wanted:
        return []
    numbers = catalogue.known_numbers(shop.db, wanted)
    return [ChosenProduct(number, *wanted[product]) for product, number in numbers.items()]


def _popular(shop: Shop, gathered: Gathered, situation: Situation) -> list[Suggestion]:
    """What is much bought in the categories of the basket; in the whole channel while the basket is empty."""
    basket, chosen = situation.basket, situation.preferences
    if basket.lines:
        categories = [
            line.category
            for line in basket.lines
            if line.category and not line.gift and situation.sensitive.isdisjoint(line.categories)
        ]
        found = affinities.popular(shop.db, basket.channel, categories, chosen.min_buyers, gathered.scale)
    else:
        found = affinities.popular_anywhere(
            shop.db, basket.channel, chosen.min_buyers, gathered.scale, MOST_POPULAR
        )
    offers = catalogue.offers(shop.db, basket.channel, [one.product for one in found])
    offers = {number: offer for number, offer in offers.items() if offer.variants}
    return _ideas(Evidence(basket, popular=tuple(found), offers=offers))


def _answered(shop: Shop, proposals: Iterable[Suggestion], now: datetime) -> Answered:
    wanted = {(proposal.kind, proposal.offer.id) for proposal in proposals}
    return responses.totals(shop.db, wanted, now) if wanted else {}


def _missing(shop: Shop, missing: Iterable[Candidate]) -> list[Considered]:
    """Candidates nobody can buy now, by name."""
    chances = {candidate.product: candidate.chance for candidate in missing}
    known = faces.of_numbers(shop.db, list(chances))
    return [
        Considered(
            "also_bought",
            ProductId(face.id),
            face.name,
            None,
            "",
            "unavailable",
            acceptance=chances[face.number],
        )
        for face in known.values()
    ]


def _weight_of_now(shop: Shop, chosen: Preferences, now: datetime) -> float:
    return float(affinity.weight(now.date(), facts.landmark(shop.db, now.date()), chosen.half_life_days))


def _seed(asked: Asked) -> str:
    """The same checkout gets the same answer; so does the same basket without one."""
    return asked.checkout or f"{asked.channel}:{lines_hash(asked.lines)}"
