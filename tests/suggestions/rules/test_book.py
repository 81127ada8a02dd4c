"""The merchant's rules in force: exclude and match always win, order never matters, and nothing is lost in compiling."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.suggestions.model import BasketLine, Offer, OfferedVariant
from plugin.suggestions.rules.book import Rulebook
from plugin.suggestions.rules.model import (
    BOOST,
    BURY,
    COLLECTION,
    EXCLUDE,
    MATCH,
    PIN,
    Rule,
    Selector,
)
from plugin.suggestions.rules.standing import Judgement, Standing
from tests.suggestions.rules import naive, world
from tests.suggestions.rules.world import (
    HERE,
    NOW,
    THERE,
    a_line,
    a_pair,
    a_rule,
    a_variant,
    an_offer,
    category,
    product,
    value,
)

CAMERA = a_line("camera", "photo", traits=frozenset({("mount", "e")}))
LENS = an_offer("lens", "lenses", "photo", traits=frozenset({("mount", "rf")}))


def standing(rules: Sequence[Rule], *lines: BasketLine) -> Standing:
    return Rulebook.compile(rules, HERE, NOW).for_basket(lines)


def judged(rules: Sequence[Rule], offer: Offer, *lines: BasketLine) -> Judgement:
    return standing(rules, *lines).judge(offer, a_variant())


def in_order(judgement: Judgement) -> Judgement:
    """The same with all rules that had a say oldest first, to compare two."""
    return judgement._replace(said=(judgement.why,))


def selected(offer: Offer, variant: OfferedVariant) -> list[Selector]:
    """Every way to select this."""
    return [
        product(offer.id),
        *map(category, offer.categories),
        *(Selector(COLLECTION, name) for name in offer.collections),
        *(value(*pair) for pair in offer.traits | variant.attributes),
    ]


@settings(max_examples=10_000, deadline=None)
@given(st.integers(0, 2**40))
def test_what_is_excluded_is_forbidden_under_any_combination_of_rules(seed: int) -> None:
    dice = Random(seed)  # ten thousand cases: dice make them ten times as fast as hypothesis draws them
    offer, variant = world.any_offer(dice)
    exclude = a_rule(99, EXCLUDE, dice.choice(selected(offer, variant)))
    rules = [*world.numbered(world.any_rule(dice) for _ in range(dice.randrange(9))), exclude]
    lines = [world.any_line(dice) for _ in range(dice.randrange(5))]

    judgement = standing(dice.sample(rules, len(rules)), *lines).judge(offer, variant)

    assert judgement.excluded is not None
    assert judgement.forbidden is not None
    assert exclude in judgement.why


@settings(max_examples=1_000, deadline=None)
@given(world.rules(8), world.baskets, world.offers)
def test_the_compiled_book_says_what_the_rules_say_one_by_one(
    rules: list[Rule], lines: list[BasketLine], offered: tuple[Offer, OfferedVariant]
) -> None:
    book = standing(rules, *lines)

    assert in_order(book.judge(*offered)) == naive.judge(rules, HERE, NOW, lines, *offered)
    assert book.pairs() == naive.pairs(rules, HERE, NOW, lines)
    assert list(book.pinned_products()) == naive.pinned(rules, HERE, NOW, lines)


@settings(max_examples=400, deadline=None)
@given(world.rules(8), world.baskets, st.lists(world.offers, max_size=4), st.integers())
def test_the_order_of_rules_lines_and_questions_does_not_matter(
    rules: list[Rule], lines: list[BasketLine], asked: list[tuple[Offer, OfferedVariant]], seed: int
) -> None:
    one = standing(rules, *lines)
    told = [in_order(one.judge(*offered)) for offered in asked]

    dice = Random(seed)
    other = standing(dice.sample(rules, len(rules)), *dice.sample(lines, len(lines)))

    assert [in_order(other.judge(*offered)) for offered in reversed(asked)] == told[::-1]
    assert (other.pairs(), other.pinned_products()) == (one.pairs(), one.pinned_products())


@settings(max_examples=400, deadline=None)
@given(world.rules(8), st.sampled_from([-2, -1, 0, 1, 2]))
def test_a_book_is_right_as_long_as_it_says_it_holds(rules: list[Rule], days: int) -> None:
    later = NOW + timedelta(days=days)
    book = Rulebook.compile(rules, HERE, NOW)

    if book.holds(later):
        assert book == Rulebook.compile(rules, HERE, later)
    assert book.holds(NOW)


def test_a_category_holds_the_categories_below_it() -> None:
    rule = a_rule(1, EXCLUDE, category("photo"))

    assert (judged([rule], LENS).excluded, judged([rule], an_offer("bag", "bags")).excluded) == (rule, None)


def test_an_exclude_beside_something_holds_only_beside_it() -> None:
    rule = a_rule(1, EXCLUDE, product("lens"), beside=product("camera"))

    assert (judged([rule], LENS, CAMERA).excluded, judged([rule], LENS).excluded) == (rule, None)


def test_nobody_chose_a_gift_so_no_rule_looks_at_it() -> None:
    rule = a_rule(1, EXCLUDE, product("lens"), beside=product("camera"))

    assert judged([rule], LENS, a_line("camera", gift=True)).excluded is None


def test_factors_multiply_and_stay_within_bounds() -> None:
    boosts = [a_rule(number, BOOST, product("lens"), factor=4.0) for number in (1, 2)]
    bury = a_rule(3, BURY, category("photo"), factor=0.5)

    assert [judged(rules, LENS).factor for rules in ([boosts[0], bury], boosts, [bury] * 1)] == [
        2.0,
        10.0,
        0.5,
    ]


def test_the_best_position_wins_and_then_the_older_rule() -> None:
    pins = [
        a_rule(7, PIN, product("lens"), position=3),
        a_rule(9, PIN, category("photo"), position=2),
        a_rule(8, PIN, category("lenses"), position=2),
    ]

    judgement = judged(pins, LENS)

    assert (judgement.position, judgement.pin, [rule.id for rule in judgement.why]) == (2, pins[2], [7, 8, 9])


def test_an_own_pair_is_wanted_both_ways_where_it_says_so_and_never_when_it_is_there() -> None:
    rules = [a_pair(1, "camera", "card", both=True, position=2), a_pair(2, "camera", "strap")]

    found = [
        [(pair.product, pair.beside, pair.position) for pair in standing(rules, *map(a_line, basket)).pairs()]
        for basket in (("camera",), ("card",), ("strap",), ("camera", "card"))
    ]

    assert found == [
        [("card", "camera", 2), ("strap", "camera", None)],
        [("camera", "card", 2)],
        [],
        [("strap", "camera", None)],
    ]


def test_a_pair_made_twice_stands_where_the_first_of_the_two_stands() -> None:
    rules = [a_pair(1, "camera", "bag"), a_pair(2, "strap", "card"), a_pair(3, "camera", "bag")]

    wanted = standing(rules, a_line("camera", "photo"), a_line("strap", "bags")).pairs()

    assert [pair.rule.id for pair in wanted] == [1, 2]


def test_an_own_pair_has_its_position_in_the_judgement_too() -> None:
    pair = a_pair(1, "camera", "lens", position=1)

    assert judged([pair], LENS, CAMERA) == Judgement(position=1, pin=pair, said=((pair,),))


def test_a_lens_must_fit_the_camera() -> None:
    match = a_rule(1, MATCH, attribute="mount")
    fitting = an_offer("lens", traits=frozenset({("mount", "e"), ("mount", "rf")}))
    mountless = an_offer("bag", "bags")

    assert [judged([match], offer, CAMERA).unmatched for offer in (LENS, fitting, mountless)] == [
        match,
        None,
        None,
    ]


def test_it_must_fit_every_line_that_has_the_attribute() -> None:
    match = a_rule(1, MATCH, attribute="mount")
    other = a_line("other camera", traits=frozenset({("mount", "rf")}))

    assert judged([match], LENS, CAMERA, other).unmatched == match


def test_a_match_may_be_for_some_products_beside_some_lines_only() -> None:
    match = a_rule(1, MATCH, category("lenses"), beside=category("photo"), attribute="mount")
    battery = an_offer("battery", "photo", traits=frozenset({("mount", "rf")}))
    adapter = a_line("adapter", "bags", traits=frozenset({("mount", "e")}))

    found = [judged([match], LENS, CAMERA), judged([match], battery, CAMERA), judged([match], LENS, adapter)]

    assert [judgement.unmatched for judgement in found] == [match, None, None]


def test_what_does_not_fit_is_forbidden_even_when_pinned_and_paired() -> None:
    rules = [
        a_rule(1, MATCH, attribute="mount"),
        a_rule(2, PIN, product("lens"), position=1),
        a_pair(3, "camera", "lens"),
    ]

    judgement = judged(rules, LENS, CAMERA)

    assert (judgement.forbidden, judgement.position) == (rules[0], 1)


@pytest.mark.parametrize(
    ("facts", "holds"),
    [
        ({}, True),
        ({"enabled": False}, False),
        ({"channels": (THERE,)}, False),
        ({"channels": (HERE, THERE)}, True),
        ({"since": NOW}, True),
        ({"since": NOW + timedelta(seconds=1)}, False),
        ({"until": NOW}, False),
        ({"until": NOW + timedelta(seconds=1)}, True),
    ],
    ids=str,
)
def test_a_rule_holds_where_and_when_it_says(facts: dict[str, object], holds: bool) -> None:
    rule = a_rule(1, EXCLUDE, product("lens"), **facts)

    assert (judged([rule], LENS).excluded == rule) is holds


def test_a_book_holds_until_a_rule_of_it_begins_or_ends() -> None:
    moments = [timedelta(days=days) for days in (-3, -1, 2, 5)]
    rules = [
        a_rule(1, EXCLUDE, product("lens"), since=NOW + moments[0], until=NOW + moments[3]),
        a_rule(2, EXCLUDE, product("bag"), since=NOW + moments[1], until=NOW + moments[2]),
    ]

    book = Rulebook.compile(rules, HERE, NOW)

    assert (book.since, book.until) == (NOW + moments[1], NOW + moments[2])


def test_pins_name_candidates_that_are_not_in_the_basket() -> None:
    rules = [
        a_rule(1, PIN, product("bag"), position=3),
        a_rule(2, PIN, product("lens"), position=1, beside=product("camera")),
        a_rule(3, PIN, category("photo"), position=1),
        a_rule(4, PIN, product("camera"), position=1),
    ]

    assert (standing(rules, CAMERA).pinned_products(), standing(rules, a_line("card")).pinned_products()) == (
        ("lens", "bag"),
        ("camera", "bag"),
    )
