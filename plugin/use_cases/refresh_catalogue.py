"""The catalogue as Saleor has it now: some products after an event, or all of it in a daily sweep."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from plugin.errors import BadPayload
from plugin.saleor.translate import channel_from, listing_from, product_from
from plugin.shop import Shop
from plugin.store import catalogue, channels, directions, facts
from plugin.store.database import writing
from plugin.suggestions.catalogue import Channel, Listing
from plugin.suggestions.model import ProductId
from plugin.use_cases import plan_work
from plugin.use_cases.watch_floors import bundled_prices, follow_prices, watch_all_floors

log = logging.getLogger(__name__)

Look = dict[str, list[tuple[Any, ...]]]

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
        was_read = sold or facts.get(shop.db, "catalogue_at")
        if was_read and any(channel.active and channel.id not in sold for channel in found):
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
        listed = {channel.id: _listed(shop, channel, asked, now) for channel in selling}
        with writing(shop.db):
            before, look = bundled_prices(shop, portion), directions.look_of(shop.db, portion)
            _keep_products(shop, nodes, now)
            for gone in set(portion) - {node["id"] for node in nodes}:
                catalogue.delete_product(shop.db, gone, stamp(now))
            for channel in selling:
                catalogue.keep_listings(shop.db, channel.id, listed[channel.id], channel.gross, portion)
            follow_prices(shop, portion, before, now)
            _learn_from_what_changed(shop, look, directions.look_of(shop.db, portion), now)


def _learn_from_what_changed(shop: Shop, before: Look, after: Look, now: datetime) -> None:
    """What stock does to a product says nothing about what is better; prices, attributes and new variants do."""
    changed = [one for one in {*before, *after} if before.get(one) != after.get(one)]
    if any(changed):
        directions.mark(shop.db, changed)
        plan_work.learn_directions(shop, now, plan_work.LEARN_DIRECTIONS_AFTER)


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
            listings = list(_listings(shop, channel, page["nodes"], now))
            with writing(shop.db):
                catalogue.keep_listings(shop.db, channel.id, listings, channel.gross, here)
            yield seen, seen
        with writing(shop.db):
            catalogue.unlist_others(shop.db, channel.id, listed)
    with writing(shop.db):
        catalogue.sweep(shop.db, stamp(now))
        facts.keep(shop.db, "catalogue_at", stamp(now))
        watch_all_floors(shop, now)


def _keep_products(shop: Shop, nodes: Sequence[dict[str, Any]], now: datetime) -> None:
    """One product that cannot be read must not keep the others from being read; what we knew of it stays."""
    for node in nodes:
        try:
            catalogue.keep(shop.db, product_from(node), stamp(now))
        except BadPayload as error:
            log.warning("skipped product %s of %s: %s", node["id"], shop.installation.api_url, error)
            catalogue.still_there(shop.db, ProductId(node["id"]), stamp(now))


def _listed(shop: Shop, channel: Channel, asked: dict[str, Any], now: datetime) -> list[Listing]:
    products = shop.saleor.ask("listings", {**asked, "channel": channel.slug})["products"]
    return list(_listings(shop, channel, [edge["node"] for edge in products["edges"]], now))


def _listings(
    shop: Shop, channel: Channel, nodes: Sequence[dict[str, Any]], now: datetime
) -> Iterator[Listing]:
    """What Saleor just answered. A listing that cannot be read is left out: nobody can say that it may be suggested."""
    at = shop.saleor.answered_at or now
    for variant in (variant for node in nodes for variant in node["variants"] or []):
        try:
            yield listing_from(variant, channel.id, at)
        except BadPayload as error:
            log.warning("skipped a listing of %s in %s: %s", shop.installation.api_url, channel.slug, error)


def stamp(now: datetime) -> str:
    """A moment as the catalogue keeps it: its order is time's."""
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
