"""Transactions: money promised, paid and paid back, on checkouts and orders."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from plugin.sandbox.app_facts import ANONYMOUS, Principal
from plugin.sandbox.checkout_totals import paid_for
from plugin.sandbox.kernel import Kernel
from plugin.sandbox.looking import fresh
from plugin.sandbox.money import NOTHING, rounded
from plugin.sandbox.orders import Orders
from plugin.sandbox.rejected import not_found
from plugin.sandbox.sales_facts import Checkout, Order, TransactionItem


class Payments:
    """Verbs on transactions."""

    def __init__(self, kernel: Kernel, orders: Orders) -> None:
        self._kernel = kernel
        self._orders = orders

    def create(
        self,
        gid: str,
        charged: Decimal = NOTHING,
        authorized: Decimal = NOTHING,
        by: Principal = ANONYMOUS,
        **more: Any,
    ) -> TransactionItem:
        """transactionCreate on a checkout or an order."""
        kernel, state = self._kernel, self._kernel.state
        with kernel.change(by):
            subject = state.checkouts.get(gid) or state.orders.get(gid)
            if subject is None:
                raise not_found(gid)
            now, currency = kernel.clock(), state.channels[subject.channel_id].currency_code
            transaction = TransactionItem(
                id=kernel.new_id("TransactionItem"),
                created_at=now,
                modified_at=now,
                currency=currency,
                charged=rounded(charged, currency),
                authorized=rounded(authorized, currency),
                checkout_id=gid if isinstance(subject, Checkout) else None,
                order_id=gid if isinstance(subject, Order) else None,
                **more,
            )
            state.transactions[transaction.id] = transaction
            if isinstance(subject, Checkout):
                self._onto_checkout(subject, transaction)
            else:
                self._onto_order(subject, transaction)
            return transaction

    def pay(self, checkout_id: str) -> TransactionItem:
        """Charge all a checkout costs."""
        checkout = self._kernel.state.checkouts[checkout_id]
        return self.create(checkout_id, _due(self._kernel, checkout))

    def _onto_checkout(self, checkout: Checkout, transaction: TransactionItem) -> None:
        kernel, state = self._kernel, self._kernel.state
        paid = replace(
            checkout,
            transaction_ids=(*checkout.transaction_ids, transaction.id),
            updated_at=kernel.clock(),
        )
        state.checkouts[checkout.id] = paid
        due = _due(kernel, paid)
        if paid_for(state, checkout) < due <= paid_for(state, paid):
            kernel.fire("CHECKOUT_FULLY_PAID", checkout=checkout.id)
            kernel.fire("CHECKOUT_FULLY_AUTHORIZED", checkout=checkout.id)

    def _onto_order(self, order: Order, transaction: TransactionItem) -> None:
        charged = order.charged + transaction.charged
        full = ("ORDER_FULLY_PAID",) if order.charged < order.due <= charged else ()
        self._orders.keep(
            order,
            *(("ORDER_PAID", *full) if transaction.charged else ()),
            "ORDER_UPDATED",
            charged=charged,
            authorized=order.authorized + transaction.authorized,
            transaction_ids=(*order.transaction_ids, transaction.id),
        )


def _due(kernel: Kernel, checkout: Checkout) -> Decimal:
    prices = fresh(kernel, checkout).prices
    return prices.total.gross.amount if prices else NOTHING
