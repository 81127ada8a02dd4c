"""What is suggested and why, for the merchant: with one product, for one order, and for a basket put together to try."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from plugin.shop import Shop
from plugin.store import channels, faces, orders, preferences, suggestions_shown
from plugin.store.faces import Face
from plugin.suggestions.catalogue import Channel
from plugin.suggestions.model import BasketLine, ProductId, Suggestion
from plugin.use_cases.suggest_for_basket import suggest_for_basket


@dataclass(frozen=True, slots=True)
class Suggested:
    """One suggestion as a merchant reads it. `taken`: the order holds it; None where that cannot be asked."""

    product: Face
    reason: str
    rung: str
    price: str
    taken: bool | None = None


@dataclass(frozen=True, slots=True)
class Tried:
    """A basket in one of the channels that sell it, and what it would get.

    `known` is False when none of its products is in the store.
    """

    basket: tuple[Face, ...]
    channel: Channel | None
    channels: tuple[Channel, ...]
    suggestions: tuple[Suggested, ...]
    known: bool
    suggesting: bool
    min_buyers: int


@dataclass(frozen=True, slots=True)
class Offered:
    """All that was suggested in the checkout an order came from, what was bought first.

    `checkout` is None when the order came from none we saw.
    """

    known: bool
    checkout: str | None
    suggestions: tuple[Suggested, ...]


def try_basket(shop: Shop, products: Sequence[ProductId], channel_slug: str, now: datetime) -> Tried:
    """What a basket of these products gets in that channel; in the first with an answer when that one does not sell it."""
    selling = _selling(shop, products)
    asked = [one for one in selling if one.slug == channel_slug] or selling
    known = faces.of_products(shop.db, products)
    variants = [found[0] for product in products if (found := faces.variants(shop.db, product))]
    chosen = preferences.get(shop.db)

    lines = [BasketLine(variant, 1) for variant in variants]
    channel, made = _first_answered(shop, asked, lines, now)

    return Tried(
        basket=tuple(known[product] for product in products if product in known),
        channel=channel,
        channels=tuple(selling),
        suggestions=tuple(_suggested(suggestion) for suggestion in made),
        known=bool(lines),
        suggesting=chosen.suggesting,
        min_buyers=chosen.min_buyers,
    )


def offered_for(shop: Shop, order_id: str) -> Offered:
    """Everything suggested in the order's checkout, and which of it was bought."""
    found = orders.sold(shop.db, order_id)
    if found is None:
        return Offered(known=False, checkout=None, suggestions=())
    checkout, bought = found
    if not checkout or suggestions_shown.last(shop.db, checkout) is None:
        return Offered(known=True, checkout=None, suggestions=())
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
    )


def _selling(shop: Shop, products: Sequence[ProductId]) -> list[Channel]:
    """Channels where these can be bought; every active one when they can be bought nowhere now."""
    active = [channel for channel in channels.every(shop.db) if channel.active]
    here = faces.selling(shop.db, products)
    return [channel for channel in active if channel.id in here] or active


def _first_answered(
    shop: Shop, asked: Sequence[Channel], lines: Sequence[BasketLine], now: datetime
) -> tuple[Channel | None, list[Suggestion]]:
    """The first of these channels with suggestions; without any, the first of all."""
    for channel in asked if lines else ():
        if made := suggest_for_basket(shop, channel.id, lines, now):
            return channel, made
    return next(iter(asked), None), []


def _suggested(made: Suggestion) -> Suggested:
    offer = made.offer
    face = Face(offer.product, offer.id, offer.name, offer.thumbnail, offer.alt)
    return Suggested(face, made.reason.text, made.rung, f"{made.variant.amount:f} {made.variant.currency}")


def _face(told: dict[str, object]) -> Face:
    picture = told["thumbnail"]
    url = str(picture["url"]) if isinstance(picture, dict) else None
    return Face(faces.UNKNOWN, str(told["productId"]), str(told["name"]), url)
