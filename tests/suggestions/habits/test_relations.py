"""What completes and what replaces each other: by how often it meets, against chance, and by who buys it instead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations, product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.suggestions.habits import findings
from plugin.suggestions.habits.counting import Counts, count, pair
from plugin.suggestions.habits.dealing import sizes_of
from plugin.suggestions.habits.natures import A_DAY, Visit
from plugin.suggestions.habits.relations import COMPLEMENT, SUBSTITUTE
from plugin.suggestions.model import ProductNumber

CAMERAS, PHONES, LENSES, BAGS, SOCKS, PRINTERS, TONER = range(7)
CATEGORY_OF = {ProductNumber(10 * category + n): category for category in range(7) for n in range(6)}

PRODUCTS = st.lists(st.sampled_from(sorted(CATEGORY_OF)), min_size=1, max_size=6, unique=True)
BUYERS = st.lists(
    st.lists(PRODUCTS, min_size=1, max_size=4).map(
        lambda orders: [(place * 2 * A_DAY, products) for place, products in enumerate(orders)]
    ),
    max_size=12,
)


def of(category: int, dice: Random) -> ProductNumber:
    return ProductNumber(10 * category + dice.randrange(6))


def learned(buyers: Iterable[Sequence[Visit]]) -> dict[tuple[int, int], str]:
    found = findings.relations(count(buyers, CATEGORY_OF), CATEGORY_OF)
    return {both: relation.kind for both, relation in found.items()}


@settings(deadline=None)
@given(BUYERS)
def test_what_is_counted_equals_a_recount(buyers: list[list[Visit]]) -> None:
    orders = [products for visits in buyers for _at, products in visits]
    counts = count(buyers, CATEGORY_OF)

    together: Counter[int] = Counter()
    for products in orders:
        met = {pair(CATEGORY_OF[one], CATEGORY_OF[other]) for one, other in combinations(products, 2)}
        together.update(met)
    apart: Counter[int] = Counter()
    for visits in buyers:
        owned = {one for _at, products in visits for one in products}
        ever = {pair(CATEGORY_OF[one], CATEGORY_OF[other]) for one, other in combinations(owned, 2)}
        once = {
            pair(CATEGORY_OF[one], CATEGORY_OF[other])
            for _at, products in visits
            for one, other in combinations(products, 2)
        }
        apart.update(ever - once)
    found: Counter[int] = Counter()
    for (packed, _), buyers_apart in counts.apart.items():
        found[packed] += buyers_apart
    assert (counts.together, found) == (together, apart)
    assert counts.holding == Counter(c for products in orders for c in {CATEGORY_OF[one] for one in products})
    assert counts.sizes == Counter(map(len, orders))


@settings(max_examples=30, deadline=None)
@given(BUYERS, st.randoms(use_true_random=False))
def test_the_order_of_buyers_changes_nothing(buyers: list[list[Visit]], dice: Random) -> None:
    shuffled = list(buyers)
    dice.shuffle(shuffled)

    assert count(shuffled, CATEGORY_OF) == count(buyers, CATEGORY_OF)


def test_no_orders_say_nothing() -> None:
    assert (findings.relations(Counts(), {}), findings.natures(Counts())) == ({}, {})


@pytest.mark.parametrize("seed", range(5))
def test_what_is_bought_at_random_is_no_relation_however_the_sizes_differ(seed: int) -> None:
    dice = Random(seed)
    everything = sorted(CATEGORY_OF)
    buyers = [[(0.0, dice.sample(everything, dice.choice([1, 1, 1, 1, 2, 2, 5, 12])))] for _ in range(4_000)]

    assert [kind for kind in learned(buyers).values() if kind == SUBSTITUTE] == []
    assert len(learned(buyers)) <= 1


def test_what_is_expected_by_chance_is_what_dealing_gives() -> None:
    dice, everything = Random(3), sorted(CATEGORY_OF)
    buyers = [[(0.0, dice.sample(everything, dice.choice([1, 2, 3, 8])))] for _ in range(20_000)]
    counts = count(buyers, CATEGORY_OF)
    chance = findings._chance(counts, CATEGORY_OF)

    off = [
        abs(counts.together[pair(one, other)] / chance.together(one, other) - 1)
        for one, other in product(range(7), repeat=2)
    ]
    assert max(off) < 0.15


def test_shares_and_orders_are_two_sides_of_the_same() -> None:
    sizes = sizes_of({1: 500, 3: 200, 10: 20})

    assert [round(sizes.with_any(sizes.share_of(holding))) for holding in (0, 40, 700)] == [0, 40, 700]


def a_photo_shop() -> list[list[Visit]]:
    """Camera people buy a lens or a bag with it, phone people a bag; nobody both; socks go with everything."""
    dice = Random(5)
    buyers: list[list[Visit]] = []
    for _ in range(900):
        main = dice.choice([CAMERAS, PHONES])
        first = {of(main, dice)}
        first |= {of(BAGS, dice)} if dice.random() < 0.6 else set()
        first |= {of(LENSES, dice)} if main == CAMERAS and dice.random() < 0.3 else set()
        first |= {of(SOCKS, dice)} if dice.random() < 0.3 else set()
        visits: list[Visit] = [(0.0, sorted(first))]
        if dice.random() < 0.3:
            visits.append((9 * A_DAY, [of(PHONES if main == CAMERAS else CAMERAS, dice)]))
        buyers.append(visits)
    buyers += [[(0.0, [of(SOCKS, dice)])] for _ in range(200)]
    return buyers


def test_what_is_bought_with_it_completes_it() -> None:
    found = learned(a_photo_shop())

    assert (found.get((CAMERAS, LENSES)), found.get((CAMERAS, SOCKS))) == (COMPLEMENT, None)


def test_what_the_same_people_buy_instead_replaces_it() -> None:
    assert learned(a_photo_shop())[CAMERAS, PHONES] == SUBSTITUTE


def test_two_of_a_kind_that_nobody_buys_at_once_replace_each_other() -> None:
    found = learned(a_photo_shop())

    assert (found[CAMERAS, CAMERAS], found[PHONES, PHONES]) == (SUBSTITUTE, SUBSTITUTE)


def test_people_of_different_tastes_are_no_alternative() -> None:
    dice = Random(1)
    buyers: list[list[Visit]] = []
    for _ in range(600):
        one, other = dice.choice([(CAMERAS, LENSES), (PRINTERS, TONER)])
        buyers.append([(0.0, [of(one, dice), of(other, dice)])])

    assert learned(buyers).get((CAMERAS, PRINTERS)) is None


def test_who_buys_a_printer_comes_back_for_toner_and_not_the_other_way_round() -> None:
    dice = Random(2)
    buyers: list[list[Visit]] = [[(0.0, [of(SOCKS, dice), of(BAGS, dice)])] for _ in range(100)]
    for _ in range(400):
        with_it = [of(BAGS, dice)]
        buyers.append([(0.0, [of(PRINTERS, dice), *with_it]), (9 * A_DAY, [of(TONER, dice), *with_it])])

    assert learned(buyers).get((PRINTERS, TONER)) is None


def test_what_one_regular_buys_together_every_day_is_no_habit_of_the_shop() -> None:
    dice = Random(4)
    others = [[(0.0, [of(dice.randrange(7), dice)])] for _ in range(2_000)]
    regular = [(day * A_DAY, [of(CAMERAS, dice), of(SOCKS, dice)]) for day in range(200)]

    assert learned([*others, regular]).get((CAMERAS, SOCKS)) is None


def test_a_pair_that_is_asked_for_is_told_even_when_it_is_nothing() -> None:
    counts = count(a_photo_shop(), CATEGORY_OF)

    found = findings.relations(counts, CATEGORY_OF, [(CAMERAS, SOCKS), (PRINTERS, TONER)])

    assert (found[CAMERAS, SOCKS].kind, found[CAMERAS, SOCKS].together > 0) == ("nothing", True)
    assert found[PRINTERS, TONER].together == 0
