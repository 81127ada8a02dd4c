"""Whose turn it is: one piece of work at a time per key, among all threads and processes that share the shop's file."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_hex

from sqlite_utils import Database

from plugin.errors import TryAgain
from plugin.store.database import writing

TAKE = """
insert into turns (key, until, holder) values (?1, ?2, ?3)
on conflict do update set until = excluded.until, holder = excluded.holder where until < ?4
returning holder
"""

LONGEST_TURN = 30.0
"""Seconds after which a turn is free again: who held it was killed."""

LOOK_AGAIN = 0.01
"""Seconds between two looks."""


@contextmanager
def turn(db: Database, key: str, patience: float) -> Iterator[None]:
    """Hold the key; wait for it so many seconds.

    Raises:
        TryAgain: somebody else held it all that time.
    """
    holder, until = token_hex(8), time.monotonic() + patience
    while not _taken(db, key, holder):
        if time.monotonic() > until:
            raise TryAgain(f"{key} is being worked on")
        time.sleep(LOOK_AGAIN)
    try:
        yield
    finally:
        with writing(db):
            db.conn.execute("delete from turns where key = ? and holder = ?", [key, holder])


def _taken(db: Database, key: str, holder: str) -> bool:
    now = time.time()
    held = db.conn.execute("select until from turns where key = ?", [key]).fetchone()
    if held is not None and held[0] >= now:
        return False  # looking takes no lock: those who wait keep nobody from writing
    with writing(db):
        return db.conn.execute(TAKE, [key, now + LONGEST_TURN, holder, now]).fetchone() is not None
