"""A back-test of a shop: from its own orders, kept for its pages, the same whenever nothing changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from plugin.jobs import run_due
from plugin.shop import Shop
from plugin.store import counting_orders, evaluations, facts, induced
from plugin.store.database import writing
from plugin.suggestions.evaluating.model import BESTSELLERS, BOUGHT_TOGETHER, NEEDED, TANDEM
from plugin.suggestions.model import ProductNumber
from plugin.use_cases import plan_work
from plugin.use_cases.describe_evaluation import describe_evaluation
from plugin.use_cases.evaluate_shop import evaluate_shop, evaluation
from plugin.use_cases.learn_from_order import learn_from_order, learn_from_orders
from tests.builders import NOW, a_buyer, an_order
from tests.house import House


class Stopped(Exception):
    """Somebody put the work down."""


def nobody(_done: int, _total: int) -> None:
    pass


def named(shop: Shop, products: tuple[ProductNumber, ...]) -> list[str]:
    ids = dict(shop.db.conn.execute("select number, id from products").fetchall())
    return [ids[product] for product in products]


def test_after_the_import_the_demo_shop_knows_how_well_it_finds(demo: Shop) -> None:
    made = evaluations.last(demo.db)

    assert made is not None
    assert made.figures is not None
    assert list(made.figures) == [TANDEM, BOUGHT_TOGETHER, BESTSELLERS]
    found = {name: one.first_three.value for name, one in made.figures.items()}
    tail = {name: one.tail.value for name, one in made.figures.items() if one.tail}
    assert (made.baskets >= NEEDED, tail[TANDEM] > tail[BESTSELLERS]) == (True, True)
    assert made.ahead is not None
    assert made.ahead.value == pytest.approx(found[TANDEM] - found[made.rival])


def test_its_sample_baskets_have_names(demo: Shop) -> None:
    described = describe_evaluation(demo)

    assert described is not None
    assert len(described.samples) == 6
    for sample in described.samples:
        assert all(face.id and face.name for face in (sample.hidden, *sample.basket))
        assert sample.hidden not in sample.basket
        assert all(face not in sample.basket for faces in sample.named.values() for face in faces)


def test_the_same_orders_get_the_same_answer(demo: Shop) -> None:
    orders = counting_orders.newest(demo.db, 4_000, nobody)
    once, again = (evaluation(orders, NEEDED, NOW, nobody) for _ in range(2))

    assert (once, once.baskets) == (again, NEEDED)


def test_a_young_shop_is_told_how_many_baskets_are_missing(shop: Shop) -> None:
    learn_from_orders(shop, [an_order(str(n), "beans", "mug", days_ago=n) for n in range(100)], NOW)

    made = evaluate_shop(shop, NOW)

    assert (made.orders, made.products, made.baskets, made.enough) == (90, 2, 10, False)
    assert evaluations.last(shop.db) == made


def test_orders_are_read_as_they_were_put_together_oldest_first(shop: Shop) -> None:
    learn_from_order(shop, an_order("new", "tea", "beans", "mug", buyer="ann"), NOW)
    learn_from_order(shop, an_order("old", "mug", "beans", days_ago=9, buyer=None), NOW)
    learn_from_order(shop, an_order("gone", "tea", "mug", status="CANCELED"), NOW)

    old, new = counting_orders.newest(shop.db, 10, nobody)

    assert (named(shop, old.products), named(shop, new.products)) == (
        ["mug", "beans"],
        ["tea", "beans", "mug"],
    )
    assert (old.buyer, new.buyer) == (None, a_buyer("ann"))
    assert (new.ordered_at, old.caused, old.weight < new.weight) == (NOW.timestamp(), False, True)


def test_only_the_newest_orders_are_read(shop: Shop) -> None:
    learn_from_orders(shop, [an_order(str(n), "beans", "mug", days_ago=n) for n in range(9)], NOW)

    found = counting_orders.newest(shop.db, 4, nobody)

    assert [(NOW - datetime.fromtimestamp(one.ordered_at, UTC)).days for one in found] == [3, 2, 1, 0]


def test_orders_of_the_same_moment_are_all_read(shop: Shop) -> None:
    learn_from_orders(shop, [an_order(str(n), "beans", "mug") for n in range(4_100)], NOW)
    pages: list[int] = []

    found = counting_orders.newest(shop.db, 10_000, lambda done, _total: pages.append(done))

    assert (len(found), pages) == (4_100, [2_000, 4_000, 4_100])


def test_orders_tandem_had_a_part_in_are_known_as_such(shop: Shop) -> None:
    learn_from_order(shop, an_order("1", "beans", "mug"), NOW)
    with writing(shop.db):
        induced.mark(shop.db, "order 1", [ProductNumber(1)])

    assert [one.caused for one in counting_orders.newest(shop.db, 9, nobody)] == [True]


def test_put_down_half_way_the_old_result_stays(shop: Shop) -> None:
    learn_from_orders(shop, [an_order(str(n), "beans", "mug", days_ago=n) for n in range(30)], NOW)
    before = evaluate_shop(shop, NOW)

    def stop(_done: int, _total: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        evaluate_shop(shop, NOW + timedelta(days=1), progress=stop)

    assert evaluations.last(shop.db) == before


def test_how_far_it_is_is_told_and_never_goes_back(demo: Shop) -> None:
    told: list[int] = []
    orders = counting_orders.newest(demo.db, 4_000, nobody)

    evaluation(orders, NEEDED, NOW, lambda done, of: told.append(round(100 * done / of)))

    assert (told == sorted(told), told[-1]) == (True, 100)


def test_it_is_run_after_the_import_and_every_week(house: House) -> None:
    with house.shop() as shop:
        made = evaluations.last(shop.db)
        (due,) = shop.db.conn.execute("select due_at from jobs where key = 'evaluate_shop'").fetchone()

    assert made is not None
    assert 6.9 < (due - made.at.timestamp()) / 86_400 < 7.1


def test_a_shop_installed_before_there_were_back_tests_gets_one_after_the_next_sweep(house: House) -> None:
    with house.shop() as shop, writing(shop.db):
        shop.db.conn.execute("delete from facts where name = 'evaluation'")
        plan_work.sweep(shop, datetime.now(UTC))
    run_due(house.tandem, house.installation, plan_work.LONG)

    with house.shop() as shop:
        assert evaluations.last(shop.db) is not None


def test_before_the_history_is_read_no_back_test_is_planned_by_a_sweep(house: House) -> None:
    with house.shop() as shop, writing(shop.db):
        shop.db.conn.execute("delete from facts where name = 'evaluation'")
        facts.keep(shop.db, "import", {**facts.get(shop.db, "import"), "finished": False})
        plan_work.sweep(shop, datetime.now(UTC))
    run_due(house.tandem, house.installation, plan_work.LONG)

    with house.shop() as shop:
        assert evaluations.last(shop.db) is None


def test_what_is_left_out_of_learning_is_left_out_of_the_test(shop: Shop) -> None:
    lines = tuple(
        replace(line, kept=0) if line.product == "mug" else line
        for line in an_order("1", "beans", "mug", "tea").lines
    )
    learn_from_order(shop, an_order("1", lines=lines), NOW)

    (found,) = counting_orders.newest(shop.db, 9, nobody)

    assert named(shop, found.products) == ["beans", "tea"]
