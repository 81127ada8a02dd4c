"""What chance would do: the same goods, dealt into orders of the same sizes as if nobody cared what they lie beside.

Orders of one product cannot hold two categories, orders of ten hold many. Multiplying shares of orders, as if all were of one
size, calls it a habit when only the sizes differ.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

HALVINGS = 40
"""A share to twelve digits."""

ALMOST_SURELY = 0.999
"""The most that is reckoned with: a bestseller is in nearly every large order, never in more than all."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many `orders` there are in all, how many `products` they hold, and how many orders hold so many different ones."""

    orders: int
    products: int
    orders_of: tuple[tuple[int, int], ...]

    def with_any(self, share: float) -> float:
        """Orders that get something of what is this share of all that is dealt."""
        rest = max(0.0, 1.0 - share)
        without = 0.0
        for size, orders in self.orders_of:
            without += orders * rest**size
        return self.orders - without

    def share_of(self, holding: int) -> float:
        """The share that so many orders get something of: the inverse of `with_any`."""
        low, high = 0.0, 1.0
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            low, high = (middle, high) if self.with_any(middle) < holding else (low, middle)
        return high

    def with_two(self, shares: Collection[float]) -> float:
        """Orders that get two different ones of these products, each of which is such a share of all that is dealt.

        An order gets a product once or not at all: of a small shop's goods a large order holds nearly everything.
        """
        expected = 0.0
        for size, orders in self.orders_of:
            none, one = 1.0, 0.0
            for share in shares:
                chance = min(size * share, ALMOST_SURELY)
                none *= 1 - chance
                one += chance / (1 - chance)
            expected += orders * (1 - none - none * one)
        return expected


def sizes_of(orders_of: Mapping[int, int]) -> Sizes:
    """From how many orders hold so many different products."""
    ordered = tuple(sorted(orders_of.items()))
    return Sizes(
        sum(orders for _size, orders in ordered),
        sum(size * orders for size, orders in ordered),
        ordered,
    )
