"""Statements asked for several things at once: every one of them is found, each once, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from plugin.store import asking

NUMBERS, PAIRS, TEXTS = (
    range(200),
    [(one, other) for one in range(20) for other in range(20)],
    ["", "a", "b\0c", "é", "'", "{}", "?1"],
)

NUMBERED = (
    "with asked (number) as ({}) select had.number, ?1 from asked join had on had.number = asked.number"
)
PAIRED = "with asked (one, other) as ({}) select one, other, ?1, ?2 from asked join pairs using (one, other)"
NAMED = "with asked (name) as ({}) select names.name from asked join names on names.name = asked.name"

at_most = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@pytest.fixture
def db() -> Iterator[Database]:
    with closing(Database(memory=True)) as db:
        db.conn.execute("create table had (number integer)")
        db.conn.execute("create table pairs (one integer, other integer)")
        db.conn.execute("create table names (name text)")
        db.conn.executemany("insert into had values (?)", [(one,) for one in (*NUMBERS, None)])
        db.conn.executemany("insert into pairs values (?, ?)", [*PAIRS, (None, None)])
        db.conn.executemany("insert into names values (?)", [(one,) for one in (*TEXTS, None)])
        yield db


@at_most
@given(wanted=st.lists(st.integers(-10, 300), max_size=200))
def test_numbers_are_found_once_each_in_their_order(db: Database, wanted: list[int]) -> None:
    found = list(asking.each(db, NUMBERED, wanted, "more"))
    assert found == [(one, "more") for one in sorted(set(wanted)) if one in NUMBERS]


@at_most
@given(wanted=st.lists(st.tuples(st.integers(0, 25), st.integers(0, 25)), max_size=200))
def test_pairs_are_found_once_each_in_their_order(db: Database, wanted: list[tuple[int, int]]) -> None:
    found = list(asking.each_pair(db, PAIRED, wanted, 1, 2))
    assert found == [(*pair, 1, 2) for pair in sorted(set(wanted)) if pair in PAIRS]


def test_many_are_found_over_several_goes(db: Database) -> None:
    assert list(asking.each_pair(db, PAIRED, PAIRS, 1, 2)) == [(*pair, 1, 2) for pair in PAIRS]
    assert [number for number, _more in asking.each(db, NUMBERED, reversed(NUMBERS), 0)] == list(NUMBERS)


@at_most
@given(wanted=st.lists(st.sampled_from(TEXTS) | st.text()))
def test_texts_are_found_whatever_is_in_them(db: Database, wanted: list[str]) -> None:
    assert [name for (name,) in asking.each(db, NAMED, wanted)] == sorted(set(wanted) & set(TEXTS))


def test_what_no_file_can_hold_is_not_found(db: Database) -> None:
    assert list(asking.each(db, NAMED, ["a", "\ud800", "b\udc00"])) == [("a",)]


def test_few_statements_are_made(db: Database) -> None:
    """However many things are asked for: SQLite keeps those it has made."""
    asking._made.cache_clear()
    for count in range(300):
        assert len(list(asking.each(db, NUMBERED, range(count)))) == min(count, len(NUMBERS))
    assert asking._made.cache_info().currsize == asking.MOST // asking.STEP
