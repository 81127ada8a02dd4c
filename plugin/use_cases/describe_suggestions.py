"""What is suggested and why, for the merchant: with one product, for one order, and for a basket put together to try."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from plugin.shop import Shop
from plugin.store import channels, faces, habits, orders, preferences, suggestions_shown
from plugin.store.faces import Face
from plugin.suggestions import KINDS, verdicts
from plugin.suggestions.catalogue import Channel
from plugin.suggestions.deciding import Decision
from plugin.suggestions.habits.shoppers import PROMOTION_ONLY, RETURNS_MOST, label
from plugin.suggestions.model import BasketLine, ProductId, Suggestion
from plugin.use_cases.next_best_offer import Asked, next_best_offer

TITLES = {kind.name: kind.title for kind in KINDS}


@dataclass(frozen=True, slots=True)
class Suggested:
    """One suggestion as a merchant reads it. `taken`: the order holds it; None where that cannot be asked."""

    product: Face
    reason: str
    rung: str
    price: str
    taken: bool | None = None


@dataclass(frozen=True, slots=True)
class Weighed:
    """One candidate as a merchant reads it: shown or not, and why. `acceptance`: of 100 shoppers so many are expected to take it."""

    product: Face
    kind: str
    kept: bool
    reason: str
    acceptance: float


@dataclass(frozen=True, slots=True)
class Tried:
    """A basket in one of the channels that sell it, and what it would get.

    `known` is False when none of its products is in the store. `considered`: every candidate, those shown first.
    `withheld`: why nothing is shown, in words.
    """

    basket: tuple[Face, ...]
    channel: Channel | None
    channels: tuple[Channel, ...]
    suggestions: tuple[Suggested, ...]
    known: bool
    suggesting: bool
    min_buyers: int
    considered: tuple[Weighed, ...] = ()
    withheld: str | None = None


@dataclass(frozen=True, slots=True)
class Offered:
    """All that was suggested in the checkout an order came from, what was bought first.

    `checkout` is None when the order came from none we saw. `careful`: why its buyer is offered no discounts and upgrades,
    for staff; None where nothing is withheld.
    """

    known: bool
    checkout: str | None
    suggestions: tuple[Suggested, ...]
    careful: str | None = None


def try_basket(shop: Shop, products: Sequence[ProductId], channel_slug: str, now: datetime) -> Tried:
    """What a basket of these products gets in that channel; in the first with an answer when that one does not sell it."""
    selling = _selling(shop, products)
    asked = [one for one in selling if one.slug == channel_slug] or selling
    known = faces.of_products(shop.db, products)
    variants = [found[0] for product in products if (found := faces.variants(shop.db, product))]
    chosen = preferences.get(shop.db)

    lines = [BasketLine(variant, 1) for variant in variants]
    channel, decision = _first_answered(shop, asked, lines, now)

    return Tried(
        basket=tuple(known[product] for product in products if product in known),
        channel=channel,
        channels=tuple(selling),
        suggestions=tuple(_suggested(suggestion) for suggestion in decision.chosen),
        known=bool(lines),
        suggesting=chosen.suggesting,
        min_buyers=chosen.min_buyers,
        considered=_weighed(shop, decision),
        withheld=verdicts.words(decision.withheld) if decision.withheld else None,
    )


def offered_for(shop: Shop, order_id: str, now: datetime) -> Offered:
    """Everything suggested in the order's checkout, and which of it was bought."""
    found = orders.sold(shop.db, order_id)
    if found is None:
        return Offered(known=False, checkout=None, suggestions=())
    careful = _careful(shop, order_id, now)
    checkout, bought = found
    if not checkout or suggestions_shown.last(shop.db, checkout) is None:
        return Offered(known=True, checkout=None, suggestions=(), careful=careful)
    offers = suggestions_shown.offered(shop.db, checkout)
    offers.sort(key=lambda told: told["productId"] not in bought)
    return Offered(
        known=True,
        checkout=checkout,
        suggestions=tuple(
            Suggested(
                product=_face(told),
                reason=told["reason"]["text"],
                rung=told["rung"],
                price=f"{told['price']['amount']} {told['price']['currency']}",
                taken=told["productId"] in bought,
            )
            for told in offers
        ),
        careful=careful,
    )


def _careful(shop: Shop, order_id: str, now: datetime) -> str | None:
    """Where the merchant chose so: what this buyer's orders say."""
    buyer = orders.buyer(shop.db, order_id)
    if buyer is None or not preferences.get(shop.db).careful_with_costly_shoppers:
        return None
    shopper = habits.shopper(shop.db, buyer, "", now)
    why = {
        RETURNS_MOST: f"{shopper.returned} of {shopper.pieces} pieces in {shopper.orders} orders were sent back",
        PROMOTION_ONLY: f"all of {shopper.orders} orders were on promotion",
    }.get(label(shopper) or "")
    return f"This buyer is offered no discounts and no upgrades: {why}." if why else None


def _selling(shop: Shop, products: Sequence[ProductId]) -> list[Channel]:
    """Channels where these can be bought; every active one when they can be bought nowhere now."""
    active = [channel for channel in channels.every(shop.db) if channel.active]
    here = faces.selling(shop.db, products)
    return [channel for channel in active if channel.id in here] or active


def _first_answered(
    shop: Shop, asked: Sequence[Channel], lines: Sequence[BasketLine], now: datetime
) -> tuple[Channel | None, Decision]:
    """The first of these channels with suggestions; without any, the first of all."""
    first: tuple[Channel | None, Decision] | None = None
    for channel in asked if lines else ():
        decision = next_best_offer(shop, Asked(channel.id, lines, everything=True), now)
        if decision.chosen:
            return channel, decision
        first = first or (channel, decision)
    return first or (next(iter(asked), None), Decision())


def _weighed(shop: Shop, decision: Decision) -> tuple[Weighed, ...]:
    """Every candidate: those shown, then by how near they came."""
    known = faces.of_products(shop.db, {one.product for one in decision.considered})
    place: dict[tuple[str, str | None], int] = {
        (made.kind, made.variant.id): at for at, made in enumerate(decision.chosen)
    }
    told = sorted(
        decision.considered,
        key=lambda one: (place.get((one.kind, one.variant), 99), -one.acceptance, one.product, one.kind),
    )
    return tuple(
        Weighed(
            product=known.get(one.product, Face(faces.UNKNOWN, one.product, one.name or one.product, None)),
            kind=TITLES.get(one.kind, one.kind),
            kept=one.verdict == verdicts.KEPT,
            reason=one.reason if one.verdict == verdicts.KEPT else verdicts.words(one.verdict),
            acceptance=100 * one.acceptance,
        )
        for one in told
    )


def _suggested(made: Suggestion) -> Suggested:
    offer = made.offer
    face = Face(offer.product, offer.id, offer.name, offer.thumbnail, offer.alt)
    return Suggested(face, made.reason.text, made.rung, f"{made.variant.amount:f} {made.variant.currency}")


def _face(told: dict[str, object]) -> Face:
    picture = told["thumbnail"]
    url = str(picture["url"]) if isinstance(picture, dict) else None
    return Face(faces.UNKNOWN, str(told["productId"]), str(told["name"]), url)
