"""A small world that rules quarrel about: few products, categories and values, so that everything meets everything."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any, TypeVar

from hypothesis import strategies as st

from plugin.suggestions.model import (
    BasketLine,
    ChannelId,
    Offer,
    OfferedVariant,
    ProductId,
    ProductNumber,
    VariantId,
)
from plugin.suggestions.rules.model import (
    ATTRIBUTE,
    BOOST,
    BURY,
    CATEGORY,
    COLLECTION,
    MATCH,
    PAIR,
    PIN,
    PRODUCT,
    RULE_KINDS,
    Rule,
    RuleId,
    Selector,
)

Made = TypeVar("Made")

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HERE, THERE = ChannelId("here"), ChannelId("there")

PRODUCTS = ("camera", "lens", "card", "strap", "bag")
PATHS = ((), ("photo",), ("lenses", "photo"), ("bags",), ("cards", "memory", "photo"))
COLLECTIONS = ("new", "sale")
VALUES = (("mount", "e"), ("mount", "rf"), ("colour", "red"), ("colour", "blue"))
FACTORS = (0.1, 0.3, 0.5, 0.7, 1.1, 1.5, 2.0, 3.3, 10.0)
MOMENTS = (None, None, NOW - timedelta(days=1), NOW, NOW + timedelta(days=1))

Facts = frozenset[tuple[str, str]]
NONE: Facts = frozenset()


def product(name: str) -> Selector:
    """This product."""
    return Selector(PRODUCT, name)


def category(name: str) -> Selector:
    """This category, and those below it."""
    return Selector(CATEGORY, name)


def value(attribute: str, name: str) -> Selector:
    """This value of an attribute."""
    return Selector(ATTRIBUTE, attribute, name)


def a_rule(number: int, kind: str, what: Selector | None = None, **facts: Any) -> Rule:
    """a_rule(1, PIN, product("lens"), position=1, beside=category("photo"))."""
    return Rule(RuleId(number), kind, what, **facts)


def a_pair(number: int, beside: str, with_: str, **facts: Any) -> Rule:
    """An own pair."""
    return a_rule(number, PAIR, product(with_), beside=product(beside), **facts)


def an_offer(
    name: str,
    *path: str,
    collections: frozenset[str] = frozenset(),
    traits: Facts = NONE,
) -> Offer:
    """A product that could be suggested."""
    return Offer(
        ProductNumber(0), ProductId(name), name, (), path[0] if path else None, collections, categories=path, traits=traits
    )  # fmt: skip


def a_variant(attributes: Facts = NONE) -> OfferedVariant:
    """A variant of it."""
    return OfferedVariant(VariantId("v"), "", Decimal(10), "EUR", attributes)


def a_line(
    name: str,
    *path: str,
    collections: frozenset[str] = frozenset(),
    traits: Facts = NONE,
    attributes: Facts = NONE,
    gift: bool = False,
) -> BasketLine:
    """A line of the basket."""
    return BasketLine(
        VariantId(f"{name}-1"), 1, product_id=ProductId(name), category=path[0] if path else None, categories=path,
        collections=collections, traits=traits, attributes=attributes, gift=gift,
    )  # fmt: skip


def any_rule(dice: Random) -> Rule:
    """Any rule that could be saved; its number is given later."""
    kind = dice.choice(RULE_KINDS)
    facts: dict[str, Any] = {
        "channels": dice.choice(((), (), (HERE,), (THERE,), (HERE, THERE))),
        "since": dice.choice(MOMENTS),
        "until": dice.choice(MOMENTS),
        "enabled": dice.random() < 0.8,
    }
    if kind == PAIR:
        beside, other = dice.sample(PRODUCTS, 2)
        position = dice.choice((None, 1, 2, 3))
        return a_pair(0, beside, other, both=dice.random() < 0.5, position=position, **facts)
    facts["beside"] = dice.choice((None, any_selector(dice)))
    if kind == MATCH:
        attribute = dice.choice(("mount", "colour"))
        return a_rule(0, kind, dice.choice((None, any_selector(dice))), attribute=attribute, **facts)
    if kind == PIN:
        facts["position"] = dice.choice((1, 2, 3))
    if kind in (BOOST, BURY):
        facts["factor"] = dice.choice([one for one in FACTORS if (one > 1) == (kind == BOOST)])
    return a_rule(0, kind, any_selector(dice), **facts)


def any_selector(dice: Random) -> Selector:
    """Any way to select."""
    return dice.choice(
        (
            product(dice.choice(PRODUCTS)),
            category(dice.choice(("photo", "lenses", "memory", "cards", "bags"))),
            Selector(COLLECTION, dice.choice(COLLECTIONS)),
            value(*dice.choice(VALUES)),
        )
    )


def any_facts(dice: Random) -> Facts:
    """Some values of attributes."""
    return frozenset(dice.sample(VALUES, dice.randrange(4)))


def any_offer(dice: Random) -> tuple[Offer, OfferedVariant]:
    """A product that could be suggested, in a variant."""
    collections = frozenset(dice.sample(COLLECTIONS, dice.randrange(3)))
    path = dice.choice(PATHS)
    offer = an_offer(dice.choice(PRODUCTS), *path, collections=collections, traits=any_facts(dice))
    return offer, a_variant(any_facts(dice))


def any_line(dice: Random) -> BasketLine:
    """A line of the basket."""
    collections = frozenset(dice.sample(COLLECTIONS, dice.randrange(3)))
    gift = dice.random() < 0.2
    return a_line(
        dice.choice(PRODUCTS), *dice.choice(PATHS), collections=collections, traits=any_facts(dice),
        attributes=any_facts(dice), gift=gift,
    )  # fmt: skip


def _many(made: Callable[[Random], Made]) -> st.SearchStrategy[Made]:
    """One of three thousand: choosing is much faster than making, and what fails still shrinks to a few."""
    dice = Random(made.__name__)  # the same ones every time
    return st.sampled_from([made(dice) for _ in range(3_000)])


offers = _many(any_offer)
baskets = st.lists(_many(any_line), max_size=4)


def rules(most: int) -> st.SearchStrategy[list[Rule]]:
    """Some rules, numbered."""
    return st.lists(_many(any_rule), max_size=most).map(numbered)


def numbered(some: Iterable[Rule]) -> list[Rule]:
    """These rules with numbers."""
    return [replace(rule, id=RuleId(number)) for number, rule in enumerate(some, start=1)]
