"""checkoutComplete: what is demanded, who is asked, and the order that is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from plugin.sandbox.app_facts import Principal
from plugin.sandbox.checkout_keeping import opened
from plugin.sandbox.checkout_totals import authorized_for, paid_for
from plugin.sandbox.deliveries import Deliveries
from plugin.sandbox.kernel import Kernel
from plugin.sandbox.looking import fresh
from plugin.sandbox.order_making import order_from_checkout
from plugin.sandbox.orders import Orders
from plugin.sandbox.rejected import Rejected
from plugin.sandbox.sales_facts import Checkout, Order
from plugin.sandbox.till import Till


@dataclass(frozen=True, slots=True)
class Completing:
    """Turns checkouts into orders."""

    kernel: Kernel
    orders: Orders
    deliveries: Deliveries

    def complete(self, checkout_id: str, metadata: Mapping[str, str], by: Principal) -> Order:
        """The order. What the apps exclude now is felt by the next try only: so it is in Saleor."""
        kernel = self.kernel
        before = opened(kernel, checkout_id)
        _demand_shopper(before)
        if self._is_shipped(before):
            if before.delivery:
                self.deliveries.refresh_if_stale(before, by)
            _demand_delivery(before)
        with kernel.change(by):
            checkout = fresh(kernel, opened(kernel, checkout_id))
            self._demand_rest(checkout)
            order = order_from_checkout(kernel, checkout, metadata)
            self.orders.allocate(order)
            del kernel.state.checkouts[checkout_id]
            self._use_up(checkout)
            return self.orders.register(order)

    def _is_shipped(self, checkout: Checkout) -> bool:
        return Till(self.kernel.state, self.kernel.clock()).is_shipped(checkout)

    def _demand_rest(self, checkout: Checkout) -> None:
        state = self.kernel.state
        if not checkout.billing_address:
            raise Rejected("billingAddress", "BILLING_ADDRESS_NOT_SET", "Billing address is not set")
        covered = paid_for(state, checkout) + authorized_for(state, checkout)
        assert checkout.prices  # noqa: S101  # fresh() saw to it
        if covered < checkout.prices.total.gross.amount and not self.kernel.settings.allow_unpaid_orders:
            said = "The authorized amount doesn't cover the checkout's total amount."
            raise Rejected("id", "CHECKOUT_NOT_FULLY_PAID", said)
        if checkout.voucher_code and not Till(state, self.kernel.clock()).voucher(checkout):
            raise Rejected("voucherCode", "VOUCHER_NOT_APPLICABLE", "Voucher not applicable")

    def _use_up(self, checkout: Checkout) -> None:
        """A code of a voucher for single use is spent."""
        voucher = Till(self.kernel.state, self.kernel.clock()).voucher(checkout)
        if voucher and voucher.single_use and checkout.voucher_code:
            spent = replace(voucher, used_codes=voucher.used_codes | {checkout.voucher_code})
            self.kernel.state.vouchers[voucher.id] = spent


def _demand_shopper(checkout: Checkout) -> None:
    if not checkout.email:
        raise Rejected("email", "EMAIL_NOT_SET", "Checkout email must be set.")
    if not checkout.lines:
        raise Rejected("lines", "NO_LINES", "Cannot complete checkout without lines.")


def _demand_delivery(checkout: Checkout) -> None:
    if checkout.delivery is None:
        raise Rejected("shippingMethod", "SHIPPING_METHOD_NOT_SET", "Shipping method is not set")
    if not checkout.shipping_address:
        raise Rejected("shippingAddress", "SHIPPING_ADDRESS_NOT_SET", "Shipping address is not set")
    if not checkout.delivery.active:
        said = "Delivery method is not valid for your shipping address"
        raise Rejected("shippingMethod", "INVALID_SHIPPING_METHOD", said)
