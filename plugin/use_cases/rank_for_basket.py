"""The model's order of everything that may go with a basket: from the rows fitted for its products."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from plugin.shop import Shop
from plugin.store import fitted, fitting_orders, models
from plugin.suggestions.fitting import learning
from plugin.suggestions.fitting.rows import NO_ROW, Row
from plugin.suggestions.fitting.scoring import NOT_FITTED, Basket, Fitted, Heard, heard, ranked
from plugin.suggestions.fitting.whole import MOST_MET, own_row
from plugin.suggestions.model import ProductNumber

ANY, NEXT, PRODUCT = "any", "next", "product"
"""What is looked for: what belongs into this basket, whatever the order of its lines; what is added next, later lines saying
more; what goes with the one product of a page."""

WITHOUT_ORDERS = frozenset({"alike", "category"})
"""Ingredients that speak for products nobody ever bought with the basket."""

OWN = "own"
"""As ANY, with the buyer's own purchases heard."""

MOST_OF_A_BUYER = 200


@dataclass(frozen=True, slots=True)
class Ranked:
    """Products, best first, with their scores in the blend.

    `heard`: what each ingredient said. `fitted`: what was fitted for those products of the basket that were. `whole`: all were.
    """

    products: tuple[ProductNumber, ...]
    scores: tuple[float, ...]
    heard: Heard = field(compare=False)
    fitted: Mapping[int, Fitted] = field(compare=False)
    whole: bool

    def met_by(self, beside: ProductNumber, products: Sequence[ProductNumber]) -> Collection[ProductNumber]:
        """Those of the products that one of the basket may have orders with: where its row of pairs is full, the strongest, for the
        others are next to nothing to it; else all, for the counts may know more than was fitted."""
        met = self.fitted[beside].met.products
        return set(products).intersection(met.tolist()) if len(met) >= MOST_MET else products

    def unmet(self) -> list[ProductNumber]:
        """Those that only a category or a name speaks for, not a single order."""
        alone = self.heard.only_by(WITHOUT_ORDERS)
        return [product for product in self.products if product in alone]


def rank_for_basket(
    shop: Shop,
    products: Sequence[ProductNumber],
    categories: Sequence[str],
    looking_for: str,
    most: int,
    buyer: str | None = None,
) -> Ranked | None:
    """The products the model likes best beside these, given in the order they were added; None where none of them was fitted.

    `categories`: of the products, one for each that has one. `buyer`: the keyed hash of who buys, where their history may be used.
    """
    model = models.get(shop.db)
    if model is None:
        return None
    found = fitted.read(shop.db, products)
    if not found and not categories:
        return None
    own = _own(shop, buyer)
    wanted = OWN if len(own.products) else looking_for
    blend = learning.of_size(model.blends, wanted, len(products))
    beside = fitted.beside(shop.db, categories) if blend.get("category", 0.0) > 0 else []
    basket = Basket(
        products=products,
        fitted=[found.get(product, NOT_FITTED) for product in products],
        beside=beside,
        own=own,
        popular=model.popular,
        orders=model.orders,
        on_product=wanted == PRODUCT,
    )
    said = heard(basket, blend)
    numbers, scores = ranked(said, blend, most)
    whole = len(found) == len(set(products))
    return Ranked(tuple(map(ProductNumber, numbers)), tuple(scores), said, found, whole)


def _own(shop: Shop, buyer: str | None) -> Row:
    if buyer is None:
        return NO_ROW
    orders = fitting_orders.of_buyer(shop.db, bytes.fromhex(buyer), MOST_OF_A_BUYER)
    return own_row((np.array(products, np.int32), float(weight)) for products, weight in orders)
