"""The smallest shop with an obvious answer: coffee people buy beans and a mug, tea people tea and a pot."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from plugin.sandbox import catalogue_facts
from plugin.sandbox.catalogue_facts import (
    Attribute,
    Catalogue,
    Category,
    Channel,
    Product,
    ProductListing,
    ProductType,
    ProductVariant,
    Stock,
    VariantListing,
    Warehouse,
)
from plugin.sandbox.countries import EVERYWHERE
from plugin.sandbox.ids import global_id
from plugin.sandbox.money import TaxRule
from plugin.sandbox.offered import offered_method
from plugin.sandbox.shipping_facts import ShippingListing, ShippingMethodType, ShippingZone

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
WAREHOUSE = Warehouse(global_id("Warehouse", 1), "Main", "main", (EUR.slug, USD.slug))

ANYWHERE = ShippingZone(global_id("ShippingZone", 1), "Anywhere", EVERYWHERE, (EUR.id, USD.id))
BY_POST = ShippingMethodType(
    global_id("ShippingMethodType", 1),
    "Post",
    ANYWHERE.id,
    {EUR.id: ShippingListing(Decimal("4.90")), USD.id: ShippingListing(Decimal("6.50"))},
)
POST = offered_method(BY_POST, EUR)
"""As baskets meet it."""

GOODS = (
    ("beans", "Coffee beans", "coffee", "12.00"),
    ("mug", "Mug", "coffee", "8.00"),
    ("filter", "Paper filters", "coffee", "3.00"),
    ("tea", "Green tea", "tea", "9.00"),
    ("pot", "Tea pot", "tea", "25.00"),
    ("strainer", "Tea strainer", "tea", "5.00"),
    ("bag", "Carrier bag", "other", "0.50"),
)
"""slug, name, category, price in both currencies."""


def toy_shop(stock: int = 100, shipped: Collection[str] = ()) -> Catalogue:
    """Seven products with one variant each, sold in both channels; those named in `shipped` have to be sent."""
    categories = {
        slug: Category(global_id("Category", number), slug.capitalize(), slug)
        for number, slug in enumerate(("coffee", "tea", "other"), start=1)
    }
    kinds = {
        False: ProductType(global_id("ProductType", 1), "Goods", "goods"),
        True: ProductType(global_id("ProductType", 2), "Parcels", "parcels", is_shipping_required=True),
    }
    products, variants = [], []
    for number, (slug, name, category, price) in enumerate(GOODS, start=1):
        listing = VariantListing(Decimal(price), cost_price=Decimal(price) / 2)
        variants.append(
            ProductVariant(
                id=global_id("ProductVariant", number),
                product_id=global_id("Product", number),
                name=name,
                sku=slug,
                listings={EUR.id: listing, USD.id: listing},
                stocks=(Stock(global_id("Stock", number), WAREHOUSE.id, stock),),
            )
        )
        products.append(
            Product(
                id=global_id("Product", number),
                name=name,
                slug=slug,
                product_type_id=kinds[slug in shipped].id,
                category_id=categories[category].id,
                variant_ids=(variants[-1].id,),
                listings={EUR.id: ProductListing(), USD.id: ProductListing()},
            )
        )
    return Catalogue(
        channels=(EUR, USD),
        categories=tuple(categories.values()),
        collections=(catalogue_facts.Collection(global_id("Collection", 1), "New", "new"),),
        product_types=tuple(kinds.values()),
        attributes=(Attribute(global_id("Attribute", 1), "size", "Size"),),
        warehouses=(WAREHOUSE,),
        products=tuple(products),
        variants=tuple(variants),
        shipping_zones=(ANYWHERE,),
        shipping_methods=(BY_POST,),
    )


def product(slug: str) -> str:
    """The id of a product of the toy shop."""
    return global_id("Product", _number(slug))


def variant(slug: str) -> str:
    """The id of its only variant."""
    return global_id("ProductVariant", _number(slug))


def _number(slug: str) -> int:
    return [row[0] for row in GOODS].index(slug) + 1
