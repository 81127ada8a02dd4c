"""product…, category… and channel… mutations of staff."""

from __future__ import annotations

from typing import Any

from plugin.sandbox.asking import Info, Resolvers, asking
from plugin.sandbox.mutation import mutation
from plugin.sandbox.rejected import not_found
from plugin.sandbox.seen import Seen

STAFF = ("MANAGE_PRODUCTS",)


def _update_product(info: Info, input: dict[str, Any], id: str | None = None) -> dict[str, Any]:  # noqa: A002  # Saleor's names
    context = asking(info)
    names = {"name": "name", "category": "category_id", "collections": "collection_ids"}
    changes = {
        names[name]: tuple(value) if isinstance(value, list) else value for name, value in input.items()
    }
    return {"product": Seen(context.verbs.shelves.change_product(id or "", context.who, **changes))}


def _delete_product(info: Info, id: str | None = None) -> dict[str, Any]:  # noqa: A002  # Saleor's name
    return {"product": Seen(asking(info).verbs.shelves.delete_product(id or "", asking(info).who))}


def _set_stock(
    info: Info, stocks: list[dict[str, Any]], variant_id: str | None = None, **_: Any
) -> dict[str, Any]:
    context = asking(info)
    for stock in stocks:
        context.verbs.shelves.set_stock(variant_id or "", stock["quantity"], context.who, stock["warehouse"])
    return {"product_variant": Seen(context.state.variants[variant_id or ""])}


def _set_prices(
    info: Info,
    input: list[dict[str, Any]],  # noqa: A002  # Saleor's name
    id: str | None = None,  # noqa: A002  # Saleor's name
    **_: Any,
) -> dict[str, Any]:
    context = asking(info)
    for listing in input:
        channel = context.state.channels.get(listing.pop("channel_id"))
        if channel is None:
            raise not_found("channel", "channelId")
        context.verbs.shelves.set_price(id or "", channel.slug, by=context.who, **listing)
    return {"variant": Seen(context.state.variants[id or ""])}


def _update_category(info: Info, id: str, input: dict[str, Any]) -> dict[str, Any]:  # noqa: A002  # Saleor's names
    return {"category": asking(info).verbs.shelves.change_category(id, asking(info).who, **input)}


def _delete_category(info: Info, id: str) -> dict[str, Any]:  # noqa: A002  # Saleor's name
    return {"category": asking(info).verbs.shelves.delete_category(id, asking(info).who)}


def _switch_channel(info: Info, gid: str, active: bool) -> dict[str, Any]:
    context = asking(info)
    channel = context.state.channels.get(gid)
    if channel is None:
        raise not_found(gid)
    return {"channel": context.verbs.shelves.change_channel(channel.slug, context.who, is_active=active)}


RESOLVERS: Resolvers = {
    "Mutation": {
        "productUpdate": mutation(_update_product, *STAFF),
        "productDelete": mutation(_delete_product, *STAFF),
        "productVariantStocksUpdate": mutation(_set_stock, *STAFF),
        "productVariantChannelListingUpdate": mutation(_set_prices, *STAFF),
        "categoryUpdate": mutation(_update_category, *STAFF),
        "categoryDelete": mutation(_delete_category, *STAFF),
        "channelActivate": mutation(
            lambda info, **asked: _switch_channel(info, asked["id"], True), "MANAGE_CHANNELS"
        ),
        "channelDeactivate": mutation(
            lambda info, **asked: _switch_channel(info, asked["id"], False), "MANAGE_CHANNELS"
        ),
    }
}
