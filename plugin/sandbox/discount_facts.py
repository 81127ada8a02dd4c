"""Promotions and vouchers, and the discounts they leave on lines, checkouts and orders, named as Saleor names them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from plugin.sandbox.money import rounded

PERCENTAGE, FIXED = "PERCENTAGE", "FIXED"


@dataclass(frozen=True, slots=True)
class Reward:
    """So many per cent, or so much."""

    value_type: str
    value: Decimal

    def off(self, price: Decimal, currency: str) -> Decimal:
        """What it takes off a price, never more than the price. A percentage is rounded to the currency, half up."""
        if self.value_type == PERCENTAGE:
            return min(rounded(price * (self.value / 100), currency), price)
        return min(self.value, price)


@dataclass(frozen=True, slots=True)
class PromotionRule:
    """What a promotion does in some channels: to variants of the catalogue, or to orders from a subtotal on."""

    id: str
    name: str | None
    channel_ids: frozenset[str]
    reward: Reward
    variant_ids: frozenset[str] = frozenset()
    least: Decimal = Decimal(0)
    """Of an order promotion: the subtotal it begins at."""


@dataclass(frozen=True, slots=True)
class Promotion:
    """A promotion that runs; it is gone when it has ended."""

    id: str
    name: str
    type: str
    """CATALOGUE or ORDER."""
    rules: tuple[PromotionRule, ...]
    start_date: datetime
    end_date: datetime | None = None

    def label(self, rule: PromotionRule) -> str:
        """The name of a discount by this rule."""
        return f"{self.name}: {rule.name}" if rule.name else self.name


@dataclass(frozen=True, slots=True)
class VoucherListing:
    """A voucher in one channel."""

    discount_value: Decimal
    min_spent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Voucher:
    """A discount somebody with a code gets."""

    id: str
    name: str
    codes: tuple[str, ...]
    type: str
    """ENTIRE_ORDER, SPECIFIC_PRODUCT or SHIPPING."""
    discount_value_type: str
    listings: Mapping[str, VoucherListing]
    """By channel id."""
    apply_once_per_order: bool = False
    variant_ids: frozenset[str] = frozenset()
    product_ids: frozenset[str] = frozenset()
    category_ids: frozenset[str] = frozenset()
    collection_ids: frozenset[str] = frozenset()
    min_checkout_items_quantity: int = 0
    single_use: bool = False
    used_codes: frozenset[str] = frozenset()
    end_date: datetime | None = None

    @property
    def is_for_lines(self) -> bool:
        """Whether it makes single lines cheaper, and not the whole."""
        return self.type == "SPECIFIC_PRODUCT" or self.apply_once_per_order

    @property
    def is_for_the_order(self) -> bool:
        """Whether its discount is shared over all lines."""
        return self.type == "ENTIRE_ORDER" and not self.apply_once_per_order

    @property
    def is_for_all_goods(self) -> bool:
        """Whether no goods were named."""
        return not (self.variant_ids or self.product_ids or self.category_ids or self.collection_ids)

    def reward(self, channel_id: str) -> Reward:
        """What it takes off in this channel."""
        return Reward(self.discount_value_type, self.listings[channel_id].discount_value)

    def is_valid(self, code: str, channel_id: str, now: datetime) -> bool:
        """Whether it may be used with this code here and now."""
        known = code in self.codes and code not in self.used_codes and channel_id in self.listings
        return known and (self.end_date is None or now < self.end_date)


@dataclass(frozen=True, slots=True)
class Discount:
    """What a promotion or voucher took off a line, a checkout or an order."""

    type: str
    """PROMOTION, ORDER_PROMOTION or VOUCHER."""
    name: str | None
    value_type: str
    value: Decimal
    amount: Decimal
    reason: str | None = None
