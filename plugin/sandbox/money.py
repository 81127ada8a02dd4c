"""Amounts: Decimal with a currency, rounded as Saleor rounds."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
NOTHING = Decimal("0.00")

DIGITS = {"JPY": 0, "KRW": 0, "ISK": 0, "CLP": 0, "KWD": 3, "BHD": 3, "JOD": 3, "OMR": 3, "TND": 3}
"""Decimals of the currencies that have not two."""

KEPT_DIGITS = Decimal("0.001")
"""Saleor's columns have three decimals, whatever the currency: a price entered finer than that is rounded here."""


def rounded(amount: Decimal, currency: str = "EUR", rounding: str = ROUND_HALF_UP) -> Decimal:
    """To the decimals of the currency: 12.345 is 12.35."""
    return amount.quantize(Decimal(1).scaleb(-DIGITS.get(currency, 2)), rounding)


def kept(amount: Decimal) -> Decimal:
    """As it is stored: 4.44449 is 4.444."""
    return amount.quantize(KEPT_DIGITS, ROUND_HALF_UP)


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

    def plus(self, other: TaxedMoney) -> TaxedMoney:
        """Both together."""
        return taxed_money(
            self.gross.amount + other.gross.amount, self.net.amount + other.net.amount, self.currency
        )

    def minus(self, other: TaxedMoney) -> TaxedMoney:
        """What is left."""
        return taxed_money(
            self.gross.amount - other.gross.amount, self.net.amount - other.net.amount, self.currency
        )

    def each(self, quantity: int) -> TaxedMoney:
        """One of so many pieces, both sides rounded by themselves."""
        return taxed_money(
            rounded(self.gross.amount / quantity, self.currency),
            rounded(self.net.amount / quantity, self.currency),
            self.currency,
        )

    def displayed(self) -> TaxedMoney:
        """As the API says an amount that was not rounded before: half to even, unlike everything a basket costs."""
        gross, net = (rounded(it.amount, it.currency, ROUND_HALF_EVEN) for it in (self.gross, self.net))
        return taxed_money(gross, net, self.currency)


def taxed_money(gross: Decimal, net: Decimal, currency: str) -> TaxedMoney:
    """A price of two amounts."""
    return TaxedMoney(Money(gross, currency), Money(net, currency))


@dataclass(frozen=True, slots=True)
class TaxRule:
    """How a channel turns an entered price into gross and net."""

    rate: Decimal
    entered_with_tax: bool

    def taxed(self, entered: Decimal, currency: str) -> TaxedMoney:
        """Gross and net of a price as the merchant entered it."""
        return self.exact(entered, currency).each(1)

    def exact(self, entered: Decimal, currency: str) -> TaxedMoney:
        """The same, not rounded."""
        if self.entered_with_tax:
            return taxed_money(entered, entered / (1 + self.rate), currency)
        return taxed_money(entered * (1 + self.rate), entered, currency)

    def entered(self, price: TaxedMoney) -> Decimal:
        """The side the merchant enters."""
        return price.gross.amount if self.entered_with_tax else price.net.amount
