"""Builders of product types to learn from: memory("64 GB", "12.00", product=1, colour="red")."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from itertools import count

from plugin.suggestions.catalogue import Attribute
from plugin.suggestions.model import ProductId, VariantId
from plugin.suggestions.upgrades.comparing import Option
from plugin.suggestions.upgrades.directions import Item, Known, learned
from plugin.suggestions.upgrades.scales import Scale

numbers = count(1)


def item(price: str | int, product: int = 1, **values: str) -> Item:
    """A variant of a product with one value of each attribute."""
    told = {attribute: (value,) for attribute, value in values.items()}
    return Item(next(numbers), product, Decimal(str(price)), told)


def known(type_name: str = "Things", **input_types: str) -> Known:
    """What is known of attributes: their input types, and NUMERIC:CM for one with a unit."""
    described = {
        slug: Attribute(slug, slug.replace("_", " ").title(), *told.split(":"))
        for slug, told in input_types.items()
    }
    return Known(type_name, described, {})


def scales(items: Iterable[Item], about: Known | None = None) -> dict[str, Scale]:
    """What is learned, by attribute."""
    return {scale.attribute: scale for scale in learned(list(items), about or known())}


def option(price: str | int | Decimal, product: str = "p", **values: str) -> Option:
    """A variant to compare."""
    told = {attribute: (value,) for attribute, value in values.items()}
    number = next(numbers)
    return Option(
        VariantId(f"v{number}"), ProductId(product), "type", "shelf", Decimal(str(price)), "EUR", told
    )
