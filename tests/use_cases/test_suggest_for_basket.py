"""The toy shop: coffee people buy beans and a mug, tea people tea and a pot."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import pytest

from plugin.shop import Shop
from plugin.store import catalogue
from plugin.suggestions.model import BasketLine, Order, ProductId, VariantId
from plugin.use_cases.change_preferences import change_preferences
from plugin.use_cases.learn_from_order import learn_from_order
from plugin.use_cases.suggest_for_basket import suggest_for_basket
from tests.builders import HERE, NOW, THERE, a_basket_line, an_order, lists, names, orders_of, sells


def learned(shop: Shop, *several: Iterable[Order]) -> None:
    for orders in several:
        for order in orders:
            learn_from_order(shop, order, NOW)


@pytest.fixture
def coffee_and_tea(shop: Shop) -> Shop:
    sells(shop.db, "beans", "mug", "filter", category="coffee")
    sells(shop.db, "tea", "pot", category="tea")
    sells(shop.db, "cloth", category="household")
    learned(
        shop,
        orders_of(9, "beans", "mug", "cloth"), orders_of(6, "beans", "mug"), orders_of(5, "beans", "filter", "cloth"),
        orders_of(3, "beans", "filter"), orders_of(9, "tea", "pot", "cloth"), orders_of(6, "tea", "pot"), orders_of(30, "cloth"),
        orders_of(12, "mug", "cloth"), orders_of(8, "mug"), orders_of(12, "other"),
    )  # fmt: skip
    return shop


def asked(shop: Shop, *products: str, **also: object) -> list[str]:
    lines = [a_basket_line(product) for product in products]
    return names(suggest_for_basket(shop, HERE, lines, NOW))


def test_coffee_people_are_offered_coffee_things(coffee_and_tea: Shop) -> None:
    assert set(asked(coffee_and_tea, "beans")) == {"filter", "mug"}


def test_tea_people_are_offered_the_pot(coffee_and_tea: Shop) -> None:
    assert asked(coffee_and_tea, "tea") == ["pot"]


def test_a_bestseller_in_most_baskets_is_not_offered_beside_what_it_does_not_belong_to(
    coffee_and_tea: Shop,
) -> None:
    assert "cloth" not in asked(coffee_and_tea, "beans") + asked(coffee_and_tea, "tea") + asked(
        coffee_and_tea, "mug"
    )


def test_the_whole_basket_speaks(coffee_and_tea: Shop) -> None:
    assert set(asked(coffee_and_tea, "beans", "tea")) == {"filter", "mug", "pot"}


def test_the_order_of_lines_changes_nothing(coffee_and_tea: Shop) -> None:
    assert asked(coffee_and_tea, "beans", "tea", "cloth") == asked(coffee_and_tea, "cloth", "tea", "beans")


def test_what_is_in_the_basket_is_never_offered_in_any_variant(coffee_and_tea: Shop) -> None:
    lists(coffee_and_tea.db, "mug", {"mug-1": "10.00", "mug-2": "12.00"}, "coffee")
    lines = [a_basket_line("beans"), BasketLine(VariantId("mug-2"), 1)]

    assert names(suggest_for_basket(coffee_and_tea, HERE, lines, NOW)) == ["filter"]


def test_a_free_gift_neither_speaks_nor_is_offered(coffee_and_tea: Shop) -> None:
    gift = [a_basket_line("beans", gift=True)]
    beside = [a_basket_line("beans"), a_basket_line("mug", gift=True)]

    assert names(suggest_for_basket(coffee_and_tea, HERE, gift, NOW)) == []
    assert names(suggest_for_basket(coffee_and_tea, HERE, beside, NOW)) == ["filter"]


@pytest.mark.parametrize("gone", ["sold out", "deleted", "elsewhere", "excluded", "excluded category"])
def test_what_cannot_or_must_not_be_bought_here_is_not_offered(coffee_and_tea: Shop, gone: str) -> None:
    db = coffee_and_tea.db
    match gone:
        case "sold out":
            catalogue.run_out(db, VariantId("pot-1"))
        case "deleted":
            catalogue.delete_product(db, ProductId("pot"))
        case "elsewhere":
            catalogue.keep_listings(db, HERE, [], True, [ProductId("pot")])
            sells(db, "pot", category="tea", channel=THERE)
        case "excluded":
            change_preferences(coffee_and_tea, {"excluded_products": ["pot"]}, "staff", NOW)
        case "excluded category":
            change_preferences(coffee_and_tea, {"excluded_categories": ["tea"]}, "staff", NOW)

    assert asked(coffee_and_tea, "tea") == []


def test_one_loyal_bulk_buyer_does_not_show_through(shop: Shop) -> None:
    sells(shop.db, "bolt", "nut")
    learned(
        shop, [an_order(str(n), "bolt", "nut", buyer="factory") for n in range(40)], orders_of(30, "other")
    )

    assert asked(shop, "bolt") == []


def test_two_buyers_are_too_few_and_three_are_enough(shop: Shop) -> None:
    sells(shop.db, "bolt", "nut")
    learned(shop, orders_of(30, "other"), orders_of(2, "bolt", "nut"))
    two = asked(shop, "bolt")
    learned(shop, orders_of(1, "bolt", "nut", start=2))

    assert (two, asked(shop, "bolt")) == ([], ["nut"])


def test_orders_without_a_known_buyer_count_for_no_buyer(shop: Shop) -> None:
    sells(shop.db, "bolt", "nut")
    learned(shop, orders_of(30, "other"), orders_of(9, "bolt", "nut", buyer=None))

    assert asked(shop, "bolt") == []


def test_two_seasons_give_two_answers(shop: Shop) -> None:
    sells(shop.db, "coat", "scarf", "shade")
    learned(
        shop,
        orders_of(60, "other"),
        orders_of(20, "coat", "scarf", days_ago=30),
        orders_of(30, "coat", "shade", days_ago=400),
    )
    this_season = asked(shop, "coat")
    learned(shop, orders_of(20, "coat", "shade", start=100, days_ago=-200))

    later = names(suggest_for_basket(shop, HERE, [a_basket_line("coat")], NOW + timedelta(days=200)))

    assert (this_season[0], later[0]) == ("scarf", "shade")


def test_orders_of_another_channel_do_not_leak_in(shop: Shop) -> None:
    sells(shop.db, "tea", "pot", "cake")
    sells(shop.db, "tea", "pot", "cake", channel=THERE)
    learned(
        shop,
        orders_of(30, "other"), orders_of(10, "tea", "pot"),
        orders_of(30, "other", channel=THERE, start=100), orders_of(20, "tea", "cake", channel=THERE, start=100),
    )  # fmt: skip

    assert asked(shop, "tea") == ["pot"]


def test_a_channel_that_has_no_orders_yet_learns_from_the_whole_shop(shop: Shop) -> None:
    sells(shop.db, "tea", "pot")
    sells(shop.db, "tea", "pot", channel=THERE)
    learned(shop, orders_of(30, "other"), orders_of(10, "tea", "pot"))

    assert names(suggest_for_basket(shop, THERE, [a_basket_line("tea")], NOW)) == ["pot"]


def test_without_evidence_the_popular_of_the_same_category_is_offered_and_says_so(
    coffee_and_tea: Shop,
) -> None:
    sells(coffee_and_tea.db, "new beans", category="coffee")

    found = suggest_for_basket(coffee_and_tea, HERE, [a_basket_line("new beans")], NOW)

    assert [(suggestion.rung, suggestion.reason.text) for suggestion in found] == [
        ("popular", "Popular in coffee")
    ] * 2


def test_without_evidence_and_category_there_is_nothing(coffee_and_tea: Shop) -> None:
    sells(coffee_and_tea.db, "stranger")

    assert asked(coffee_and_tea, "stranger") == []


def test_a_product_nobody_has_heard_of_gets_nothing(coffee_and_tea: Shop) -> None:
    assert asked(coffee_and_tea, "unheard of") == []


def test_switched_off_nothing_is_suggested(coffee_and_tea: Shop) -> None:
    change_preferences(coffee_and_tea, {"suggesting": False}, "staff", NOW)

    assert asked(coffee_and_tea, "beans") == []
