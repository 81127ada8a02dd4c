"""Money in whole smallest units of its currency: cents, yen, fils. Sums, shares and comparisons are exact there."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

DECIMALS: Mapping[str, int] = {
    **dict.fromkeys(("BHD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys((
        "AFN", "ALL", "BIF", "CLP", "DJF", "GNF", "IQD", "IRR", "ISK", "JPY", "KMF", "KPW", "KRW", "LAK", "LBP", "MGA", "MMK", "PYG", "RSD", "RWF",
        "SLL", "SOS", "SYP", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF", "YER",
    ), 0),
}  # fmt: skip
"""Decimals of a currency's prices where they are not two. Source: CLDR, as Saleor rounds by (ISO 4217 differs for some)."""

FINEST = 3
"""Decimals of a price set on a checkout line: Saleor keeps three, in every currency, and rounds the line's total. Seen on 3.23."""


def decimals(currency: str) -> int:
    """How many decimals a price in this currency has."""
    return DECIMALS.get(currency, 2)


def units(amount: Decimal, currency: str) -> int:
    """The amount in smallest units, half a unit rounded up as Saleor does: 12.34 USD is 1234."""
    return int(amount.scaleb(decimals(currency)).quantize(Decimal(1), ROUND_HALF_UP))


def money(smallest: int, currency: str) -> Decimal:
    """Smallest units back to an amount with all its decimals: 1230 USD is 12.30."""
    return Decimal(smallest).scaleb(-decimals(currency))


def grains(currency: str) -> int:
    """How many of the finest steps of a price set on a line make one smallest unit: 10 in USD, 1000 in JPY, 1 in KWD."""
    return int(10 ** (FINEST - decimals(currency)))


def fine_money(finest: int) -> Decimal:
    """A price in finest steps as an amount: 3333 is 3.333."""
    return Decimal(finest).scaleb(-FINEST)


def is_exact(amount: Decimal, currency: str) -> bool:
    """Whether the amount can be paid: no fraction of a smallest unit."""
    return amount == money(units(amount, currency), currency)


def percent_of(smallest: int, percent: Decimal) -> int:
    """So many percent of an amount, half a unit rounded up: how Saleor computes a percentage discount."""
    return int((smallest * percent / 100).quantize(Decimal(1), ROUND_HALF_UP))


def tax_percent(net: int, gross: int) -> Decimal:
    """The simplest tax rate under which `net` with tax is `gross`, in percent: Saleor tells the two amounts, not the rate."""
    if net <= 0 or gross <= net:
        return Decimal()
    for places in range(4):
        rate = (Decimal(gross - net) * 100 / net).quantize(Decimal(1).scaleb(-places))
        if with_tax(net, rate) == gross:
            return rate
    return Decimal(gross - net) * 100 / net


def with_tax(net: int, percent: Decimal) -> int:
    """Net to gross, half a unit rounded up."""
    return int((net * (1 + percent / 100)).quantize(Decimal(1), ROUND_HALF_UP))


def without_tax(gross: int, percent: Decimal) -> int:
    """Gross to net, half a unit rounded up."""
    return int((gross / (1 + percent / 100)).quantize(Decimal(1), ROUND_HALF_UP))
