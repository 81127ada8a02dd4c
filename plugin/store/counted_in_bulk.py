"""Counts of many orders into the tables: in the order of the tables, a portion a transaction, remembering what is still owed."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from itertools import repeat

import numpy as np
from sqlite_utils import Database

from plugin.store import facts
from plugin.store.affinities import COUNT_ORDER, COUNT_PRODUCT
from plugin.store.many_rows import TOGETHER
from plugin.suggestions.bulk_counting import LOW, Counts, Owed

ADD = """
on conflict do update set orders = orders + excluded.orders, buyers = buyers + excluded.buyers, weight = weight + excluded.weight
"""

DROP_NOTHING = """
delete from pairs where orders = 0 and buyers = 0 and weight = 0
"""

DROP_PRODUCTS = """
delete from bought where orders = 0 and buyers = 0 and weight = 0 and buyers_weight = 0
"""

EMPTY = ("delete from pairs", "delete from bought", "delete from totals")

ROWS_AT_ONCE = 200_000
"""Rows of pairs in one transaction: less than half a second."""

OWED = "owed"
"""The fact that orders are kept whose counts are not written yet; its value says who owes them, and was heard of when."""

GIVEN_UP = timedelta(minutes=15)
"""Who was not heard of for so long was killed: a portion takes seconds."""


def add_products(db: Database, owed: Owed) -> None:
    """Add what is owed to products and totals. First, so that no pair is met more often than its products."""
    for scopes, differences in owed.items():
        for scope in scopes:
            columns = [column.tolist() for column in (differences.alone.keys, *differences.alone.columns)]
            products, orders, buyers, weight, *_, buyers_weight = columns
            rows = zip(products, repeat(scope), orders, buyers, weight, buyers_weight, strict=False)
            db.conn.executemany(COUNT_PRODUCT, rows)
            db.conn.execute(COUNT_ORDER, [scope, *differences.totals[:2]])


def add_pairs(db: Database, scopes: tuple[int, ...], counted: Counts) -> None:
    """Add these to the pairs; their keys are beside and product, in the order of the table."""
    rows = np.column_stack((counted.keys >> 32, counted.keys & LOW, *counted.columns))
    whole = len(rows) - len(rows) % TOGETHER
    together = rows[:whole].reshape(-1, rows.shape[1] * TOGETHER)
    db.conn.executemany(_count_pairs(scopes, TOGETHER), together.tolist())
    db.conn.executemany(_count_pairs(scopes, 1), rows[whole:].tolist())


def drop_nothing(db: Database) -> None:
    """Rows that count nothing any more: what was owed met what was taken back before it was written."""
    db.conn.execute(DROP_NOTHING)
    db.conn.execute(DROP_PRODUCTS)


def forget_all(db: Database) -> None:
    """As if nothing had been counted."""
    for statement in EMPTY:
        db.conn.execute(statement)


def owe(db: Database, who: str, now: datetime) -> None:
    """Note that counts are owed, by whom, and that they are at it."""
    facts.keep(db, OWED, {"who": who, "at": now.isoformat(timespec="seconds")})


def owed_by(db: Database) -> str | None:
    """Who owes counts, or None: every order that is kept is counted."""
    owed = facts.get(db, OWED)
    return None if owed is None else str(owed["who"] if isinstance(owed, dict) else owed)


def is_given_up(db: Database, now: datetime) -> bool:
    """Whether counts are owed by somebody who is no longer at it."""
    owed = facts.get(db, OWED)
    if owed is None:
        return False
    return not isinstance(owed, dict) or datetime.fromisoformat(owed["at"]) < now - GIVEN_UP


def settled(db: Database) -> None:
    """Nothing is owed any more."""
    facts.forget(db, OWED)


@cache
def _count_pairs(scopes: tuple[int, ...], counts: int) -> str:
    """The statement that adds so many counts, each to all of the scopes."""
    values = [
        f"(?{at + 1}, ?{at + 2}, ?{at + 3}, ?{at + 4}, ?{at + 5}, {scope})"
        for at in range(0, 5 * counts, 5)
        for scope in scopes
    ]
    return (
        f"insert into pairs (beside, product, orders, buyers, weight, scope) values {','.join(values)} {ADD}"  # noqa: S608  # numbers of ours
    )
