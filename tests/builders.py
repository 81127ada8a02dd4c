"""Builders that read like speech, and the toy shop: coffee people buy beans and a mug, tea people tea and a pot."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import blake2b
from typing import Any

from plugin.store import catalogue, channels, facts
from plugin.suggestions.catalogue import Channel, Listing, Product, Variant
from plugin.suggestions.model import (
    BasketLine,
    ChannelId,
    Offer,
    OfferedVariant,
    Order,
    OrderLine,
    ProductId,
    ProductNumber,
    VariantId,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HERE = ChannelId("here")
THERE = ChannelId("there")


def a_buyer(name: str) -> str:
    """The keyed hash that stands for somebody."""
    return blake2b(name.encode(), digest_size=10).hexdigest()


def an_order(name: str, *products: str, **facts: Any) -> Order:
    """an_order("1", "beans", "mug", buyer="ann", days_ago=3, status="CANCELED")."""
    days_ago = facts.pop("days_ago", 0)
    buyer = facts.pop("buyer", f"buyer of {name}")
    order: dict[str, Any] = {
        "id": f"order {name}",
        "channel": HERE,
        "buyer": a_buyer(buyer) if buyer else None,
        "ordered_at": NOW - timedelta(days=days_ago),
        "issued_at": NOW,
        "status": "UNFULFILLED",
        "paid": True,
        "refunded": False,
        "reissue": False,
        "lines": tuple(a_line(product) for product in products),
    }
    return Order(**{**order, **facts})


def a_line(
    product: str, quantity: int = 1, kept: int | None = None, amount: str = "10.00", gift: bool = False
) -> OrderLine:
    """One line of an order; the variant is named after its product."""
    kept = quantity if kept is None else kept
    return OrderLine(VariantId(f"{product}-1"), ProductId(product), quantity, kept, Decimal(amount), gift)


def orders_of(count: int, *products: str, start: int = 0, **facts: Any) -> list[Order]:
    """The same basket, ordered by `count` different people."""
    name = "+".join(products)
    return [an_order(f"{name} {start + n}", *products, **facts) for n in range(count)]


def a_basket_line(product: str, quantity: int = 1, gift: bool = False) -> BasketLine:
    """A line of a basket, by the product's first variant."""
    return BasketLine(VariantId(f"{product}-1"), quantity, gift=gift)


def an_offer(number: int, name: str, *variants: OfferedVariant, category: str | None = None) -> Offer:
    """A product that can be bought, in one variant for 10.00 unless told otherwise."""
    offered = variants or (a_variant(f"{name}-1"),)
    return Offer(ProductNumber(number), ProductId(name), name, offered, category)


def a_variant(name: str, amount: str = "10.00", **attributes: str) -> OfferedVariant:
    """a_variant("shirt-M", "12.00", size="m")."""
    return OfferedVariant(VariantId(name), name, Decimal(amount), "EUR", frozenset(attributes.items()))


def unrestrained(db: Any) -> None:
    """No budget and no trials: the toy shop's mug costs more than a third of its beans, and each answer is the best known.

    Tests of restraint say what they mean themselves.
    """
    facts.keep(
        db, "preferences", {"add_on_share": 0, "bundle_share": 0, "exploration": 0, "least_acceptance": 0}
    )


def sells(
    db: Any, *products: str, category: str | None = None, channel: ChannelId = HERE, **facts: Any
) -> None:
    """Put these products on sale in a channel: one variant each, 10.00 EUR, in stock."""
    channels.keep(db, Channel(channel, f"{channel}-slug", channel, "EUR", True, True))
    for name in products:
        lists(
            db,
            name,
            {f"{name}-1": facts.get("amount", "10.00")},
            category,
            channel,
            facts.get("available", True),
        )


def lists(
    db: Any,
    name: str,
    prices: dict[str, str],
    category: str | None = None,
    channel: ChannelId = HERE,
    available: bool = True,
) -> None:
    """Put one product with these variants (id: price) on sale; "shirt-m:m" has the size m."""
    variants = [
        Variant(
            VariantId(key.split(":")[0]),
            key,
            frozenset({("size", key.split(":")[1])} if ":" in key else ()),
            {},
        )
        for key in prices
    ]
    made = Product(
        ProductId(name),
        name,
        name,
        category,
        category or "",
        "type",
        (),
        (),
        f"https://pictures/{name}",
        name,
        tuple(variants),
    )
    catalogue.keep(db, made, "2026-11-22")
    listings = [
        Listing(
            VariantId(key.split(":")[0]), ProductId(name), Decimal(price), Decimal(price), "EUR", available, 5
        )
        for key, price in prices.items()
    ]
    catalogue.keep_listings(db, channel, listings, True, [ProductId(name)])


def counts_of(db: Any) -> dict[str, list[tuple[Any, ...]]]:
    """Every count of a shop's file, with names instead of numbers: to compare two files."""
    name = "(select id from products where number = {})"
    scope = "coalesce((select id from channels where number = scope), '')"
    return {
        "pairs": sorted(
            db.conn.execute(
                f"select {scope}, {name.format('beside')}, {name.format('product')}, orders, buyers, weight from pairs"
            )
        ),
        "bought": sorted(
            db.conn.execute(
                f"select {scope}, {name.format('product')}, orders, buyers, weight, buyers_weight from bought"
            )
        ),
        "totals": sorted(db.conn.execute(f"select {scope}, orders, weight from totals where orders <> 0")),
    }


def names(suggestions: Iterable[Any]) -> list[str]:
    """What was suggested, by name."""
    return [suggestion.offer.name for suggestion in suggestions]
