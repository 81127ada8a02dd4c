"""What a recount asks of an engine: tables made by statements that SQLite, DuckDB and Spark all understand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from plugin.errors import BadExport

ENGINES = ("sqlite", "duckdb", "spark")

WHOLE = "bigint"
TEXT = "text"

Row = tuple[Any, ...]

MEMORY = re.compile(r"([1-9]\d{0,5})([mg])b?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Room:
    """Where and with how much an engine works.

    `folder`: on this machine, empty, removed afterwards. `memory`: megabytes. `master`: of Spark, None for what the
    environment says. `scratch`: a folder that every machine of a cluster reaches, None where this machine is all there is.
    """

    folder: Path
    memory: int
    master: str | None = None
    scratch: str | None = None
    settings: Mapping[str, str] | None = None


class Engine(Protocol):
    """Tables by name. `text`, `number`, `moment` and `numbers` are the few expressions the three do not agree on.

    `text` and `number` cast a column, the latter to null where it is none; `moment` makes "2026-11-22 09:30:00" in UTC of it,
    or null; `numbers` is a whole number of its own for every row.
    """

    text: str
    number: str
    moment: str
    numbers: str

    def take(self, name: str, columns: Mapping[str, str], rows: Iterable[Row]) -> None:
        """Make a table of these rows. `columns`: their names, and WHOLE or TEXT."""

    def read(self, name: str, paths: Sequence[str]) -> tuple[str, ...]:
        """Make a table, or a view, of what is in these exports. The names of its columns."""

    def make(self, name: str, select: str, by: str | None = None) -> None:
        """Carry the statement out and keep what it finds. `by`: the column by which it will be joined."""

    def see(self, name: str, select: str) -> None:
        """Give the statement a name, to be carried out where it is used."""

    def rows(self, select: str) -> Iterator[Row]:
        """What the statement finds."""

    def close(self) -> None:
        """Let go of everything, and leave nothing behind."""


def megabytes(text: str) -> int:
    """Of "512m" or "4g". Raises BadExport."""
    found = MEMORY.fullmatch(text.strip())
    if found is None:
        raise BadExport(f"{text!r} is no amount of memory; write 512m or 4g")
    return int(found[1]) * (1024 if found[2].lower() == "g" else 1)
