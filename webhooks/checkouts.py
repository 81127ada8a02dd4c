"""Checkouts: written down, answered, and looked at right after, when Saleor no longer waits for us.

Only the id is told. Saleor reckons the discounts of a checkout whose lines are read, and where it may not ask a tax app for its
prices in the same breath, it forgets an order promotion (seen on 3.23): the lines are read by us, with their prices.
"""

from __future__ import annotations

from plugin.store import bundles
from plugin.use_cases import plan_work
from webhooks.event import Delivery, WebhookEvent


def suggest(delivery: Delivery) -> None:
    """Plan the look, first at prices where we hold some. Of a checkout that has become an order Saleor tells nothing.

    Our own write made this event too, where Saleor's legacy emission is on: that one is no news.
    """
    node = delivery.body["checkout"]
    if delivery.own or node is None:
        return
    if bundles.held(delivery.shop.db, node["id"]):
        plan_work.hold_prices(delivery.shop, [node["id"]], delivery.now)
    plan_work.inject(delivery.shop, node["id"], delivery.now)


EVENTS = (WebhookEvent("CHECKOUT_CREATED", suggest), WebhookEvent("CHECKOUT_UPDATED", suggest))
