"""Amounts: Decimal with a currency, rounded as Saleor rounds."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
NOTHING = Decimal("0.00")


def rounded(amount: Decimal) -> Decimal:
    """To two places: 12.345 is 12.35."""
    return amount.quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class TaxedMoney:
    """The same price with and without tax."""

    gross: Money
    net: Money

    @property
    def currency(self) -> str:
        """Both sides have one currency."""
        return self.gross.currency

    @property
    def tax(self) -> Money:
        """The difference."""
        return Money(self.gross.amount - self.net.amount, self.currency)


@dataclass(frozen=True, slots=True)
class TaxRule:
    """How a channel turns an entered price into gross and net."""

    rate: Decimal
    entered_with_tax: bool

    def taxed(self, entered: Decimal, currency: str) -> TaxedMoney:
        """Gross and net of a price as the merchant entered it."""
        if self.entered_with_tax:
            gross, net = entered, entered / (1 + self.rate)
        else:
            gross, net = entered * (1 + self.rate), entered
        return TaxedMoney(Money(rounded(gross), currency), Money(rounded(net), currency))
