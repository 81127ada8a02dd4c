"""What is read to learn habits: every placed order's lines, and every buyer's orders one after the other. In pages, in order."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlite_utils import Database

from plugin.suggestions.affinity import is_placed
from plugin.suggestions.habits.natures import Visit
from plugin.suggestions.model import ProductNumber
from plugin.suggestions.preferences import Preferences

PageDone = Callable[[int, int], None]
"""Told after each page: how many of how many. May raise to stop."""

SNAPSHOTS = "select number, snapshot from orders where number > ? order by number limit ?"

OF_NOBODY = """
select number, learned from orders indexed by orders_buyer
where learned <> '[]' and learned_buyer is null and number > ? order by number limit ?
"""

OF_BUYERS = """
select buyer, ordered_at, learned from orders indexed by orders_of_buyer
where buyer >= ? and buyer < ? order by buyer, ordered_at desc
"""
"""From the index alone: the orders themselves are ten times as large, and lie in the order in which they came."""

MOST_CATEGORIES = """
select category from bought where scope = 0 and category is not null group by category order by sum(orders) desc, category limit ?
"""

ORDERS_A_PAGE = 2_000
BUYERS_PAGES = 256
"""Pages by the first byte of the hash that stands for the buyer: nobody is on two of them."""

MOST_OF_A_BUYER = 500
"""The newest orders of one buyer that are looked at: a robot must not decide what the shop's habits are."""


def lines(db: Database, chosen: Preferences, page_done: PageDone) -> Iterator[tuple[list[list[Any]], bool]]:
    """The lines of every placed order as its snapshot has them, and whether all of it was refunded."""
    (last,) = db.conn.execute("select coalesce(max(number), 0) from orders").fetchone()
    after = 0
    while page := db.conn.execute(SNAPSHOTS, [after, ORDERS_A_PAGE]).fetchall():
        for _number, text in page:
            facts = json.loads(text)
            if is_placed(facts["status"], facts["paid"], facts["reissue"], chosen):
                yield facts["lines"], facts["refunded"]
        after = page[-1][0]
        page_done(min(after, last), last)


def buyers(db: Database, page_done: PageDone) -> Iterator[list[Visit]]:
    """The orders that count, each buyer's together, oldest first; whoever nobody knows is a buyer of their own."""
    after = 0
    while page := db.conn.execute(OF_NOBODY, [after, ORDERS_A_PAGE]).fetchall():
        for _number, learned in page:
            yield [(0.0, _products(learned))]
        after = page[-1][0]
        page_done(0, BUYERS_PAGES)
    for first in range(BUYERS_PAGES):
        until = bytes([first + 1]) if first + 1 < BUYERS_PAGES else b"\xff" * 32
        rows = db.conn.execute(OF_BUYERS, [bytes([first]), until]).fetchall()
        for _buyer, several in groupby(rows, key=itemgetter(0)):
            counting = [row for row in several if row[2] != "[]"][:MOST_OF_A_BUYER]
            if len(counting) == 1:
                yield [(0.0, _products(counting[0][2]))]
            elif counting:
                yield [(_seconds(at), _products(learned)) for _buyer, at, learned in reversed(counting)]
        page_done(first + 1, BUYERS_PAGES)


def categories(db: Database, most: int) -> list[str]:
    """The categories bought most, at most so many."""
    return [row[0] for row in db.conn.execute(MOST_CATEGORIES, [most])]


def products_of(db: Database, wanted: dict[str, int]) -> dict[ProductNumber, int]:
    """The category of every product, as numbered; products of others are left out."""
    rows = db.conn.execute("select number, category from products where category is not null")
    return {number: wanted[category] for number, category in rows if category in wanted}


def _products(learned: str) -> list[ProductNumber]:
    # a list of whole numbers needs no JSON: a million of these pass by
    return [ProductNumber(int(product)) for product in learned[1:-1].split(",")]


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()
