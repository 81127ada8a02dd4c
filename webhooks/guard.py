"""The guard: Saleor asks us while it completes a checkout, and bundle prices are settled before we answer. Never a veto.

Source: CHECKOUT_FILTER_SHIPPING_METHODS is called inside checkoutComplete when something changed since delivery was last
calculated (seen on Saleor 3.23); what is reset before the answer is what the order is made with.
"""

from __future__ import annotations

import logging

from plugin.errors import TandemError
from plugin.use_cases.guard_checkout import guard_checkout
from webhooks.event import Delivery, WebhookEvent

log = logging.getLogger(__name__)

NOTHING_EXCLUDED: dict[str, object] = {"excluded_methods": []}


def settle(delivery: Delivery) -> dict[str, object]:
    """Settle, within the deadline. Whatever fails, the shopper goes on: the audit finds what slipped through."""
    try:
        checkout = delivery.body["checkout"]
        if checkout is not None:
            seconds = delivery.tandem.config.guard_ms / 1000
            guard_checkout(delivery.shop, checkout["id"], delivery.now, seconds)
    except TandemError as error:
        log.warning("the guard of %s: %s", delivery.shop.installation.api_url, error)
    return NOTHING_EXCLUDED


EVENTS = (WebhookEvent("CHECKOUT_FILTER_SHIPPING_METHODS", settle, asks=True),)
