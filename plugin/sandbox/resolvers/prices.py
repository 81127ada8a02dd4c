"""Prices and stock of products and variants, seen from a channel."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from plugin.sandbox.asking import Info, Resolvers, asking, demand
from plugin.sandbox.catalogue_facts import LONG_AGO, Channel, Stock
from plugin.sandbox.ids import global_id, kind_and_key
from plugin.sandbox.money import Money, TaxedMoney
from plugin.sandbox.seen import Seen
from plugin.sandbox.selling import is_shown, pieces, price_in, quantity_available


def _listing_id(kind: str, fact_id: str, channel: Channel) -> str:
    return global_id(kind, f"{kind_and_key(fact_id)[1]}-{kind_and_key(channel.id)[1]}")


def _money(amount: Decimal | None, channel: Channel) -> Money | None:
    return None if amount is None else Money(amount, channel.currency_code)


def _variant_pricing(source: Seen, info: Info, **_: Any) -> dict[str, Any] | None:
    shown = price_in(asking(info).state, source.fact, source.channel)
    if shown is None or source.channel is None:
        return None
    prior = source.fact.listings[source.channel.id].prior_price
    return {
        "on_sale": shown.discount is not None,
        "discount": shown.discount and shown.discount.displayed(),
        "price": shown.price.displayed(),
        "price_undiscounted": shown.undiscounted.displayed(),
        "price_prior": None
        if prior is None
        else source.channel.tax.exact(prior, source.channel.currency_code).displayed(),
    }


def _variant_listings(source: Seen, info: Info) -> list[dict[str, Any]]:
    demand(info, "AUTHENTICATED_APP", "AUTHENTICATED_STAFF_USER")
    rows = []
    for channel in asking(info).state.channels.values():
        listing = source.fact.listings.get(channel.id)
        if listing:
            rows.append(
                {
                    "id": _listing_id("ProductVariantChannelListing", source.fact.id, channel),
                    "channel": channel,
                    "price": Money(listing.price, channel.currency_code),
                    "cost_price": _money(listing.cost_price, channel),
                    "prior_price": _money(listing.prior_price, channel),
                }
            )
    return rows


def _cost_price(source: dict[str, Any], info: Info) -> Money | None:
    demand(info, "MANAGE_PRODUCTS")
    cost: Money | None = source["cost_price"]
    return cost


def _quantity_available(source: Seen, info: Info, **_: Any) -> int:
    context = asking(info)
    limit = context.kernel.settings.limit_quantity_per_checkout
    return quantity_available(context.state, source.fact, source.channel, limit)


def _stocks(source: Seen, info: Info, **_: Any) -> list[dict[str, Any]]:
    demand(info, "AUTHENTICATED_APP", "AUTHENTICATED_STAFF_USER")
    state = asking(info).state

    def row(stock: Stock) -> dict[str, Any]:
        return {
            "id": stock.id,
            "warehouse": state.warehouses[stock.warehouse_id],
            "product_variant": source,
            "quantity": stock.quantity,
            "quantity_allocated": stock.quantity_allocated,
            "quantity_reserved": 0,
        }

    return [
        row(stock)
        for stock in source.fact.stocks
        if source.channel is None or source.channel.slug in state.warehouses[stock.warehouse_id].channels
    ]


def _product_pricing(source: Seen, info: Info, **_: Any) -> dict[str, Any] | None:
    state = asking(info).state
    shown = [
        price
        for variant_id in source.fact.variant_ids
        if (price := price_in(state, state.variants[variant_id], source.channel))
    ]
    if not shown:
        return None
    now = sorted((it.price for it in shown), key=_gross)
    before = sorted((it.undiscounted for it in shown), key=_gross)
    off = before[0].minus(now[0])
    return {
        "on_sale": any(it.discount for it in shown),
        "discount": off.displayed() if off.gross.amount else None,
        "price_range": _range(now),
        "price_range_undiscounted": _range(before),
    }


def _range(prices: list[TaxedMoney]) -> dict[str, TaxedMoney]:
    return {"start": prices[0].displayed(), "stop": prices[-1].displayed()}


def _gross(price: TaxedMoney) -> Decimal:
    return price.gross.amount


def _product_listings(source: Seen, info: Info) -> list[dict[str, Any]]:
    demand(info, "AUTHENTICATED_APP", "AUTHENTICATED_STAFF_USER")
    rows = []
    for channel in asking(info).state.channels.values():
        listing = source.fact.listings.get(channel.id)
        if listing:
            rows.append(
                {
                    "id": _listing_id("ProductChannelListing", source.fact.id, channel),
                    "channel": channel,
                    "published_at": listing.published_at,
                    "is_published": listing.is_published,
                    "visible_in_listings": listing.visible_in_listings,
                    "available_for_purchase_at": LONG_AGO if listing.is_available_for_purchase else None,
                    "is_available_for_purchase": listing.is_available_for_purchase,
                }
            )
    return rows


def _is_for_sale(source: Seen, _info: Any) -> bool | None:
    if source.channel is None:
        return None
    listing = source.fact.listings.get(source.channel.id)
    return bool(listing and listing.is_available_for_purchase)


def _is_available(source: Seen, info: Info, **_: Any) -> bool | None:
    if source.channel is None:
        return None
    state = asking(info).state
    stocked = any(pieces(state, state.variants[it], source.channel) for it in source.fact.variant_ids)
    shown = is_shown(source.fact, source.channel, asking(info).kernel.clock())
    return stocked and shown and bool(_is_for_sale(source, info))


RESOLVERS: Resolvers = {
    "ProductVariant": {
        "pricing": _variant_pricing,
        "channelListings": _variant_listings,
        "quantityAvailable": _quantity_available,
        "stocks": _stocks,
    },
    "ProductVariantChannelListing": {"costPrice": _cost_price},
    "Product": {
        "pricing": _product_pricing,
        "channelListings": _product_listings,
        "isAvailableForPurchase": _is_for_sale,
        "isAvailable": _is_available,
    },
}
