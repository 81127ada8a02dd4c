"""Vouchers entered into checkouts and taken out of them."""

from __future__ import annotations

from dataclasses import replace

from plugin.sandbox.app_facts import ANONYMOUS, Principal
from plugin.sandbox.checkout_keeping import keep, opened, rung_up
from plugin.sandbox.kernel import Kernel
from plugin.sandbox.rejected import Rejected
from plugin.sandbox.sales_facts import Checkout
from plugin.sandbox.till import Till, without_voucher
from plugin.sandbox.vouchers import NotApplicable


class PromoCodes:
    """Verbs on the voucher of a checkout."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel

    def add(self, checkout_id: str, code: str, by: Principal = ANONYMOUS) -> Checkout:
        """checkoutAddPromoCode: CHECKOUT_UPDATED. The voucher before is replaced without a word."""
        kernel = self._kernel
        with kernel.change(by):
            checkout, now = opened(kernel, checkout_id), kernel.clock()
            every = kernel.state.vouchers.values()
            voucher = next((it for it in every if it.is_valid(code, checkout.channel_id, now)), None)
            if voucher is None:
                raise Rejected("promoCode", "INVALID", "Promo code is invalid")
            till = Till(kernel.state, now)
            try:
                changed = till.with_voucher(checkout, voucher, code)
            except NotApplicable as refused:
                said = "Voucher is not applicable to this checkout."
                raise Rejected("promoCode", "VOUCHER_NOT_APPLICABLE", said) from refused
            if till.is_shipped(changed):
                changed = replace(changed, deliveries_stale_at=now)
            return keep(kernel, changed)

    def remove(self, checkout_id: str, code: str, by: Principal = ANONYMOUS) -> Checkout:
        """checkoutRemovePromoCode: CHECKOUT_UPDATED; an order promotion may come back."""
        kernel = self._kernel
        with kernel.change(by):
            checkout = opened(kernel, checkout_id)
            if checkout.voucher_code != code:
                known = any(code in it.codes for it in kernel.state.vouchers.values())
                if known:
                    said = "Cannot remove a voucher not attached to this checkout."
                    raise Rejected("promoCode", "INVALID", said)
                raise Rejected("promoCode", "NOT_FOUND", "Promo code does not exists.")
            return rung_up(kernel, without_voucher(checkout))
