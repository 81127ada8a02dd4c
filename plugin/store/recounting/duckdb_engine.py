"""The engine for tens of millions of lines on one machine: DuckDB, with a limit to its memory and room to spill."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from plugin.errors import BadExport, MissingEngine, RebuildFailed
from plugin.store.recounting.engine import TEXT, Room, Row
from plugin.store.recounting.export_files import found_files, is_csv

AT_ONCE = 20_000
"""Rows fetched together."""


class DuckdbEngine:
    """Works in a database of its own, in columns, on all cores."""

    text = "cast({} as varchar)"
    number = "try_cast({} as double)"
    moment = "strftime(cast(try_cast({} as timestamptz) as timestamp), '%Y-%m-%d %H:%M:%S')"
    numbers = "row_number() over ()"

    def __init__(self, room: Room) -> None:
        try:
            import duckdb
        except ImportError as error:
            raise MissingEngine(
                "the engine duckdb needs the extra: pip install 'tandem-for-saleor[duckdb]'"
            ) from error
        self._room = room
        self._connection = duckdb.connect(
            room.folder / "recount.duckdb",
            config={
                "memory_limit": f"{room.memory}MiB",
                "temp_directory": str(room.folder / "spilled"),
                "preserve_insertion_order": False,
            },
        )
        self._connection.execute("set TimeZone = 'UTC'")

    def take(self, name: str, columns: Mapping[str, str], rows: Iterable[Row]) -> None:
        """Make a table of these rows: by way of a file, for DuckDB is slow at single rows."""
        file = self._room.folder / f"{name}.csv"
        with _plainly():
            with file.open("w", encoding="utf-8", newline="") as opened:
                csv.writer(opened).writerows(rows)
            told = ", ".join(
                f"'{column}': '{'varchar' if kind == TEXT else kind}'" for column, kind in columns.items()
            )
            self._connection.execute(
                f"create table {name} as select * from read_csv(?, header = false, auto_detect = false, delim = ',', "  # noqa: S608  # names of ours
                f"quote = '\"', escape = '\"', nullstr = '', columns = {{{told}}})",
                [str(file)],
            )
            file.unlink()

    def read(self, name: str, paths: Sequence[str]) -> tuple[str, ...]:
        """A view: files are read when they are needed, and only the columns that are."""
        files = found_files(paths, "duckdb")
        listed = ", ".join("'" + file.replace("'", "''") + "'" for file in files)
        told = "union_by_name = true, hive_partitioning = true, hive_types_autocast = false"
        reader = (
            f"read_csv([{listed}], header = true, all_varchar = true, delim = ',', quote = '\"', escape = '\"', "
            f"auto_detect = true, {told})"
            if is_csv(files[0])
            else f"read_parquet([{listed}], {told})"
        )
        with _plainly(BadExport):
            self._connection.execute(f"create view {name} as select * from {reader}")  # noqa: S608  # quoted above
            return tuple(row[0] for row in self._connection.execute(f"describe {name}").fetchall())

    def make(self, name: str, select: str, by: str | None = None) -> None:  # noqa: ARG002  # joins need no index here
        """Carry the statement out and keep what it finds."""
        with _plainly():
            self._connection.execute(f"create table {name} as {select}")

    def see(self, name: str, select: str) -> None:
        """A view."""
        with _plainly():
            self._connection.execute(f"create view {name} as {select}")

    def rows(self, select: str) -> Iterator[Row]:
        """What the statement finds; read on while others are asked."""
        with _plainly(), self._connection.cursor() as asked:
            found = asked.execute(select)
            while some := found.fetchmany(AT_ONCE):
                yield from some

    def close(self) -> None:
        """Close the file; whoever made the folder removes it."""
        self._connection.close()


@contextmanager
def _plainly(wrong: type[RebuildFailed | BadExport] = RebuildFailed) -> Iterator[None]:
    import duckdb

    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise RebuildFailed(
            f"DuckDB ran out of room; more --memory, or another --scratch: {error}"
        ) from error
    except duckdb.Error as error:
        raise wrong(f"DuckDB: {str(error).splitlines()[0]}") from error
    except OSError as error:
        raise RebuildFailed(f"DuckDB: {error}") from error
