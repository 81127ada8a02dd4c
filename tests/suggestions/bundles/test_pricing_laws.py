"""The laws of bundle prices, over ten thousand generated baskets. Amounts are in smallest units."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import count as count_from
from math import gcd

from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.suggestions.bundles.market import Market
from plugin.suggestions.bundles.order_discount import spread
from plugin.suggestions.bundles.pricing import PricedLine, Pricing, price_lines
from plugin.suggestions.bundles.promotion import NONE, Promotion
from plugin.suggestions.money import grains
from tests.suggestions.bundles.market import (
    a_bundle,
    a_market,
    basket,
    baskets,
    goods,
    markets,
    percent,
    with_bundles,
    without,
)

MANY = settings(max_examples=1_500, deadline=None)


def sold_for(pricing: Pricing, lines: list[PricedLine], market: Market) -> int:
    """What Saleor takes for the basket under these prices, catalogue promotions included."""
    total = 0
    for line in lines:
        held = pricing.prices.get(line.id)
        total += (
            market.goods[line.variant].price * line.quantity
            if held is None
            else market.promotions[line.variant].total(held, line.quantity, grains(market.currency))
        )
    return total


def inexpressible(pricing: Pricing, lines: list[PricedLine], market: Market) -> int:
    """By how much rounding in the shopper's favour may miss: not at all where a price finer than a unit is left.

    In a currency of three decimals less than the common divisor of the quantities that share a set, or up to the next saving
    that whole units off their lines add up to: no line is raised over its list price. And where something costs next to nothing
    there is no room to move cents: less than one smallest unit per piece.
    """
    quantities = {line.id: line.quantity for line in lines}
    cheap = {line.id for line in lines if market.goods[line.variant].price < 50}
    together: list[set[str]] = []
    for found in pricing.promised:
        touching = [group for group in together if group & found.pieces.keys()]
        together = [group for group in together if group not in touching] + [
            set(found.pieces).union(*touching)
        ]
    missed = 0
    for group in together:
        counts = [quantities[line] for line in group]
        if group & cheap:
            missed += sum(counts) - 1
        elif market.currency == "KWD":
            saving = sum(found.saving for found in pricing.promised if group & found.pieces.keys())
            missed += max(gcd(*counts) - 1, next_sum(saving, counts) - saving)
    return missed


def next_sum(least: int, counts: list[int]) -> int:
    """The smallest sum of whole multiples of the counts that is not below `least`."""
    reached = {0}
    for total in count_from(1):
        if any(total - one in reached for one in counts):
            reached.add(total)
            if total >= least:
                return total
    raise AssertionError


@MANY
@given(markets(), baskets)
def test_the_discount_of_the_lines_is_the_discount_of_the_bundles(
    market: Market, lines: list[PricedLine]
) -> None:
    """What the prices take off is what was promised, or more by less than one smallest unit per piece."""
    pricing = price_lines(lines, market)

    given_away = without(lines, market) - sold_for(pricing, lines, market)
    promised = sum(found.saving for found in pricing.promised)

    assert promised <= given_away <= promised + inexpressible(pricing, lines, market)


def test_a_saving_that_no_line_can_take_is_rounded_in_the_shoppers_favour() -> None:
    """One fils off two pieces and three: neither line falls by one, and the other may not rise over its list price for it."""
    promotions = {"a": Promotion(percent=Decimal(14)), "b": Promotion(percent=Decimal(40))}
    sold = goods({"a": 104, "b": 83}, promotions)
    market = a_market(
        sold, a_bundle(1, percent("22"), {"b": 1, "a": 2}), promotions=promotions, currency="KWD"
    )
    lines = basket(("a", 2), ("b", 3))

    pricing = price_lines(lines, market)

    assert [found.saving for found in pricing.promised] == [1]
    assert without(lines, market) - sold_for(pricing, lines, market) == 2


@MANY
@given(markets(), baskets)
def test_no_piece_is_in_two_sets(market: Market, lines: list[PricedLine]) -> None:
    """Nor does a set hold pieces that are not in the basket; and no bundle is given more often than it may."""
    pricing = price_lines(lines, market)

    for line in lines:
        assert sum(found.pieces.get(line.id, 0) for found in pricing.promised) <= line.quantity
    for bundle in market.bundles:
        given_sets = sum(found.count for found in pricing.promised if found.bundle == bundle.id)
        assert bundle.most_sets is None or given_sets <= bundle.most_sets


@MANY
@given(markets(), baskets, st.sampled_from(("a", "b", "c", "d/1", "e/2")), st.integers(1, 3))
def test_adding_a_line_never_raises_what_the_others_cost(
    market: Market, lines: list[PricedLine], name: str, quantity: int
) -> None:
    """The basket grows by the price of what was added at most, apart from what rounding gave away before."""
    before = price_lines(lines, market)
    added = PricedLine("line-added", name, quantity)  # type: ignore[arg-type]
    after = price_lines([*lines, added], market)

    alone = market.goods[added.variant].price * quantity
    assert with_bundles(after) <= with_bundles(before) + alone + inexpressible(before, lines, market)


@MANY
@given(markets(), baskets, st.data())
def test_removing_a_line_prices_the_rest_as_if_it_had_never_been_there(
    market: Market, lines: list[PricedLine], data: st.DataObject
) -> None:
    """What is held plays no part in what should be held; a line alone in no set goes back to its list price."""
    held = price_lines(lines, market)
    rest = [
        replace(line, held=held.prices[line.id])
        for line in lines
        if line is not data.draw(st.sampled_from(lines), label="removed")
    ]
    fresh = price_lines([replace(line, held=None) for line in rest], market)

    assert price_lines(rest, market) == fresh
    in_sets = {line for found in fresh.promised for line in found.pieces}
    assert all(price is None for line, price in fresh.prices.items() if line not in in_sets)


@MANY
@given(markets(), baskets, st.randoms())
def test_the_shopper_never_pays_more_and_the_order_of_lines_does_not_matter(
    market: Market, lines: list[PricedLine], dice: object
) -> None:
    """Per line, not only in sum."""
    pricing = price_lines(lines, market)

    for line in lines:
        assert 0 <= pricing.line_totals[line.id] <= market.goods[line.variant].price * line.quantity
    shuffled = list(lines)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis' Random
    assert price_lines(shuffled, market).prices == pricing.prices


@MANY
@given(markets(order=True), baskets)
def test_under_an_order_promotion_the_promise_is_what_is_left(
    market: Market, lines: list[PricedLine]
) -> None:
    """Where every piece is in a set the basket costs what was promised, never more, and less by rounding only."""
    pricing = price_lines(lines, market)
    subtotal = with_bundles(pricing)
    paid = market.order_promotion.after(subtotal)

    assert paid <= market.order_promotion.after(without(lines, market))
    pieces = sum(sum(found.pieces.values()) for found in pricing.promised)
    if pieces == sum(line.quantity for line in lines):
        promise = sum(found.price for found in pricing.promised)
        assert promise - pieces - 1 <= paid <= promise


@given(st.lists(st.integers(0, 5_000), min_size=1, max_size=8), st.integers(0, 20_000))
def test_a_spread_discount_is_given_whole(totals: list[int], discount: int) -> None:
    """As far as the lines cost anything at all. Saleor may give the last line back what rounding took from the others."""
    finals = spread(totals, min(discount, sum(totals)))

    assert all(final >= 0 for final in finals)
    assert abs(sum(finals) - (sum(totals) - min(discount, sum(totals)))) <= len(totals)


@MANY
@given(markets(), st.integers(0, 5_000))
def test_a_price_is_solved_for_what_is_left_after_the_promotion(market: Market, target: int) -> None:
    """Every target can be met, by every promotion that leaves anything."""
    for promotion in market.promotions.values():
        if promotion.percent < 100:
            assert promotion.after(promotion.before(target)) == target
    assert NONE.before(target) == target
