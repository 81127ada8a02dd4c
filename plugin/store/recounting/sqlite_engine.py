"""The engine that is always there: SQLite, in a file of its own."""

from __future__ import annotations

import csv
import gzip
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import IO

from plugin.errors import BadExport, RebuildFailed
from plugin.store.recounting.engine import TEXT, Room, Row
from plugin.store.recounting.export_files import CSV, found_files, partitions

PRAGMAS = ("journal_mode = off", "synchronous = off", "temp_store = file", "locking_mode = exclusive")


class SqliteEngine:
    """Sorts in temporary files, on one core; reads CSV alone."""

    text = "cast({} as text)"
    number = "case when {0} glob '*[0-9]*' then cast({0} as real) end"
    moment = "strftime('%Y-%m-%d %H:%M:%S', {})"
    numbers = "row_number() over ()"

    def __init__(self, room: Room) -> None:
        os.environ.setdefault("SQLITE_TMPDIR", str(room.folder))
        self._connection = sqlite3.connect(room.folder / "recount.sqlite3", isolation_level=None)
        self._connection.create_function("lower", 1, _lower, deterministic=True)
        for pragma in (*PRAGMAS, f"cache_size = -{room.memory * 256}", f"threads = {os.cpu_count() or 1}"):
            self._connection.execute(f"pragma {pragma}")

    def take(self, name: str, columns: Mapping[str, str], rows: Iterable[Row]) -> None:
        """Make a table of these rows."""
        told = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
        places = ", ".join("?" * len(columns))
        with _plainly():
            self._connection.execute("begin")
            self._connection.execute(f"create table {name} ({told})")
            self._connection.executemany(f"insert into {name} values ({places})", rows)  # noqa: S608  # a name of ours
            if "purchase" in columns:
                self._connection.execute(f"create index {name}_purchase on {name} ({', '.join(columns)})")
            self._connection.execute("commit")

    def read(self, name: str, paths: Sequence[str]) -> tuple[str, ...]:
        """Make a table of these CSV files."""
        files = [Path(file) for file in found_files(paths, "sqlite")]
        if any(not file.name.endswith(CSV) for file in files):
            raise BadExport("the engine sqlite reads CSV alone; for Parquet take --engine duckdb or spark")
        columns = dict.fromkeys(chain.from_iterable(_header(file) for file in files), TEXT)
        self.take(name, columns, chain.from_iterable(_lines(file, list(columns)) for file in files))
        return tuple(columns)

    def make(self, name: str, select: str, by: str | None = None) -> None:
        """Carry the statement out and keep what it finds, with an index."""
        with _plainly():
            self._connection.execute("begin")
            self._connection.execute(f"create table {name} as {select}")
            if by:
                self._connection.execute(f"create index {name}_{by} on {name} ({by})")
            self._connection.execute("commit")

    def see(self, name: str, select: str) -> None:
        """A view."""
        self._connection.execute(f"create view {name} as {select}")

    def rows(self, select: str) -> Iterator[Row]:
        """What the statement finds."""
        with _plainly():
            yield from self._connection.execute(select)

    def close(self) -> None:
        """Close the file; whoever made the folder removes it."""
        self._connection.close()


@contextmanager
def _plainly() -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise RebuildFailed(f"SQLite: {error}") from error
    except (csv.Error, UnicodeDecodeError) as error:
        raise BadExport(f"this is no CSV: {error}") from error


def _lower(text: str | None) -> str | None:
    """SQLite alone lowers ASCII only."""
    return text if text is None else text.lower()


def _opened(file: Path) -> IO[str]:
    if file.name.endswith(".gz"):
        return gzip.open(file, "rt", encoding="utf-8-sig", newline="")
    return file.open(encoding="utf-8-sig", newline="")


def _header(file: Path) -> list[str]:
    with _plainly(), _opened(file) as opened:
        return [*next(csv.reader(opened), []), *partitions(str(file))]


def _lines(file: Path, columns: Sequence[str]) -> Iterator[Row]:
    """In the order of `columns`; nothing where the file has less."""
    with _opened(file) as opened:
        read = csv.reader(opened)
        names, fixed = next(read, []), partitions(str(file))
        place = {name: at for at, name in enumerate(names)}
        wanted = [(place.get(column, -1), fixed.get(column)) for column in columns]
        for line in read:
            yield tuple(line[at] if 0 <= at < len(line) else given for at, given in wanted)
