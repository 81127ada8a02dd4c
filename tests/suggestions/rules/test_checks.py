"""A rule as typed: read whole, refused with every problem, and the same again after a round trip."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.errors import BadRule
from plugin.suggestions.catalogue import Channel
from plugin.suggestions.model import ChannelId
from plugin.suggestions.rules import pairs_csv
from plugin.suggestions.rules.checks import SELECTORS, as_json, read
from plugin.suggestions.rules.model import EXCLUDE, PAIR, Rule, RuleId
from tests.suggestions.rules import world
from tests.suggestions.rules.world import HERE, THERE, a_pair, a_rule, category, product

CHANNELS = {
    slug: Channel(channel, slug, slug, "EUR", True, True) for slug, channel in (("eu", HERE), ("us", THERE))
}
SLUGS = {HERE: "eu", THERE: "us"}


def read_as(number: int, draft: dict[str, Any]) -> Rule:
    return read(draft, CHANNELS, RuleId(number), 7)


def problems(draft: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(BadRule) as raised:
        read_as(1, draft)
    return list(raised.value.problems)


def a_draft(kind: str = EXCLUDE, **fields: Any) -> dict[str, Any]:
    return {"kind": kind, "what": {"product": "UHJvZHVjdDox"}, **fields}


@given(world.rules(1))
def test_a_rule_written_and_read_is_the_same(rules: list[Rule]) -> None:
    for rule in rules:
        whole = replace(rule, version=7, channels=tuple(sorted(rule.channels)))
        if rule.since and rule.until and rule.until <= rule.since:
            continue
        if rule.kind not in (PAIR,) and rule.what == rule.beside:
            continue

        assert read_as(rule.id, as_json(whole, SLUGS)) == whole


def test_a_whole_rule_is_read() -> None:
    draft = a_draft(
        what={"category": "c1"}, beside={"attribute": "mount", "value": "e"}, channels=["us", "eu"], enabled=False,
        note=" not before Christmas ", until="2026-12-24T18:00:00+01:00", **{"from": "2026-12-01"},
    )  # fmt: skip

    assert read_as(3, draft) == a_rule(
        3, EXCLUDE, category("c1"), beside=world.value("mount", "e"), channels=(HERE, THERE), enabled=False,
        note="not before Christmas", since=datetime(2026, 12, 1, tzinfo=UTC),
        until=datetime(2026, 12, 24, 17, tzinfo=UTC), version=7,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("draft", "expected"),
    [
        ({}, [("kind", "must be one of pin, boost, bury, exclude, pair, match")]),
        ({"kind": "exclude"}, [("what", SELECTORS)]),
        (a_draft(what={"product": "a", "category": "b"}), [("what", SELECTORS)]),
        (a_draft(what={"attribute": "mount"}), [("what", SELECTORS)]),
        (a_draft(what="mug"), [("what", SELECTORS)]),
        (a_draft(what={"product": " "}), [("what.product", "must not be empty")]),
        (a_draft(beside={"category": "x" * 201}), [("beside.category", "must have at most 200 characters")]),
        (a_draft(beside={"product": "UHJvZHVjdDox"}), [("beside", "a product is never suggested beside itself")]),
        (a_draft(position=1), [("position", "a rule of kind exclude has no such field")]),
        (a_draft("pin"), [("position", "must be a whole number from 1 to 3")]),
        (a_draft("pin", position=True), [("position", "must be a whole number from 1 to 3")]),
        (a_draft("pin", position=4), [("position", "must be a whole number from 1 to 3")]),
        (a_draft("boost"), [("factor", "must be above 1, and 10 at most")]),
        (a_draft("boost", factor=1), [("factor", "must be above 1, and 10 at most")]),
        (a_draft("boost", factor="NaN"), [("factor", "must be above 1, and 10 at most")]),
        (a_draft("boost", factor=10.01), [("factor", "must be above 1, and 10 at most")]),
        (a_draft("boost", factor=1.001), [("factor", "must have two decimals at most")]),
        (a_draft("bury", factor=0.09), [("factor", "must be below 1, and 0.1 at least")]),
        ({"kind": "match"}, [("attribute", "must not be empty")]),
        ({"kind": "pair", "product": "a", "with": "a"}, [("with", "a product is never suggested beside itself")]),
        ({"kind": "pair", "product": "a"}, [("with", "must not be empty")]),
        ({"kind": "pair", "product": "a", "with": "b", "both": "yes"}, [("both", "must be true or false")]),
        (a_draft(channels=["eu", "mars"]), [("channels", "there is no channel 'mars'")]),
        (a_draft(channels="eu"), [("channels", "must be a list of at most 200 slugs; none stands for all")]),
        (a_draft(until="soon"), [("until", "must be a time like 2026-12-24T18:00:00Z")]),
        (a_draft(until="2026-12-24", **{"from": "2026-12-24"}), [("until", "must be after from")]),
        (a_draft(note="x" * 501), [("note", "must be a text of at most 500 characters")]),
        (a_draft(enabled=1), [("enabled", "must be true or false")]),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_field(draft: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert problems(draft) == expected


def test_every_problem_is_told_at_once() -> None:
    wrong = {"kind": "pin", "what": {}, "channels": ["mars"], "until": "soon", "colour": "red"}

    assert [field for field, _message in problems(wrong)] == [
        "colour",
        "what",
        "until",
        "position",
        "channels",
    ]


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(max_size=5), lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["kind", "what", "product", "attribute", "value", "channels"]), inner)), st.sampled_from(["pin", "boost", "pair", "match"]))  # fmt: skip
def test_whatever_is_typed_is_read_or_refused(typed: Any, kind: str) -> None:
    draft = dict.fromkeys(
        ("what", "beside", "position", "factor", "product", "channels", "from", "note"), typed
    )

    with pytest.raises(BadRule):
        read_as(1, {"colour": "red", **draft, "kind": kind})


def test_own_pairs_make_a_round_trip_through_a_table() -> None:
    pairs = [
        a_pair(1, "camera", "card", both=True, position=2, channels=(HERE, THERE), until=world.NOW),
        a_pair(2, "camera", "strap", since=world.NOW),
        a_pair(3, "tea", "pot", enabled=False),
        a_rule(4, EXCLUDE, product("bag")),
    ]

    table = pairs_csv.text(reversed(pairs), SLUGS)

    assert table == (
        "product,with,both,position,from,until,channels\n"
        "camera,card,yes,2,,2026-11-22T12:00:00Z,eu us\n"
        "camera,strap,no,,2026-11-22T12:00:00Z,,\n"
    )
    assert [read_as(number, draft) for number, draft in enumerate(pairs_csv.drafts(table), start=1)] == [
        replace(pair, version=7) for pair in pairs[:2]
    ]


@pytest.mark.parametrize(
    "table",
    [
        "with;product\nb;a\n",
        "\ufeffProduct\tWith\r\na\tb\r\n\r\n",
        "product,with,both,position,from,until,channels\na,b,No,,,,",
    ],
    ids=["semicolons", "tabs", "half empty"],
)
def test_a_table_may_be_as_spreadsheets_write_it(table: str) -> None:
    (draft,) = pairs_csv.drafts(table)

    assert read_as(1, draft) == replace(a_pair(1, "a", "b"), version=7)


@pytest.mark.parametrize(
    ("table", "field"),
    [("", "product"), ("product\na\n", "with"), ("product,with,colour\na,b,red\n", "colour")],
    ids=["empty", "one column", "too many columns"],
)
def test_a_table_with_other_columns_is_refused(table: str, field: str) -> None:
    with pytest.raises(BadRule) as raised:
        pairs_csv.drafts(table)

    assert raised.value.problems[0][0] == field


def test_what_is_wrong_in_a_row_is_told_by_its_field() -> None:
    (draft,) = pairs_csv.drafts(
        "product,with,both,position,from,until,channels\na,b,maybe,9,soon,,mars,more\n"
    )

    assert [field for field, _message in problems(draft)] == [
        "beyond",
        "from",
        "position",
        "both",
        "channels",
    ]


def test_channels_are_told_by_slug_and_one_saleor_forgot_by_its_id() -> None:
    rule = a_rule(1, EXCLUDE, product("bag"), channels=(HERE, ChannelId("gone")))

    assert as_json(rule, SLUGS)["channels"] == ["eu", "gone"]
