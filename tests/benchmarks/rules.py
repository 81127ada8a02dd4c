"""The merchant's rules for one basket of ten lines and a hundred candidates, as rules grow; beside one that reads them one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from random import Random

from rich.console import Console
from rich.table import Table

from plugin.suggestions.model import (
    BasketLine,
    ChannelId,
    Offer,
    OfferedVariant,
    ProductId,
    ProductNumber,
    VariantId,
)
from plugin.suggestions.rules.book import Rulebook
from plugin.suggestions.rules.model import (
    ATTRIBUTE,
    BOOST,
    BURY,
    CATEGORY,
    COLLECTION,
    EXCLUDE,
    MATCH,
    PAIR,
    PIN,
    PRODUCT,
    Rule,
    RuleId,
    Selector,
)
from tests.benchmarks.timing import in_turns, ms
from tests.suggestions.rules import naive

NOW = datetime(2026, 11, 22, tzinfo=UTC)
HERE = ChannelId("here")

PRODUCTS = 2_000
CATEGORIES = 60
COLLECTIONS = 50
VALUES = 20
LINES = 10
CANDIDATES = 100
BASKETS = 30

SERVED = 100
"""Baskets before the first one that counts: a book lives for days, and remembers what it said."""

SHAPES = ((50, 0.3), (500, 0.0), (500, 0.3), (500, 1.0), (2_000, 0.3))
"""Rules, and which part of them holds beside something only."""

Case = tuple[Rulebook, list[Rule], list[BasketLine], list[tuple[Offer, OfferedVariant]]]


def run(console: Console, _full: bool) -> None:
    """Print the table."""
    table = Table(
        title=f"The merchant's rules: {LINES} lines, {CANDIDATES} candidates (pure, in the process)"
    )
    columns = (
        "rules",
        "of them beside something",
        "say of a basket",
        "median",
        "p95",
        "processor",
        "peer: one by one",
        "times as fast",
        "compiling",
    )
    for name in columns:
        table.add_column(name, justify="right")
    for count, beside in SHAPES:
        dice = Random(count * 10 + int(beside * 10))  # the same rules and baskets every time
        every = [a_rule(dice, number, beside) for number in range(1, count + 1)]
        book = Rulebook.compile(every, HERE, NOW)
        for _ in range(SERVED):
            compiled(a_case(dice, book, every))
        cases = [a_case(dice, book, every) for _ in range(BASKETS)]
        ours, peer, compiling = in_turns(
            BASKETS,
            (
                lambda number, cases=cases: compiled(cases[number]),  # type: ignore[misc]
                lambda number, cases=cases: one_by_one(cases[number]),  # type: ignore[misc]
                lambda _number, every=every: Rulebook.compile(every, HERE, NOW),  # type: ignore[misc]
            ),
        )
        said = sum(compiled(case) for case in cases) / len(cases)
        table.add_row(
            f"{count:,}", f"{beside:.0%}", f"{said:.0f}", ms(ours.median), ms(ours.p95), ms(ours.worked), ms(peer.median),
            f"{peer.worked / ours.worked:.0f}", ms(compiling.median),
        )  # fmt: skip
    console.print(table)


def compiled(case: Case) -> int:
    """Judge all candidates by the book; how many rules had a say."""
    book, _rules, lines, candidates = case
    standing = book.for_basket(lines)
    standing.pairs()
    standing.pinned_products()
    return sum(sum(map(len, standing.judge(*offered).said)) for offered in candidates)


def one_by_one(case: Case) -> int:
    """The peer: every rule asked for every candidate."""
    _book, rules, lines, candidates = case
    naive.pairs(rules, HERE, NOW, lines)
    naive.pinned(rules, HERE, NOW, lines)
    return sum(len(naive.judge(rules, HERE, NOW, lines, *offered).said[0]) for offered in candidates)


def a_case(dice: Random, book: Rulebook, rules: list[Rule]) -> Case:
    """A basket of ten products, and a hundred that could be suggested."""
    lines = [_as_line(_product(number)) for number in dice.sample(range(PRODUCTS), LINES)]
    return book, rules, lines, [_product(number) for number in dice.sample(range(PRODUCTS), CANDIDATES)]


def a_rule(dice: Random, number: int, beside: float) -> Rule:
    """Any rule a merchant of such a shop might write."""
    kind = dice.choices((PIN, BOOST, BURY, EXCLUDE, PAIR, MATCH), (10, 25, 10, 28, 25, 2))[0]
    rule = Rule(RuleId(number), kind, _selector(dice))
    if kind == PAIR:
        one, other = (Selector(PRODUCT, f"p{number}") for number in dice.sample(range(PRODUCTS), 2))
        return replace(
            rule, what=one, beside=other, both=dice.random() < 0.5, position=dice.choice((None, 1, 2))
        )
    if kind == MATCH:
        return replace(rule, attribute=f"a{dice.randrange(2)}", beside=_selector(dice))
    return replace(
        rule,
        beside=_selector(dice) if dice.random() < beside else None,
        position=dice.randint(1, 3) if kind == PIN else None,
        factor={BOOST: 1.5, BURY: 0.5}.get(kind, 1.0),
    )


def _selector(dice: Random) -> Selector:
    by = dice.choice((PRODUCT, PRODUCT, CATEGORY, COLLECTION, ATTRIBUTE))
    return {
        PRODUCT: Selector(PRODUCT, f"p{dice.randrange(PRODUCTS)}"),
        CATEGORY: Selector(CATEGORY, f"c{dice.randrange(CATEGORIES)}"),
        COLLECTION: Selector(COLLECTION, f"s{dice.randrange(COLLECTIONS)}"),
        ATTRIBUTE: Selector(ATTRIBUTE, f"a{dice.randrange(8)}", f"v{dice.randrange(VALUES)}"),
    }[by]


@cache
def _product(number: int) -> tuple[Offer, OfferedVariant]:
    dice = Random(number)  # the same product whenever it is met
    own = number % CATEGORIES
    path = (f"c{own}", f"c{own // 6}")
    values = [(f"a{attribute}", f"v{dice.randrange(VALUES)}") for attribute in dice.sample(range(8), 6)]
    offer = Offer(
        ProductNumber(number), ProductId(f"p{number}"), "", (), path[0], categories=path,
        collections=frozenset(f"s{one}" for one in dice.sample(range(COLLECTIONS), 2)), traits=frozenset(values[:4]),
    )  # fmt: skip
    return offer, OfferedVariant(VariantId(f"v{number}"), "", Decimal(10), "EUR", frozenset(values[4:]))


def _as_line(offered: tuple[Offer, OfferedVariant]) -> BasketLine:
    offer, variant = offered
    return BasketLine(
        variant.id, 1, product_id=offer.id, category=offer.category, categories=offer.categories,
        collections=offer.collections, traits=offer.traits, attributes=variant.attributes,
    )  # fmt: skip
