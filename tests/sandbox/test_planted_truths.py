"""The demo's shoppers do what the truths about them say: whoever finds them has found something real."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import combinations

import pytest

from plugin.sandbox.catalogue_facts import Channel
from plugin.sandbox.demo_shop import EUR, USD, demo_shop
from plugin.sandbox.history import BULK_BUYER, HOARD_PIECES, write_history
from plugin.sandbox.saleor import SandboxSaleor
from plugin.sandbox.sales_facts import Order
from plugin.sandbox.state import State
from plugin.sandbox.true_affinities import TRUE_AFFINITIES
from plugin.sandbox.true_delivery import FILLED_UP, FILLER, TRUE_DELIVERIES
from plugin.sandbox.true_habits import (
    COMPLEMENTS,
    CONSUMABLE,
    DURABLE,
    HOARDED,
    POPULAR,
    SENSITIVE,
    SUBSTITUTES,
)
from plugin.sandbox.true_upgrades import CHOSEN, FALSE_UPGRADES, RETURNED, TRUE_UPGRADES

COUNT = 12_000
NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture(scope="module")
def state() -> State:
    """A year and a half of the demo shop."""
    with SandboxSaleor(demo_shop()) as saleor:
        write_history(saleor.kernel, COUNT, NOW)
    return saleor.state


@pytest.fixture(scope="module")
def orders(state: State) -> list[Order]:
    """Those of ordinary buyers."""
    return [it for it in state.orders.values() if it.user_email != BULK_BUYER]


@pytest.fixture(scope="module")
def category_of(state: State) -> Mapping[str, str]:
    """By variant."""
    return {it.id: state.products[it.product_id].category_id or "" for it in state.variants.values()}


@pytest.mark.parametrize("channel", [EUR, USD], ids=lambda it: it.slug)
def test_steps_up_cost_a_little_more(state: State, channel: Channel) -> None:
    def price(variant: str) -> float | None:
        listed = state.variants[variant].listings.get(channel.id)
        return float(listed.price) if listed else None

    steps = [(price(it.replaces), price(it.better)) for it in (*TRUE_UPGRADES, *FALSE_UPGRADES)]

    assert len(TRUE_UPGRADES) > 20
    assert [pair for pair in steps if pair[0] and pair[1] and not 1.05 <= pair[1] / pair[0] <= 1.40] == []


def test_the_better_one_is_chosen_and_the_plain_one_comes_back(state: State, orders: list[Order]) -> None:
    bought = Counter(line.product_variant_id for it in orders for line in it.lines)
    lines = {line.id: line.product_variant_id for it in orders for line in it.lines}
    returned = Counter(
        lines[line.order_line_id]
        for it in orders
        for parcel in it.fulfillments
        if parcel.status == "REFUNDED_AND_RETURNED"
        for line in parcel.lines
    )
    plain = {gid for gid, share in RETURNED.items() if share >= 0.08}

    def share(gids: set[str]) -> float:
        return sum(returned[it] for it in gids) / sum(bought[it] for it in gids)

    families: dict[str, list[str]] = defaultdict(list)
    for gid in CHOSEN:
        families[state.variants[gid].product_id].append(gid)
    assert share(plain) > 2 * share(set(RETURNED) - plain)
    assert [max(own, key=bought.__getitem__) for own in families.values()] == [
        max(own, key=CHOSEN.__getitem__) for own in families.values()
    ]


def test_nobody_buys_a_second_camera_but_many_the_next_batteries(
    orders: list[Order], category_of: Mapping[str, str]
) -> None:
    had: dict[str, Counter[str]] = defaultdict(Counter)
    for order in orders:
        for category in {category_of[line.product_variant_id] for line in order.lines}:
            had[category][order.user_email] += 1
    again = {category: sum(count > 1 for count in its.values()) / len(its) for category, its in had.items()}
    others = {it: share for it, share in again.items() if it not in (*DURABLE, *CONSUMABLE)}

    assert {again[it] for it in DURABLE} == {0.0}
    assert min(again[it] for it in CONSUMABLE) > max(others.values())
    assert all(len(had[it]) > 50 for it in SENSITIVE)


def test_categories_meet_as_they_should(orders: list[Order], category_of: Mapping[str, str]) -> None:
    baskets = [{category_of[line.product_variant_id] for line in it.lines} for it in orders]
    alone = Counter(category for basket in baskets for category in basket)
    both = Counter(pair for basket in baskets for pair in combinations(sorted(basket), 2))

    def against_chance(one: str, other: str) -> float:
        return both[min(one, other), max(one, other)] * len(baskets) / (alone[one] * alone[other])

    assert all(against_chance(*pair) > 2 for pair in COMPLEMENTS)
    assert all(
        against_chance(*pair) == 0 and alone[pair[0]] * alone[pair[1]] / len(baskets) > 30
        for pair in SUBSTITUTES
    )


def test_popular_products_have_many_buyers_and_the_hoarded_one_has_not(
    state: State, orders: list[Order], category_of: Mapping[str, str]
) -> None:
    product_of = {it.id: it.product_id for it in state.variants.values()}
    for channel in (EUR, USD):
        buyers: dict[str, set[str]] = defaultdict(set)
        for order in orders:
            for line in order.lines if order.channel_id == channel.id else ():
                buyers[product_of[line.product_variant_id]].add(order.user_email)
        for category, best in POPULAR.items():
            own = {it.id for it in state.products.values() if it.category_id == category}
            assert max(own, key=lambda it: len(buyers[it])) == best

    pieces: Counter[str] = Counter()
    for order in state.orders.values():
        for line in order.lines if order.user_email == BULK_BUYER and len(order.lines) == 1 else ():
            pieces[product_of[line.product_variant_id]] += line.quantity
    assert pieces == {HOARDED: HOARD_PIECES}
    assert HOARDED not in POPULAR.values()


@pytest.mark.parametrize("slug", list(TRUE_DELIVERIES))
def test_delivery_costs_what_it_should(slug: str) -> None:
    true = TRUE_DELIVERIES[slug]
    with SandboxSaleor(demo_shop()) as saleor:
        channel = saleor.state.channel(slug)
        assert channel
        cheap = next(
            it for it in saleor.state.variants.values() if channel.id in it.listings and it.name == "Pro"
        )
        found = []
        for price in (true.free_from, true.free_from - 1):
            saleor.shelves.set_price(cheap.id, slug, price)
            checkout = saleor.checkouts.create(
                slug, {cheap.id: 1}, shipping_address={"country": true.countries[0]}
            )
            found.append(min(it.price for it in saleor.deliveries.options(checkout.id)))

    assert found == [0, true.price]


def test_the_filler_closes_the_gap_and_costs_less_than_the_parcel(state: State) -> None:
    true = TRUE_DELIVERIES[EUR.slug]
    spent = sum(state.variants[it].listings[EUR.id].price for it in FILLED_UP)
    (only,) = state.products[FILLER].variant_ids
    costs = state.variants[only].listings[EUR.id].price

    assert spent < true.free_from <= spent + costs
    assert costs < true.price
    assert all(FILLER in TRUE_AFFINITIES[state.variants[it].product_id] for it in FILLED_UP)
