"""Files kept open between two pieces of work: reused, never mixed up, never left half-way."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from plugin.errors import TryAgain
from plugin.store import facts, open_files
from plugin.store.open_files import OpenFiles


@pytest.fixture
def files() -> Iterator[OpenFiles]:
    opened = OpenFiles()
    yield opened
    opened.close()


def test_the_next_piece_of_work_finds_the_file_open(files: OpenFiles, tmp_path: Path) -> None:
    with files.opened(tmp_path / "shop.sqlite3") as first:
        pass

    with files.opened(tmp_path / "shop.sqlite3") as second:
        assert second is first


def test_two_pieces_of_work_at_once_have_a_connection_each(files: OpenFiles, tmp_path: Path) -> None:
    with files.opened(tmp_path / "shop.sqlite3") as one, files.opened(tmp_path / "shop.sqlite3") as other:
        assert other is not one


def test_two_shops_are_never_mixed_up(files: OpenFiles, tmp_path: Path) -> None:
    for name in ("a", "b"):
        with files.opened(tmp_path / name) as db:
            facts.keep(db, "name", name)

    for name in ("a", "b"):
        with files.opened(tmp_path / name) as db:
            assert facts.get(db, "name") == name


def test_a_shop_that_was_removed_and_came_back_starts_empty_and_keeps_what_is_new(
    files: OpenFiles, tmp_path: Path
) -> None:
    path, other_process = tmp_path / "shop.sqlite3", OpenFiles()
    with files.opened(path) as db:
        facts.keep(db, "name", "old")
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    with other_process.opened(path) as db:
        facts.keep(db, "name", "new")

    with files.opened(path) as db:
        found = facts.get(db, "name")
    other_process.close()

    with files.opened(path) as db:
        assert (found, facts.get(db, "name")) == ("new", "new")


def test_after_an_error_the_file_is_opened_anew_and_nothing_half_done_remains(
    files: OpenFiles, tmp_path: Path
) -> None:
    path = tmp_path / "shop.sqlite3"
    with pytest.raises(KeyError), files.opened(path) as broken:
        broken.conn.execute("begin immediate")
        facts.keep(broken, "name", "half")
        raise KeyError("bug")

    with files.opened(path) as db:
        assert (db is broken, facts.get(db, "name")) == (False, None)


def test_what_sqlite_says_is_our_own_trouble(files: OpenFiles, tmp_path: Path) -> None:
    with pytest.raises(TryAgain), files.opened(tmp_path / "shop.sqlite3"):
        raise sqlite3.OperationalError("disk I/O error")


def test_with_many_shops_the_one_that_waited_longest_is_closed(files: OpenFiles, tmp_path: Path) -> None:
    connections = []
    for number in range(open_files.MOST_WAITING + 1):
        with files.opened(tmp_path / str(number)) as db:
            connections.append(db)

    with files.opened(tmp_path / "0") as first, files.opened(tmp_path / "1") as second:
        assert (first is connections[0], second is connections[1]) == (False, True)


def test_files_nobody_closed_are_closed_with_the_app(tmp_path: Path) -> None:
    files = OpenFiles()
    with files.opened(tmp_path / "shop.sqlite3") as db:
        facts.keep(db, "name", "kept")

    del files

    assert not (tmp_path / "shop.sqlite3-wal").exists()
