"""What we had a part in: products of an order that we had offered in its checkout, or priced in a bundle."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlite_utils import Database

from plugin.suggestions.model import Order, ProductId, ProductNumber

MARK = "insert or ignore into induced (number, product) select number, ? from orders where id = ?"

OFFERED = """
select product, json_extract(suggestion, '$.bundle.members') from offered where checkout = ?
"""


def mark(db: Database, order: Order, numbers: Mapping[ProductId, ProductNumber]) -> None:
    """Remember which products of the order we had a part in. For good: what was offered is forgotten long before the order is.

    `numbers`: of all its products. An order that was offered nothing costs one look into an index.
    """
    caused = {line.product for line in order.lines if line.bundled and line.product}
    caused |= _offered(db, order.checkout) if order.checkout else set()
    found = caused & numbers.keys() if caused else caused
    if found:
        db.conn.executemany(MARK, [(numbers[product], order.id) for product in sorted(found)])


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
