"""How parcels are sent: zones of countries, and methods with a price in each channel, named as Saleor names them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from plugin.sandbox.ids import global_id, kind_and_key

PRICE, WEIGHT = "PRICE", "WEIGHT"


@dataclass(frozen=True, slots=True)
class ShippingListing:
    """A method in one channel. Both borders are inclusive; None is no border."""

    price: Decimal
    minimum_order_price: Decimal | None = None
    maximum_order_price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PostalCodes:
    """A range of postal codes a method is only for (INCLUDE), or not for (EXCLUDE)."""

    id: str
    start: str
    end: str
    inclusion_type: str = "EXCLUDE"


@dataclass(frozen=True, slots=True)
class ShippingMethodType:
    """A way to send a parcel, as the merchant keeps it; baskets meet it as a ShippingMethod of the same number."""

    id: str
    name: str
    zone_id: str
    listings: Mapping[str, ShippingListing]
    """By channel id."""
    type: str = PRICE
    minimum_order_weight: Decimal = Decimal(0)
    """Kilograms; like the other border it counts for methods by weight only."""
    maximum_order_weight: Decimal | None = None
    postal_codes: tuple[PostalCodes, ...] = ()
    excluded_product_ids: frozenset[str] = frozenset()
    metadata: Mapping[str, str] = field(default_factory=dict)
    private_metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def method_id(self) -> str:
        """Its id where shoppers meet it."""
        return global_id("ShippingMethod", kind_and_key(self.id)[1])


@dataclass(frozen=True, slots=True)
class ShippingZone:
    """Countries that are sent to from certain channels."""

    id: str
    name: str
    countries: tuple[str, ...]
    channel_ids: tuple[str, ...]
    default: bool = False
    description: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    private_metadata: Mapping[str, str] = field(default_factory=dict)
