"""What a basket lacks to free delivery, by the shop's own file. Asks nobody."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from plugin.shop import Shop
from plugin.store import channels, deliveries, facts, preferences
from plugin.suggestions.catalogue import Channel
from plugin.suggestions.deliveries import DeliveryMethod, by_hand, check_by_hand, gap
from plugin.suggestions.model import ChannelId, DeliveryGap


def delivery_gap(
    shop: Shop, channel: ChannelId, country: str | None, subtotal: Decimal, ships: bool = True
) -> DeliveryGap | None:
    """What is missing, None when nothing honest can be said. `subtotal`: as displayed. `ships`: something has to be sent.

    Saleor compares the subtotal as prices are entered (seen on 3.23): where they are displayed otherwise, with tax and
    entered without or the other way round, no gap in cents would be true, and nothing is said.
    """
    here = next((one for one in channels.every(shop.db) if one.id == channel), None)
    if not ships or here is None or here.gross != here.entered_with_tax:
        return None
    return gap(_methods(shop, here, country), subtotal, here.currency)


def check_typed(shop: Shop, changes: Mapping[str, object]) -> None:
    """Whether a change of the preference `free_delivery_from` fits this shop's channels. Raises BadPreference."""
    typed = changes.get("free_delivery_from")
    if isinstance(typed, list | tuple) and all(isinstance(line, str) for line in typed):
        currencies = {one.slug: one.currency for one in channels.every(shop.db) if one.slug}
        check_by_hand(tuple(line.strip() for line in typed if line.strip()), currencies)


def _methods(shop: Shop, channel: Channel, country: str | None) -> tuple[DeliveryMethod, ...]:
    """What the merchant typed counts only while we may not read the zones themselves."""
    typed = by_hand(preferences.get(shop.db).free_delivery_from)
    if channel.slug in typed and facts.get(shop.db, "may_read_deliveries") is not True:
        return typed[channel.slug].methods()
    return deliveries.methods(shop.db, channel.id, country)
