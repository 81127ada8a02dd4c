"""The pricing core: what every line of a basket should cost, as bundles and lines grow; beside one that takes sets greedily."""

from __future__ import annotations

from random import Random

from rich.console import Console
from rich.table import Table

from plugin.suggestions.bundles.market import Market
from plugin.suggestions.bundles.pricing import PricedLine, price_lines
from plugin.suggestions.bundles.sets import Shelf, ways_of
from tests.benchmarks.timing import in_turns, ms
from tests.suggestions.bundles.market import a_bundle, a_market, basket, goods, percent

PRODUCTS = 2_000
BASKETS = 40

SHAPES = (
    (20, 0, 0.0),
    (20, 50, 0.02),
    (20, 200, 0.02),
    (20, 1_000, 0.02),
    (5, 200, 0.02),
    (40, 200, 0.02),
    (20, 200, 0.5),
)
"""Lines of the basket, active bundles, and which part of the bundles lies in the basket whole."""


def run(console: Console, _full: bool) -> None:
    """Print the table."""
    table = Table(title="Bundle prices of a basket (pure, in the process)")
    for name in (
        "lines",
        "active bundles",
        "of them whole in the basket",
        "median",
        "p95",
        "sets found",
        "peer: greedy",
        "we save more by",
    ):
        table.add_column(name, justify="right")
    for lines, bundles, whole in SHAPES:
        dice = Random(lines * 1_000 + bundles)  # the same baskets every time
        cases = [a_case(dice, lines, bundles, whole) for _ in range(BASKETS)]
        ours, peer = in_turns(
            BASKETS,
            (
                lambda number, cases=cases: price_lines(cases[number][1], cases[number][0]),  # type: ignore[misc]
                lambda number, cases=cases: greedy(cases[number][1], cases[number][0]),  # type: ignore[misc]
            ),
        )
        saved = [sum(found.saving for found in price_lines(b, m).promised) for m, b in cases]
        theirs = [greedy(b, m) for m, b in cases]
        sets = sum(sum(found.count for found in price_lines(b, m).promised) for m, b in cases) / len(cases)
        more = f"{sum(saved) / sum(theirs) - 1:.1%}" if sum(theirs) else "-"
        table.add_row(
            str(lines), str(bundles), f"{whole:.0%}", ms(ours.median), ms(ours.p95),
            f"{sets:.1f}", ms(peer.median), more,
        )  # fmt: skip
    console.print(table)


def a_case(dice: Random, lines: int, bundles: int, whole: float) -> tuple[Market, list[PricedLine]]:
    """A market of 2,000 products and a basket; most bundles share some of its products, few all of them."""
    names = [f"p{number}/a" for number in range(PRODUCTS)]
    chosen = dice.sample(names, lines)
    there = [name.split("/")[0] for name in chosen]
    made = []
    for number in range(1, bundles + 1):
        inside = dice.random() < whole
        members = {dice.choice(there): dice.randint(1, 2)}
        while len(members) < dice.randint(2, 4):
            members[dice.choice(there) if inside else f"p{dice.randrange(PRODUCTS)}"] = 1
        made.append(a_bundle(number, percent(str(dice.randint(3, 25))), members))
    sold = goods({name: dice.randint(199, 19_999) for name in chosen})
    return a_market(sold, *made), basket(*((name, dice.randint(1, 3)) for name in chosen))


def greedy(lines: list[PricedLine], market: Market) -> int:
    """The peer: the set that saves most first, as often as it fits, then the next. What it saves."""
    stock = {line.variant: line.quantity for line in lines}
    shelf = Shelf.of(market.goods, stock)
    ways = [way for bundle in market.bundles for way in ways_of(bundle, shelf, market)]
    saved = 0
    for way in sorted(ways, key=lambda one: -one.saving):
        count = min(stock[variant] // needed for variant, needed in way.pieces)
        if count and way.saving > 0:
            saved += way.saving * count
            for variant, needed in way.pieces:
                stock[variant] -= needed * count
    return saved
