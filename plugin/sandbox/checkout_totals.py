"""What a checkout costs in all, and what was paid for it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from plugin.sandbox.money import NOTHING, TaxedMoney, rounded, taxed_money
from plugin.sandbox.sales_facts import Checkout
from plugin.sandbox.state import State


def times(price: TaxedMoney, quantity: int) -> TaxedMoney:
    """So many pieces."""
    return taxed_money(price.gross.amount * quantity, price.net.amount * quantity, price.currency)


def total_of(prices: Iterable[TaxedMoney], currency: str) -> TaxedMoney:
    """The sum."""
    every = list(prices)
    gross = sum((price.gross.amount for price in every), NOTHING)
    net = sum((price.net.amount for price in every), NOTHING)
    return taxed_money(gross, net, currency)


def nothing(currency: str) -> TaxedMoney:
    """Zero."""
    return taxed_money(NOTHING, NOTHING, currency)


def paid_for(state: State, checkout: Checkout) -> Decimal:
    """Charged by its transactions."""
    currency = state.channels[checkout.channel_id].currency_code
    return rounded(
        sum((state.transactions[it].charged for it in checkout.transaction_ids), NOTHING), currency
    )


def authorized_for(state: State, checkout: Checkout) -> Decimal:
    """Authorized by its transactions, not yet charged."""
    currency = state.channels[checkout.channel_id].currency_code
    return rounded(
        sum((state.transactions[it].authorized for it in checkout.transaction_ids), NOTHING), currency
    )
