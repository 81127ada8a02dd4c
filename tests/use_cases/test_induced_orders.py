"""What we had a part in teaches half as much, or nothing, or as much as anything: exactly, and reversibly."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plugin.shop import Shop
from plugin.store import jobs, suggestions_shown
from plugin.suggestions.inducing import INDUCED_ORDERS, chosen_freely, weighed
from plugin.suggestions.model import Order, ProductNumber
from plugin.suggestions.preferences import Preferences
from plugin.use_cases import plan_work
from plugin.use_cases.change_preferences import change_preferences
from plugin.use_cases.learn_from_order import learn_from_order, learn_from_orders
from plugin.use_cases.learn_from_past_orders import learn_again
from tests.builders import HERE, NOW, an_order, counts_of
from tests.conftest import an_installation
from tests.use_cases.test_learn_from_order import SNAPSHOT, fresh_shop, newest_of, recount

OFFERED = {"1": ("mug",), "2": ("tea", "pot"), "3": ("beans",)}
"""What was suggested in the checkouts of these orders."""

BUNDLED = {"4": ("beans", "mug"), "3": ("mug",)}
"""What was priced in a bundle in these orders."""

CAUSED = {
    f"order {name}": {*OFFERED.get(name, ()), *BUNDLED.get(name, ())}
    for name in OFFERED.keys() | BUNDLED.keys()
}

OPTIONS = st.sampled_from(INDUCED_ORDERS)
NUMBERS = st.frozensets(st.integers(1, 9).map(ProductNumber), max_size=6)


def ours(order: Order) -> Order:
    """The order as it comes out of a shop in which we suggested, and priced sets."""
    name = order.id.removeprefix("order ")
    lines = tuple(
        replace(line, bundled="bundle:1") if line.product in BUNDLED.get(name, ()) else line
        for line in order.lines
    )
    return replace(order, lines=lines, checkout=f"checkout {name}")


SNAPSHOTS = st.lists(SNAPSHOT.map(ours), max_size=12)


def offer(shop: Shop) -> None:
    for name, products in OFFERED.items():
        told = [{"kind": "also_bought", "productId": one, "variantId": f"{one}-1"} for one in products]
        document = {"suggestions": told, "linesHash": "", "madeAt": "2026-11-22T11:00:00Z"}
        suggestions_shown.keep(shop.db, f"checkout {name}", document, HERE)


def everything_again(shop: Shop) -> None:
    after: int | None = 0
    while after is not None:
        after = learn_again(shop, after, NOW)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(snapshots=SNAPSHOTS, option=OPTIONS, shuffled=st.randoms(use_true_random=False))
def test_under_every_option_the_counts_equal_a_recount_whatever_order_they_come_in(
    tmp_path: Path, snapshots: list[Order], option: str, shuffled: object
) -> None:
    tandem, _ = fresh_shop(tmp_path)
    with tandem.shop(an_installation()) as shop:
        offer(shop)
        chosen = change_preferences(shop, {"induced_orders": option}, "staff", NOW)
        again = [*snapshots, *snapshots]
        shuffled.shuffle(again)  # type: ignore[attr-defined]
        for found in again:
            learn_from_order(shop, found, NOW)

        assert counts_of(shop.db) == recount(newest_of(snapshots), shop, chosen, CAUSED)
    tandem.close()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(snapshots=SNAPSHOTS, options=st.lists(OPTIONS, min_size=1, max_size=3))
def test_learned_again_under_another_option_it_is_as_if_it_had_always_been_so(
    tmp_path: Path, snapshots: list[Order], options: list[str]
) -> None:
    tandem, _ = fresh_shop(tmp_path)
    with tandem.shop(an_installation()) as shop:
        offer(shop)
        learn_from_orders(shop, snapshots, NOW)
        suggestions_shown.forget_before(shop.db, "2027-01-01")
        for option in options:
            chosen = change_preferences(shop, {"induced_orders": option}, "staff", NOW)
            everything_again(shop)

        assert counts_of(shop.db) == recount(newest_of(snapshots), shop, chosen, CAUSED)
    tandem.close()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(snapshots=SNAPSHOTS, option=OPTIONS)
def test_what_is_cancelled_leaves_no_trace_under_any_option(
    tmp_path: Path, snapshots: list[Order], option: str
) -> None:
    tandem, _ = fresh_shop(tmp_path)
    with tandem.shop(an_installation()) as shop:
        offer(shop)
        learn_from_orders(shop, snapshots, NOW)
        change_preferences(shop, {"induced_orders": option}, "staff", NOW)  # and nothing is learned again yet

        for found in newest_of(snapshots):
            learn_from_order(shop, replace(found, status="CANCELED", issued_at=NOW.replace(year=2027)), NOW)

        assert counts_of(shop.db) == {"pairs": [], "bought": [], "totals": []}
    tandem.close()


@given(NUMBERS, NUMBERS, OPTIONS)
def test_an_order_we_had_no_part_in_counts_in_full(
    products: frozenset[ProductNumber], caused: frozenset[ProductNumber], option: str
) -> None:
    own = products - caused

    assert (chosen_freely(own, caused, option), weighed(7, own, caused, option)) == (own, 7)


@pytest.mark.parametrize(
    ("option", "learned", "share"),
    [
        ("half", ["beans", "mug", "spoon"], 0.5),
        ("full", ["beans", "mug", "spoon"], 1),
        ("without", ["beans", "spoon"], 1),
    ],
)
def test_what_the_shopper_chose_besides_counts_as_the_merchant_wishes(
    shop: Shop, option: str, learned: list[str], share: float
) -> None:
    offer(shop)
    change_preferences(shop, {"induced_orders": option}, "staff", NOW)
    learn_from_order(shop, an_order("ordinary", *(f"other {name}" for name in learned)), NOW)
    (ordinary,) = {row[4] for row in counts_of(shop.db)["bought"]}

    learn_from_order(shop, ours(an_order("1", "beans", "mug", "spoon")), NOW)

    found = [row for row in counts_of(shop.db)["bought"] if not row[0] and not row[1].startswith("other")]
    assert [(row[1], round(row[4] / ordinary, 3)) for row in found] == [(name, share) for name in learned]


def test_an_order_of_nothing_but_a_bundle_of_ours_can_be_left_out_whole(shop: Shop) -> None:
    change_preferences(shop, {"induced_orders": "without"}, "staff", NOW)

    learn_from_order(shop, ours(an_order("4", "beans", "mug")), NOW)

    assert counts_of(shop.db) == {"pairs": [], "bought": [], "totals": []}


def test_what_was_suggested_and_sent_back_halves_nothing(shop: Shop) -> None:
    offer(shop)
    placed = ours(an_order("1", "beans", "mug", "spoon"))
    kept = tuple(replace(line, kept=0) if line.product == "mug" else line for line in placed.lines)
    learn_from_order(shop, ours(an_order("9", "beans", "spoon")), NOW)

    learn_from_order(shop, replace(placed, lines=kept), NOW)

    (pair,) = [row for row in counts_of(shop.db)["pairs"] if row[:3] == ("", "beans", "spoon")]
    (total,) = [row for row in counts_of(shop.db)["totals"] if not row[0]]
    assert (pair[3], total[1], pair[5]) == (2, 2, total[2])


def test_choosing_otherwise_learns_every_order_again(shop: Shop) -> None:
    change_preferences(shop, {"induced_orders": "full"}, "staff", NOW)

    assert jobs.get(shop.db, plan_work.LEARN_AGAIN) is not None


def test_by_default_orders_we_had_a_part_in_count_half() -> None:
    assert Preferences().induced_orders == "half"
