"""Shipping zones and methods: whatever changed, how every channel delivers is read again. There are few of them.

Saleor tells these events only to apps with MANAGE_SHIPPING; without it nothing comes, and the daily sweep has to do.
"""

from __future__ import annotations

from plugin.use_cases import plan_work
from webhooks.event import Delivery, WebhookEvent


def changed(delivery: Delivery) -> None:
    """Read all of it soon; several changes at once are one reading."""
    plan_work.refresh_deliveries(delivery.shop, delivery.now)


EVENTS = (
    WebhookEvent("SHIPPING_PRICE_CREATED", changed),
    WebhookEvent("SHIPPING_PRICE_UPDATED", changed),
    WebhookEvent("SHIPPING_PRICE_DELETED", changed),
    WebhookEvent("SHIPPING_ZONE_CREATED", changed),
    WebhookEvent("SHIPPING_ZONE_UPDATED", changed),
    WebhookEvent("SHIPPING_ZONE_DELETED", changed),
)
