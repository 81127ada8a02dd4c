"""A proposal as the merchant reads it, and as it is kept: plain JSON types with amounts as text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from plugin.suggestions.bundles.earnings import InChannel
from plugin.suggestions.model import ProductId


@dataclass(frozen=True, slots=True)
class Proposal:
    """A set worth selling as a bundle. `number`: its place, 1 is best; `id` stays when places change.

    `products` and their `names`: dearest first. `orders` held the whole set without our doing, by `buyers` different people;
    `induced` orders beside them held it after we had suggested a part of it or priced it in a bundle. `confidence`: of the
    orders with `anchor` the part that held the whole set. `revenue`: what the set's lines in `orders` came to, per currency.
    """

    number: int
    id: str
    products: tuple[ProductId, ...]
    names: tuple[str, ...]
    orders: int
    buyers: int
    induced: int
    support: float
    confidence: float
    anchor: ProductId
    lift: float
    score: float
    revenue: Mapping[str, Decimal]
    channels: tuple[InChannel, ...]


def as_json(one: Proposal) -> dict[str, Any]:
    """Plain JSON types, as `from_json` reads them. Margins tell what the merchant pays: for the merchant's eyes only."""
    return {
        "number": one.number,
        "id": one.id,
        "products": [
            {"id": product, "name": name} for product, name in zip(one.products, one.names, strict=True)
        ],
        "orders": one.orders,
        "buyers": one.buyers,
        "induced": one.induced,
        "support": one.support,
        "confidence": one.confidence,
        "anchor": one.anchor,
        "lift": one.lift,
        "score": one.score,
        "revenue": {currency: f"{amount:f}" for currency, amount in one.revenue.items()},
        "channels": [
            {
                "channel": there.slug,
                "currency": there.currency,
                "price": f"{there.price:f}",
                "margins": {
                    str(percent): None if amount is None else f"{amount:f}"
                    for percent, amount in there.margins.items()
                },
                "share": there.share,
                "sets": there.sets,
                "allowed": there.allowed,
            }
            for there in one.channels
        ],
    }


def from_json(node: Mapping[str, Any]) -> Proposal:
    """What `as_json` wrote."""
    return Proposal(
        number=node["number"],
        id=node["id"],
        products=tuple(ProductId(product["id"]) for product in node["products"]),
        names=tuple(product["name"] for product in node["products"]),
        orders=node["orders"],
        buyers=node["buyers"],
        induced=node["induced"],
        support=node["support"],
        confidence=node["confidence"],
        anchor=ProductId(node["anchor"]),
        lift=node["lift"],
        score=node["score"],
        revenue={currency: Decimal(amount) for currency, amount in node["revenue"].items()},
        channels=tuple(
            InChannel(
                slug=there["channel"],
                currency=there["currency"],
                price=Decimal(there["price"]),
                margins={
                    int(percent): None if amount is None else Decimal(amount)
                    for percent, amount in there["margins"].items()
                },
                share=there["share"],
                sets=there["sets"],
                allowed=there["allowed"],
            )
            for there in node["channels"]
        ),
    )
