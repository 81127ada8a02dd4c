"""Asks one statement for several things at once: they stand in it as rows of places, in few lengths, so that few statements are made.

For what every basket asks. json_each (listed.py) would take them as a text, for half as much time again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from sqlite_utils import Database

STEP = 8
MOST = 64
"""Asked for at one go, and in lengths of so many; places left over hold nothing, and nothing is found for them."""


def each(db: Database, statement: str, wanted: Iterable[int | str], *more: object) -> list[tuple[Any, ...]]:
    """What the statement finds for these values, each asked for once, smallest first: numbers of Python's (numpy's would be bound as
    bytes, and nothing be found) or texts.

    `statement`: joins what it looks for to the rows of `asked`, a common table whose columns it names and that is put in at
    `{}`: "with asked (product) as ({}) select …". `more`: for its first places, ?1 and so on.
    """
    asked = sorted(set(wanted))
    if asked and isinstance(asked[0], str):
        asked = [one for one in asked if _is_storable(one)]
    return _found(db, statement, 1, asked, more)


def each_pair(
    db: Database, statement: str, wanted: Iterable[tuple[object, object]], *more: object
) -> list[tuple[Any, ...]]:
    """The same for pairs of our own numbers or words, where `asked` has two columns."""
    return _found(db, statement, 2, [one for pair in sorted(set(wanted)) for one in pair], more)


def _found(
    db: Database, statement: str, width: int, wanted: Sequence[object], more: Sequence[object]
) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    for start in range(0, len(wanted), MOST * width):
        some = wanted[start : start + MOST * width]
        rows = -(-len(some) // (STEP * width)) * STEP
        made = _made(statement, len(more), width, rows)
        found += db.conn.execute(made, [*more, *some, *[None] * (rows * width - len(some))]).fetchall()
    return found


@cache
def _made(statement: str, more: int, width: int, rows: int) -> str:
    places = [f"?{place}" for place in range(more + 1, more + 1 + rows * width)]
    filled = (f"({', '.join(places[row : row + width])})" for row in range(0, len(places), width))
    return statement.format(f"values {', '.join(filled)}")


def _is_storable(value: int | str) -> bool:
    """Half a surrogate pair is no text: no file can hold it, so none has it."""
    if isinstance(value, int) or value.isascii():
        return True
    return not any("\ud800" <= letter <= "\udfff" for letter in value)
