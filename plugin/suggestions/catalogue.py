"""What a shop sells, as facts: channels, products with their variants, and listings of variants in channels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from plugin.suggestions.model import ChannelId, ProductId, VariantId


@dataclass(frozen=True, slots=True)
class Channel:
    """A sales channel. `gross`: prices are displayed with tax. `entered_with_tax`: list prices are typed with it.

    `country`: the one it sells to, where a checkout does not say.
    """

    id: ChannelId
    slug: str
    name: str
    currency: str
    active: bool
    gross: bool
    entered_with_tax: bool = True
    country: str = ""


@dataclass(frozen=True, slots=True)
class Attribute:
    """A property that products or variants of some type have. `input_type` and `unit` are Saleor's words (NUMERIC, CM)."""

    slug: str
    name: str
    input_type: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Variant:
    """A variant as Saleor describes it. `attributes`: (slug, value), a value named so that equal ones are equal anywhere.

    `costs`: what the merchant pays, per channel; never leaves the server.
    """

    id: VariantId
    name: str
    attributes: frozenset[tuple[str, str]]
    costs: Mapping[ChannelId, Decimal]


@dataclass(frozen=True, slots=True)
class Product:
    """A product as Saleor describes it, with all its variants.

    `attributes`: (slug, value, name of the value) of the product itself. `above`: id and name of the categories above its
    own, nearest first. `collection_names`: id and name of its collections. `described`: every attribute that it or a variant
    has; `values`: the names of all their values.
    """

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
    product_type_name: str = ""
    above: tuple[tuple[str, str], ...] = ()
    described: tuple[Attribute, ...] = ()
    values: frozenset[tuple[str, str, str]] = frozenset()
    collection_names: tuple[tuple[str, str], ...] = ()


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
