"""Checkouts: written down, answered, and suggested for right after, when Saleor no longer waits for us."""

from __future__ import annotations

from plugin.saleor.translate import checkout_from
from plugin.use_cases import plan_work
from plugin.use_cases.guard_checkout import may_matter
from webhooks.event import Delivery, WebhookEvent


def suggest(delivery: Delivery) -> None:
    """Plan the suggestion. Of a checkout that has become an order meanwhile Saleor tells nothing. Our own write made this event too, where Saleor's legacy emission is on: that one is no news."""
    node = delivery.body["checkout"]
    if delivery.own or node is None:
        return
    if may_matter(delivery.shop, node, delivery.now):
        plan_work.hold_prices(delivery.shop, [node["id"]], delivery.now)
    if not checkout_from(node).paying:
        plan_work.inject(delivery.shop, node, delivery.now)


EVENTS = (WebhookEvent("CHECKOUT_CREATED", suggest), WebhookEvent("CHECKOUT_UPDATED", suggest))
