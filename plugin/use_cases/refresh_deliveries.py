"""How each channel delivers: from the shipping zones where we may read them, else from what any storefront may read.

Storefronts are told prices and limits, not postal codes and excluded products; a method restricted by these looks open there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from plugin.errors import SaleorRefused
from plugin.saleor.translate import channel_deliveries, zone_deliveries
from plugin.shop import Shop
from plugin.store import channels, deliveries, facts
from plugin.store.database import writing
from plugin.suggestions.deliveries import DeliveryMethod
from plugin.suggestions.model import ChannelId
from plugin.use_cases.refresh_catalogue import refresh_channels, stamp

Delivered = tuple[ChannelId, str, DeliveryMethod]

ZONES = "zones"
STOREFRONT = "storefront"


def refresh_deliveries(shop: Shop, now: datetime) -> str:
    """Remember how every channel delivers now. Which of the two ways it was read."""
    found, source = _read(shop, now)

    places: dict[tuple[ChannelId, str], list[DeliveryMethod]] = defaultdict(list)
    for channel, country, method in found:
        places[channel, country].append(method)

    with writing(shop.db):
        deliveries.keep_only(shop.db, places)
        facts.keep(shop.db, "deliveries", {"at": stamp(now), "source": source})
    return source


def _read(shop: Shop, now: datetime) -> tuple[list[Delivered], str]:
    if facts.get(shop.db, "may_read_deliveries") is True:
        try:
            return list(_zones(shop)), ZONES
        except SaleorRefused as error:
            if not error.permission_denied:
                raise
            with writing(shop.db):
                facts.keep(shop.db, "may_read_deliveries", False)
    return list(_as_storefronts(shop, now)), STOREFRONT


def _zones(shop: Shop) -> Iterator[Delivered]:
    for page in shop.saleor.pages("shipping_zones", {}):
        for node in page["nodes"]:
            yield from zone_deliveries(node)


def _as_storefronts(shop: Shop, now: datetime) -> Iterator[Delivered]:
    selling = [channel for channel in channels.every(shop.db) if channel.active] or refresh_channels(
        shop, now
    )
    for channel in selling:
        node = shop.saleor.ask("channel_deliveries", {"channel": channel.slug})["channel"]
        if node is not None:
            yield from channel_deliveries(node)
