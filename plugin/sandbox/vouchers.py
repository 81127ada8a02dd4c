"""What a voucher or an order promotion takes off a whole checkout."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from plugin.sandbox.catalogue_facts import Channel
from plugin.sandbox.discount_facts import Discount, Voucher
from plugin.sandbox.money import NOTHING
from plugin.sandbox.rungs import Rung, meant
from plugin.sandbox.state import State


class NotApplicable(Exception):  # named for what happened
    """The voucher is not for this checkout."""


def voucher_discount(state: State, channel: Channel, voucher: Voucher, every: Sequence[Rung]) -> Decimal:
    """What checkout.discount says while this voucher is on.

    For lines it is the sum over single pieces, which may differ from what is really taken off the lines.

    Raises:
        NotApplicable: too little spent, too few pieces, nothing it is for.
    """
    subtotal = sum((it.total for it in every), NOTHING)
    _demand(channel, voucher, subtotal, sum(it.line.quantity for it in every))
    reward, currency = voucher.reward(channel.id), channel.currency_code
    if voucher.is_for_the_order:
        return reward.off(subtotal, currency)
    chosen = meant(state, every, voucher) if voucher.type == "SPECIFIC_PRODUCT" else every
    prices = [it.shown for it in chosen for _ in range(it.line.quantity)]
    if not prices:
        raise NotApplicable("This offer is only valid for selected items.")
    if voucher.apply_once_per_order:
        return reward.off(min(prices), currency)
    return sum((reward.off(price, currency) for price in prices), NOTHING)


def _demand(channel: Channel, voucher: Voucher, subtotal: Decimal, pieces: int) -> None:
    least = voucher.listings[channel.id].min_spent
    if least and subtotal < least:
        raise NotApplicable(f"This offer is only valid for orders over {least} {channel.currency_code}.")
    if pieces < voucher.min_checkout_items_quantity:
        raise NotApplicable(
            f"This offer is only valid for orders with a minimum of {voucher.min_checkout_items_quantity} quantity."
        )


def order_discount_by(state: State, channel: Channel, subtotal: Decimal) -> Discount | None:
    """The discount of the order promotion that takes off most, if any is for this subtotal."""
    found = [
        Discount(
            "ORDER_PROMOTION",
            promotion.label(rule),
            rule.reward.value_type,
            rule.reward.value,
            rule.reward.off(subtotal, channel.currency_code),
            f"Promotion: {promotion.id}",
        )
        for promotion in state.promotions.values()
        for rule in promotion.rules
        if promotion.type == "ORDER" and channel.id in rule.channel_ids and subtotal >= rule.least
    ]
    return max(found, key=lambda it: it.amount, default=None)
