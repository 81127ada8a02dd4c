"""What is read for a back-test: the newest orders that count, with their products as they were added. In pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlite_utils import Database

from plugin.store import catalogue
from plugin.store.fitting_orders import as_added, names_in
from plugin.suggestions.evaluating.model import TrainingOrder
from plugin.suggestions.model import ProductNumber

PageDone = Callable[[int, int], None]
"""Told after each page: how many of how many. May raise to stop."""

NEWEST = """
select number, ordered_at, learned, learned_buyer, weight, snapshot,
    exists (select 1 from induced where induced.number = orders.number)
from orders where learned <> '[]' and (ordered_at, number) < (?, ?) order by ordered_at desc, number desc limit ?
"""

ORDERS_A_PAGE = 2_000

AFTER_ALL = ("~", 0)
"""Behind every time, written as text."""


def newest(db: Database, most: int, page_done: PageDone) -> list[TrainingOrder]:
    """The newest orders that count, at most so many, oldest first."""
    numbers = catalogue.every_number(db)
    buyers: dict[bytes, str] = {}  # many orders share one: so does the text
    found: list[TrainingOrder] = []
    before = AFTER_ALL
    while page := db.conn.execute(NEWEST, [*before, min(ORDERS_A_PAGE, most - len(found))]).fetchall():
        for _number, moment, learned, buyer, weight, text, caused in page:
            products = tuple(map(ProductNumber, as_added(learned, names_in(text), numbers)))
            whose = buyers.setdefault(buyer, buyer.hex()) if buyer else None
            at = datetime.fromisoformat(moment).timestamp()
            found.append(TrainingOrder(products, at, whose, weight, bool(caused)))
        before = (page[-1][1], page[-1][0])
        page_done(len(found), most)
    return found[::-1]
