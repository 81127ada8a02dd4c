"""Rows written many a statement are those written one by one."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from plugin.store import many_rows
from plugin.store.counted_in_bulk import add_pairs
from plugin.store.database import open_file
from plugin.store.many_rows import TOGETHER
from plugin.suggestions.bulk_counting import Counts

AROUND = (0, 1, TOGETHER - 1, TOGETHER, TOGETHER + 1, 2 * TOGETHER + 1)


@pytest.mark.parametrize("many", AROUND)
def test_every_row_is_written_in_its_order(tmp_path: Path, many: int) -> None:
    rows = [(number, -number, number) for number in range(many, 0, -1)]
    with closing(open_file(tmp_path / "shop.sqlite3")) as db:
        db.conn.execute("create table written (number integer, other integer, third integer)")
        many_rows.insert(db, "written", ("number", "other", "third"), rows)

        assert db.conn.execute("select * from written order by rowid").fetchall() == rows


@pytest.mark.parametrize("scopes", [(1,), (0, 1)])
@pytest.mark.parametrize("many", AROUND)
def test_counts_are_added_in_every_scope(tmp_path: Path, many: int, scopes: tuple[int, ...]) -> None:
    counted = Counts(
        np.arange(many) << 32 | 7, tuple(np.arange(many) * times + 1 for times in (1, 2, 1 << 40))
    )
    with closing(open_file(tmp_path / "shop.sqlite3")) as db:
        for _ in range(2):
            add_pairs(db, scopes, counted)
        found = db.conn.execute(
            "select beside, product, scope, orders, buyers, weight from pairs order by beside, scope"
        )

        assert found.fetchall() == [
            (n, 7, scope, 2 * (n + 1), 2 * (2 * n + 1), 2 * ((n << 40) + 1))
            for n in range(many)
            for scope in scopes
        ]
