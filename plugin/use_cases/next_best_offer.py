"""The next best offer for a basket, from what the shop's file knows: gather, decide. Asks nobody; writes nothing but the number of a channel it never met."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from itertools import chain

from plugin.shop import Shop
from plugin.store import affinities, catalogue, channels, faces, facts, habits, preferences, responses
from plugin.store.database import reading
from plugin.suggestions import KINDS
from plugin.suggestions.deciding import Answered, Considered, Decision, Room, decide
from plugin.suggestions.habits.shoppers import label
from plugin.suggestions.model import (
    Basket,
    BasketLine,
    Candidate,
    ChannelId,
    ChosenProduct,
    DeliveryGap,
    Evidence,
    Offer,
    ProductId,
    ProductNumber,
    Reason,
    Suggestion,
    UpgradeOffer,
    VariantId,
)
from plugin.suggestions.placements import BASKET, CHECKOUT, PAYMENT, PRODUCT, most
from plugin.suggestions.preferences import Preferences
from plugin.suggestions.restraint import NOBODY, Known, Situation, objection
from plugin.use_cases.change_rules import rulebook
from plugin.use_cases.find_candidates import Found, Search, find_candidates
from plugin.use_cases.fit_model import weight_of_now
from plugin.use_cases.free_delivery import delivery_gap
from plugin.use_cases.suggest_bundles import bundle_offers
from plugin.use_cases.suggest_upgrades import Found as Upgrades
from plugin.use_cases.suggest_upgrades import upgrade_offers

MOST_CANDIDATES = 12
"""Beyond this many stronger ones a product has no chance to be among the first three, unless nearly all are objected to:
then so many more are looked at, until a deep search has no more."""

ASKED_FOR = ("preferences", "rules", "landmark", "model")
"""Facts that every basket asks for."""

ENOUGH = 3
"""Nobody is shown more."""

MOST_POPULAR = 24


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: a basket in a channel, and where the answer is shown.

    `checkout`: its id, where there is one: what its shopper answered before counts. `country`: where it is sent, a code of
    two letters. `subtotal`: what Saleor says it costs, as displayed. `ships`: something in it has to be sent. `discounted`: a
    voucher, or a discount on the whole, is on it: what one more product would cost is not known to the cent then. `shopper`:
    the keyed hash of a signed-in customer, never of a guest. `everything`: for people who ask why; names what is
    sold out too, and looks around for upgrades. What is shown is the same.
    """

    channel: ChannelId
    lines: Sequence[BasketLine]
    placement: str = BASKET
    checkout: str = ""
    country: str | None = None
    subtotal: Decimal | None = None
    ships: bool = True
    discounted: bool = False
    shopper: str | None = None
    everything: bool = False


@dataclass(frozen=True, slots=True)
class Gathered:
    """What there is to say: the situation, the evidence, the weight an order of now would have, and what fell away before it was
    proposed.

    `found`: candidates, the first of which are in the evidence; `deeper`: the same with more, searched for when it is asked.
    """

    situation: Situation
    evidence: Evidence
    scale: float
    dropped: tuple[Considered, ...]
    found: Found
    deeper: Iterator[Found]


def next_best_offer(shop: Shop, asked: Asked, now: datetime, spare: int = 0) -> Decision:
    """What is shown beside this basket, best first, with the reason for every candidate; or nothing, and why.

    `spare`: how many more are chosen than are shown, as successors of what turns out to be sold out.
    """
    # given on first sight, and then remembered: nothing is written while we read
    channels.number(shop.db, asked.channel)
    with reading(shop.db):
        facts.look_up(shop.db, ASKED_FOR)
        return _next_best_offer(shop, asked, now, spare)


def _next_best_offer(shop: Shop, asked: Asked, now: datetime, spare: int) -> Decision:
    chosen = preferences.get(shop.db)
    shown = _shown(chosen, asked)
    if stopped := _stopped(shop, asked, chosen, shown):
        return Decision(withheld=stopped)
    basket = Basket(asked.channel, catalogue.lines(shop.db, asked.lines, asked.channel))
    if basket.lines and not any(line.product for line in basket.lines):
        return Decision(withheld="no_evidence")
    situation = _situation(shop, asked, basket, chosen, now)
    gathered = _gather(shop, asked, situation, chosen, now)

    return _decided(
        shop,
        asked,
        gathered,
        now,
        Room(shown, asked.checkout, max(spare, ENOUGH)),
    )


def _shown(chosen: Preferences, asked: Asked) -> int:
    """A checkout's document serves every step of it; each shows the first ones of it, as many as it may."""
    places = (BASKET, CHECKOUT, PAYMENT) if asked.checkout else (asked.placement,)
    return max(most(chosen, place) for place in places)


def may_still_be_offered(shop: Shop, asked: Asked, old: VariantId, new: VariantId, now: datetime) -> bool:
    """Whether nobody objects by now to an upgrade that was offered a moment ago: excluded, declined, ruled out, sold out."""
    chosen = preferences.get(shop.db)
    if _stopped(shop, asked, chosen, 1) or not _may_upgrade(shop, asked, chosen):
        return False
    basket = Basket(asked.channel, catalogue.lines(shop.db, asked.lines, asked.channel))
    products = {number for _product, number in catalogue.products_of(shop.db, [new]).values()}
    line = next((line for line in basket.lines if line.variant == old), None)
    for offer in _buyable(shop, basket, list(products)).values():
        for variant in offer.variants:
            if variant.id == new and line is not None:
                swap = UpgradeOffer(line, offer, variant, (), variant.amount - (line.amount or 0))
                made = Suggestion("upgrade", "", offer, variant, Reason("", {}, ""), 0.0, upgrade=swap)
                return objection(made, _situation(shop, asked, basket, chosen, now)) is None
    return False


def _decided(shop: Shop, asked: Asked, gathered: Gathered, now: datetime, room: Room) -> Decision:
    """Decide; where nothing was learned, or on a product page, with what is popular."""

    def decision() -> Decision:
        answered = _answered(shop, proposals, now)
        return decide(proposals, gathered.situation, answered, room, dropped)

    evidence, dropped = gathered.evidence, list(gathered.dropped)
    proposals = _ideas(evidence)
    made = decision()
    deeper = _deeper(gathered)
    while len(made.chosen) + len(made.successors) < ENOUGH and (more := next(deeper, ())):
        offers = _buyable(shop, evidence.basket, [one.product for one in more])
        evidence = replace(
            evidence, candidates=evidence.candidates + more, offers={**evidence.offers, **offers}
        )
        proposals = _ideas(evidence)
        made = decision()
    learned = any(one.kind == "also_bought" for one in made.chosen)
    wanted = gathered.situation.preferences.popular_when_unknown and (
        asked.placement == PRODUCT or not learned
    )
    if wanted and (popular := _popular(shop, gathered)):
        proposals += popular
        made = decision()
    missing = [one for one in evidence.candidates if one.product not in evidence.offers]
    if missing and (asked.everything or not made.chosen):
        dropped += _missing(shop, missing)
        made = decision()
    return made


def _deeper(gathered: Gathered) -> Iterator[tuple[Candidate, ...]]:
    """Candidates beyond those looked at, so many at a time; searched for only when somebody wants them."""
    known = {one.product for one in gathered.evidence.candidates}
    for found in chain([gathered.found], gathered.deeper):
        left = [one for one in found.candidates if one.product not in known]
        known |= {one.product for one in left}
        for start in range(0, len(left), MOST_CANDIDATES):
            yield tuple(left[start : start + MOST_CANDIDATES])


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
    excluded, sensitive = preferences.unwanted(shop.db)
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
        excluded=excluded,
        sensitive=sensitive,
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
    """Everything there is to say about this basket."""
    basket, scale = situation.basket, weight_of_now(shop, chosen, now)
    looks = _looks(shop, asked, situation, scale)
    found = next(looks)
    candidates = found.candidates[:MOST_CANDIDATES]
    wished = tuple(_wished(shop, situation))
    upgrades = Upgrades()
    if _may_upgrade(shop, asked, chosen):
        upgrades = upgrade_offers(shop, basket, now, asked.everything)
    wanted = [one.product for some in (candidates, wished, found.fitting) for one in some]
    evidence = Evidence(
        basket,
        candidates,
        offers=_buyable(shop, basket, wanted),
        bundles=tuple(bundle_offers(shop, basket, now)),
        upgrades=tuple(upgrades.offers),
        delivery=_gap(shop, asked) if chosen.free_delivery else None,
        chosen=wished,
        fitting=found.fitting,
    )
    dropped = tuple(
        Considered("upgrade", one.product, one.name, one.variant, one.variant_name, one.reason)
        for one in upgrades.dropped
    )
    return Gathered(situation, evidence, scale, dropped, found, looks)


def _may_upgrade(shop: Shop, asked: Asked, chosen: Preferences) -> bool:
    """One upgrade per checkout: whoever took one is not asked for the next."""
    if not chosen.upgrades or asked.placement == PRODUCT or asked.discounted:
        return False
    return not (asked.checkout and responses.has_taken(shop.db, asked.checkout, "upgrade"))


def _gap(shop: Shop, asked: Asked) -> DeliveryGap | None:
    """Only where Saleor told the subtotal: what is missing is promised to the cent."""
    if asked.subtotal is None or asked.discounted or asked.placement == PRODUCT or not asked.lines:
        return None
    return delivery_gap(shop, asked.channel, asked.country, asked.subtotal, asked.ships)


def _buyable(shop: Shop, basket: Basket, products: Sequence[ProductNumber]) -> dict[ProductNumber, Offer]:
    found = catalogue.offers(shop.db, basket.channel, products) if products else {}
    return {number: offer for number, offer in found.items() if offer.variants}


def _ideas(evidence: Evidence) -> list[Suggestion]:
    return [idea for kind in KINDS for idea in kind.suggest(evidence)]


def _looks(shop: Shop, asked: Asked, situation: Situation, scale: float) -> Iterator[Found]:
    """What goes with the lines that may speak: sensitive ones and gifts say nothing."""
    basket, chosen = situation.basket, situation.preferences
    speaking = [
        line for line in basket.lines if line.product and not line.gift and _may_be_named(line, situation)
    ]
    search = Search(
        channel=basket.channel,
        lines=speaking,
        min_buyers=chosen.min_buyers,
        weight_now=scale,
        on_product=asked.placement == PRODUCT,
        filling=bool(asked.checkout),
        buyer=asked.shopper if chosen.own_history else None,
    )
    return find_candidates(shop, search)


def _wished(shop: Shop, situation: Situation) -> list[ChosenProduct]:
    """What the merchant pairs with a product of the basket, or pinned."""
    rules, basket = situation.rules, situation.basket
    beside = {line.product_id: line.name for line in basket.lines if _may_be_named(line, situation)}
    wanted = {
        pair.product: (beside[pair.beside], pair.position) for pair in rules.pairs() if pair.beside in beside
    }
    for product in rules.pinned_products()[:MOST_CANDIDATES]:
        wanted.setdefault(product, ("", None))
    if not wanted:
        return []
    numbers = catalogue.known_numbers(shop.db, wanted)
    return [ChosenProduct(number, *wanted[product]) for product, number in numbers.items()]


def _may_be_named(line: BasketLine, situation: Situation) -> bool:
    """What is sensitive is no reason for anything."""
    return situation.sensitive.isdisjoint(line.categories or (line.category or "",))


def _popular(shop: Shop, gathered: Gathered) -> list[Suggestion]:
    """What is much bought in the categories of the basket; in the whole channel while the basket is empty."""
    situation = gathered.situation
    basket, chosen = situation.basket, situation.preferences
    if basket.lines:
        categories = [
            line.category
            for line in basket.lines
            if line.category and not line.gift and _may_be_named(line, situation)
        ]
        found = affinities.popular(shop.db, basket.channel, categories, chosen.min_buyers, gathered.scale)
    else:
        found = affinities.popular_anywhere(
            shop.db, basket.channel, chosen.min_buyers, gathered.scale, MOST_POPULAR
        )
    offers = _buyable(shop, basket, [one.product for one in found])
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
