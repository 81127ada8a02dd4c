"""What is fitted follows from the orders alone: refreshed order by order, or fitted from scratch, it is the same to the last bit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plugin.errors import Superseded
from plugin.shop import Shop
from plugin.store import catalogue, counted_in_bulk, facts, fitted, fitting_orders, models, touched
from plugin.store.database import writing
from plugin.suggestions.fitting import learning, recent, ridge, whole
from plugin.suggestions.fitting.blending import IN_GENERAL
from plugin.suggestions.model import Order, ProductId, ProductNumber
from plugin.use_cases import refresh_model as room
from plugin.use_cases.fit_model import fit_model
from plugin.use_cases.learn_from_order import learn_from_order, learn_from_orders
from plugin.use_cases.rank_for_basket import ANY, NEXT, PRODUCT, rank_for_basket
from plugin.use_cases.refresh_model import refresh_model
from tests.builders import HERE, NOW, THERE, a_buyer, a_line, an_order, orders_of
from tests.conftest import an_installation
from tests.use_cases.test_learn_from_order import fresh_shop

PRODUCTS = ("beans", "mug", "tea", "pot", "spoon", "cake", "jam", "bag")

LINE = st.builds(
    a_line, st.sampled_from(PRODUCTS), st.just(2), st.integers(0, 2), st.sampled_from(["1.00", "9.50"])
)

SNAPSHOT = st.builds(
    an_order,
    st.sampled_from("123456789"),
    buyer=st.sampled_from(["ann", "bob", None]),
    channel=st.sampled_from([HERE, HERE, THERE]),
    status=st.sampled_from(["UNFULFILLED", "UNFULFILLED", "UNFULFILLED", "CANCELED"]),
    days_ago=st.sampled_from([0, 1, 7, 100, 365, 3_000, 9_000]),
    issued_at=st.integers(0, 5).map(lambda hours: NOW + timedelta(hours=hours)),
    lines=st.lists(LINE, max_size=6).map(tuple),
)

PORTIONS = st.lists(st.tuples(st.lists(SNAPSHOT, min_size=1, max_size=4), st.integers(0, 4)), max_size=5)
"""Orders that come, change and go together, and how often some of what they touched is fitted again then."""

SETTINGS = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@contextmanager
def a_shop_in(folder: Path) -> Iterator[Shop]:
    tandem, _ = fresh_shop(folder)
    try:
        with tandem.shop(an_installation()) as shop:
            yield shop
    finally:
        tandem.close()


@pytest.fixture
def small_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is enough for a small shop is too little; and what is touched is fitted product by product."""
    monkeypatch.setattr(ridge, "NEIGHBOURS", 2)
    monkeypatch.setattr(ridge, "KEPT", 1)
    monkeypatch.setattr(ridge, "HEARD", 1)
    monkeypatch.setattr(whole, "MOST_MET", 3)
    monkeypatch.setattr(room, "MOST_MET", 3)
    monkeypatch.setattr(recent, "NEWEST", 2)
    monkeypatch.setattr(fitting_orders, "NEWEST", 2)
    monkeypatch.setattr(room, "TOUCHED_AT_ONCE", 1)


def the_rows(shop: Shop) -> dict[int, tuple[Any, ...]]:
    """Everything fitted, of every product, in plain numbers; similar names apart, which orders do not touch."""
    numbers = [row[0] for row in shop.db.conn.execute("select product from fitted")]
    own, says = fitted.solved(shop.db, numbers), fitted.says(shop.db, numbers)
    return {
        product: (
            one.alone,
            plain(one.met),
            one.met_alone.tolist(),
            plain(own[product]),
            plain(says[product]),
            plain(one.ridge),
            plain(one.close),
            plain(one.recent),
        )
        for product, one in fitted.read(shop.db, numbers).items()
    }


def plain(row: Any) -> list[list[float]]:
    return [part.tolist() for part in row]


def refresh(shop: Shop) -> None:
    while refresh_model(shop):
        pass


def number(shop: Shop, name: str) -> ProductNumber:
    return catalogue.every_number(shop.db)[name]


def from_scratch(shop: Shop) -> dict[int, tuple[Any, ...]]:
    fit_model(shop, NOW)
    return the_rows(shop)


@SETTINGS
@given(portions=PORTIONS)
def test_refreshed_until_nothing_is_touched_the_model_is_that_of_a_full_fit(
    tmp_path: Path, portions: list[tuple[list[Order], int]]
) -> None:
    with a_shop_in(tmp_path) as shop:
        fit_model(shop, NOW)
        for orders, times in portions:
            learn_from_orders(shop, orders, NOW)
            for _ in range(times):
                refresh_model(shop)
        refresh(shop)
        found = the_rows(shop)

        assert found == from_scratch(shop)


@SETTINGS
@given(portions=PORTIONS)
@pytest.mark.usefixtures("small_rows")
def test_so_it_is_where_rows_hold_only_the_strongest(
    tmp_path: Path, portions: list[tuple[list[Order], int]]
) -> None:
    with a_shop_in(tmp_path) as shop:
        fit_model(shop, NOW)
        for orders, times in portions:
            learn_from_orders(shop, orders, NOW)
            for _ in range(times):
                refresh_model(shop)
        refresh(shop)
        found = the_rows(shop)

        assert found == from_scratch(shop)


@SETTINGS
@given(first=st.lists(SNAPSHOT, max_size=8), later=st.lists(SNAPSHOT, max_size=8), when=st.integers(0, 3))
@pytest.mark.usefixtures("small_rows")
def test_orders_that_come_change_and_go_while_a_fit_runs_are_fitted_after_it(
    tmp_path: Path, first: list[Order], later: list[Order], when: int
) -> None:
    left = list(later)

    with a_shop_in(tmp_path) as shop:
        learn_from_orders(shop, first, NOW)

        def live(_done: int, _of: int) -> None:
            for _ in range(when):
                if left:
                    learn_from_order(shop, left.pop(), NOW)
                refresh_model(shop)

        fit_model(shop, NOW, live)
        fit_model(shop, NOW, live)
        learn_from_orders(shop, left, NOW)
        refresh(shop)
        found = the_rows(shop)

        assert found == from_scratch(shop)
        assert touched.some(shop.db, 1) == {}


@SETTINGS
@given(portions=PORTIONS)
def test_every_product_fitted_once_more_stays_as_it_is(
    tmp_path: Path, portions: list[tuple[list[Order], int]]
) -> None:
    with a_shop_in(tmp_path) as shop:
        for orders, _ in portions:
            learn_from_orders(shop, orders, NOW)
        before = from_scratch(shop)

        with writing(shop.db):
            touched.touch(shop.db, before)
        refresh(shop)

        assert the_rows(shop) == before


def a_cafe() -> list[Order]:
    """Coffee people and tea people; every third also takes a bag."""
    return [
        *orders_of(30, "beans", "mug"),
        *orders_of(15, "beans", "mug", "bag"),
        *orders_of(30, "tea", "pot"),
        *orders_of(15, "tea", "pot", "bag"),
    ]


@pytest.fixture
def cafe(shop: Shop) -> Shop:
    """Learned and fitted."""
    learn_from_orders(shop, a_cafe(), NOW)
    fit_model(shop, NOW)
    return shop


def ranked(shop: Shop, *names: str, **how: Any) -> list[str]:
    """Names of what the model likes beside these."""
    found = rank_for_basket(
        shop, [number(shop, name) for name in names], [], how.pop("asked", ANY), 10, **how
    )
    called = {number: name for name, number in catalogue.every_number(shop.db).items()}
    return [called[product] for product in found.products] if found else []


def test_what_is_bought_together_is_ranked_first(cafe: Shop) -> None:
    assert [ranked(cafe, name)[0] for name in ("beans", "mug", "tea", "pot")] == [
        "mug",
        "beans",
        "pot",
        "tea",
    ]


def test_an_order_changes_the_rows_of_its_products_at_the_next_refresh(cafe: Shop) -> None:
    before = the_rows(cafe)

    learn_from_order(cafe, an_order("new", "beans", "pot", "jam"), NOW)
    refresh_model(cafe, dependents=False)

    after = the_rows(cafe)
    changed = {product for product in after if after[product] != before.get(product)}
    assert changed >= {number(cafe, name) for name in ("beans", "pot", "jam")}
    assert "jam" in ranked(cafe, "beans")
    assert "beans" in ranked(cafe, "jam")


def test_what_met_a_product_that_changed_is_fitted_again_and_no_more_than_that(cafe: Shop) -> None:
    learn_from_orders(cafe, orders_of(3, "cake", "spoon"), NOW)
    fit_model(cafe, NOW)

    learn_from_order(cafe, an_order("new", "beans"), NOW)
    first = touched.some(cafe.db, 10)
    refresh_model(cafe, dependents=False)
    second = touched.some(cafe.db, 10)
    refresh_model(cafe)

    assert first == {number(cafe, "beans"): False}
    assert second == {number(cafe, "mug"): True, number(cafe, "bag"): True}
    assert touched.some(cafe.db, 10) == {}


def test_where_too_many_met_a_product_they_wait_for_the_next_full_fit(
    cafe: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "MOST_DEPENDENTS", 1)

    learn_from_order(cafe, an_order("new", "beans"), NOW)
    refresh(cafe)

    found = the_rows(cafe)
    scratch = from_scratch(cafe)
    beans, mug = number(cafe, "beans"), number(cafe, "mug")
    assert found[beans][0] == scratch[beans][0] == 46.0
    assert found[mug] != scratch[mug]


def test_lines_put_in_another_order_are_news_of_what_is_close(cafe: Shop) -> None:
    order = an_order("long", "beans", "jam", "cake", "spoon")
    learn_from_order(cafe, order, NOW)
    refresh(cafe)
    before = the_rows(cafe)

    learn_from_order(cafe, replace(order, lines=order.lines[::-1], issued_at=NOW + timedelta(minutes=1)), NOW)
    refresh(cafe)

    assert the_rows(cafe) != before
    found = the_rows(cafe)
    assert found == from_scratch(cafe)


def test_a_product_whose_last_order_is_cancelled_is_gone(cafe: Shop) -> None:
    only = an_order("only", "beans", "jam")
    learn_from_order(cafe, only, NOW)
    refresh(cafe)
    assert "jam" in ranked(cafe, "beans")

    learn_from_order(cafe, replace(only, status="CANCELED", issued_at=NOW + timedelta(minutes=1)), NOW)
    refresh(cafe)

    assert number(cafe, "jam") not in the_rows(cafe)
    assert "jam" not in ranked(cafe, "beans")
    assert ranked(cafe, "jam") == []


class Killed(Exception):
    """The process is gone."""


def killed_at(stage: int) -> Callable[[int, int], None]:
    def look(done: int, _of: int) -> None:
        if done >= stage:
            raise Killed

    return look


@pytest.mark.parametrize("stage", [0, 10, 50, 90])
def test_a_fit_that_is_killed_leaves_the_old_model_serving_and_the_next_one_succeeds(
    cafe: Shop, stage: int
) -> None:
    before, model, offered = the_rows(cafe), models.get(cafe.db), ranked(cafe, "beans")
    learn_from_orders(cafe, orders_of(40, "beans", "jam", start=100), NOW)

    with pytest.raises(Killed):
        fit_model(cafe, NOW, killed_at(stage))

    assert (the_rows(cafe), models.get(cafe.db), ranked(cafe, "beans")) == (before, model, offered)

    refresh(cafe)
    kept = the_rows(cafe)
    assert kept == from_scratch(cafe)
    assert ranked(cafe, "jam")[0] == "beans"
    assert facts.get(cafe.db, touched.FITTING) is None


def test_of_two_fits_at_once_the_later_goes_on_and_the_earlier_gives_up(cafe: Shop) -> None:
    """Two would write into each other's rows: half a model would serve."""
    learn_from_order(cafe, an_order("new", "beans", "jam"), NOW)
    whole: list[dict[int, tuple[Any, ...]]] = []

    def another(done: int, _of: int) -> None:
        if done >= 50 and not whole:
            fit_model(cafe, NOW)
            whole.append(the_rows(cafe))

    with pytest.raises(Superseded, match="another fit"):
        fit_model(cafe, NOW, another)

    assert the_rows(cafe) == whole[0]
    fit_model(cafe, NOW)
    assert the_rows(cafe) == whole[0]


def test_what_was_touched_before_a_fit_that_is_killed_stays_touched(cafe: Shop) -> None:
    learn_from_order(cafe, an_order("new", "beans", "jam"), NOW)
    before = touched.some(cafe.db, 10)

    with pytest.raises(Killed):
        fit_model(cafe, NOW, killed_at(50))

    assert touched.some(cafe.db, 10) == before


def test_an_order_that_comes_during_the_very_first_fit_is_fitted_after_it(shop: Shop) -> None:
    learn_from_orders(shop, a_cafe(), NOW)
    left = [an_order("live", "beans", "jam")]

    def live(done: int, _of: int) -> None:
        if left and done >= 90:
            learn_from_order(shop, left.pop(), NOW)

    fit_model(shop, NOW, live)
    assert "jam" not in ranked(shop, "beans")
    refresh(shop)

    assert "jam" in ranked(shop, "beans")


def test_an_order_that_comes_during_a_fit_is_suggested_at_once_and_still_is_after_it(cafe: Shop) -> None:
    left = [an_order("live", "beans", "jam")]
    seen: list[bool] = []

    def live(done: int, _of: int) -> None:
        if left and done >= 50:
            learn_from_order(cafe, left.pop(), NOW)
            refresh(cafe)
            seen.append("jam" in ranked(cafe, "beans"))

    fit_model(cafe, NOW, live)
    refresh(cafe)

    assert seen == [True]
    assert "jam" in ranked(cafe, "beans")


def test_with_too_few_orders_the_blend_is_that_of_shops_in_general(cafe: Shop) -> None:
    model = models.get(cafe.db)

    assert model is not None
    assert model.blends == learning.in_general()


def test_with_enough_orders_the_shop_has_blends_of_its_own(shop: Shop) -> None:
    learn_from_orders(
        shop,
        [
            an_order(str(n), *(("beans", "mug", "bag"), ("tea", "pot", "cake"))[n % 2], days_ago=400 - n)
            for n in range(400)
        ],
        NOW,
    )

    blends = fit_model(shop, NOW).blends

    assert blends.keys() == IN_GENERAL.keys()
    assert all(blend != IN_GENERAL["any"] for blend in blends["any"])
    assert all(weight >= 0 for sizes in blends.values() for blend in sizes for weight in blend.values())


def test_a_shop_without_orders_is_fitted_to_nothing(shop: Shop) -> None:
    model = fit_model(shop, NOW)

    assert (model.orders, len(model.popular.products), the_rows(shop)) == (0.0, 0, {})
    assert rank_for_basket(shop, [ProductNumber(1)], [], ANY, 3) is None


def test_nothing_is_refreshed_before_the_first_fit(shop: Shop) -> None:
    learn_from_orders(shop, a_cafe(), NOW)

    assert refresh_model(shop) is False
    assert the_rows(shop) == {}
    assert rank_for_basket(shop, [number(shop, "beans")], [], ANY, 3) is None


@pytest.mark.parametrize("asked", [ANY, NEXT, PRODUCT])
def test_a_known_buyer_whose_history_may_not_be_used_gets_exactly_what_a_guest_gets(
    cafe: Shop, asked: str
) -> None:
    learn_from_orders(cafe, [an_order(f"ann {n}", "jam", "cake", buyer="ann") for n in range(20)], NOW)
    fit_model(cafe, NOW)
    basket = [number(cafe, "beans"), number(cafe, "bag")]

    guest = rank_for_basket(cafe, basket, [], asked, 10)
    stranger = rank_for_basket(cafe, basket, [], asked, 10, a_buyer("nobody knows"))
    ann = rank_for_basket(cafe, basket, [], asked, 10, a_buyer("ann"))

    assert stranger == guest
    assert ann != guest


def test_what_a_buyer_bought_before_is_heard_where_it_may_be(cafe: Shop) -> None:
    learn_from_orders(cafe, [an_order(f"ann {n}", "jam", buyer="ann") for n in range(20)], NOW)
    fit_model(cafe, NOW)

    with_history = ranked(cafe, "beans", buyer=a_buyer("ann"))

    assert with_history.index("jam") < [*ranked(cafe, "beans"), "jam"].index("jam")


def test_products_nobody_knows_get_no_ranking(cafe: Shop) -> None:
    numbers = catalogue.numbers(cafe.db, [ProductId("new")])

    assert rank_for_basket(cafe, list(numbers.values()), [], ANY, 10) is None
    assert rank_for_basket(cafe, [], [], ANY, 10) is None


def test_nothing_is_refreshed_while_counts_of_a_file_are_owed(cafe: Shop) -> None:
    learn_from_order(cafe, an_order("new", "beans", "jam"), NOW)
    before, left = the_rows(cafe), touched.some(cafe.db, 10)
    facts.keep(cafe.db, counted_in_bulk.OWED, "somebody")

    more = refresh_model(cafe)

    assert (more, the_rows(cafe), touched.some(cafe.db, 10)) == (False, before, left)
