"""A small shop of gadgets with obvious upgrades: phones in three sizes of memory and two colours, and lights by brightness."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from plugin.shop import Shop
from plugin.store import catalogue, channels, directions
from plugin.store.database import writing
from plugin.suggestions.catalogue import Attribute, Listing, Product, Variant
from plugin.suggestions.model import Basket, BasketLine, ChannelId, ProductId, VariantId
from plugin.use_cases.learn_directions import learn_directions
from plugin.use_cases.suggest_upgrades import Found, upgrade_offers

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)

DESCRIBED = (
    Attribute("memory", "Memory", "DROPDOWN"),
    Attribute("colour", "Colour", "SWATCH"),
    Attribute("brightness", "Brightness", "NUMERIC"),
)
PRICES = {"64": "100.00", "128": "120.00", "256": "150.00"}


def here(shop: Shop) -> ChannelId:
    """The first channel that sells."""
    return next(channel.id for channel in channels.every(shop.db) if channel.active)


def sells(
    shop: Shop,
    name: str,
    product_type: str,
    prices: Mapping[str, tuple[Mapping[str, str], str]],
    **facts: Any,
) -> None:
    """Put a product on sale: variant id -> (its values, its price). `traits`: of the product; `quantity`: in stock."""
    traits, quantity = facts.get("traits", {}), facts.get("quantity", 9)
    product = ProductId(name)
    made = Product(
        id=product, name=name, slug=name, category=product_type, category_name=product_type, product_type=product_type,
        collections=(), attributes=tuple((slug, value, value) for slug, value in traits.items()), thumbnail=None, alt="",
        variants=tuple(
            Variant(VariantId(key), key, frozenset(values.items()), {}) for key, (values, _price) in prices.items()
        ),
        product_type_name=product_type, described=DESCRIBED,
    )  # fmt: skip
    listings = [
        Listing(VariantId(key), product, Decimal(price), Decimal(price), "EUR", quantity > 0, quantity, list_gross=Decimal(price), list_net=Decimal(price))
        for key, (_values, price) in prices.items()
    ]  # fmt: skip
    with writing(shop.db):
        catalogue.keep(shop.db, made, "2026-11-22T12:00:00.000000Z")
        catalogue.keep_listings(shop.db, here(shop), listings, True, [product])


def opens(shop: Shop) -> None:
    """Everything on sale, and learned."""
    sells(
        shop,
        "Phone",
        "phones",
        {
            f"phone-{size}-{colour}": (
                {"memory": f"{size} GB", "colour": colour},
                str(Decimal(price) + extra),
            )
            for size, price in PRICES.items()
            for colour, extra in (("black", 0), ("gold", 10))
        },
    )
    for number, lumen in enumerate((200, 400, 600, 800, 1000)):
        price = f"{50 + 10 * number}.00"
        sells(
            shop,
            f"Light {lumen}",
            "lights",
            {f"light-{lumen}": ({}, price)},
            traits={"brightness": str(lumen)},
        )
    learns(shop)


def learns(shop: Shop) -> None:
    """Learn all types again."""
    with writing(shop.db):
        directions.mark_all(shop.db)
    learn_directions(shop, NOW)


def found(shop: Shop, *variants: str, everything: bool = False, **facts: Any) -> Found:
    """What is found for a basket of these, or of these lines."""
    lines = [BasketLine(VariantId(one), facts.get("quantity", 1), gift=facts.get("gift", False), priced=facts.get("priced", False)) for one in variants]  # fmt: skip
    return upgrade_offers(
        shop, Basket(here(shop), catalogue.lines(shop.db, lines, here(shop))), NOW, everything
    )


def upgrades(shop: Shop, *variants: str, **facts: Any) -> list[str]:
    """Ids of the variants offered instead of something in a basket of these."""
    return [offer.variant.id for offer in found(shop, *variants, **facts).offers]


def reasons(shop: Shop, *variants: str, **facts: Any) -> dict[str, str]:
    """Why others are not."""
    return {one.variant: one.reason for one in found(shop, *variants, **facts).dropped}
