"""What a shop sells: channels, categories, products, variants and stock, named as Saleor names them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from plugin.sandbox.money import TaxRule
from plugin.sandbox.shipping_facts import ShippingMethodType, ShippingZone

VAT = TaxRule(Decimal("0.20"), entered_with_tax=True)

LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)

Attributes = tuple[tuple[str, tuple[str, ...]], ...]
"""(attribute slug, names of the values), in the order of the product type."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A place to sell in, with a currency and a tax rule of its own."""

    id: str
    slug: str
    name: str
    currency_code: str
    display_gross_prices: bool = True
    tax: TaxRule = VAT
    country: str = "DE"
    is_active: bool = True
    legacy_discount_propagation: bool = False
    """orderSettings.useLegacyLineDiscountPropagation: an order line's discount then has its share of the order's."""
    metadata: Mapping[str, str] = field(default_factory=dict)
    private_metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Category:
    """A shelf of the shop."""

    id: str
    name: str
    slug: str
    level: int = 0
    parent_id: str | None = None
    updated_at: datetime = LONG_AGO
    metadata: Mapping[str, str] = field(default_factory=dict)
    private_metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Collection:
    """Products picked by hand."""

    id: str
    name: str
    slug: str
    metadata: Mapping[str, str] = field(default_factory=dict)
    private_metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProductType:
    """Which attributes products and variants of this type have."""

    id: str
    name: str
    slug: str
    is_shipping_required: bool = False
    metadata: Mapping[str, str] = field(default_factory=dict)
    private_metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Attribute:
    """A property products can have."""

    id: str
    slug: str
    name: str
    input_type: str = "DROPDOWN"
    unit: str | None = None
    swatches: Mapping[str, str] = field(default_factory=dict)
    """Colours by the name of the value."""


@dataclass(frozen=True, slots=True)
class AttributeValue:
    """One choice of an attribute."""

    id: str
    name: str
    slug: str
    input_type: str = "DROPDOWN"
    value: str = ""
    """The colour of a swatch."""
    boolean: bool | None = None
    plain_text: str | None = None


@dataclass(frozen=True, slots=True)
class Warehouse:
    """Where stock lies, and the channels (by slug) it serves."""

    id: str
    name: str
    slug: str
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProductListing:
    """A product in one channel."""

    is_published: bool = True
    is_available_for_purchase: bool = True
    visible_in_listings: bool = True
    published_at: datetime | None = LONG_AGO
    """Shoppers see it from then on; `is_published` alone is true from the moment this is scheduled."""


@dataclass(frozen=True, slots=True)
class Product:
    """A product; its prices and stock are its variants'."""

    id: str
    name: str
    slug: str
    product_type_id: str
    category_id: str | None
    variant_ids: tuple[str, ...]
    listings: Mapping[str, ProductListing]
    """By channel id."""
    collection_ids: tuple[str, ...] = ()
    attributes: Attributes = ()
    picture: str = "box"
    """Name of the drawing in pictures.py."""
    colour: str = "#7a8ca0"
    description: str = ""
    created: datetime = LONG_AGO
    updated_at: datetime = LONG_AGO
    metadata: Mapping[str, str] = field(default_factory=dict)
    private_metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class VariantListing:
    """A variant's price in one channel, as the merchant entered it."""

    price: Decimal
    cost_price: Decimal | None = None
    prior_price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Stock:
    """Pieces in one warehouse."""

    id: str
    warehouse_id: str
    quantity: int
    quantity_allocated: int = 0


@dataclass(frozen=True, slots=True)
class ProductVariant:
    """What actually goes into a basket."""

    id: str
    product_id: str
    name: str
    sku: str | None
    listings: Mapping[str, VariantListing]
    """By channel id."""
    stocks: tuple[Stock, ...]
    attributes: Attributes = ()
    track_inventory: bool = True
    created: datetime = LONG_AGO
    updated_at: datetime = LONG_AGO
    metadata: Mapping[str, str] = field(default_factory=dict)
    private_metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything a shop starts with."""

    channels: tuple[Channel, ...]
    categories: tuple[Category, ...]
    collections: tuple[Collection, ...]
    product_types: tuple[ProductType, ...]
    attributes: tuple[Attribute, ...]
    warehouses: tuple[Warehouse, ...]
    products: tuple[Product, ...]
    variants: tuple[ProductVariant, ...]
    shipping_zones: tuple[ShippingZone, ...] = ()
    shipping_methods: tuple[ShippingMethodType, ...] = ()
