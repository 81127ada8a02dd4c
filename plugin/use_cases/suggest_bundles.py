"""Which bundles to offer beside a basket or on a product page, from what the shop's file knows. Asks nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from plugin.shop import Shop
from plugin.store import bundles, catalogue, channels, facts, preferences
from plugin.suggestions.also_bought import fitting
from plugin.suggestions.bundles import floor
from plugin.suggestions.bundles.completing import Completion, completions
from plugin.suggestions.bundles.market import Market
from plugin.suggestions.bundles.model import Bundle, Goods
from plugin.suggestions.catalogue import Channel
from plugin.suggestions.model import (
    Basket,
    BasketLine,
    BundleOffer,
    BundlePiece,
    Offer,
    VariantId,
)
from plugin.suggestions.money import money
from plugin.suggestions.preferences import Preferences

MOST_BUNDLES = 50
"""Looked at for one basket; those made first are looked at first."""


def bundle_offers(shop: Shop, basket: Basket, now: datetime) -> list[BundleOffer]:
    """The bundles that the basket has begun and that can be completed now; those that save most first."""
    if not bundles.are_any(shop.db):
        return []
    channel = next((one for one in channels.every(shop.db) if one.id == basket.channel), None)
    if channel is None or not channel.active:
        return []
    products = catalogue.products_of(shop.db, [line.variant for line in basket.lines if not line.gift])
    begun = [name for variant, (product, _number) in products.items() for name in (variant, product)]
    on = bundles.around(shop.db, basket.channel, begun, now)[:MOST_BUNDLES]
    if not on:
        return []
    chosen = preferences.get(shop.db)
    sold = catalogue.goods(shop.db, basket.channel, floor.member_ids(on) | set(products))
    on = [
        bundle
        for bundle in on
        if not floor.is_below_cost(bundle, channel, sold, chosen.bundle_margin)
        and not _is_excluded(bundle, sold, chosen)
    ]
    offers = _offers(shop, basket, sold)
    pieces = {line.variant: 0 for line in basket.lines if line.variant in sold and not line.gift}
    for line in basket.lines:
        if line.variant in pieces and not line.gift:
            pieces[line.variant] += line.quantity
    here = Market(channel.id, channel.currency, on, sold)
    found = completions(here, pieces, _preferred(offers, basket.lines))
    may_price = facts.get(shop.db, "may_price") is not False
    made = [_offer(one, channel, sold, offers, may_price) for one in found]
    return [offer for offer in made if offer is not None]


def _is_excluded(bundle: Bundle, sold: Mapping[VariantId, Goods], chosen: Preferences) -> bool:
    """What the merchant never wants suggested is not suggested in a set either."""
    excluded = set(chosen.excluded_products)
    return any(
        goods.product in excluded for member in bundle.members for goods in floor.choices(member, sold)
    )


def _offers(shop: Shop, basket: Basket, sold: Mapping[VariantId, Goods]) -> dict[str, Offer]:
    numbers = catalogue.products_of(shop.db, sold)
    found = catalogue.offers(shop.db, basket.channel, {number for _product, number in numbers.values()})
    return {offer.id: offer for offer in found.values()}


def _preferred(offers: Mapping[str, Offer], lines: Sequence[BasketLine]) -> dict[str, VariantId]:
    """Per product the variant that suits the basket best, among those that can be bought."""
    return {product: fitting(offer, tuple(lines)).id for product, offer in offers.items() if offer.variants}


def _offer(
    one: Completion,
    channel: Channel,
    sold: Mapping[VariantId, Goods],
    offers: Mapping[str, Offer],
    may_price: bool,
) -> BundleOffer | None:
    """As shoppers see it: with tax or without, as the channel displays prices."""
    pieces = []
    for variant, count in one.pieces.items():
        offer = offers.get(sold[variant].product)
        offered = next((found for found in offer.variants if found.id == variant), None) if offer else None
        if offer is None or offered is None:
            return None
        pieces.append(BundlePiece(offer, offered, count, one.missing.get(variant, 0)))
    separately = sum((piece.variant.amount * piece.quantity for piece in pieces), Decimal())
    displayed = sum(sold[variant].displayed(total, channel.gross) for variant, total in one.totals.items())
    price = money(displayed, channel.currency) if may_price else separately
    saving = separately - price
    return BundleOffer(
        id=one.bundle.id,
        name=one.bundle.name,
        translations=one.bundle.translations,
        pieces=tuple(sorted(pieces, key=lambda piece: (piece.missing > 0, piece.offer.id, piece.variant.id))),
        price=price,
        separately=separately,
        saving=saving if saving > 0 else None,
        currency=channel.currency,
    )


def preferred_variants(shop: Shop, basket: Basket, sold: Mapping[VariantId, Goods]) -> dict[str, VariantId]:
    """Per product the variant that suits the basket best, among those that can be bought."""
    return _preferred(_offers(shop, basket, sold), basket.lines)
