"""Baskets: made, changed, completed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from plugin.sandbox.app_facts import ANONYMOUS, Principal
from plugin.sandbox.basket_lines import Asked, BasketLines, inputs
from plugin.sandbox.checkout_totals import authorized_for, checkout_total, paid_for
from plugin.sandbox.ids import kind_and_key
from plugin.sandbox.kernel import Kernel
from plugin.sandbox.order_making import order_from_checkout
from plugin.sandbox.orders import Orders
from plugin.sandbox.rejected import Rejected, not_found
from plugin.sandbox.sales_facts import Checkout, CheckoutLine, Order


class Checkouts:
    """Verbs on checkouts; every change fires what Saleor fires."""

    def __init__(self, kernel: Kernel, orders: Orders) -> None:
        self._kernel = kernel
        self._orders = orders

    def create(
        self,
        channel: str,
        lines: Asked = (),
        by: Principal = ANONYMOUS,
        metadata: Mapping[str, str] | None = None,
        **more: Any,
    ) -> Checkout:
        """checkoutCreate: CHECKOUT_CREATED. `more` may be email, billing_address, shipping_address, user_id."""
        kernel = self._kernel
        with kernel.change(by):
            place = kernel.state.channel(channel)
            if place is None:
                raise Rejected("channel", "NOT_FOUND", f"Channel with '{channel}' slug does not exist.")
            if not place.is_active:
                raise Rejected("channel", "CHANNEL_INACTIVE", f"Channel with '{channel}' is inactive.")
            gid, now = kernel.new_id("Checkout"), kernel.clock()
            asked = inputs(lines)
            first = BasketLines(kernel, place).added((), asked) if asked else ()
            checkout = Checkout(
                gid, kind_and_key(gid)[1], place.id, now, now, first, metadata=metadata or {}, **more
            )
            if by.kind == "user" and not checkout.user_id:
                checkout = replace(checkout, user_id=by.id)
            kernel.state.checkouts[gid] = checkout
            kernel.fire("CHECKOUT_CREATED", checkout=gid)
            return checkout

    def add_lines(self, checkout_id: str, lines: Asked, by: Principal = ANONYMOUS) -> Checkout:
        """checkoutLinesAdd: CHECKOUT_UPDATED."""
        with self._kernel.change(by):
            checkout, rules = self._open(checkout_id)
            return self._keep(checkout, lines=rules.added(checkout.lines, inputs(lines)))

    def update_lines(self, checkout_id: str, lines: Asked, by: Principal = ANONYMOUS) -> Checkout:
        """checkoutLinesUpdate: CHECKOUT_UPDATED, or nothing at all when one line is refused."""
        with self._kernel.change(by):
            checkout, rules = self._open(checkout_id)
            return self._keep(checkout, lines=rules.updated(checkout.lines, inputs(lines)))

    def delete_lines(self, checkout_id: str, line_ids: Sequence[str], by: Principal = ANONYMOUS) -> Checkout:
        """checkoutLinesDelete: CHECKOUT_UPDATED."""
        with self._kernel.change(by):
            checkout, _ = self._open(checkout_id)
            own = {line.id: line for line in checkout.lines}
            for line_id in line_ids:
                if line_id not in own:
                    raise not_found(line_id, "lineId")
                if own[line_id].is_gift:
                    raise Rejected(
                        "lineId", "NON_REMOVABLE_GIFT_LINE", "Checkout line marked as gift can't be deleted."
                    )
            return self._keep(checkout, lines=tuple(it for it in checkout.lines if it.id not in line_ids))

    def add_gift(self, checkout_id: str, variant_id: str) -> Checkout:
        """What an order promotion with a gift does: a line that costs nothing."""
        with self._kernel.change():
            checkout, _ = self._open(checkout_id)
            gift = CheckoutLine(self._kernel.new_id("CheckoutLine"), variant_id, 1, is_gift=True)
            return self._keep(checkout, lines=(*checkout.lines, gift))

    def write(self, checkout_id: str, by: Principal = ANONYMOUS, **changes: Any) -> Checkout:
        """checkoutEmailUpdate, checkout…AddressUpdate: CHECKOUT_UPDATED."""
        with self._kernel.change(by):
            return self._keep(self._open(checkout_id)[0], **changes)

    def complete(
        self, checkout_id: str, metadata: Mapping[str, str] | None = None, by: Principal = ANONYMOUS
    ) -> Order:
        """checkoutComplete: the checkout is gone without an event, the order's events fire."""
        kernel = self._kernel
        with kernel.change(by):
            checkout, _ = self._open(checkout_id)
            self._demand_complete(checkout)
            order = order_from_checkout(kernel, checkout, metadata or {})
            self._orders.allocate(order)
            del kernel.state.checkouts[checkout_id]
            return self._orders.register(order)

    def _demand_complete(self, checkout: Checkout) -> None:
        state = self._kernel.state
        if not checkout.lines:
            raise Rejected("lines", "NO_LINES", "Cannot complete checkout without lines.")
        if not checkout.billing_address:
            raise Rejected("billingAddress", "BILLING_ADDRESS_NOT_SET", "Billing address is not set")
        if not checkout.email:
            raise Rejected("email", "EMAIL_NOT_SET", "Checkout email must be set.")
        covered = paid_for(state, checkout) + authorized_for(state, checkout)
        if (
            covered < checkout_total(state, checkout).gross.amount
            and not self._kernel.settings.allow_unpaid_orders
        ):
            raise Rejected(
                None,
                "CHECKOUT_NOT_FULLY_PAID",
                "The authorized amount doesn't cover the checkout's total amount.",
            )

    def _open(self, checkout_id: str) -> tuple[Checkout, BasketLines]:
        checkout = self._kernel.state.checkouts.get(checkout_id)
        if checkout is None:
            raise not_found(checkout_id)
        return checkout, BasketLines(self._kernel, self._kernel.state.channels[checkout.channel_id])

    def _keep(self, checkout: Checkout, **changes: Any) -> Checkout:
        changed = replace(checkout, updated_at=self._kernel.clock(), **changes)
        self._kernel.state.checkouts[checkout.id] = changed
        self._kernel.fire("CHECKOUT_UPDATED", checkout=checkout.id)
        return changed
