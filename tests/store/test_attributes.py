"""What attributes and categories mean is kept as Saleor says it, and told with offers and lines."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from plugin.saleor.translate import product_from
from plugin.shop import Shop
from plugin.store import attributes, catalogue, channels
from plugin.suggestions.catalogue import Attribute, Channel, Listing
from plugin.suggestions.model import BasketLine, ChannelId, ProductId, VariantId

HERE = ChannelId("here")


def value(slug: str, name: str, attribute: str, input_type: str, unit: str | None = None) -> dict[str, Any]:
    """An attribute with one value, as Saleor tells it."""
    told = {"slug": attribute, "name": attribute.title(), "inputType": input_type, "unit": unit}
    return {"attribute": told, "values": [{"slug": slug, "name": name}]}


NODE = {
    "id": "P",
    "name": "Phone",
    "slug": "phone",
    "category": {
        "id": "C3",
        "name": "Phones",
        "parent": {"id": "C2", "name": "Talking", "parent": {"id": "C1", "name": "All", "parent": None}},
    },
    "productType": {"id": "T", "name": "Phone type"},
    "collections": [{"id": "L", "name": "Liked"}],
    "thumbnail": None,
    "attributes": [
        value("product-7_3", "150", "length", "NUMERIC", "CM"),
        value("9_true", "Wifi: Yes", "wifi", "BOOLEAN"),
        value("152_4", "Acme", "brand", "SINGLE_REFERENCE"),
    ],
    "variants": [
        {
            "id": "V",
            "name": "64 GB",
            "attributes": [value("64-gb", "64 GB", "memory", "DROPDOWN")],
            "channelListings": [{"channel": {"id": HERE}, "costPrice": {"amount": 4.5}}],
        }
    ],
}


def keep(shop: Shop) -> None:
    channels.keep(shop.db, Channel(HERE, "here", "Here", "EUR", True, True))
    catalogue.keep(shop.db, product_from(NODE), datetime(2026, 11, 22, tzinfo=UTC).isoformat())
    listing = Listing(VariantId("V"), ProductId("P"), Decimal("12.00"), Decimal("10.00"), "EUR", True, 7)
    catalogue.keep_listings(shop.db, HERE, [listing], True, [ProductId("P")])


TRAITS = frozenset({("length", "150"), ("wifi", "true"), ("brand", "Acme")})


def test_a_value_is_called_the_same_wherever_it_is_met(shop: Shop) -> None:
    keep(shop)

    (offer,) = catalogue.offers(
        shop.db, HERE, [catalogue.numbers(shop.db, [ProductId("P")])[ProductId("P")]]
    ).values()

    assert (offer.traits, offer.product_type, offer.categories, offer.variants[0].attributes) == (
        TRAITS,
        "T",
        ("C3", "C2", "C1"),
        frozenset({("memory", "64-gb")}),
    )
    assert (offer.variants[0].quantity, offer.variants[0].cost) == (7, Decimal("4.5"))


def test_a_line_is_told_with_its_product_and_price(shop: Shop) -> None:
    keep(shop)

    (line,) = catalogue.lines(shop.db, [BasketLine(VariantId("V"), 2, id="line 1", priced=True)], HERE)

    assert line == BasketLine(
        VariantId("V"), 2, line.product, "Phone", "C3", frozenset({("memory", "64-gb")}), False, ProductId("P"), "64 GB",
        "T", ("C3", "C2", "C1"), frozenset({"L"}), TRAITS, Decimal("12.00"), "line 1", True,
    )  # fmt: skip


def test_a_price_that_is_known_better_is_kept(shop: Shop) -> None:
    keep(shop)

    (line,) = catalogue.lines(shop.db, [BasketLine(VariantId("V"), 1, amount=Decimal("11.00"))], HERE)

    assert line.amount == Decimal("11.00")


def test_what_attributes_and_values_are_called_is_kept(shop: Shop) -> None:
    keep(shop)

    assert list(attributes.every(shop.db).values()) == [
        Attribute("brand", "Brand", "SINGLE_REFERENCE"),
        Attribute("length", "Length", "NUMERIC", "CM"),
        Attribute("memory", "Memory", "DROPDOWN"),
        Attribute("wifi", "Wifi", "BOOLEAN"),
    ]
    assert attributes.names(shop.db, [("memory", "64-gb"), ("wifi", "true"), ("length", "150")]) == {
        ("memory", "64-gb"): "64 GB",
        ("wifi", "true"): "Wifi: Yes",
    }
    assert attributes.every_name(shop.db) == attributes.names(shop.db, attributes.every_name(shop.db))
    assert attributes.type_names(shop.db) == {"T": "Phone type"}
