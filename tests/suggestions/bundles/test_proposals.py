"""Which sets are proposed, and how they are counted; the oracle counts every order from scratch, in the plainest way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import combinations
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from plugin.suggestions.bundles.candidates import Market, MetPair, Trait, likeness, strong_pairs, triples
from plugin.suggestions.bundles.proposals import MOST_WITH_ONE, Finding, chosen, earning, findings, named
from plugin.suggestions.bundles.set_counts import CountingOrder, Products, SetCount, count
from plugin.suggestions.model import ProductNumber

NOISE = range(50, 90)
"""Products that everybody buys with anything."""


def an_order(*products: int, buyer: str | None = "", induced: Collection[int] = ()) -> CountingOrder:
    """An order by somebody new, unless a buyer is named; None for nobody knows who."""
    return CountingOrder(
        0, buyer.encode() if buyer is not None else None, numbers(products), frozenset(numbers(induced)), 1
    )


def numbers(products: Iterable[int]) -> Products:
    return tuple(ProductNumber(product) for product in sorted(set(products)))


def by_buyer(orders: Iterable[CountingOrder]) -> list[CountingOrder]:
    """As the store gives them: each buyer's side by side; those without a name are by different people."""
    some = [
        order._replace(buyer=f"buyer {place}".encode()) if order.buyer == b"" else order
        for place, order in enumerate(orders)
    ]
    return sorted(some, key=lambda order: order.buyer or b"")


def noise(orders: int, seed: int = 7) -> list[CountingOrder]:
    """Orders of one to four products that have nothing to do with one another."""
    dice = Random(seed)
    return [an_order(*dice.sample(NOISE, dice.randint(1, 4))) for _ in range(orders)]


def market_of(
    orders: Sequence[CountingOrder],
    values: Mapping[int, float],
    alike: Collection[Collection[int]],
    min_buyers: int,
) -> Market:
    bought = Counter(product for order in orders for product in order.products)
    return Market(
        orders=len(orders),
        product_orders=dict(bought),
        traits={
            product: Trait(
                values.get(product, 1.0),
                frozenset(f"category {place}" for place, kin in enumerate(alike) if product in kin),
            )
            for product in bought
        },
        min_buyers=min_buyers,
    )


def met(orders: Sequence[CountingOrder]) -> list[MetPair]:
    """What the affinity store holds: orders and distinct buyers of every pair, whoever caused them."""
    together: Counter[Products] = Counter()
    buyers: dict[Products, set[bytes]] = {}
    for order in orders:
        for pair in combinations(order.products, 2):
            together[pair] += 1
            buyers.setdefault(pair, set()).update([order.buyer] if order.buyer is not None else [])
    return [MetPair(pair[0], pair[1], orders, len(buyers[pair])) for pair, orders in together.items()]


def proposed(
    told: Sequence[CountingOrder],
    values: Mapping[int, float] | None = None,
    alike: Collection[Collection[int]] = (),
    bundles: Collection[Collection[int]] = (),
    shares: Mapping[Products, float | None] | None = None,
    min_buyers: int = 3,
) -> list[Finding]:
    orders = by_buyer(told)
    market = market_of(orders, values or {}, alike, min_buyers)
    pairs = strong_pairs(met(orders), market)
    sets = [*pairs, *triples(pairs)]
    counts = count(orders, sets)
    found = findings(counts, market)
    known = shares if shares is not None else {}
    ranked = earning(found, {one.products: known.get(one.products) for one in found})
    return chosen(ranked, counts, market, [frozenset(numbers(bundle)) for bundle in bundles])


def sets_of(found: Iterable[Finding]) -> list[tuple[int, ...]]:
    return [tuple(one.products) for one in found]


def test_the_sets_people_truly_buy_come_first() -> None:
    planted = [an_order(1, 2)] * 40 + [an_order(3, 4, 5)] * 40 + [an_order(6, 7)] * 25

    found = proposed([*noise(1_500), *planted])

    assert sets_of(found[:3]) == [(3, 4, 5), (1, 2), (6, 7)]
    assert [members for members in sets_of(found[3:]) if not set(members) <= set(NOISE)] == []


def test_what_chance_brings_together_is_hardly_ever_proposed() -> None:
    assert len(proposed(noise(3_000))) <= 3


def test_popularity_alone_is_never_enough() -> None:
    dice = Random(3)
    orders = [
        an_order(*(product for product in (1, 2, 3) if dice.random() < 0.6), dice.choice(NOISE))
        for _ in range(2_000)
    ]

    assert [members for members in sets_of(proposed(orders)) if {1, 2, 3} & set(members)] == []


def test_a_bestseller_beside_a_pair_makes_no_trio() -> None:
    dice = Random(5)
    orders = [
        an_order(*order.products, *([9] if dice.random() < 0.5 else []))
        for order in [*noise(1_500), *[an_order(1, 2)] * 60]
    ]

    assert sets_of(proposed(orders))[0] == (1, 2)
    assert [members for members in sets_of(proposed(orders)) if 9 in members] == []


def test_orders_we_caused_never_feed_a_proposal() -> None:
    caused = [an_order(1, 2, induced=[2])] * 200

    assert (1, 2) not in sets_of(proposed([*noise(1_500), *caused, *[an_order(1, 2)] * 2]))


def test_orders_we_caused_are_shown_beside_and_change_no_figure() -> None:
    organic = [*noise(1_500), *[an_order(1, 2)] * 40, *[an_order(1)] * 60]
    caused = [an_order(1, 2, induced=[2])] * 200
    (without,) = [one for one in proposed(organic) if one.products == (1, 2)]
    (beside,) = [one for one in proposed([*organic, *caused]) if one.products == (1, 2)]

    assert (without.induced, beside.induced) == (0, 200)
    assert beside == Finding(
        **{**{name: getattr(without, name) for name in Finding.__slots__}, "induced": 200}
    )


def test_what_we_caused_for_another_product_still_counts() -> None:
    found = proposed([*noise(1_500), *[an_order(1, 2, 60, induced=[60])] * 40])

    assert [(one.products, one.orders, one.induced) for one in found[:1]] == [((1, 2), 40, 0)]


def test_one_loyal_buyer_is_not_enough() -> None:
    loyal = [an_order(1, 2, buyer="ann")] * 40 + [an_order(1, 2, buyer="bob")] * 40

    assert (1, 2) not in sets_of(proposed([*noise(1_500), *loyal]))


def test_alternatives_need_to_be_met_much_more_often() -> None:
    dice = Random(1)
    shirts = [an_order(1, 2)] * 60 + [an_order(dice.choice([1, 2]), dice.choice(NOISE)) for _ in range(160)]
    orders = [*noise(600), *shirts]

    assert (1, 2) in sets_of(proposed(orders))
    assert (1, 2) not in sets_of(proposed(orders, alike=[[1, 2], [1, 2]]))


def test_alternatives_met_clearly_more_often_are_none() -> None:
    assert sets_of(proposed([*noise(1_500), *[an_order(1, 2)] * 40], alike=[[1, 2], [1, 2]]))[0] == (1, 2)


def test_three_that_are_one_habit_are_proposed_as_three_only() -> None:
    found = sets_of(proposed([*noise(1_500), *[an_order(1, 2, 3)] * 40, *[an_order(1, 2)] * 5]))

    assert [members for members in found if set(members) & {1, 2, 3}] == [(1, 2, 3)]


def test_a_trio_that_says_what_its_pairs_say_is_not_repeated() -> None:
    """A camera's buyers take a bag or a card, the one whatever the other: two sets, and no third."""
    dice = Random(11)
    cameras = [
        an_order(
            1,
            *([2] if dice.random() < 0.5 else []),
            *([3] if dice.random() < 0.5 else []),
            dice.choice(NOISE),
        )
        for _ in range(400)
    ]
    found = sets_of(proposed([*noise(1_500), *cameras]))

    assert sorted(members for members in found if set(members) & {1, 2, 3}) == [(1, 2), (1, 3)]


def test_a_pair_that_stands_alone_is_proposed_beside_its_trio() -> None:
    found = sets_of(
        proposed([*noise(1_500), *[an_order(1, 2, 3)] * 40, *[an_order(1, 2)] * 90, *[an_order(3)] * 10])
    )

    assert sorted(members for members in found if set(members) & {1, 2, 3}) == [(1, 2), (1, 2, 3)]


def test_a_third_product_that_we_added_does_not_push_its_pair_aside() -> None:
    caused = [an_order(1, 2, 3, induced=[3])] * 60
    found = sets_of(proposed([*noise(1_500), *[an_order(1, 2, 3)] * 10, *[an_order(1, 2)] * 20, *caused]))

    assert found[0] == (1, 2)


def test_what_a_bundle_holds_already_is_left_out() -> None:
    orders = [*noise(1_500), *[an_order(1, 2)] * 40, *[an_order(3, 4)] * 30]

    assert sets_of(proposed(orders, bundles=[[1, 2, 8]]))[0] == (3, 4)


def test_dearer_sets_come_before_equally_common_ones() -> None:
    orders = [*noise(1_500), *[an_order(1, 2)] * 40, *[an_order(3, 4)] * 40]

    assert sets_of(proposed(orders, values={1: 9.0, 2: 9.0}))[:2] == [(1, 2), (3, 4)]
    assert sets_of(proposed(orders, values={3: 9.0, 4: 9.0}))[:2] == [(3, 4), (1, 2)]


def test_what_earns_nothing_is_not_proposed() -> None:
    orders = [*noise(1_500), *[an_order(1, 2)] * 40, *[an_order(3, 4)] * 30]

    assert sets_of(proposed(orders, shares={numbers([1, 2]): -0.1, numbers([3, 4]): 0.3}))[0] == (3, 4)


def test_one_product_does_not_fill_the_list() -> None:
    partners = [[an_order(1, partner)] * 30 for partner in range(2, 2 + MOST_WITH_ONE + 4)]

    found = sets_of(proposed([*noise(3_000), *(order for several in partners for order in several)]))

    assert sum(1 in members for members in found) == MOST_WITH_ONE


def test_the_order_of_orders_changes_nothing() -> None:
    orders = [*noise(800), *[an_order(1, 2)] * 40, *[an_order(3, 4)] * 40, *[an_order(5, 6)] * 40]
    named_buyers = by_buyer(orders)
    shuffled = Random(2).sample(named_buyers, len(named_buyers))

    assert proposed(shuffled) == proposed(orders)


def test_a_category_of_half_the_shop_says_nothing_about_likeness() -> None:
    half = {ProductNumber(number): ("goods" if number % 2 else f"c{number}", None) for number in range(8)}

    assert likeness(half)[ProductNumber(1)] == frozenset()
    assert likeness(half)[ProductNumber(2)] == {"c2"}


def test_a_set_is_named_after_its_products_within_the_limit() -> None:
    assert named(["Camera", "Lens"], 120) == "Camera + Lens"
    assert named(["A very long name", "Lens"], 16) == "A very l… + Lens"


BASKETS = st.lists(
    st.tuples(
        st.sampled_from(["ann", "bob", "cid", None]),
        st.sets(st.integers(1, 6), min_size=1, max_size=6),
        st.sets(st.integers(1, 6), max_size=2),
    ),
    max_size=25,
)


@given(baskets=BASKETS)
def test_counts_equal_a_recount(baskets: list[tuple[str | None, set[int], set[int]]]) -> None:
    orders = by_buyer(
        an_order(*products, buyer=buyer, induced=products & caused) for buyer, products, caused in baskets
    )
    sets = [numbers(some) for size in (2, 3) for some in combinations(range(1, 7), size)]

    recount = {}
    for members in sets:
        whole = [order for order in orders if set(members) <= set(order.products)]
        organic = [order for order in whole if not order.induced & set(members)]
        buyers = {order.buyer for order in organic} - {None}
        recount[members] = SetCount(
            len(organic), len(buyers), len(whole) - len(organic), sum(order.weight for order in organic)
        )
    assert count(orders, sets) == recount
