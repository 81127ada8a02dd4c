"""What we had a part in: products of an order that we had offered in its checkout, or priced in a bundle."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from sqlite_utils import Database

from plugin.suggestions.model import Order, ProductId, ProductNumber

MARK = "insert or ignore into induced (number, product) select number, ? from orders where id = ?"

MARKED = "select product from induced where number = ?"

OFFERED = """
select product, json_extract(suggestion, '$.bundle.members') from offered where checkout = ?
"""


def caused(
    db: Database, order: Order, numbers: Mapping[ProductId, ProductNumber], number: int
) -> frozenset[ProductNumber]:
    """The products of the order we had a part in, by what is remembered, by its lines, and by what its checkout was offered.

    `numbers`: of all its products. `number`: ours of the order, 0 for a new one. An order that was offered nothing costs one
    look into an index.
    """
    found = {line.product for line in order.lines if line.bundled and line.product}
    found |= _offered(db, order.checkout) if order.checkout else set()
    told = frozenset(numbers[product] for product in found & numbers.keys()) if found else frozenset()
    return told | marked(db, number) if number else told


def marked(db: Database, number: int) -> frozenset[ProductNumber]:
    """The products we had a part in, of the order with that number of ours."""
    return frozenset(ProductNumber(row[0]) for row in db.conn.execute(MARKED, [number]))


def mark(db: Database, order_id: str, products: Iterable[ProductNumber]) -> None:
    """Remember that we had a part in these. For good: what was offered is forgotten long before the order is."""
    rows = [(product, order_id) for product in sorted(products)]
    if rows:
        db.conn.executemany(MARK, rows)


def _offered(db: Database, checkout: str) -> set[ProductId]:
    """The products suggested in a checkout; of bundles every member that was missing."""
    found = set()
    for product, members in db.conn.execute(OFFERED, [checkout]):
        found.add(ProductId(product))
        if members:
            found |= {
                ProductId(member["productId"]) for member in json.loads(members) if member["missing"] > 0
            }
    return found
