"""Doors for Saleor's events. EVENTS lists every one we ask to be told; a new event is listed in its module, nowhere else."""

from webhooks import apps, catalogue, checkouts, deliveries, guard, orders
from webhooks.event import WebhookEvent

EVENTS: tuple[WebhookEvent, ...] = (
    orders.EVENTS + checkouts.EVENTS + guard.EVENTS + catalogue.EVENTS + deliveries.EVENTS + apps.EVENTS
)
