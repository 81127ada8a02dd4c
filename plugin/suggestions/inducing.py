"""What orders we had a part in still say: the app must not learn from its own suggestions as if shoppers had thought of them."""

from __future__ import annotations

from collections.abc import Set

from plugin.suggestions.model import ProductNumber

HALF, FULL, WITHOUT = "half", "full", "without"

INDUCED_ORDERS = (HALF, FULL, WITHOUT)
"""How an order counts that holds a product we had offered in its checkout, or priced in a bundle."""


def chosen_freely(
    products: frozenset[ProductNumber], caused: Set[ProductNumber], induced_orders: str
) -> frozenset[ProductNumber]:
    """The products that count: without those we had a part in, where the merchant wishes so."""
    return products - caused if induced_orders == WITHOUT else products


def weighed(
    weight: int, products: frozenset[ProductNumber], caused: Set[ProductNumber], induced_orders: str
) -> int:
    """The weight of an order with these products: half of it, rounded down, when we had a part in one of them."""
    halved = induced_orders == HALF and not products.isdisjoint(caused)
    return weight // 2 if halved else weight
