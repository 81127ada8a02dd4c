"""What is read around a product: the strongest, by enough buyers, the same with and without the index."""

from __future__ import annotations

from plugin.shop import Shop
from plugin.store import affinities, catalogue
from plugin.suggestions.counting import WHOLE_SHOP
from plugin.suggestions.model import ProductId
from plugin.use_cases.learn_from_order import learn_from_order
from tests.builders import HERE, NOW, an_order, orders_of


def around(shop: Shop, product: str, min_buyers: int) -> list[tuple[str, int, int]]:
    numbers = catalogue.numbers(shop.db, [ProductId(name) for name in (product, "mug", "pot", "tin")])
    names = {number: name for name, number in numbers.items()}
    found = affinities.around(shop.db, HERE, [numbers[ProductId(product)]], min_buyers, 65536.0)
    return [(names[near.product], near.together, near.buyers) for near in found]


def test_only_what_enough_different_people_bought_together_is_read(shop: Shop) -> None:
    for order in (
        *orders_of(3, "beans", "mug"),
        *orders_of(2, "beans", "pot"),
        *orders_of(5, "beans", "tin", buyer="factory"),
    ):
        learn_from_order(shop, order, NOW)

    found = [around(shop, "beans", min_buyers) for min_buyers in (1, 2, 3)]

    assert found == [
        [("tin", 5, 1), ("mug", 3, 3), ("pot", 2, 2)],
        [("mug", 3, 3), ("pot", 2, 2)],
        [("mug", 3, 3)],
    ]


def test_what_is_counted_is_told_in_orders_of_today(shop: Shop) -> None:
    for number in range(4):
        learn_from_order(shop, an_order(str(number), "beans", "mug", days_ago=180 * (number % 2)), NOW)
    beans = catalogue.numbers(shop.db, [ProductId("beans")])[ProductId("beans")]

    (mug,) = affinities.around(shop.db, WHOLE_SHOP, [beans], 3, 65536.0)

    assert (mug.together, mug.together_now, mug.beside_orders, mug.product_now) == (4, 3.0, 4, 3.0)
