"""What a shop sells, as facts: channels, products with their variants, and listings of variants in channels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from plugin.suggestions.model import ChannelId, ProductId, VariantId


@dataclass(frozen=True, slots=True)
class Channel:
    """A sales channel. `gross`: prices are displayed with tax. `entered_with_tax`: list prices are typed with it."""

    id: ChannelId
    slug: str
    name: str
    currency: str
    active: bool
    gross: bool
    entered_with_tax: bool = True


@dataclass(frozen=True, slots=True)
class Variant:
    """A variant as Saleor describes it. `costs`: what the merchant pays, per channel; never leaves the server."""

    id: VariantId
    name: str
    attributes: frozenset[tuple[str, str]]
    costs: Mapping[ChannelId, Decimal]


@dataclass(frozen=True, slots=True)
class Product:
    """A product as Saleor describes it, with all its variants."""

    id: ProductId
    name: str
    slug: str
    category: str | None
    category_name: str
    product_type: str
    collections: tuple[str, ...]
    attributes: tuple[tuple[str, str, str], ...]
    thumbnail: str | None
    alt: str
    variants: tuple[Variant, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """One variant in one channel: price as displayed there, whether it can be bought now, and how many.

    `published` and `available_for_purchase` are its product's there, and part of why it is or is not `available`.
    `list_gross` and `list_net` are its price there without promotions.
    """

    variant: VariantId
    product: ProductId
    gross: Decimal | None
    net: Decimal | None
    currency: str
    available: bool
    quantity: int
    published: bool = True
    available_for_purchase: bool = True
    list_gross: Decimal | None = None
    list_net: Decimal | None = None
