"""The goods, promotions and vouchers prices are recorded with: one world, built on a real Saleor and on the sandbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

RATE = 23
"""Per cent of tax, in Poland."""

GROUPS = ("plain", "ten", "fifteen", "odd", "fixed", "both")
"""Three variants of each; the name says which catalogue promotion they are in."""

PRICES: Mapping[str, tuple[str, str, str]] = {
    "USD": ("9.99", "33.35", "101.05"),
    "JPY": ("999", "3335", "10105"),
    "KWD": ("3.333", "9.995", "31.415"),
}
"""Of the three variants of a group."""

PRECISION = {"USD": 2, "JPY": 0, "KWD": 3}

STOCK = 1000
SCARCE = "scarce"
SCARCE_STOCK = 2
"""Of this variant there is too little for the case that asks for more."""

SHIPPABLE = "parcel"
SINGLE_PRICES = {"USD": "12.34", "JPY": "1234", "KWD": "4.321"}
SHIPPING = {"USD": "4.99", "JPY": "499", "KWD": "1.499"}
SHIPPING_METHOD = "Matrix post"


@dataclass(frozen=True, slots=True)
class Place:
    """A channel."""

    slug: str
    currency: str
    entered_with_tax: bool
    legacy_propagation: bool = False
    """orderSettings.useLegacyLineDiscountPropagation."""


PLACES = (
    Place("matrix-usd-gross", "USD", True),
    Place("matrix-usd-net", "USD", False),
    Place("matrix-jpy-gross", "JPY", True),
    Place("matrix-jpy-net", "JPY", False),
    Place("matrix-kwd-gross", "KWD", True),
    Place("matrix-kwd-net", "KWD", False),
    Place("matrix-usd-gross-old", "USD", True, legacy_propagation=True),
    Place("matrix-usd-net-old", "USD", False, legacy_propagation=True),
)


@dataclass(frozen=True, slots=True)
class Reward:
    """A percentage, or an amount by currency."""

    percentage: str | None = None
    fixed: Mapping[str, str] | None = None

    def value(self, currency: str) -> str:
        """As it is entered for this currency."""
        return self.percentage or (self.fixed or {})[currency]

    @property
    def kind(self) -> str:
        """Saleor's name."""
        return "PERCENTAGE" if self.percentage else "FIXED"


@dataclass(frozen=True, slots=True)
class OnCatalogue:
    """A catalogue promotion with one rule per currency, for the variants of some groups."""

    name: str
    reward: Reward
    groups: tuple[str, ...]


CATALOGUE = (
    OnCatalogue("Ten off", Reward("10"), ("ten", "both")),
    OnCatalogue("Fifteen off", Reward("15"), ("fifteen",)),
    OnCatalogue("Odd off", Reward("12.5"), ("odd",)),
    OnCatalogue("Fixed off", Reward(fixed={"USD": "3.33", "JPY": "333", "KWD": "1.111"}), ("fixed", "both")),
)


@dataclass(frozen=True, slots=True)
class OnOrder:
    """An order promotion on the subtotal, from a subtotal on."""

    name: str
    reward: Reward
    least: Mapping[str, str]


FEW = {"USD": "30", "JPY": "3000", "KWD": "10"}
ANY = {"USD": "0", "JPY": "0", "KWD": "0"}
MUCH = {"USD": "250", "JPY": "25000", "KWD": "80"}

ORDERS = (
    OnOrder("Order tenth", Reward("10"), FEW),
    OnOrder("Order odd", Reward("7.5"), ANY),
    OnOrder("Order fixed", Reward(fixed={"USD": "5.55", "JPY": "555", "KWD": "1.555"}), FEW),
    OnOrder("Order huge", Reward(fixed={"USD": "60", "JPY": "6000", "KWD": "20"}), ANY),
    OnOrder("Order rich", Reward("20"), MUCH),
)


@dataclass(frozen=True, slots=True)
class Code:
    """A voucher with one code."""

    code: str
    kind: str
    reward: Reward
    once: bool = False
    variants: tuple[str, ...] = ()
    least: Mapping[str, str] | None = None
    least_quantity: int = 0


SOME = ("plain-1", "ten-2", "fixed-1", "both-2", "fifteen-3", "odd-1")
"""What the vouchers for certain products are for."""

CODES = (
    Code("MX-TENTH", "ENTIRE_ORDER", Reward("10")),
    Code("MX-THIRD", "ENTIRE_ORDER", Reward("33.33")),
    Code("MX-FIXED", "ENTIRE_ORDER", Reward(fixed={"USD": "7.77", "JPY": "777", "KWD": "2.777"})),
    Code("MX-HUGE", "ENTIRE_ORDER", Reward(fixed={"USD": "9999", "JPY": "999999", "KWD": "9999"})),
    Code("MX-SOME", "SPECIFIC_PRODUCT", Reward("15"), variants=SOME),
    Code("MX-SOME-FIXED", "SPECIFIC_PRODUCT", Reward(fixed={"USD": "1.11", "JPY": "111", "KWD": "0.333"}), variants=SOME),
    Code("MX-ONCE", "ENTIRE_ORDER", Reward("20"), once=True),
    Code("MX-ONCE-FIXED", "ENTIRE_ORDER", Reward(fixed={"USD": "2.22", "JPY": "222", "KWD": "0.777"}), once=True),
    Code("MX-SOME-ONCE", "SPECIFIC_PRODUCT", Reward("50"), once=True, variants=SOME),
    Code("MX-LEAST", "ENTIRE_ORDER", Reward("10"), least={"USD": "50", "JPY": "5000", "KWD": "20"}),
    Code("MX-THREE", "ENTIRE_ORDER", Reward("10"), least_quantity=3),
)  # fmt: skip


def variants() -> list[str]:
    """All of them."""
    return [*(f"{group}-{number}" for group in GROUPS for number in (1, 2, 3)), SHIPPABLE, SCARCE]


def price_of(variant: str, currency: str) -> str:
    """The list price."""
    if variant in (SHIPPABLE, SCARCE):
        return SINGLE_PRICES[currency]
    return PRICES[currency][int(variant[-1]) - 1]
