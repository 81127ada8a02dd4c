"""Can this be bought here, how many, and for how much."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from plugin.sandbox.catalogue_facts import Channel, Product, ProductVariant
from plugin.sandbox.catalogue_prices import discounted_price
from plugin.sandbox.money import TaxedMoney
from plugin.sandbox.state import State


@dataclass(frozen=True, slots=True)
class ShownPrice:
    """One piece, as a shopper sees it in the catalogue; not rounded."""

    price: TaxedMoney
    undiscounted: TaxedMoney

    @property
    def discount(self) -> TaxedMoney | None:
        """What promotions take off, None when they do not."""
        return self.undiscounted.minus(self.price) if self.price != self.undiscounted else None


def price_in(state: State, variant: ProductVariant, channel: Channel | None) -> ShownPrice | None:
    """The price with and without promotions, or None where it is not sold."""
    listing = variant.listings.get(channel.id) if channel else None
    if channel is None or listing is None:
        return None
    tax, currency = channel.tax, channel.currency_code
    now = discounted_price(state, variant.id, channel)
    return ShownPrice(tax.exact(now, currency), tax.exact(listing.price, currency))


def pieces(state: State, variant: ProductVariant, channel: Channel | None) -> int:
    """Unsold pieces in the warehouses that serve this channel, or all without a channel."""
    return sum(
        max(stock.quantity - stock.quantity_allocated, 0)
        for stock in variant.stocks
        if channel is None or channel.slug in state.warehouses[stock.warehouse_id].channels
    )


def quantity_available(state: State, variant: ProductVariant, channel: Channel | None, limit: int) -> int:
    """What Saleor shows: capped at the shop's limit per checkout, and the limit itself when stock is not tracked."""
    return min(pieces(state, variant, channel), limit) if variant.track_inventory else limit


def is_shown(product: Product, channel: Channel | None, now: datetime) -> bool:
    """Whether a shopper may see it at all."""
    listing = product.listings.get(channel.id) if channel and channel.is_active else None
    if listing is None or not listing.is_published:
        return False
    return listing.published_at is None or listing.published_at <= now


def why_not_sold(state: State, variant: ProductVariant, channel: Channel) -> str | None:
    """The error code Saleor refuses this variant with, or None when it is for sale in the channel."""
    listing = state.products[variant.product_id].listings.get(channel.id)
    if listing is None or not listing.is_available_for_purchase:
        return "PRODUCT_UNAVAILABLE_FOR_PURCHASE"
    if channel.id not in variant.listings:
        return "UNAVAILABLE_VARIANT_IN_CHANNEL"
    return None if listing.is_published else "PRODUCT_NOT_PUBLISHED"


def unit_price(variant: ProductVariant, channel: Channel) -> TaxedMoney:
    """The list price of one piece; 0 where it is not sold."""
    listing = variant.listings.get(channel.id)
    return channel.tax.taxed(listing.price if listing else Decimal(0), channel.currency_code)
