"""A shipping method as shoppers meet it: in one channel, with its price there."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from plugin.sandbox.catalogue_facts import Channel
from plugin.sandbox.money import Money
from plugin.sandbox.shipping_facts import ShippingListing, ShippingMethodType


@dataclass(frozen=True, slots=True)
class OfferedMethod:
    """Saleor's type ShippingMethod."""

    id: str
    name: str = ""
    price: Money | None = None
    type: str | None = None
    minimum_order_price: Money | None = None
    maximum_order_price: Money | None = None
    minimum_order_weight: dict[str, Any] | None = None
    maximum_order_weight: dict[str, Any] | None = None
    active: bool = True
    message: str = ""
    minimum_delivery_days: int | None = None
    maximum_delivery_days: int | None = None

    @property
    def type_name(self) -> str:
        """The GraphQL type."""
        return "ShippingMethod"


def offered_method(method: ShippingMethodType, channel: Channel) -> OfferedMethod:
    """The method in a channel it is listed in."""
    listed = method.listings[channel.id]
    return OfferedMethod(
        id=method.method_id,
        name=method.name,
        price=Money(listed.price, channel.currency_code),
        type=method.type,
        minimum_order_price=least(listed, channel),
        maximum_order_price=most(listed, channel),
        minimum_order_weight=weight(method.minimum_order_weight),
        maximum_order_weight=weight(method.maximum_order_weight),
    )


def least(listing: ShippingListing, channel: Channel) -> Money:
    """The lower border. Without one it is nothing in no currency: so it is in Saleor, seen on 3.23."""
    if listing.minimum_order_price is None:
        return Money(Decimal(0), "")
    return Money(listing.minimum_order_price, channel.currency_code)


def most(listing: ShippingListing, channel: Channel) -> Money | None:
    """The upper border."""
    if listing.maximum_order_price is None:
        return None
    return Money(listing.maximum_order_price, channel.currency_code)


def weight(kilograms: Decimal | None) -> dict[str, Any] | None:
    """In the shop's default unit."""
    return None if kilograms is None else {"value": float(kilograms), "unit": "KG"}
