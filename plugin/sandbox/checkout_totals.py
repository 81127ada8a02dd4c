"""What a checkout costs, line by line and in all."""

from __future__ import annotations

from decimal import Decimal

from plugin.sandbox.catalogue_facts import Channel
from plugin.sandbox.money import NOTHING, Money, TaxedMoney, rounded
from plugin.sandbox.sales_facts import Checkout, CheckoutLine
from plugin.sandbox.selling import unit_price
from plugin.sandbox.state import State


def line_unit_price(state: State, line: CheckoutLine, channel: Channel) -> TaxedMoney:
    """One piece of this line; a gift costs nothing."""
    if line.is_gift:
        return nothing(channel.currency_code)
    return unit_price(state.variants[line.variant_id], channel, line.price_override)


def times(price: TaxedMoney, quantity: int) -> TaxedMoney:
    """So many pieces."""
    currency = price.currency
    return TaxedMoney(
        Money(price.gross.amount * quantity, currency), Money(price.net.amount * quantity, currency)
    )


def total_of(prices: list[TaxedMoney], currency: str) -> TaxedMoney:
    """The sum."""
    gross = sum((price.gross.amount for price in prices), NOTHING)
    net = sum((price.net.amount for price in prices), NOTHING)
    return TaxedMoney(Money(gross, currency), Money(net, currency))


def nothing(currency: str) -> TaxedMoney:
    """Zero."""
    return TaxedMoney(Money(NOTHING, currency), Money(NOTHING, currency))


def checkout_total(state: State, checkout: Checkout) -> TaxedMoney:
    """All lines together; the sandbox ships for free."""
    channel = state.channels[checkout.channel_id]
    prices = [times(line_unit_price(state, line, channel), line.quantity) for line in checkout.lines]
    return total_of(prices, channel.currency_code)


def paid_for(state: State, checkout: Checkout) -> Decimal:
    """Charged by its transactions."""
    return rounded(sum((state.transactions[it].charged for it in checkout.transaction_ids), NOTHING))


def authorized_for(state: State, checkout: Checkout) -> Decimal:
    """Authorized by its transactions, not yet charged."""
    return rounded(sum((state.transactions[it].authorized for it in checkout.transaction_ids), NOTHING))
