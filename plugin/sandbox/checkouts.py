"""Baskets: made, changed, completed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from plugin.sandbox.app_facts import ANONYMOUS, Principal
from plugin.sandbox.basket_lines import BasketLines
from plugin.sandbox.checkout_keeping import keep, opened, rung_up
from plugin.sandbox.completing import Completing
from plugin.sandbox.deliveries import Deliveries
from plugin.sandbox.discount_facts import Discount
from plugin.sandbox.ids import kind_and_key
from plugin.sandbox.kernel import Kernel
from plugin.sandbox.line_wishes import Asked, inputs
from plugin.sandbox.orders import Orders
from plugin.sandbox.rejected import Rejected, not_found
from plugin.sandbox.rungs import rungs
from plugin.sandbox.sales_facts import Checkout, CheckoutLine, Order


class Checkouts:
    """Verbs on checkouts; every change fires what Saleor fires."""

    def __init__(self, kernel: Kernel, orders: Orders, deliveries: Deliveries) -> None:
        self._kernel = kernel
        self._completing = Completing(kernel, orders, deliveries)

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
            return rung_up(self._kernel, checkout, lines=rules.added(checkout.lines, inputs(lines)))

    def update_lines(self, checkout_id: str, lines: Asked, by: Principal = ANONYMOUS) -> Checkout:
        """checkoutLinesUpdate: CHECKOUT_UPDATED, or nothing at all when one line is refused.

        Every line needs a quantity, unless an app asks, or a test as nobody in particular does with a price.
        """
        with self._kernel.change(by):
            checkout, rules = self._open(checkout_id)
            asked = inputs(lines)
            by_app = by.kind == "app" or (by is ANONYMOUS and any("price" in it for it in asked))
            return rung_up(self._kernel, checkout, lines=rules.updated(checkout.lines, asked, by_app))

    def delete_lines(self, checkout_id: str, line_ids: Sequence[str], by: Principal = ANONYMOUS) -> Checkout:
        """checkoutLinesDelete: CHECKOUT_UPDATED."""
        with self._kernel.change(by):
            checkout = opened(self._kernel, checkout_id)
            own = {line.id: line for line in checkout.lines}
            for line_id in line_ids:
                if line_id not in own:
                    raise not_found(line_id, "lineId")
                if own[line_id].is_gift:
                    raise Rejected(
                        "lineId", "NON_REMOVABLE_GIFT_LINE", "Checkout line marked as gift can't be deleted."
                    )
            left = tuple(it for it in checkout.lines if it.id not in line_ids)
            return rung_up(self._kernel, checkout, lines=left)

    def add_gift(self, checkout_id: str, variant_id: str) -> Checkout:
        """What an order promotion with a gift does: a line that costs nothing."""
        with self._kernel.change():
            checkout = opened(self._kernel, checkout_id)
            gift = CheckoutLine(self._kernel.new_id("CheckoutLine"), variant_id, 1, is_gift=True)
            (rung,) = rungs(self._kernel.state, replace(checkout, lines=(gift,)), None)
            free = Discount("ORDER_PROMOTION", "Gift", "FIXED", rung.unit, rung.unit)
            return rung_up(self._kernel, checkout, lines=(*checkout.lines, replace(gift, discounts=(free,))))

    def write(self, checkout_id: str, by: Principal = ANONYMOUS, **changes: Any) -> Checkout:
        """checkoutEmailUpdate, checkout…AddressUpdate: CHECKOUT_UPDATED."""
        with self._kernel.change(by):
            checkout = opened(self._kernel, checkout_id)
            if "shipping_address" in changes:
                return rung_up(self._kernel, checkout, **changes)
            if "billing_address" in changes:
                changes |= {"prices": None, "discounts_until": None}
            return keep(self._kernel, checkout, **changes)

    def complete(
        self, checkout_id: str, metadata: Mapping[str, str] | None = None, by: Principal = ANONYMOUS
    ) -> Order:
        """checkoutComplete: the checkout is gone without an event, the order's events fire.

        A basket that is shipped, and whose deliveries are stale, first asks the apps; they may change it meanwhile.
        """
        return self._completing.complete(checkout_id, metadata or {}, by)

    def _open(self, checkout_id: str) -> tuple[Checkout, BasketLines]:
        checkout = opened(self._kernel, checkout_id)
        return checkout, BasketLines(self._kernel, self._kernel.state.channels[checkout.channel_id])
