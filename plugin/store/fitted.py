"""What is fitted to the orders: a packed row per product, replaced as a whole by a full fit, one by one as orders come."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from sqlite_utils import Database

from plugin.suggestions.fitting import recent, rows
from plugin.suggestions.fitting.rows import Row
from plugin.suggestions.fitting.scoring import Fitted

READ = """
select product, alone, met, met_alone, ridge, close, alike, recent from fitted where product in (select value from json_each(?))
"""

SOLVED = "select product, solved from fitted where product in (select value from json_each(?))"

SAID = "select product, ridge from fitted where product in (select value from json_each(?))"

KEEP = """
insert into {} (product, alone, met, met_alone, solved, ridge, close, alike, recent) values (?, ?, ?, ?, ?, ?, ?, ?, ?)
on conflict (product) do update set alone = excluded.alone, met = excluded.met, met_alone = excluded.met_alone,
    solved = excluded.solved, ridge = excluded.ridge, close = excluded.close, alike = excluded.alike, recent = excluded.recent
"""

NEXT = "fitted_next"
"""Where a full fit is written until it is whole: whoever is asked meanwhile reads the old one, also after a crash."""

Kept = tuple[int, Fitted, Row]
"""Product, what was fitted for it, and its own regression."""


def read(db: Database, products: Iterable[int]) -> dict[int, Fitted]:
    """What was fitted for these products; those never fitted are left out."""
    return {
        product: Fitted(
            alone, rows.unpacked(met), np.frombuffer(met_alone or b"", "<f4"), rows.unpacked(ridge), rows.unpacked(close),
            rows.unpacked(alike), recent.unpacked(newest),
        )
        for product, alone, met, met_alone, ridge, close, alike, newest in db.conn.execute(
            READ, [json.dumps(sorted(set(products)))]
        )
    }  # fmt: skip


def begin(db: Database) -> None:
    """An empty place for a full fit. What a killed one left is gone."""
    db.conn.execute(f"drop table if exists {NEXT}")
    (sql,) = db.conn.execute("select sql from sqlite_master where name = 'fitted'").fetchone()
    db.conn.execute(sql.replace("fitted", NEXT, 1))


def add(db: Database, some: Iterable[Kept]) -> None:
    """Some rows of the full fit."""
    db.conn.executemany(KEEP.format(NEXT), map(_columns, some))


def swap(db: Database, beside: Mapping[str, Row]) -> None:
    """Put the full fit in place, with what is said for categories. In a transaction."""
    db.conn.execute("drop table fitted")
    db.conn.execute(f"alter table {NEXT} rename to fitted")
    db.conn.execute("delete from fitted_categories")
    db.conn.executemany(
        "insert into fitted_categories (category, beside) values (?, ?)",
        [(category, rows.packed(row)) for category, row in beside.items()],
    )


def keep(db: Database, some: Iterable[Kept]) -> None:
    """Replace what was fitted for single products."""
    db.conn.executemany(KEEP.format("fitted"), map(_columns, some))


def keep_said(db: Database, ridge: Mapping[int, Row]) -> None:
    """Replace what products say for others."""
    changed = [(rows.packed(row), product) for product, row in ridge.items()]
    db.conn.executemany("update fitted set ridge = ? where product = ?", changed)


def solved(db: Database, products: Iterable[int]) -> dict[int, Row]:
    """The own regressions of these products."""
    return _rows(db, SOLVED, products)


def said(db: Database, products: Iterable[int]) -> dict[int, Row]:
    """What these products say for others."""
    return _rows(db, SAID, products)


def forget(db: Database, products: Sequence[int]) -> None:
    """These are bought no more."""
    db.conn.execute(
        "delete from fitted where product in (select value from json_each(?))", [json.dumps(products)]
    )


def beside(db: Database, categories: Iterable[str]) -> list[Row]:
    """What is said for these categories, one row for each that is known, as often as it is named."""
    wanted = list(categories)
    found = dict(
        db.conn.execute(
            "select category, beside from fitted_categories where category in (select value from json_each(?))",
            [json.dumps(sorted(set(wanted)))],
        )
    )
    return [rows.unpacked(found[category]) for category in wanted if category in found]


def _rows(db: Database, asked: str, products: Iterable[int]) -> dict[int, Row]:
    found = db.conn.execute(asked, [json.dumps(list(products))])
    return {product: rows.unpacked(text) for product, text in found}


def _columns(one: Kept) -> tuple[object, ...]:
    product, fitted, own = one
    parts = [fitted.ridge, fitted.close, fitted.alike]
    ridge, close, alike = (rows.packed(part) if len(part.products) else None for part in parts)
    return (
        product, fitted.alone, rows.packed(fitted.met), fitted.met_alone.astype("<f4").tobytes(), rows.packed(own), ridge,
        close, alike, recent.packed(fitted.recent),
    )  # fmt: skip
