"""The whole order the model gives a basket, by Saleor's ids: for judges. Shoppers get what next_best_offer makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product as all_pairs

from plugin.saleor.translate import buyer_hash
from plugin.shop import Shop
from plugin.store import affinities, catalogue, fitting_orders
from plugin.suggestions.counting import WHOLE_SHOP
from plugin.suggestions.fitting.scoring import MOST_LINES
from plugin.suggestions.model import ProductNumber
from plugin.use_cases.rank_for_basket import rank_for_basket

MOST_LOOKED_AT = 200
"""Of the model's ranking, where a minimum of distinct buyers is asked for."""


@dataclass(frozen=True, slots=True)
class Question:
    """A basket: products in the order they were added, and who buys, where known."""

    basket: tuple[str, ...]
    buyer: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for (rank_for_basket.ANY and others), how many products at most, whether the buyer's own purchases are
    heard, and how many distinct buyers must have bought a product with one of the basket; 0: whatever the model ranks."""

    looking_for: str
    most: int = 10
    own_history: bool = False
    min_buyers: int = 0


@dataclass(frozen=True, slots=True)
class Known:
    """Products by Saleor's id and by our number, and their categories."""

    numbers: Mapping[str, ProductNumber]
    ids: Mapping[int, str]
    categories: Mapping[int, str]


def known_products(shop: Shop) -> Known:
    """Every product of the shop."""
    numbers = catalogue.every_number(shop.db)
    return Known(
        numbers, {number: product for product, number in numbers.items()}, fitting_orders.categories(shop.db)
    )


def rank_products(shop: Shop, asked: Question, known: Known, wanted: Wanted) -> list[str]:
    """Product ids, best first, none of the basket."""
    lines = list(
        dict.fromkeys(known.numbers[product] for product in asked.basket if product in known.numbers)
    )
    inside, lines = set(lines), lines[-MOST_LINES:]
    buyer = (
        buyer_hash(asked.buyer, shop.installation.buyer_key) if asked.buyer and wanted.own_history else None
    )
    categories = [known.categories[line] for line in lines if line in known.categories]
    most = (MOST_LOOKED_AT if wanted.min_buyers else wanted.most) + len(inside)
    found = rank_for_basket(shop, lines, categories, wanted.looking_for, most, buyer)
    products = [one for one in (found.products if found else ()) if one not in inside]
    if wanted.min_buyers:
        alone = affinities.alone(shop.db, WHOLE_SHOP, (*lines, *products), 1.0)
        pairs = affinities.between(
            shop.db, WHOLE_SHOP, all_pairs(lines, products), wanted.min_buyers, 1.0, alone
        )
        met = {pair.product for pair in pairs}
        products = [product for product in products if product in met]
    return [known.ids[product] for product in products[: wanted.most]]
