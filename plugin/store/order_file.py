"""Files of orders and products, as shops export them: CSV with a heading. Read row by row, or order by order."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from plugin.errors import BadFile

Row = list[str]

NEEDED = ("order_id", "ordered_at", "product_id")

COLUMNS = (*NEEDED, "buyer", "quantity", "unit_price", "variant_id", "channel")
"""What is read of a file of orders; any other column, such as the currency, is passed over."""

GATHER = "create table rows (place integer not null, cells text not null)"

GATHERED = "select cells from rows order by place, rowid"


@dataclass(frozen=True, slots=True)
class Columns:
    """Where in a row each column is; those the file does not have are past its end, where an empty cell stands."""

    places: dict[str, int]
    width: int
    padded: bool

    def read(self, *names: str) -> Callable[[Row], tuple[str, ...]]:
        """What reads these cells of a row."""
        return itemgetter(*(self.places[name] for name in names))


@contextmanager
def rows_of(
    path: Path, needed: Sequence[str], known: Sequence[str]
) -> Iterator[tuple[Columns, Iterator[Row]]]:
    """The file's columns and its rows, empty ones left out. Raises BadFile with the line."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            try:
                columns = _columns(path, next(reader, []), needed, known)
                yield columns, _whole(reader, columns, path)
            except csv.Error as error:
                raise BadFile(f"{path.name}, line {reader.line_num}: {error}") from error
            except UnicodeDecodeError as error:
                raise BadFile(f"{path.name}, after line {reader.line_num}: not UTF-8") from error
    except OSError as error:
        raise BadFile(f"{path}: {error.strerror}") from error


def by_order(columns: Columns, rows: Iterable[Row]) -> Iterator[tuple[str, list[Row]]]:
    """The rows that stand together and are of one order."""
    for order_id, lines in groupby(rows, itemgetter(columns.places["order_id"])):
        yield order_id, list(lines)


def gathered(columns: Columns, rows: Iterable[Row]) -> Iterator[Row]:
    """The same rows, those of an order together, where its first one stands; sorted on the disk."""
    place, places = columns.places["order_id"], dict[str, int]()
    with closing(sqlite3.connect("", isolation_level=None)) as disk:
        disk.execute(GATHER)
        disk.execute("begin")
        disk.executemany(
            "insert into rows values (?, ?)",
            ((places.setdefault(row[place], len(places)), json.dumps(row)) for row in rows),
        )
        for (cells,) in disk.execute(GATHERED):
            yield json.loads(cells)


def line_of(path: Path, row: int) -> int:
    """The line on which row number `row` ends, the first after the heading being 0: cells may hold line breaks."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        full = (reader.line_num for cells in reader if cells)
        next(full)
        return next(line for number, line in enumerate(full) if number == row)


def _columns(path: Path, heading: Row, needed: Sequence[str], known: Sequence[str]) -> Columns:
    names = [name.strip().lower() for name in heading]
    missing = [name for name in needed if name not in names]
    if missing:
        raise BadFile(f"{path.name}, line 1: there is no column {', '.join(missing)}")
    places = {name: names.index(name) if name in names else len(names) for name in known}
    return Columns(places, len(names), len(names) in places.values())


def _whole(reader: Iterator[Row], columns: Columns, path: Path) -> Iterator[Row]:
    width = columns.width
    for row in reader:
        if len(row) != width:
            if not row:
                continue
            line = reader.line_num  # type: ignore[attr-defined]  # csv readers have it
            raise BadFile(f"{path.name}, line {line}: {len(row)} cells, the heading has {width}")
        if columns.padded:
            row.append("")
        yield row
