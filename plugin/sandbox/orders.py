"""Orders: placed, confirmed, paid, sent, cancelled, expired."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from plugin.sandbox import stocking
from plugin.sandbox.app_facts import ANONYMOUS, Principal
from plugin.sandbox.kernel import Kernel
from plugin.sandbox.order_making import order_of
from plugin.sandbox.rejected import Rejected, not_found
from plugin.sandbox.sales_facts import Fulfillment, FulfillmentLine, Order

CANCELLABLE = frozenset({"UNCONFIRMED", "UNFULFILLED"})
"""Saleor cancels only what was not sent, returned or ended."""


class Orders:
    """Verbs on orders; every change fires what Saleor fires."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel

    def place(
        self,
        lines: Mapping[str, int],
        channel: str = "default-channel",
        paid: bool = True,
        created: datetime | None = None,
        gifts: tuple[str, ...] = (),
        by: Principal = ANONYMOUS,
        **more: Any,
    ) -> Order:
        """An order of these variants (pieces by variant id) as a finished checkout makes it, with its events.

        `more` sets any other field of Order: user_email, user_id, metadata, checkout_id.
        """
        with self._kernel.change(by):
            place = self._kernel.state.channel(channel)
            if place is None:
                raise not_found(channel, "channel")
            order = replace(order_of(self._kernel, place, lines, created, gifts), **more)
            order = replace(order, charged=order.total.gross.amount) if paid else order
            self.allocate(order)
            return self.register(order)

    def register(self, order: Order) -> Order:
        """Keep a new order and fire what a completed checkout fires, in the order seen: confirmed may come first."""
        kernel, gid = self._kernel, order.id
        kernel.state.orders[gid] = order
        confirmed = ("ORDER_CONFIRMED",) if order.status != "UNCONFIRMED" else ()
        if order.charge_status in ("FULL", "OVERCHARGED"):
            names: Iterable[str] = (
                "ORDER_CREATED",
                "ORDER_PAID",
                "ORDER_FULLY_PAID",
                "ORDER_UPDATED",
                *confirmed,
            )
        else:
            names = (*confirmed, "ORDER_CREATED")
        for name in names:
            kernel.fire(name, order=gid)
        return order

    def bulk_create(self, orders: Iterable[Order], by: Principal = ANONYMOUS) -> None:
        """orderBulkCreate: one ORDER_BULK_CREATED for all, no ORDER_CREATED."""
        with self._kernel.change(by):
            gids = []
            for order in orders:
                self._kernel.state.orders[order.id] = replace(order, origin="BULK_CREATE")
                gids.append(order.id)
            self._kernel.fire("ORDER_BULK_CREATED", orders=gids)

    def draft(self, lines: Mapping[str, int], channel: str = "default-channel", **more: Any) -> Order:
        """An order that is made but not kept: for `bulk_create`."""
        with self._kernel.change():
            place = self._kernel.state.channel(channel)
            if place is None:
                raise not_found(channel, "channel")
            return replace(order_of(self._kernel, place, lines), **more)

    def allocate(self, order: Order) -> None:
        """Reserve the pieces; the last one fires PRODUCT_VARIANT_OUT_OF_STOCK.

        Raises:
            Rejected: there is not enough.
        """
        channel = self._kernel.state.channels[order.channel_id]
        for line in order.lines:
            stocking.allocate(self._kernel, line.product_variant_id, line.quantity, channel)

    def cancel(self, order_id: str, by: Principal = ANONYMOUS) -> Order:
        """orderCancel: ORDER_CANCELLED and ORDER_UPDATED; the pieces go back."""
        with self._kernel.change(by):
            order = self.known(order_id)
            if order.status not in CANCELLABLE:
                raise Rejected("order", "CANNOT_CANCEL_ORDER", "This order can't be canceled.")
            channel = self._kernel.state.channels[order.channel_id]
            for line in order.lines:
                stocking.allocate(self._kernel, line.product_variant_id, -line.quantity, channel)
            return self.keep(order, "ORDER_CANCELLED", "ORDER_UPDATED", status="CANCELED")

    def expire(self, order_id: str) -> Order:
        """What Saleor's clock does to unpaid orders: `updatedAt` stays as it was."""
        with self._kernel.change():
            order = self.known(order_id)
            return self.keep(
                order, "ORDER_EXPIRED", "ORDER_UPDATED", status="EXPIRED", updated_at=order.updated_at
            )

    def confirm(self, order_id: str, by: Principal = ANONYMOUS) -> Order:
        """orderConfirm."""
        with self._kernel.change(by):
            order = self.known(order_id)
            if order.status != "UNCONFIRMED":
                raise Rejected(
                    "id",
                    "INVALID",
                    "Provided order id belongs to an order with status different than unconfirmed.",
                )
            return self.keep(order, "ORDER_CONFIRMED", status="UNFULFILLED")

    def mark_as_paid(self, order_id: str, by: Principal = ANONYMOUS) -> Order:
        """orderMarkAsPaid: ORDER_FULLY_PAID and ORDER_UPDATED, no ORDER_PAID."""
        with self._kernel.change(by):
            order = self.known(order_id)
            return self.keep(order, "ORDER_FULLY_PAID", "ORDER_UPDATED", charged=order.due)

    def fulfill(
        self, order_id: str, pieces: Mapping[str, int] | None = None, by: Principal = ANONYMOUS
    ) -> Order:
        """orderFulfill: all lines, or so many pieces by line id."""
        kernel = self._kernel
        with kernel.change(by):
            order = self.known(order_id)
            sent = pieces or {line.id: line.quantity for line in order.lines}
            parcel = Fulfillment(
                kernel.new_id("Fulfillment"),
                len(order.fulfillments) + 1,
                "FULFILLED",
                kernel.clock(),
                tuple(
                    FulfillmentLine(kernel.new_id("FulfillmentLine"), gid, count)
                    for gid, count in sent.items()
                ),
            )
            parcels = (*order.fulfillments, parcel)
            out = sum(line.quantity for it in parcels for line in it.lines)
            whole = out >= sum(line.quantity for line in order.lines)
            status = "FULFILLED" if whole else "PARTIALLY_FULFILLED"
            events = ("ORDER_FULFILLED", "ORDER_UPDATED") if whole else ("ORDER_UPDATED",)
            return self.keep(order, *events, status=status, fulfillments=parcels)

    def change(self, order_id: str, **changes: Any) -> Order:
        """Anything else, as orderUpdate: ORDER_UPDATED."""
        with self._kernel.change():
            return self.keep(self.known(order_id), "ORDER_UPDATED", **changes)

    def known(self, order_id: str) -> Order:
        """The order now.

        Raises:
            Rejected: there is none.
        """
        order = self._kernel.state.orders.get(order_id)
        if order is None:
            raise not_found(order_id)
        return order

    def keep(self, order: Order, *events: str, **changes: Any) -> Order:
        """Write a new snapshot and fire; bumps `updatedAt` unless told otherwise. Called inside a change."""
        changed = replace(order, **{"updated_at": self._kernel.clock(), **changes})
        self._kernel.state.orders[order.id] = changed
        for name in events:
            self._kernel.fire(name, order=order.id)
        return changed
