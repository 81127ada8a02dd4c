"""What a bundle is: members, the rule of its price, when and where it is on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import NewType

from plugin.suggestions.model import ChannelId, ProductId, VariantId
from plugin.suggestions.money import with_tax, without_tax

BundleId = NewType("BundleId", int)
"""Our own number of a bundle, stable within one shop."""

DRAFT, ACTIVE, PAUSED = STATES = ("draft", "active", "paused")

PERCENT, AMOUNT, PRICE = RULES = ("percent", "amount", "price")

STACK, WITHDRAW = VOUCHER_POLICIES = ("stack", "withdraw")

LEAST_MEMBERS, MOST_MEMBERS = 2, 10

MOST_PIECES = 50
"""Of one member in a set. Saleor's own limit for a checkout line, unless the merchant changes it."""


@dataclass(frozen=True, slots=True)
class Member:
    """A product, any of its variants, or one variant; and how many of it a set holds."""

    quantity: int
    product: ProductId | None = None
    variant: VariantId | None = None

    @property
    def id(self) -> str:
        """Saleor's id of the product or the variant."""
        return self.variant or self.product or ""


@dataclass(frozen=True, slots=True)
class Rule:
    """How the price of a set is made.

    percent: so many percent off the list prices. amount: so much off their sum. price: this much, whatever they cost.
    `amounts` are per channel, in its currency, entered with or without tax as the channel's list prices are.
    """

    kind: str
    percent: Decimal = Decimal()
    amounts: Mapping[ChannelId, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle as the merchant set it up. `version` counts its changes; `most_sets` per checkout, None for any number."""

    id: BundleId
    version: int
    state: str
    name: str
    members: tuple[Member, ...]
    rule: Rule
    channels: tuple[ChannelId, ...]
    translations: Mapping[str, str] = field(default_factory=dict)
    starts: datetime | None = None
    ends: datetime | None = None
    most_sets: int | None = None
    vouchers: str = STACK

    def is_on(self, channel: ChannelId, now: datetime) -> bool:
        """Whether shoppers of this channel get it now."""
        return (
            self.state == ACTIVE
            and channel in self.channels
            and (self.starts is None or self.starts <= now)
            and (self.ends is None or now < self.ends)
        )


@dataclass(frozen=True, slots=True)
class Goods:
    """One variant as it is sold in one channel, in smallest units, entered as the channel's list prices are.

    `list_price` without any promotion, `price` with the catalogue promotion. `cost`: what the merchant pays, without tax;
    it never leaves the server. `tax`: in percent of the price without it; `entered_with_tax`: whether the prices hold it.
    """

    variant: VariantId
    product: ProductId
    list_price: int
    price: int
    available: bool = True
    quantity: int = 0
    cost: int | None = None
    tax: Decimal = Decimal()
    entered_with_tax: bool = True
    name: str = ""

    @property
    def net_share(self) -> float:
        """What part of the entered price stays after tax."""
        return float(100 / (100 + self.tax)) if self.entered_with_tax else 1.0

    def displayed(self, entered: int, gross: bool) -> int:
        """An amount of this variant as shoppers see it: with tax or without."""
        if gross == self.entered_with_tax:
            return entered
        return with_tax(entered, self.tax) if gross else without_tax(entered, self.tax)
