"""The document for a storefront that asks us directly instead of reading the checkout's metadata."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from plugin.saleor.translate import checkout_from, moment
from plugin.shop import Shop
from plugin.store import channels, suggestions_shown
from plugin.suggestions.document import document
from plugin.suggestions.model import BasketLine
from plugin.use_cases.suggest_for_basket import suggest_for_basket

FRESH_FOR = timedelta(minutes=10)
"""A document older than this may show a price or stock of yesterday: the checkout is looked at again."""


def suggest_for_lines(
    shop: Shop, lines: Sequence[BasketLine], channel_slug: str, placement: str, now: datetime
) -> dict[str, Any]:
    """For a basket or a product page given by variants. Saleor is not asked. An unknown channel has nothing to offer."""
    channel = channels.by_slug(shop.db, channel_slug)
    suggestions = suggest_for_basket(shop, channel.id, lines, now) if channel and channel.active else []
    return document(suggestions, lines, placement, now)


def suggest_for_checkout(shop: Shop, checkout_id: str, now: datetime) -> dict[str, Any]:
    """For a checkout: the last document made for it, else one made now from the checkout as Saleor has it."""
    kept = suggestions_shown.last(shop.db, checkout_id)
    if kept is not None and moment(kept["madeAt"]) > now - FRESH_FOR:
        return kept
    node = shop.saleor.ask("checkout", {"id": checkout_id})["checkout"]
    if node is None:
        return document([], [], "checkout", now)
    checkout = checkout_from(node)
    suggestions = [] if checkout.paying else suggest_for_basket(shop, checkout.channel, checkout.lines, now)
    return document(suggestions, checkout.lines, "checkout", now)
