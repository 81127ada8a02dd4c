"""A shop's file: made once however many begin at the same moment, and never left half-made."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database, Migrations

from plugin.errors import TryAgain
from plugin.store import facts
from plugin.store.catalogue import categories_above
from plugin.store.database import migrations, open_file, reading, up_to_date, writing


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    opened = open_file(tmp_path / "shop.sqlite3", migrations)
    yield opened
    opened.close()


@pytest.fixture
def other(db: Database, tmp_path: Path) -> Iterator[Database]:
    """A second connection to the file of `db`."""
    opened = open_file(tmp_path / "shop.sqlite3", migrations)
    yield opened
    opened.close()


def tables(path: Path) -> set[str]:
    db = sqlite3.connect(path)
    found = {row[0] for row in db.execute("select name from sqlite_master where type = 'table'")}
    db.close()
    return found


def test_several_that_begin_at_the_same_moment_share_one_file(tmp_path: Path) -> None:
    path, together = tmp_path / "shop.sqlite3", threading.Barrier(6)
    ends: list[str] = []

    def begin() -> None:
        together.wait()
        try:
            open_file(path).close()
            ends.append("opened")
        except TryAgain as error:
            ends.append(str(error))

    threads = [threading.Thread(target=begin) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert ends == ["opened"] * 6


def test_a_file_that_was_removed_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "shop.sqlite3"
    open_file(path).close()
    first = tables(path)
    path.unlink()

    open_file(path).close()

    assert tables(path) == first


def test_a_migration_that_breaks_off_leaves_nothing_behind_and_can_be_repeated(tmp_path: Path) -> None:
    path, schema, broken = tmp_path / "shop.sqlite3", Migrations("trial"), [True]

    @schema()
    def create(db: Database) -> None:
        db.executescript("create table one (a); create table two (b)")
        if broken.pop() if broken else False:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        open_file(path, schema)
    left = tables(path)
    up_to_date.discard(path)
    open_file(path, schema).close()

    assert (left & {"one", "two"}, tables(path) & {"one", "two"}) == (set(), {"one", "two"})


def test_a_transaction_that_breaks_off_changes_nothing(db: Database) -> None:
    with pytest.raises(KeyboardInterrupt), writing(db):
        db.conn.execute("insert into facts values ('a', '1')")
        raise KeyboardInterrupt

    assert db.conn.execute("select count(*) from facts").fetchone() == (0,)


@pytest.mark.parametrize(
    "obstacle", ["a folder in its place", "a file where the folder should be", "no database"]
)
def test_a_file_that_cannot_be_opened_is_our_own_trouble(tmp_path: Path, obstacle: str) -> None:
    path = tmp_path / "data" / "shop.sqlite3"
    match obstacle:
        case "a folder in its place":
            path.mkdir(parents=True)
        case "a file where the folder should be":
            path.parent.write_text("")
        case _:
            path.parent.mkdir()
            path.write_bytes(b"something else" * 500)

    with pytest.raises(TryAgain, match=r"shop\.sqlite3: "):
        open_file(path)


def test_a_reading_sees_the_file_as_it_was_at_its_first_question(db: Database, other: Database) -> None:
    facts.keep(db, "name", "old")
    with reading(db):
        assert facts.get(db, "name") == "old"
        facts.keep(other, "name", "new")
        with reading(db):
            assert facts.get(db, "name") == "old"
        assert facts.get(db, "name") == "old"

    assert facts.get(db, "name") == "new"


def test_what_is_above_a_category_is_as_it_was_in_the_whole_reading(db: Database, other: Database) -> None:
    above = {"cards": ("cards", "cameras")}
    add = "insert into categories (id, name, parent) values (?, ?, ?)"
    db.conn.executemany(add, [("cameras", "Cameras", None), ("cards", "Cards", "cameras")])
    with reading(db):
        assert categories_above(db, ["cards", None]) == above
        other.conn.execute("update categories set parent = null where id = 'cards'")
        assert categories_above(db, ["cards", "cameras"]) == above | {"cameras": ("cameras",)}

    assert categories_above(db, ["cards"]) == {"cards": ("cards",)}


def test_a_category_that_sqlite_reads_only_in_part_is_no_trouble(db: Database) -> None:
    """A merchant may type a NUL; many a SQLite ends a text there."""
    assert categories_above(db, ["cards", "cat\0egory"])["cards"] == ("cards",)


def test_nothing_is_written_while_reading(db: Database) -> None:
    with reading(db), pytest.raises(AssertionError, match="is lost"), writing(db):
        pass

    with writing(db):
        facts.keep(db, "name", "new")
    assert facts.get(db, "name") == "new"


def test_a_reading_while_one_writes_is_a_part_of_it(db: Database) -> None:
    with writing(db):
        facts.keep(db, "name", "new")
        with reading(db):
            assert facts.get(db, "name") == "new"
        assert db.conn.in_transaction

    assert facts.get(db, "name") == "new"
