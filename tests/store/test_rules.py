"""Rules outlive the process, every version of them; a book is compiled once, until a rule changes, begins or ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from plugin.store import rules
from plugin.store.database import open_file
from plugin.suggestions.rules.model import BOOST, EXCLUDE, MATCH, PIN, Rule, RuleId
from tests.suggestions.rules.world import HERE, NOW, THERE, a_pair, a_rule, category, product, value

AT = "2026-11-22T12:00:00+00:00"


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    opened = open_file(tmp_path / "shop.sqlite3")
    yield opened
    opened.close()


def keep(db: Database, *kept: Rule, removed: tuple[int, ...] = ()) -> None:
    rules.change(db, kept, [RuleId(number) for number in removed], "ann", AT)


def test_rules_are_kept_as_they_are(db: Database) -> None:
    kept = [
        a_rule(1, PIN, product("lens"), position=2, beside=category("photo"), note="new"),
        a_rule(2, BOOST, value("mount", "e"), factor=1.25, channels=(HERE, THERE), since=NOW),
        a_pair(3, "camera", "card", both=True, position=1, until=NOW),
        a_rule(4, MATCH, attribute="mount", enabled=False, version=9),
    ]
    keep(db, *reversed(kept))

    assert (rules.every(db), rules.get(db, 3), rules.get(db, 5)) == (kept, kept[2], None)


def test_every_version_can_be_read_again(db: Database) -> None:
    first, changed = a_rule(1, EXCLUDE, product("lens")), a_rule(1, EXCLUDE, product("bag"))
    second = a_rule(2, EXCLUDE, product("card"))
    keep(db, first, second)
    keep(db, changed)
    keep(db, removed=(2,))

    assert [rules.as_of(db, version) for version in range(4)] == [
        [],
        [first, second],
        [changed, second],
        [changed],
    ]
    assert [(one.number, one.who, one.at, one.kept, one.removed) for one in rules.versions(db)] == [
        (3, "ann", AT, 0, 1), (2, "ann", AT, 1, 0), (1, "ann", AT, 2, 0),
    ]  # fmt: skip


def test_a_number_is_never_given_twice(db: Database) -> None:
    keep(db, a_rule(1, EXCLUDE, product("lens")))
    keep(db, removed=(1,))

    assert (rules.count(db), rules.highest_number(db)) == (0, 1)


def test_a_book_is_compiled_once_until_a_rule_changes(db: Database) -> None:
    keep(db, a_rule(1, EXCLUDE, product("lens")))
    first = rules.book(db, HERE, NOW)

    assert rules.book(db, HERE, NOW + timedelta(days=900)) is first
    assert rules.book(db, THERE, NOW) is not first

    keep(db, a_rule(1, EXCLUDE, product("bag")))
    assert "bag" in rules.book(db, HERE, NOW).always.always.products


def test_a_book_is_compiled_anew_when_a_rule_begins_and_when_it_ends(db: Database) -> None:
    keep(db, a_rule(1, EXCLUDE, product("lens"), since=NOW, until=NOW + timedelta(hours=1)))

    named = [
        "lens" in rules.book(db, HERE, NOW + timedelta(minutes=minutes)).always.always.products
        for minutes in (-1, 0, 59, 60, 30)
    ]

    assert named == [False, True, True, False, True]


def test_two_files_with_the_same_version_do_not_share_a_book(db: Database, tmp_path: Path) -> None:
    other = open_file(tmp_path / "other.sqlite3")
    keep(db, a_rule(1, EXCLUDE, product("lens")))
    keep(other, a_rule(1, EXCLUDE, product("bag")))

    named = [set(rules.book(one, HERE, NOW).always.always.products) for one in (db, other)]
    other.close()

    assert named == [{"lens"}, {"bag"}]


def test_one_process_keeps_so_many_books_and_no_more(db: Database) -> None:
    for number in range(1, rules.MOST_BOOKS + 9):
        keep(db, a_rule(number, EXCLUDE, product("lens")))
        rules.book(db, HERE, NOW)

    assert len(rules.books) <= rules.MOST_BOOKS


def test_a_shop_without_rules_has_an_empty_book(db: Database) -> None:
    assert rules.book(db, HERE, NOW).for_basket([]).pairs() == []
