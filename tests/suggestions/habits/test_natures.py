"""What lasts and what is used up, by who comes back and for what."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.suggestions.habits import natures
from plugin.suggestions.habits.natures import A_DAY, CONSUMABLE, DURABLE, NEXT_VISITS, UNKNOWN, Visit
from plugin.suggestions.model import ProductNumber

CATEGORY_OF = {ProductNumber(n): n // 10 for n in range(10, 40)}
BEANS, OTHER_BEANS, GRINDER, TEA, NOWHERE = map(ProductNumber, (10, 11, 20, 30, 99))
COFFEE, GRINDERS, TEAS = 1, 2, 3


def on(day: float, *products: ProductNumber) -> Visit:
    return day * A_DAY, products


def came_back(*visits: Visit) -> tuple[set[int], set[int], set[int]]:
    return natures.came_back(visits, CATEGORY_OF)


def test_who_buys_the_same_again_later_uses_it_up() -> None:
    assert came_back(on(0, BEANS, GRINDER), on(30, BEANS)) == ({COFFEE, GRINDERS}, {COFFEE}, {COFFEE})


def test_another_product_of_the_category_is_the_category_again() -> None:
    assert came_back(on(0, BEANS), on(30, OTHER_BEANS)) == ({COFFEE}, {COFFEE}, set())


def test_what_is_ordered_again_within_a_day_was_forgotten() -> None:
    assert came_back(on(0, BEANS), on(0.9, BEANS)) == (set(), set(), set())


def test_two_products_in_one_order_are_no_coming_back() -> None:
    assert came_back(on(0, BEANS, OTHER_BEANS)) == (set(), set(), set())


def test_what_is_bought_last_has_had_no_time() -> None:
    assert came_back(on(0, BEANS), on(9, GRINDER)) == ({COFFEE}, set(), set())


def test_products_of_no_category_say_nothing() -> None:
    assert came_back(on(0, NOWHERE), on(9, NOWHERE)) == (set(), set(), set())


def test_whoever_orders_every_week_buys_of_every_category_again_some_day() -> None:
    between = [on(day, TEA) for day in range(1, NEXT_VISITS + 1)]

    assert came_back(on(0, GRINDER), *between, on(99, ProductNumber(21)))[1] == {TEAS}


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0, 90), st.lists(st.sampled_from(sorted(CATEGORY_OF)), max_size=4)), max_size=9
    )
)
def test_who_bought_again_came_back(orders: list[tuple[float, list[ProductNumber]]]) -> None:
    visits = [on(day, *products) for day, products in sorted(orders, key=lambda it: it[0])] or [on(0)]

    back, again, same = came_back(*visits)

    assert (again <= back, same <= back) == (True, True)


def test_below_twenty_buyers_nothing_is_known() -> None:
    assert [natures.nature(*counts) for counts in ((19, 19, 19), (20, 0, 0), (20, 0, 3), (20, 10, 0))] == [
        UNKNOWN,
        DURABLE,
        CONSUMABLE,
        CONSUMABLE,
    ]
