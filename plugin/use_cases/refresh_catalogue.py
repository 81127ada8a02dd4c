"""The catalogue as Saleor has it now: some products after an event, or all of it in a daily sweep."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from plugin.saleor.translate import channel_from, listing_from, product_from
from plugin.shop import Shop
from plugin.store import catalogue, channels, facts
from plugin.store.database import writing
from plugin.suggestions.catalogue import Channel
from plugin.suggestions.model import ProductId
from plugin.use_cases import plan_work

MOST_AT_ONCE = 100
"""Saleor's page limit."""


def refresh_channels(shop: Shop, now: datetime) -> list[Channel]:
    """All channels as they are now; returns those that sell. One that began to sell has its prices read soon."""
    found = [channel_from(node) for node in shop.saleor.ask("channels")["channels"]]
    with writing(shop.db):
        sold = {channel.id for channel in channels.every(shop.db) if channel.active and channel.slug}
        channels.keep_only(shop.db, found)
        for channel in found:
            if not channel.active:
                catalogue.close_channel(shop.db, channel.id)
        if sold and any(channel.active and channel.id not in sold for channel in found):
            plan_work.sweep(shop, now)
    return [channel for channel in found if channel.active]


def refresh_products(shop: Shop, products: Sequence[ProductId], now: datetime) -> None:
    """These products, their variants, and their prices and stock in every channel that sells; those gone are forgotten."""
    selling = [channel for channel in channels.every(shop.db) if channel.active] or refresh_channels(
        shop, now
    )
    for start in range(0, len(products), MOST_AT_ONCE):
        portion = list(products[start : start + MOST_AT_ONCE])
        asked = {"first": MOST_AT_ONCE, "filter": {"ids": portion}}
        nodes = [edge["node"] for edge in shop.saleor.ask("products", asked)["products"]["edges"]]
        listed = {
            channel.id: _nodes(shop.saleor.ask("listings", {**asked, "channel": channel.slug})["products"])
            for channel in selling
        }
        with writing(shop.db):
            _keep_products(shop, nodes, now)
            for gone in set(portion) - {node["id"] for node in nodes}:
                catalogue.delete_product(shop.db, gone)
            for channel in selling:
                _keep_listings(shop, channel, listed[channel.id], portion)


def refresh_catalogue(shop: Shop, now: datetime) -> Iterator[tuple[int, int | None]]:
    """The daily sweep: everything, page by page, yielding products seen and their total. Repeating it is harmless."""
    selling = refresh_channels(shop, now)
    seen = 0
    for page in shop.saleor.pages("products", {}):
        seen += len(page["nodes"])
        with writing(shop.db):
            _keep_products(shop, page["nodes"], now)
        yield seen, page["total"]
    for channel in selling:
        listed: list[ProductId] = []
        for page in shop.saleor.pages("listings", {"channel": channel.slug}):
            here = [ProductId(node["id"]) for node in page["nodes"]]
            listed += here
            with writing(shop.db):
                _keep_listings(shop, channel, page["nodes"], here)
            yield seen, seen
        with writing(shop.db):
            catalogue.unlist_others(shop.db, channel.id, listed)
    with writing(shop.db):
        catalogue.sweep(shop.db, _stamp(now))
        facts.keep(shop.db, "catalogue_at", _stamp(now))


def _keep_products(shop: Shop, nodes: Sequence[dict[str, Any]], now: datetime) -> None:
    for node in nodes:
        catalogue.keep(shop.db, product_from(node), _stamp(now))


def _keep_listings(
    shop: Shop, channel: Channel, nodes: Sequence[dict[str, Any]], only: Sequence[ProductId]
) -> None:
    listings = [listing_from(variant, channel.id) for node in nodes for variant in node["variants"] or []]
    catalogue.keep_listings(shop.db, channel.id, listings, channel.gross, only)


def _nodes(connection: dict[str, Any]) -> list[dict[str, Any]]:
    return [edge["node"] for edge in connection["edges"]]


def _stamp(now: datetime) -> str:
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
