"""Rules as staff read them, and rules that another one makes idle."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from plugin.suggestions.rules.conflicts import beaten_by, excludes
from plugin.suggestions.rules.model import (
    BOOST,
    BURY,
    COLLECTION,
    EXCLUDE,
    MATCH,
    PIN,
    Rule,
    Selector,
    Subject,
)
from plugin.suggestions.rules.words import Names, sentence
from tests.suggestions.rules.world import HERE, NOW, THERE, a_pair, a_rule, category, product, value

NAMES = Names(
    {
        product("p1"): "X100 camera",
        product("p2"): "Card 64 GB",
        category("c1"): "Lenses",
        category("c2"): "Cameras",
        Selector(COLLECTION, "s1"): "Summer sale",
        value("mount", "e"): "E-Mount",
    },
    {"mount": "Mount"},
    {HERE: "Europe", THERE: "United States"},
)

CHRISTMAS = datetime(2026, 12, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (
            a_rule(1, EXCLUDE, category("c1"), beside=category("c2"), channels=(HERE,), until=CHRISTMAS),
            "Never suggest products of category Lenses beside Cameras in channel Europe, until 24 Dec",
        ),
        (
            a_rule(1, PIN, product("p2"), position=1, channels=(HERE, THERE)),
            "Suggest Card 64 GB at position 1 in channels Europe and United States",
        ),
        (
            a_rule(1, BOOST, Selector(COLLECTION, "s1"), factor=2.0, since=datetime(2027, 1, 1, 8, 30, tzinfo=UTC)),
            "Boost products of collection Summer sale by 2, from 1 Jan 2027 08:30 UTC",
        ),
        (
            a_rule(1, BURY, value("mount", "e"), factor=0.5, beside=product("p1")),
            "Bury products with Mount E-Mount beside X100 camera by 0.5",
        ),
        (a_pair(1, "p1", "p2", position=2), "Suggest Card 64 GB beside X100 camera at position 2"),
        (
            a_pair(1, "p1", "p2", both=True, position=2),
            "Suggest Card 64 GB beside X100 camera, and the other way round, at position 2",
        ),
        (
            a_rule(1, MATCH, category("c1"), beside=category("c2"), attribute="mount"),
            "Suggest products of category Lenses only with the same Mount as Cameras in the basket",
        ),
        (a_rule(1, MATCH, attribute="size"), "Suggest only what has the same size as the products in the basket"),
        (a_rule(1, EXCLUDE, product("p9")), "Never suggest p9"),
    ],
    ids=lambda given: given if isinstance(given, str) else given.kind,
)  # fmt: skip
def test_a_rule_in_words(rule: Rule, words: str) -> None:
    assert sentence(rule, NAMES, NOW) == words


def known(selector: Selector) -> Subject | None:
    """The lens is in lenses, which are in photo."""
    return {
        product("lens"): Subject(
            "lens", ("lenses", "photo"), frozenset({"sale"}), frozenset({("mount", "e")})
        ),
        category("lenses"): Subject(None, ("lenses", "photo"), frozenset(), frozenset()),
    }.get(selector)


def beating(rule: Rule, *others: Rule) -> Sequence[int]:
    found = beaten_by(rule, excludes(others), known, NOW)
    return [] if found is None else [found.id]


LENS_FIRST = a_rule(9, PIN, product("lens"), position=1)


@pytest.mark.parametrize(
    "exclude",
    [
        a_rule(1, EXCLUDE, product("lens")),
        a_rule(1, EXCLUDE, category("photo")),
        a_rule(1, EXCLUDE, Selector(COLLECTION, "sale")),
        a_rule(1, EXCLUDE, value("mount", "e")),
        a_rule(1, EXCLUDE, product("lens"), since=NOW - timedelta(days=1)),
    ],
    ids=str,
)
def test_a_rule_about_what_is_excluded_is_idle(exclude: Rule) -> None:
    assert beating(LENS_FIRST, exclude) == [1]


@pytest.mark.parametrize(
    "exclude",
    [
        a_rule(1, EXCLUDE, product("bag")),
        a_rule(1, EXCLUDE, product("lens"), beside=product("camera")),
        a_rule(1, EXCLUDE, product("lens"), channels=(HERE,)),
        a_rule(1, EXCLUDE, product("lens"), until=NOW + timedelta(days=1)),
        a_rule(1, EXCLUDE, product("lens"), since=NOW + timedelta(days=1)),
        a_rule(1, EXCLUDE, product("lens"), enabled=False),
        a_rule(1, BURY, product("lens"), factor=0.1),
    ],
    ids=str,
)
def test_a_rule_that_is_excluded_only_here_or_there_or_then_is_not(exclude: Rule) -> None:
    assert beating(LENS_FIRST, exclude) == []


def test_an_exclude_beats_within_its_own_bounds() -> None:
    bounded = {"channels": (HERE,), "until": NOW + timedelta(days=2)}
    exclude = a_rule(1, EXCLUDE, category("photo"), beside=category("photo"), **bounded)
    boost = a_rule(2, BOOST, category("lenses"), beside=product("lens"), factor=2.0, **bounded)

    assert beating(boost, exclude) == [1]


def test_a_pair_for_both_ways_is_idle_only_when_both_ways_are_excluded() -> None:
    lens, bag = a_rule(1, EXCLUDE, product("lens")), a_rule(2, EXCLUDE, product("bag"))
    pair = a_pair(3, "bag", "lens", both=True)

    assert (beating(pair, lens), beating(pair, lens, bag)) == ([], [1])


def test_the_oldest_of_several_excludes_is_named_and_excludes_are_never_idle() -> None:
    every = [a_rule(5, EXCLUDE, product("lens")), a_rule(3, EXCLUDE, category("photo"))]

    assert (beating(LENS_FIRST, *every), beating(every[0], every[1])) == ([3], [])
