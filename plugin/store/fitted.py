"""What is fitted to the orders: a packed row per product, replaced as a whole by a full fit, one by one as orders come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from sqlite_utils import Database

from plugin.store import asking, listed
from plugin.suggestions.fitting import recent, ridge, rows
from plugin.suggestions.fitting.rows import Row
from plugin.suggestions.fitting.scoring import Fitted

READ = """
with asked (product) as ({})
select fitted.product, alone, met, met_alone, ridge, close, alike, recent
from asked cross join fitted on fitted.product = asked.product
"""

BESIDE = """
with asked (category) as ({})
select fitted_categories.category, beside from asked cross join fitted_categories on fitted_categories.category = asked.category
"""

SOLVED = "select product, solved from fitted where product in (select value from json_each(?))"

SAYS = "select product, says from fitted where product in (select value from json_each(?))"

ADD = """
insert into fitted_next (product, alone, met, met_alone, solved, ridge, close, alike, recent, says) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

KEEP = """
insert into fitted (product, alone, met, met_alone, solved, ridge, close, alike, recent) values (?, ?, ?, ?, ?, ?, ?, ?, ?)
on conflict (product) do update set alone = excluded.alone, met = excluded.met, met_alone = excluded.met_alone,
    solved = excluded.solved, close = excluded.close, alike = excluded.alike, recent = excluded.recent
"""

NEXT = "fitted_next"
"""Where a full fit is written until it is whole: whoever is asked meanwhile reads the old one, also after a crash."""

Kept = tuple[int, Fitted, Row]
"""Product, what was fitted for it, and its own regression."""

Added = tuple[int, Fitted, Row, Row]
"""The same, and all it says in the regressions of others."""


def read(db: Database, products: Iterable[int]) -> dict[int, Fitted]:
    """What was fitted for these products; those never fitted are left out."""
    return {
        product: Fitted(
            alone, rows.unpacked(met), np.frombuffer(met_alone or b"", "<f4"), rows.unpacked(ridge), rows.unpacked(close),
            rows.unpacked(alike), recent.unpacked(newest),
        )
        for product, alone, met, met_alone, ridge, close, alike, newest in asking.each(db, READ, products)
    }  # fmt: skip


def begin(db: Database) -> None:
    """An empty place for a full fit. What a killed one left is gone."""
    db.conn.execute(f"drop table if exists {NEXT}")
    (sql,) = db.conn.execute("select sql from sqlite_master where name = 'fitted'").fetchone()
    db.conn.execute(sql.replace("fitted", NEXT, 1))


def add(db: Database, some: Iterable[Added]) -> None:
    """Some rows of the full fit."""
    db.conn.executemany(ADD, ((*_columns(kept), rows.packed(says)) for *kept, says in some))


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
    """Replace what was fitted for single products; what they say for others is kept with `keep_says`."""
    db.conn.executemany(KEEP, map(_columns, some))


def keep_says(db: Database, says: Mapping[int, Row]) -> None:
    """Replace what products say for others, and what of it is heard."""
    changed = [
        (rows.packed(row), _packed(rows.strongest(row, ridge.HEARD)), product)
        for product, row in says.items()
    ]
    db.conn.executemany("update fitted set says = ?, ridge = ? where product = ?", changed)


def solved(db: Database, products: Iterable[int]) -> dict[int, Row]:
    """The own regressions of these products."""
    return _rows(db, SOLVED, products)


def says(db: Database, products: Iterable[int]) -> dict[int, Row]:
    """All that these products say for others."""
    return _rows(db, SAYS, products)


def forget(db: Database, products: Sequence[int]) -> None:
    """These are bought no more."""
    db.conn.execute(
        "delete from fitted where product in (select value from json_each(?))", [listed.numbers(products)]
    )


def beside(db: Database, categories: Iterable[str]) -> list[Row]:
    """What is said for these categories, one row for each that is known, as often as it is named."""
    wanted = list(categories)
    found = dict(asking.each(db, BESIDE, wanted))
    return [rows.unpacked(found[category]) for category in wanted if category in found]


def _rows(db: Database, asked: str, products: Iterable[int]) -> dict[int, Row]:
    found = db.conn.execute(asked, [listed.numbers(products)])
    return {product: rows.unpacked(text) for product, text in found}


def _packed(row: Row) -> bytes | None:
    return rows.packed(row) if len(row.products) else None


def _columns(one: Sequence[Any]) -> tuple[object, ...]:
    product, fitted, own = one
    return (
        product, fitted.alone, rows.packed(fitted.met), fitted.met_alone.astype("<f4").tobytes(), rows.packed(own),
        _packed(fitted.ridge), _packed(fitted.close), _packed(fitted.alike), recent.packed(fitted.recent),
    )  # fmt: skip
