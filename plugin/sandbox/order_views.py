"""Parcels and refunds of an order with their order lines, as GraphQL shows them."""

from __future__ import annotations

from typing import Any

from plugin.sandbox.sales_facts import Order


def parcels(order: Order, every: bool = True) -> list[dict[str, Any]]:
    """The fulfillments; shoppers do not see cancelled ones."""
    if not order.fulfillments:
        return []
    lines = {line.id: line for line in order.lines}
    return [
        {
            "id": parcel.id,
            "fulfillment_order": parcel.fulfillment_order,
            "status": parcel.status,
            "created": parcel.created,
            "lines": [
                {"id": it.id, "quantity": it.quantity, "order_line": lines.get(it.order_line_id)}
                for it in parcel.lines
            ],
        }
        for parcel in order.fulfillments
        if every or parcel.status != "CANCELED"
    ]


def granted_refunds(order: Order) -> list[dict[str, Any]]:
    """The granted refunds."""
    if not order.granted_refunds:
        return []
    lines = {line.id: line for line in order.lines}
    return [
        {
            "id": refund.id,
            "created_at": refund.created_at,
            "updated_at": refund.updated_at,
            "amount": refund.amount,
            "reason": refund.reason,
            "shipping_costs_included": refund.shipping_costs_included,
            "status": refund.status,
            "lines": [
                {
                    "id": it.id,
                    "quantity": it.quantity,
                    "reason": it.reason,
                    "order_line": lines[it.order_line_id],
                }
                for it in refund.lines
            ],
        }
        for refund in order.granted_refunds
    ]
