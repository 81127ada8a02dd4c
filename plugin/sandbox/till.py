"""What a checkout costs: catalogue promotions, one voucher or one order promotion, and tax, as Saleor works it out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from plugin.sandbox.catalogue_facts import Channel
from plugin.sandbox.catalogue_prices import cheaper
from plugin.sandbox.checkout_totals import total_of
from plugin.sandbox.discount_facts import Voucher
from plugin.sandbox.money import NOTHING, kept, rounded
from plugin.sandbox.rungs import Rung, rungs
from plugin.sandbox.sales_facts import Checkout, CheckoutLine, LinePrices, Prices
from plugin.sandbox.state import State
from plugin.sandbox.vouchers import NotApplicable, order_discount_by, voucher_discount


@dataclass(frozen=True, slots=True)
class Till:
    """Rings up checkouts at a moment."""

    state: State
    now: datetime

    def voucher(self, checkout: Checkout) -> Voucher | None:
        """The voucher that is on, if it still may be."""
        code = checkout.voucher_code
        for voucher in self.state.vouchers.values() if code else ():
            if voucher.is_valid(code or "", checkout.channel_id, self.now):
                return voucher
        return None

    def changed(self, checkout: Checkout) -> Checkout:
        """After a change of lines: discounts anew; a voucher that does not fit any more is gone for good."""
        checkout = replace(checkout, lines=self._promoted(checkout), prices=None, discounts_until=None)
        voucher = self.voucher(checkout)
        if voucher is None:
            return self._under_order_promotions(without_voucher(checkout))
        rung = rungs(self.state, checkout, voucher)
        try:
            discount = voucher_discount(self.state, self._channel(checkout), voucher, rung)
        except NotApplicable:
            return self._under_order_promotions(without_voucher(checkout))
        if discount:
            most = sum((it.total for it in rung), NOTHING)
            checkout = replace(checkout, discount=kept(min(discount, most)), discount_name=voucher.name)
        return replace(checkout, order_discount=None)

    def with_voucher(self, checkout: Checkout, voucher: Voucher, code: str) -> Checkout:
        """The code entered: it takes the place of the voucher before, and of an order promotion.

        Raises:
            NotApplicable: it is not for this checkout.
        """
        rung = rungs(self.state, checkout, self.voucher(checkout))
        discount = voucher_discount(self.state, self._channel(checkout), voucher, rung)
        return replace(
            checkout,
            voucher_code=code,
            discount=kept(discount),
            discount_name=voucher.name,
            order_discount=None,
            prices=None,
            discounts_until=None,
        )

    def recalculated(self, checkout: Checkout) -> Checkout:
        """Promotions looked at anew; a voucher's discount stays as it was found at the last change."""
        return self._under_order_promotions(replace(checkout, lines=self._promoted(checkout)))

    def prices(self, checkout: Checkout, until: datetime) -> Prices:
        """What it costs with the discounts it has."""
        voucher, channel = self.voucher(checkout), self._channel(checkout)
        rung = rungs(self.state, checkout, voucher)
        totals = self._shared(checkout, voucher, rung)
        tax, currency = channel.tax, channel.currency_code
        lines = {
            it.line.id: LinePrices(tax.taxed(total, currency), it.unit)
            for it, total in zip(rung, totals, strict=True)
        }
        subtotal = total_of([it.total for it in lines.values()], currency)
        return Prices(lines, subtotal, tax.taxed(self.shipping(checkout), currency), until)

    def shipping(self, checkout: Checkout) -> Decimal:
        """The price of the chosen delivery, for baskets that need one."""
        if checkout.delivery is None or not self.is_shipped(checkout):
            return Decimal(0)
        return rounded(checkout.delivery.price, self._channel(checkout).currency_code)

    def is_shipped(self, checkout: Checkout) -> bool:
        """Whether anything in it has to be sent."""
        return any(needs_shipping(self.state, line.variant_id) for line in checkout.lines)

    def _channel(self, checkout: Checkout) -> Channel:
        return self.state.channels[checkout.channel_id]

    def _promoted(self, checkout: Checkout) -> tuple[CheckoutLine, ...]:
        """The lines with what catalogue promotions take off them now."""
        channel = self._channel(checkout)
        return tuple(line if line.is_gift else self._promoted_line(line, channel) for line in checkout.lines)

    def _promoted_line(self, line: CheckoutLine, channel: Channel) -> CheckoutLine:
        best = cheaper(self.state, line.variant_id, channel)
        off = best.discount(line.quantity, line.price_override, channel.currency_code) if best else None
        return replace(line, discounts=(off,) if off else ())

    def _under_order_promotions(self, checkout: Checkout) -> Checkout:
        """With the order promotion that takes off most, unless a voucher is on."""
        if self.voucher(checkout):
            return replace(checkout, order_discount=None)
        if checkout.voucher_code:
            return replace(checkout, order_discount=None, discount=NOTHING, discount_name=None)
        subtotal = sum((it.total for it in rungs(self.state, checkout, None)), NOTHING)
        best = order_discount_by(self.state, self._channel(checkout), subtotal)
        amount, name = (best.amount, best.name) if best else (NOTHING, None)
        return replace(checkout, order_discount=best, discount=amount, discount_name=name)

    def _shared(self, checkout: Checkout, voucher: Voucher | None, every: Sequence[Rung]) -> list[Decimal]:
        """Totals of the lines with their shares of the checkout's discount."""
        totals = [it.total for it in every]
        if (voucher and not voucher.is_for_the_order) or not (voucher or checkout.order_discount):
            return totals
        return shared(totals, checkout.discount, self._channel(checkout).currency_code)


def shared(totals: Sequence[Decimal], discount: Decimal, currency: str) -> list[Decimal]:
    """Lines with a discount shared in proportion, each share rounded; the last line gets what is left of it."""
    whole, left, result = sum(totals, NOTHING), discount, []
    for total in totals[:-1]:
        share = rounded(min(total / whole * discount, total), currency) if whole else total
        result.append(max(total - share, NOTHING))
        left -= share
    result += [max(total - left, NOTHING) if whole else NOTHING for total in totals[-1:]]
    return result


def without_voucher(checkout: Checkout) -> Checkout:
    """The voucher taken off, and whatever discount there was."""
    return replace(checkout, voucher_code=None, discount=NOTHING, discount_name=None)


def needs_shipping(state: State, variant_id: str) -> bool:
    """Whether this variant has to be sent."""
    variant = state.variants.get(variant_id)
    product = state.products.get(variant.product_id) if variant else None
    return product is not None and state.product_types[product.product_type_id].is_shipping_required
