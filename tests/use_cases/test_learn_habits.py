"""Habits are learned from the kept orders, gone with them, and overruled by the merchant."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from plugin.errors import BadPreference, NotFound
from plugin.shop import Shop
from plugin.store import affinities, catalogue, habits, jobs
from plugin.suggestions.habits.choices import Choice
from plugin.suggestions.habits.shoppers import NEVER_SEEN, label
from plugin.suggestions.model import Order, ProductId, VariantId
from plugin.use_cases import plan_work
from plugin.use_cases.change_habits import choose_nature, choose_relation
from plugin.use_cases.describe_habits import describe_habits
from plugin.use_cases.learn_from_order import learn_from_order, learn_from_orders
from plugin.use_cases.learn_habits import learn_habits, learned_at
from tests.builders import HERE, NOW, THERE, a_buyer, a_line, an_order, sells
from tests.house import House

LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def cafe(shop: Shop) -> Shop:
    """Coffee people come back for beans and once for a grinder, steel or hand; filters go with beans. Tea is for others."""
    sells(shop.db, "beans", "dark beans", category="coffee")
    sells(shop.db, "steel grinder", category="steel grinders")
    sells(shop.db, "hand grinder", category="hand grinders")
    sells(shop.db, "filters", category="paper")
    sells(shop.db, "brush", category="care")
    sells(shop.db, "tea", category="teas")
    learn_from_orders(shop, list(history()), NOW)
    return shop


def history() -> Iterator[Order]:
    """240 coffee people, forty others. A cafe keeps both grinders, one after the other."""
    for n in range(240):
        who, grinder = f"coffee {n}", ("steel grinder", "hand grinder")[n % 2]
        yield an_order(f"{n} a", "beans", "filters", buyer=who, days_ago=90)
        yield an_order(f"{n} b", grinder, "brush", buyer=who, days_ago=60)
        yield an_order(f"{n} c", "beans", "filters", buyer=who, days_ago=30)
        if n % 3 == 0:
            other = ("hand grinder", "steel grinder")[n % 2]
            yield an_order(f"{n} d", other, buyer=who, days_ago=10)
    for n in range(40):
        yield an_order(f"{n} t", "tea", buyer=f"tea {n}", days_ago=20)


def kinds(shop: Shop, *categories: str) -> dict[tuple[str, str], str]:
    return {pair: relation.kind for pair, relation in habits.relations(shop.db, categories).items()}


def test_what_is_bought_again_is_used_up_and_what_is_not_lasts(cafe: Shop) -> None:
    learn_habits(cafe, NOW)

    found = habits.natures(cafe.db, ["coffee", "steel grinders", "teas"])

    assert {category: nature.nature for category, nature in found.items()} == {
        "coffee": "consumable",
        "steel grinders": "durable",
    }
    assert (found["coffee"].buyers, found["coffee"].same) == (240, 240)
    assert habits.consumables(cafe.db) == frozenset({"coffee", "paper"})


def test_what_goes_with_it_completes_and_what_is_bought_instead_replaces(cafe: Shop) -> None:
    learn_habits(cafe, NOW)

    found = kinds(cafe, "steel grinders")

    assert found["steel grinders", "care"] == found["care", "steel grinders"] == "complement"
    assert (
        found["steel grinders", "hand grinders"] == found["hand grinders", "steel grinders"] == "substitute"
    )
    assert kinds(cafe, "coffee")["coffee", "paper"] == "complement"


def test_learning_again_changes_nothing(cafe: Shop) -> None:
    learn_habits(cafe, NOW)
    once = describe_habits(cafe)

    learn_habits(cafe, NOW)

    assert describe_habits(cafe) == once


def test_orders_that_are_taken_back_take_what_they_taught_along(cafe: Shop) -> None:
    learn_habits(cafe, NOW)
    assert habits.choices(cafe.db, [VariantId("beans-1")])
    for order in history():
        learn_from_order(cafe, replace(order, status="CANCELED", issued_at=LATER), LATER)

    learn_habits(cafe, NOW)

    assert (
        habits.choices(cafe.db, [VariantId("beans-1")]),
        kinds(cafe, "coffee"),
        habits.consumables(cafe.db),
    ) == (
        {},
        {},
        frozenset(),
    )
    assert habits.shopper(cafe.db, a_buyer("coffee 1"), "EUR", NOW) == NEVER_SEEN


def test_what_was_sent_back_was_chosen_and_not_kept(shop: Shop) -> None:
    for name, quantity, kept, facts in (("1", 3, 3, {}), ("2", 2, 0, {}), ("3", 5, 5, {"refunded": True}),
                                        ("4", 9, 9, {"status": "CANCELED"}), ("5", 9, 9, {"reissue": True})):  # fmt: skip
        learn_from_order(shop, an_order(name, lines=(a_line("beans", quantity, kept),), **facts), NOW)

    learn_habits(shop, NOW)

    assert habits.choices(shop.db, [VariantId("beans-1"), VariantId("never")]) == {
        "beans-1": Choice(3, 1, 10, 7)
    }


def test_the_merchant_knows_better(cafe: Shop) -> None:
    learn_habits(cafe, NOW)

    choose_nature(cafe, "coffee", "durable", "anna", NOW)
    choose_nature(cafe, "teas", "consumable", "anna", NOW)
    choose_relation(cafe, "steel grinders", "hand grinders", "nothing", "anna", NOW)
    choose_relation(cafe, "teas", "coffee", "never", "anna", NOW)
    learn_habits(cafe, NOW)

    assert habits.consumables(cafe.db) == frozenset({"paper", "teas"})
    nature = habits.natures(cafe.db, ["coffee"])["coffee"]
    assert (nature.nature, nature.source, nature.buyers) == ("durable", "merchant", 240)
    assert (kinds(cafe, "coffee")["coffee", "teas"], kinds(cafe, "teas")["coffee", "teas"]) == (
        "never",
        "never",
    )
    assert kinds(cafe, "steel grinders")["hand grinders", "steel grinders"] == "nothing"


def test_what_the_merchant_takes_back_is_learned_again(cafe: Shop) -> None:
    learn_habits(cafe, NOW)
    learned = describe_habits(cafe)
    choose_nature(cafe, "coffee", "durable", "anna", NOW)
    choose_relation(cafe, "coffee", "teas", "never", "anna", NOW)

    choose_nature(cafe, "coffee", None, "anna", NOW)
    choose_relation(cafe, "teas", "coffee", None, "anna", NOW)

    assert describe_habits(cafe) == learned


def test_every_choice_is_in_the_log_and_no_choice_is_not(cafe: Shop) -> None:
    choose_nature(cafe, "coffee", "durable", "anna", NOW)
    choose_nature(cafe, "coffee", "durable", "anna", NOW)
    choose_relation(cafe, "teas", "coffee", "never", "ben", NOW)

    log = [(who, json.loads(what)) for who, what in cafe.db.conn.execute("select who, what from changes")]
    assert log == [
        ("anna", {"category": "coffee", "nature": "durable"}),
        ("ben", {"category": "coffee", "other": "teas", "relation": "never"}),
    ]


def test_what_is_no_nature_no_relation_and_no_category_is_refused(cafe: Shop) -> None:
    with pytest.raises(BadPreference):
        choose_nature(cafe, "coffee", "eternal", "anna", NOW)
    with pytest.raises(BadPreference):
        choose_relation(cafe, "coffee", "teas", "friends", "anna", NOW)
    with pytest.raises(NotFound):
        choose_relation(cafe, "coffee", "cars", "never", "anna", NOW)

    assert cafe.db.conn.execute("select count(*) from changes").fetchone() == (0,)


def test_people_read_the_counts_beside_what_they_chose(cafe: Shop) -> None:
    choose_relation(cafe, "coffee", "teas", "never", "anna", NOW)
    choose_nature(cafe, "coffee", "durable", "anna", NOW)
    learn_habits(cafe, NOW)

    told = describe_habits(cafe)

    coffee = next(one for one in told.categories if one.id == "coffee")
    assert (coffee.nature, coffee.learned.nature, coffee.learned.again, coffee.chosen) == (
        "durable",
        "consumable",
        240,
        "durable",
    )
    never = next(one for one in told.relations if one.kind == "never")
    assert (never.one, never.other, never.learned.kind, never.learned.together) == (
        "coffee",
        "teas",
        "nothing",
        0,
    )
    assert (told.learned_at, learned_at(cafe)) == (NOW, NOW)


def test_a_shopper_is_known_by_their_own_orders_only(shop: Shop) -> None:
    sells(shop.db, "beans")
    for n, amount in enumerate(("10.00", "20.00", "30.00", "400.00")):
        lines = (a_line("beans", 2, 0 if n < 3 else 2, amount), a_line("bag", gift=True))
        order = an_order(str(n), lines=lines, buyer="ann", days_ago=n, discounted=n == 0, account=True)
        learn_from_order(shop, order, NOW)
    learn_from_order(shop, an_order("other", "pot", buyer="bob"), NOW)
    learn_from_order(shop, an_order("as a guest", "tea", buyer="ann", days_ago=2), NOW)
    learn_from_order(shop, an_order("tomorrow", "pot", buyer="ann", days_ago=-1, account=True), NOW)

    ann = habits.shopper(shop.db, a_buyer("ann"), "EUR", NOW)

    beans = catalogue.numbers(shop.db, [ProductId("beans")])[ProductId("beans")]
    assert (ann.orders, ann.owned, ann.pieces, ann.returned, ann.promoted_orders) == (
        4,
        frozenset({beans}),
        8,
        6,
        1,
    )
    assert (ann.ninetieth, label(ann)) == (None, "returns_most")


def test_what_is_usual_is_known_per_currency(shop: Shop) -> None:
    sells(shop.db, "beans")
    for n in range(10):
        lines = (a_line("beans", amount=f"{n + 1}.00"),)
        learn_from_order(shop, an_order(f"{n}", lines=lines, buyer="ann", discounted=True, account=True), NOW)
        learn_from_order(shop, an_order(f"there {n}", "beans", buyer="ann", channel=THERE, account=True), NOW)

    ann = [habits.shopper(shop.db, a_buyer("ann"), currency, NOW) for currency in ("EUR", "USD")]

    assert [one.ninetieth for one in ann] == [Decimal("9.00"), None]
    assert [(one.orders, one.promoted_orders, label(one)) for one in ann] == [(20, 10, None)] * 2


def test_one_order_of_five_hundred_pieces_and_a_hundred_orders_of_one_buyer_are_one_buyer_each(
    shop: Shop,
) -> None:
    sells(shop.db, "beans", "bag", "mug", category="kitchen")
    learn_from_order(shop, an_order("big", lines=(a_line("bag", 500),)), NOW)
    for n in range(100):
        learn_from_order(shop, an_order(f"{n}", "beans", buyer="regular", days_ago=n), NOW)
    for n in range(3):
        learn_from_order(shop, an_order(f"mug {n}", "mug"), NOW)

    numbers = catalogue.numbers(shop.db, [ProductId(name) for name in ("mug", "bag", "beans")])
    expected = [
        (numbers[ProductId("mug")], 3, 3.0),
        (numbers[ProductId("bag")], 1, 1.0),
        (numbers[ProductId("beans")], 1, 1.0),
    ]
    for found in (
        affinities.popular(shop.db, HERE, ["kitchen"], 1, 65536.0),
        affinities.popular_anywhere(shop.db, HERE, 1, 65536.0, 9),
    ):
        by_buyers = sorted(
            ((one.product, one.buyers, one.buyers_now) for one in found), key=lambda it: -it[2]
        )
        assert sorted(by_buyers) == sorted(expected)
        assert by_buyers[0] == expected[0]


def test_what_leads_is_told_by_what_it_is_now(shop: Shop) -> None:
    sells(shop.db, "beans", "mug")
    for name in ("beans", "mug"):
        learn_from_order(shop, an_order(name, name), NOW)
    learn_habits(shop, NOW)

    for n in range(3):
        learn_from_order(shop, an_order(f"mug {n}", "mug"), NOW)

    mug = catalogue.numbers(shop.db, [ProductId("mug")])[ProductId("mug")]
    found = affinities.popular_anywhere(shop.db, HERE, 2, 65536.0, 9)
    assert [(one.product, one.buyers_now, one.category_name) for one in found] == [(mug, 4.0, "")]


def test_after_the_history_habits_are_learned_and_then_every_day(house: House) -> None:
    with house.shop() as shop:
        assert learned_at(shop) is not None
        assert habits.choices(
            shop.db, [VariantId(row[0]) for row in shop.db.conn.execute("select id from variants")]
        )
        again = jobs.get(shop.db, plan_work.HABITS)

    assert again is not None


def test_a_look_that_is_put_down_keeps_what_was_known(cafe: Shop, tmp_path: Path) -> None:
    learn_habits(cafe, NOW)
    known = describe_habits(cafe)

    class Stop(Exception):
        pass

    def stop(done: int, _of: int) -> None:
        if done > 45:
            raise Stop

    with pytest.raises(Stop):
        learn_habits(cafe, LATER, stop)

    assert describe_habits(cafe) == known
