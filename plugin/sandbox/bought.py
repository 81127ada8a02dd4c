"""The prices of an order line: what was paid, what it would have been, and why it was less."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from plugin.sandbox.catalogue_facts import Channel
from plugin.sandbox.discount_facts import Discount, Voucher
from plugin.sandbox.money import TaxedMoney
from plugin.sandbox.rungs import Rung, voucher_off
from plugin.sandbox.sales_facts import Checkout, OrderLine

Circumstances = tuple[Channel, Checkout, Voucher | None]


def bought(bare: OrderLine, rung: Rung, total: TaxedMoney, where: Circumstances) -> OrderLine:
    """The line with what checkoutComplete writes beside its names."""
    channel, checkout, voucher = where
    line, each = rung.line, total.each(rung.line.quantity)
    undiscounted = _undiscounted(channel, rung.undiscounted, each)
    discounts = _discounts(rung, where)
    by_voucher = bool(voucher and rung.voucher_off)
    return replace(
        bare,
        unit_price=each,
        total_price=total,
        undiscounted_unit_price=undiscounted,
        undiscounted_total_price=_undiscounted(channel, rung.undiscounted * line.quantity, total),
        unit_discount=_unit_discount(channel, rung, undiscounted.minus(each)),
        unit_discount_reason=_reason(channel, voucher, discounts),
        discounts=discounts,
        voucher_code=checkout.voucher_code if by_voucher else None,
        is_price_overridden=line.price_override is not None,
        price_override_reason=line.price_override_reason,
        metadata=line.metadata,
        private_metadata=line.private_metadata,
    )


def _undiscounted(channel: Channel, entered: Decimal, paid: TaxedMoney) -> TaxedMoney:
    """The price before discounts with tax; the paid one itself where there was none, so that no cent differs."""
    tax = channel.tax
    return paid if tax.entered(paid) == entered else tax.taxed(entered, channel.currency_code)


def _unit_discount(channel: Channel, rung: Rung, less: TaxedMoney) -> Decimal:
    """Of one piece: by the line's own discounts, or of older shops with its share of the order's as well."""
    if channel.legacy_discount_propagation:
        return channel.tax.entered(less)
    return rung.undiscounted - rung.each


def _discounts(rung: Rung, where: Circumstances) -> tuple[Discount, ...]:
    channel, checkout, voucher = where
    if voucher is None or not rung.voucher_off:
        return rung.line.discounts
    quantity = rung.line.quantity
    amount = voucher_off(voucher, channel, rung.shown * quantity, quantity)
    reward = voucher.reward(channel.id)
    legacy = channel.legacy_discount_propagation
    by_voucher = Discount(
        "VOUCHER",
        voucher.name,
        "FIXED" if legacy else reward.value_type,
        amount if legacy else reward.value,
        amount,
        f"Voucher code: {checkout.voucher_code}",
    )
    return (*rung.line.discounts, by_voucher)


def _reason(channel: Channel, voucher: Voucher | None, discounts: tuple[Discount, ...]) -> str | None:
    said = [it.reason for it in discounts if it.reason]
    if voucher and voucher.is_for_the_order and channel.legacy_discount_propagation:
        said.insert(0, f"Entire order voucher code: {voucher.codes[0]}")
    return " & ".join(said) if said or discounts else None


def by_voucher(lines: Iterable[OrderLine]) -> tuple[tuple[OrderLine, ...], tuple[Discount, ...]]:
    """Lines and order discounts as older shops show them: a voucher's discounts on lines as one of the whole order."""
    every = tuple(lines)
    found = [it for line in every for it in line.discounts if it.type == "VOUCHER"]
    if not found:
        return every, ()
    total = replace(found[0], amount=sum((it.amount for it in found), Decimal(0)))
    bare = (
        replace(line, discounts=tuple(it for it in line.discounts if it.type != "VOUCHER")) for line in every
    )
    return tuple(bare), (total,)
