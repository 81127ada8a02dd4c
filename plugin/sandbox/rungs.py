"""A checkout's lines as the till sees them: what each costs before and after its own discounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from plugin.sandbox.catalogue_facts import Channel
from plugin.sandbox.catalogue_prices import discounted_price, list_price
from plugin.sandbox.discount_facts import Voucher
from plugin.sandbox.money import rounded
from plugin.sandbox.sales_facts import Checkout, CheckoutLine
from plugin.sandbox.state import State


@dataclass(frozen=True, slots=True)
class Rung:
    """One line. A price override stands in for the list price everywhere."""

    line: CheckoutLine
    unit: Decimal
    """One piece before any discount."""
    shown: Decimal
    """One piece with its catalogue promotion; of an overridden line the override itself. Vouchers go by it."""
    currency: str
    voucher_off: Decimal = Decimal(0)

    @property
    def undiscounted(self) -> Decimal:
        """One piece before any discount, rounded, as an order keeps it."""
        return rounded(self.unit, self.currency)

    @property
    def promoted(self) -> Decimal:
        """All pieces after catalogue promotions, not rounded yet."""
        return self.unit * self.line.quantity - sum((it.amount for it in self.line.discounts), Decimal(0))

    @property
    def total(self) -> Decimal:
        """All pieces after everything that is the line's own."""
        return rounded(self.promoted - self.voucher_off, self.currency)

    @property
    def each(self) -> Decimal:
        """One of them."""
        return rounded(self.total / self.line.quantity, self.currency)


def rungs(state: State, checkout: Checkout, voucher: Voucher | None) -> list[Rung]:
    """All lines, with a voucher's discount on those it is for."""
    channel = state.channels[checkout.channel_id]
    found = [_rung(state, line, channel) for line in checkout.lines]
    if voucher is None or not voucher.is_for_lines:
        return found
    chosen = _chosen(state, found, voucher)
    return [
        Rung(it.line, it.unit, it.shown, it.currency, voucher_off(voucher, channel, it.promoted, it.line.quantity))
        if it in chosen
        else it
        for it in found
    ]  # fmt: skip


def _rung(state: State, line: CheckoutLine, channel: Channel) -> Rung:
    override = line.price_override
    unit = list_price(state, line.variant_id, channel) if override is None else override
    shown = discounted_price(state, line.variant_id, channel) if override is None else override
    return Rung(line, unit, shown, channel.currency_code)


def _chosen(state: State, every: Sequence[Rung], voucher: Voucher) -> list[Rung]:
    chosen = meant(state, every, voucher) if voucher.type == "SPECIFIC_PRODUCT" else list(every)
    if voucher.apply_once_per_order and chosen:
        return [min(chosen, key=lambda it: it.shown)]
    return chosen


def meant(state: State, every: Sequence[Rung], voucher: Voucher) -> list[Rung]:
    """The lines with goods the voucher names, or all when it names none."""
    return [it for it in every if voucher.is_for_all_goods or _is_meant(state, it.line, voucher)]


def _is_meant(state: State, line: CheckoutLine, voucher: Voucher) -> bool:
    variant = state.variants.get(line.variant_id)
    product = state.products.get(variant.product_id) if variant else None
    if line.is_gift or variant is None or product is None:
        return False
    return (
        variant.id in voucher.variant_ids
        or product.id in voucher.product_ids
        or product.category_id in voucher.category_ids
        or bool(voucher.collection_ids & set(product.collection_ids))
    )


def voucher_off(voucher: Voucher, channel: Channel, total: Decimal, quantity: int) -> Decimal:
    """What a voucher for lines takes off a line: a share of the total, so much a piece, or one piece's discount."""
    reward, currency = voucher.reward(channel.id), channel.currency_code
    if voucher.apply_once_per_order:
        return reward.off(total / quantity, currency)
    if reward.value_type == "PERCENTAGE":
        return reward.off(total, currency)
    return min(reward.off(total / quantity, currency) * quantity, total)
