"""A file of products: id, name and category, for shops whose catalogue is not, or not yet, read from Saleor."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from sqlite_utils import Database

from plugin.errors import BadFile
from plugin.store.catalogue import REMEMBER_VARIANT
from plugin.store.order_file import rows_of

Described = tuple[str, str, str]
"""Product id, name, category; empty where unknown."""

KEEP_CATEGORY = """
insert into categories (id, name) select ?1, ?1 where not exists (select 1 from categories where name = ?1 or id = ?1)
"""

KEEP_PRODUCT = """
insert into products (id, name, category) values (?1, ?2, (select id from categories where name = ?3 or id = ?3 order by id limit 1))
on conflict (id) do update set name = excluded.name, category = excluded.category where products.refreshed_at is null
"""
"""What Saleor has told of a product, it knows better."""

SAME_CATEGORY = """
update bought set category = (select category from products where number = product)
where category is not (select category from products where number = product)
"""


def read(path: Path) -> list[Described]:
    """The products of the file. Raises BadFile with the line."""
    found = []
    with rows_of(path, ("product_id",), ("product_id", "name", "category")) as (columns, rows):
        cells = columns.read("product_id", "name", "category")
        for number, row in enumerate(rows):
            product, name, category = cells(row)
            if not product:
                raise BadFile(f"{path.name}, product {number + 1}: a product without product_id")
            found.append((product, name.strip(), category.strip()))
    return found


def keep(db: Database, products: Sequence[Described]) -> None:
    """Make these products, each with a variant of its own id, and their categories known."""
    if not products:
        return
    db.conn.executemany(KEEP_CATEGORY, sorted({(category,) for _, _, category in products if category}))
    db.conn.executemany(KEEP_PRODUCT, products)
    ids = json.dumps([product for product, _, _ in products])
    bare = db.conn.execute(BARE, [ids]).fetchall()
    db.conn.executemany(REMEMBER_VARIANT, bare)
    db.conn.execute(SAME_CATEGORY)


BARE = """
select products.id, number from products where products.id in (select value from json_each(?))
and not exists (select 1 from variants where variants.product = products.number) order by number
"""
