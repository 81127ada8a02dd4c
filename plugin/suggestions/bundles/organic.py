"""The world a set is judged in: all orders but those we caused for that very set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from plugin.suggestions.affinity import IMAGINARY_ORDERS
from plugin.suggestions.bundles.candidates import Market, pairs_of
from plugin.suggestions.bundles.set_counts import Products, SetCount
from plugin.suggestions.model import Neighbour, ProductNumber

Counts = Mapping[Products, SetCount]


@dataclass(frozen=True, slots=True)
class World:
    """Orders in all, of each product, of each pair within a trio, and with the whole set (`together`).

    An order induced for the set held all of it, so that it is taken off everywhere.
    """

    products: Products
    orders: int
    together: int
    bought: Mapping[ProductNumber, int]
    pairs: Mapping[Products, int]

    def splits(self) -> Iterator[Neighbour]:
        """The ways to put the set together: of a pair one beside the other, of a trio each product beside the other two."""
        if not self.pairs:
            beside, product = self.products
            yield self._beside(product, beside, self.bought[beside])
        for pair, orders in self.pairs.items():
            (third,) = set(self.products) - set(pair)
            yield self._beside(third, pair[0], orders)

    def by_chance(self) -> float:
        """Orders that would hold the whole set by coincidence; of a trio by the least surprising split."""
        return max(
            near.beside_orders * near.product_orders / (self.orders + IMAGINARY_ORDERS)
            for near in self.splits()
        )

    def lift(self) -> float:
        """How many times more often the set was bought than if its products had nothing to do with one another."""
        expected = float(self.orders)
        for product in self.products:
            expected *= self.bought[product] / self.orders
        return self.together / expected

    def _beside(self, product: ProductNumber, beside: ProductNumber, orders: int) -> Neighbour:
        return Neighbour(product, beside, self.together, 0, orders, self.bought[product], 0, 0, 0)


def world_of(products: Products, counts: Counts, market: Market) -> World:
    """The set's world. Orders may be learned while we count: no part is taken for smaller than what it holds."""
    induced, together = counts[products].induced, max(counts[products].orders, 1)
    pairs = {pair: max(all_orders(pair, counts) - induced, together) for pair in pairs_of(products)}
    bought = {
        product: max(
            market.product_orders.get(product, 0) - induced,
            together,
            *(orders for pair, orders in pairs.items() if product in pair),
        )
        for product in products
    }
    return World(products, max(market.orders - induced, *bought.values()), together, bought, pairs)


def all_orders(products: Products, counts: Counts) -> int:
    """Orders with the whole set, whoever caused them."""
    return counts[products].orders + counts[products].induced
