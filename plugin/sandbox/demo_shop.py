"""The demo shop: cameras and lenses, PCs and parts, in two channels with two currencies, made from demo_goods.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from plugin.sandbox import demo_delivery
from plugin.sandbox.catalogue_facts import (
    Attribute,
    Attributes,
    Catalogue,
    Category,
    Channel,
    Collection,
    Product,
    ProductListing,
    ProductType,
    ProductVariant,
    Stock,
    VariantListing,
    Warehouse,
)
from plugin.sandbox.ids import global_id
from plugin.sandbox.money import TaxRule, rounded

GOODS = Path(__file__).with_name("demo_goods.toml")

EUR = Channel(global_id("Channel", 1), "default-channel", "Europe", "EUR")
USD = Channel(
    global_id("Channel", 2),
    "channel-us",
    "United States",
    "USD",
    display_gross_prices=False,
    tax=TaxRule(Decimal("0.08"), entered_with_tax=False),
    country="US",
)
EUROPE = Warehouse(global_id("Warehouse", 1), "Rotterdam", "rotterdam", (EUR.slug,))
AMERICA = Warehouse(global_id("Warehouse", 2), "Reno", "reno", (USD.slug,))

DOLLARS_PER_EURO = Decimal("1.10")
COST_SHARE = Decimal("0.62")
"""Of the price, for products of average popularity; the popular ones earn a little less."""

PLENTY = 100_000
"""Pieces in a warehouse: twenty thousand orders do not empty it."""

Table = Mapping[str, Any]


@cache
def goods() -> Table:
    """The table of the demo shop."""
    return tomllib.loads(GOODS.read_text())


@dataclass(frozen=True, slots=True)
class Numbers:
    """Ids by slug, in the order of the table."""

    product: Mapping[str, str]
    category: Mapping[str, str]
    kind: Mapping[str, str]


@cache
def numbers() -> Numbers:
    """Every product's, category's and type's global id."""
    table = goods()
    kinds = dict.fromkeys(row["is"][2] for row in table["products"])
    return Numbers(
        {row["is"][0]: global_id("Product", at) for at, row in enumerate(table["products"], start=1)},
        {slug: global_id("Category", at) for at, slug in enumerate(table["categories"], start=1)},
        {name: global_id("ProductType", at) for at, name in enumerate(kinds, start=1)},
    )


@cache
def variant_ids() -> Mapping[str, tuple[tuple[str, str], ...]]:
    """(value, variant id) of every product's variants, by product slug."""
    found, at = {}, 0
    for row in goods()["products"]:
        pairs = []
        for value, _price in row["variants"]:
            at += 1
            pairs.append((value, global_id("ProductVariant", at)))
        found[row["is"][0]] = tuple(pairs)
    return found


def product_id(slug: str) -> str:
    """The id of a product of the demo shop."""
    return numbers().product[slug]


def variant_id(slug: str, value: str | None = None) -> str:
    """The id of a product's variant by its value ("64 GB"), or of its first one."""
    found = variant_ids()[slug]
    return found[0][1] if value is None else dict(found)[value]


def demo_shop() -> Catalogue:
    """The whole catalogue."""
    table = goods()
    variants = [variant for row in table["products"] for variant in _variants(row)]
    return Catalogue(
        channels=(EUR, USD),
        categories=tuple(_category(slug) for slug in table["categories"]),
        collections=tuple(
            Collection(global_id("Collection", at), name, slug)
            for at, (slug, (name, _)) in enumerate(table["collections"].items(), start=1)
        ),
        product_types=tuple(
            ProductType(gid, name, name.lower().replace(" ", "-"), is_shipping_required=True)
            for name, gid in numbers().kind.items()
        ),
        attributes=tuple(
            Attribute(
                global_id("Attribute", at), slug, name, kind, unit[0] if unit else None, table["swatches"]
            )
            for at, (slug, (name, kind, *unit)) in enumerate(table["attributes"].items(), start=1)
        ),
        warehouses=(EUROPE, AMERICA),
        products=tuple(_product(row) for row in table["products"]),
        variants=tuple(variants),
        shipping_zones=demo_delivery.zones(table["delivery"], (EUR, USD)),
        shipping_methods=demo_delivery.methods(table["delivery"], (EUR, USD)),
    )


def _category(slug: str) -> Category:
    name, above = goods()["categories"][slug]
    parent = _category(above) if above else None
    level, parent_id = (parent.level + 1, parent.id) if parent else (0, None)
    return Category(numbers().category[slug], name, slug, level, parent_id)


def _channels(row: Table) -> list[Channel]:
    return [channel for channel in (EUR, USD) if channel.slug != row.get("not_in")]


def _product(row: Table) -> Product:
    slug, name, kind, picture, colour, _popularity = row["is"]
    listing = ProductListing(
        is_published=not row.get("unpublished", False),
        is_available_for_purchase=not row.get("not_for_sale", False),
        visible_in_listings=not row.get("not_for_sale", False),
    )
    return Product(
        id=product_id(slug),
        name=name,
        slug=slug,
        product_type_id=numbers().kind[kind],
        category_id=numbers().category[row["in"]],
        variant_ids=tuple(gid for _, gid in variant_ids()[slug]),
        listings={channel.id: listing for channel in _channels(row)},
        collection_ids=tuple(
            global_id("Collection", at)
            for at, (_, slugs) in enumerate(goods()["collections"].values(), start=1)
            if slug in slugs
        ),
        attributes=_attributes(row.get("with", {})),
        picture=picture,
        colour=colour,
    )


def _attributes(values: Mapping[str, str]) -> Attributes:
    return tuple((slug, (value,)) for slug, value in values.items())


def _variants(row: Table) -> Iterator[ProductVariant]:
    slug = row["is"][0]
    for (value, gid), (_, price) in zip(variant_ids()[slug], row["variants"], strict=True):
        pieces = 0 if value in row.get("out_of_stock", ()) else PLENTY
        yield ProductVariant(
            id=gid,
            product_id=product_id(slug),
            name=value or gid,
            sku=f"{slug}-{value}".lower().replace(" ", "").rstrip("-"),
            listings={channel.id: _listing(row, price, channel) for channel in _channels(row)},
            stocks=tuple(
                Stock(global_id("Stock", f"{gid}-{at}"), warehouse.id, pieces)
                for at, warehouse in enumerate((EUROPE, AMERICA))
            ),
            attributes=_attributes({row["varies"]: value}) if "varies" in row else (),
        )


def _listing(row: Table, euros: float, channel: Channel) -> VariantListing:
    price = Decimal(str(euros))
    if channel is USD and price:
        price = rounded((price * DOLLARS_PER_EURO).to_integral_value()) - Decimal("0.01")
    share = COST_SHARE + Decimal(row["is"][5]) / 100
    return VariantListing(rounded(price), cost_price=rounded(price * share))
