"""Money and pieces that come back."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from plugin.sandbox.app_facts import ANONYMOUS, Principal
from plugin.sandbox.kernel import Kernel
from plugin.sandbox.money import NOTHING, Money
from plugin.sandbox.orders import Orders
from plugin.sandbox.rejected import Rejected
from plugin.sandbox.sales_facts import (
    Fulfillment,
    FulfillmentLine,
    Order,
    OrderGrantedRefund,
    OrderGrantedRefundLine,
)

BACK = frozenset({"RETURNED", "REFUNDED", "REFUNDED_AND_RETURNED", "REPLACED"})
"""Fulfillments with these statuses are parcels that came back."""


class Refunds:
    """Verbs on orders whose buyer gets something back."""

    def __init__(self, kernel: Kernel, orders: Orders) -> None:
        self._kernel = kernel
        self._orders = orders

    def refund(self, order_id: str, amount: Decimal | None = None, by: Principal = ANONYMOUS) -> Order:
        """REFUND_SUCCESS of a part, or of all that was paid: ORDER_REFUNDED, ORDER_UPDATED, and at the end
        ORDER_FULLY_REFUNDED."""
        with self._kernel.change(by):
            order = self._orders.known(order_id)
            back = order.charged if amount is None else amount
            if not NOTHING < back <= order.charged:
                raise Rejected("amount", "CANNOT_REFUND", "Amount is greater than what was charged.")
            rest = order.charged - back
            last = () if rest else ("ORDER_FULLY_REFUNDED",)
            events = ("ORDER_REFUNDED", "ORDER_UPDATED", *last)
            return self._orders.keep(order, *events, charged=rest, refunded=order.refunded + back)

    def grant(
        self,
        order_id: str,
        pieces: Mapping[str, int],
        status: str = "NONE",
        amount: Decimal | None = None,
        by: Principal = ANONYMOUS,
    ) -> Order:
        """orderGrantRefundCreate for so many pieces by line id. Saleor bumps `updatedAt` and fires nothing."""
        kernel = self._kernel
        with kernel.change(by):
            order = self._orders.known(order_id)
            worth = {line.id: line.unit_price.gross.amount for line in order.lines}
            granted = OrderGrantedRefund(
                id=kernel.new_id("OrderGrantedRefund"),
                created_at=kernel.clock(),
                updated_at=kernel.clock(),
                amount=Money(
                    sum((worth[it] * count for it, count in pieces.items()), NOTHING)
                    if amount is None
                    else amount,
                    order.total.currency,
                ),
                status=status,
                lines=tuple(
                    OrderGrantedRefundLine(kernel.new_id("OrderGrantedRefundLine"), line_id, count)
                    for line_id, count in pieces.items()
                ),
            )
            return self._orders.keep(order, granted_refunds=(*order.granted_refunds, granted))

    def give_back(
        self, order_id: str, pieces: Mapping[str, int], refund: bool = True, by: Principal = ANONYMOUS
    ) -> Order:
        """orderFulfillmentReturnProducts: so many pieces by line id move into a parcel that came back."""
        kernel = self._kernel
        with kernel.change(by):
            order = self._orders.known(order_id)
            worth = {line.id: line.unit_price.gross.amount for line in order.lines}
            parcel = Fulfillment(
                kernel.new_id("Fulfillment"),
                len(order.fulfillments) + 1,
                "REFUNDED_AND_RETURNED" if refund else "RETURNED",
                kernel.clock(),
                tuple(
                    FulfillmentLine(kernel.new_id("FulfillmentLine"), it, count)
                    for it, count in pieces.items()
                ),
            )
            parcels = (*_without(order.fulfillments, pieces), parcel)
            came_back = sum(line.quantity for it in parcels if it.status in BACK for line in it.lines)
            whole = came_back >= sum(line.quantity for line in order.lines)
            order = self._orders.keep(
                order,
                *(("ORDER_UPDATED",) if not (refund and order.charged) else ()),
                status="RETURNED" if whole else "PARTIALLY_RETURNED",
                fulfillments=parcels,
            )
            money = min(sum((worth[it] * count for it, count in pieces.items()), NOTHING), order.charged)
            return self.refund(order_id, money) if refund and money else order


def _without(parcels: tuple[Fulfillment, ...], pieces: Mapping[str, int]) -> tuple[Fulfillment, ...]:
    """The parcels that went out, less the pieces that came back; emptied ones vanish."""
    left = dict(pieces)
    kept = []
    for parcel in parcels:
        lines = []
        for line in parcel.lines:
            taken = 0 if parcel.status in BACK else min(left.get(line.order_line_id, 0), line.quantity)
            left[line.order_line_id] = left.get(line.order_line_id, 0) - taken
            if line.quantity > taken:
                lines.append(FulfillmentLine(line.id, line.order_line_id, line.quantity - taken))
        if lines:
            kept.append(
                Fulfillment(parcel.id, parcel.fulfillment_order, parcel.status, parcel.created, tuple(lines))
            )
    return tuple(kept)
