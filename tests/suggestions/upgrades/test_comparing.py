"""A step up is a little dearer, alike in taste, better in a fact that is told; and says what is worse."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.suggestions.model import BetterFact, ProductId
from plugin.suggestions.upgrades.candidates import MOST_KEPT, Good, steps_up
from plugin.suggestions.upgrades.comparing import Option, Verdict, Window, compared, is_step_up
from plugin.suggestions.upgrades.scales import DOWN, ORDER, TASTE, UP, Grounds, Scale, Values
from tests.suggestions.upgrades.catalogue import option

SCALES = {
    "memory": Scale("memory", "Memory", "DROPDOWN", "", UP, grounds=Grounds("same_product", 9, 9)),
    "noise": Scale("noise", "Noise", "DROPDOWN", "", DOWN),
    "length": Scale("length", "Length", "NUMERIC", "CM", UP),
    "tier": Scale("tier", "Tier", "DROPDOWN", "", ORDER, order=("basic", "plus", "pro")),
    "colour": Scale("colour", "Colour", "SWATCH", "", TASTE),
}
SMALL = option(100, memory="64 GB", noise="20 dB", colour="red")


def verdict(better: Option, owned: Option = SMALL, **facts: Any) -> Verdict:
    return is_step_up(owned, better, SCALES, Window(), **facts)


def like(price: str | int, **values: str) -> Option:
    """Another variant, like SMALL but for these."""
    told = {**SMALL.values, **{name: (value,) for name, value in values.items()}}
    return replace(option(price), values=told)


def test_a_better_option_says_in_what() -> None:
    found = verdict(like(120, memory="128 GB"))

    assert found == Verdict((BetterFact("memory", "Memory", "64 GB", "128 GB"),))


def test_what_is_worse_is_told_too() -> None:
    found = verdict(like(120, memory="128 GB", length="150", noise="30 dB"), owned=like(100, length="100"))

    assert [(fact.attribute, fact.new, fact.better) for fact in found.facts] == [
        ("memory", "128 GB", True),
        ("length", "150 cm", True),
        ("noise", "30 dB", False),
    ]


@pytest.mark.parametrize(
    ("better", "reason"),
    [
        (like("104.99", memory="128 GB"), "too_cheap"),
        (like("140.01", memory="128 GB"), "too_dear"),
        (like(120), "not_better"),
        (like(120, noise="30 dB"), "not_better"),
        (like(120, memory="128 GB", noise="30 dB"), "worse"),
        (like(120, memory="128 GB", colour="blue"), "other_taste:colour"),
        (replace(like(120, memory="128 GB"), available=False), "unavailable"),
        (replace(like(120, memory="128 GB"), quantity=0), "unavailable"),
        (replace(like(120, memory="128 GB"), quantity=1), "too_few_pieces"),
        (replace(like(120, memory="128 GB"), currency="USD"), "unavailable"),
        (replace(like(120, memory="128 GB"), product=ProductId("q"), category="other"), "other_kind"),
        (replace(like(120, memory="128 GB"), product=ProductId("q"), product_type="other"), "other_kind"),
    ],
)  # fmt: skip
def test_what_is_no_step_up_says_why(better: Option, reason: str) -> None:
    assert verdict(better, pieces=2) == Verdict(reason=reason)


@pytest.mark.parametrize("price", ["105.00", "140.00"])
def test_both_ends_of_the_window_belong_to_it(price: str) -> None:
    assert verdict(like(price, memory="128 GB")).facts


def test_a_category_that_stands_for_another_is_compared() -> None:
    other = replace(like(120, memory="128 GB"), product=ProductId("q"), category="other")

    assert verdict(other, substitutes=frozenset({("other", "shelf")})).facts


def test_the_same_in_other_words_is_the_same() -> None:
    found = verdict(like(120, memory="128 GB", depth="1 m"), owned=like(100, depth="1 m"))

    assert [fact.attribute for fact in found.facts] == ["memory"]


VALUES = {
    "memory": ["64 GB", "128 GB", "1 TB", "many"],
    "noise": ["20 dB", "30 dB"],
    "length": ["100", "150"],
    "tier": ["basic", "plus", "pro", "other"],
    "colour": ["red", "gold"],
    "unknown": ["a", "b"],
}
profiles = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(some) for name, some in VALUES.items()}
).map(lambda told: {name: (value,) for name, value in told.items()})


@settings(max_examples=1_000)
@given(profiles, profiles)
def test_never_worse_without_saying_so(old: Values, new: Values) -> None:
    found = compared(old, new, SCALES)

    if found.facts:
        steps = {
            name: SCALES[name].step(old[name][0], new[name][0]) for name in set(old) & set(new) & set(SCALES)
        }
        told = {fact.attribute: 1 if fact.better else -1 for fact in found.facts}
        assert told == {name: step for name, step in steps.items() if step}
        assert sum(told.values()) > 0
        assert all(old[name] == new[name] for name in ("colour", "unknown") if name in old and name in new)


@settings(max_examples=200)
@given(st.lists(st.tuples(profiles, st.integers(1, 60), st.integers(1, 4)), max_size=30), st.randoms())
def test_steps_up_do_not_depend_on_the_order_and_hold(
    made: list[tuple[Values, int, int]], dice: random.Random
) -> None:
    likes = [values for values, _price, _product in made]
    goods = [Good(price, n, product, n, "shelf", True) for n, (_v, price, product) in enumerate(made)]

    found = dict(steps_up(goods, likes, SCALES, Window()))

    assert dict(steps_up(dice.sample(goods, len(goods)), likes, SCALES, Window())) == found
    for number, steps in found.items():
        assert len(steps) <= MOST_KEPT
        for step in steps:
            was, is_now = (
                replace(option(Decimal(goods[n].price), product=str(goods[n].product)), values=likes[n])
                for n in (number, step)
            )
            assert is_step_up(was, is_now, SCALES, Window()).facts
