"""Orders: each of these events carries the whole order, and one verb serves them all."""

from __future__ import annotations

from plugin.saleor.translate import order_from
from plugin.use_cases import plan_work
from plugin.use_cases.audit_orders import audit_orders
from plugin.use_cases.learn_from_order import learn_from_orders
from webhooks.event import Delivery, WebhookEvent


def learn(delivery: Delivery) -> None:
    """Learn from the snapshot it carries."""
    _learn(delivery, [delivery.body["order"]])


def learn_several(delivery: Delivery) -> None:
    """A bulk import of orders tells all of them in one delivery, and no other event."""
    _learn(delivery, delivery.body["orders"])


def _learn(delivery: Delivery, nodes: list[dict[str, object]]) -> None:
    key = delivery.shop.installation.buyer_key
    told = [order_from(node, delivery.issued_at, key) for node in nodes]
    learn_from_orders(delivery.shop, told, delivery.now)
    audit_orders(delivery.shop, told, delivery.now)
    if plan_work.refresh_model(delivery.shop, delivery.now):
        delivery.tandem.wake(delivery.shop.installation)


EVENTS = (
    WebhookEvent("ORDER_CREATED", learn),
    WebhookEvent("ORDER_UPDATED", learn),
    WebhookEvent("ORDER_CONFIRMED", learn),
    WebhookEvent("ORDER_CANCELLED", learn),
    WebhookEvent("ORDER_EXPIRED", learn),
    WebhookEvent("ORDER_FULLY_REFUNDED", learn),
    WebhookEvent("ORDER_BULK_CREATED", learn_several),
)
