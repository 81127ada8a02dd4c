"""What is read to fit: orders that count, with their products as they were added; all of them in pages, or those of one product."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlite_utils import Database

from plugin.store import catalogue
from plugin.suggestions.fitting.past import Past, past
from plugin.suggestions.fitting.recent import NEWEST
from plugin.suggestions.fitting.rows import Floats, Places
from plugin.suggestions.model import ProductNumber

PageDone = Callable[[int, int], None]
"""Told after each page: how many of how many. May raise to stop."""

PAGE = """
select number, ordered_at, learned, learned_buyer, weight, snapshot from orders
where number > ? and number <= ? and learned <> '[]' order by number
"""

OF_PRODUCT = """
select orders.number, learned, weight, snapshot from
    (select number from order_products where product = ? order by number desc limit ?) as newest
join orders using (number) where learned <> '[]' order by orders.number
"""

ORDERS_A_PAGE = 5_000


@dataclass(frozen=True, slots=True)
class PastOrders:
    """Orders that count, by our number: `orders` with their whole-number weights, and per order its number, when it was placed
    (seconds) and who placed it (None where nobody knows)."""

    orders: Past
    numbers: Places
    placed: Floats
    buyers: Sequence[bytes | None]


def newest(db: Database, most: int, page_done: PageDone) -> PastOrders:
    """The newest orders that count, of at most so many numbers, oldest first."""
    numbers = catalogue.every_number(db)
    (last,) = db.conn.execute("select coalesce(max(number), 0) from orders").fetchone()
    first = after = max(0, last - most)
    baskets, weights, ours, placed, buyers = [], [], [], [], []
    known: dict[bytes, bytes] = {}  # many orders share one buyer
    while after < last:
        for number, moment, learned, buyer, weight, text in db.conn.execute(
            PAGE, [after, after + ORDERS_A_PAGE]
        ).fetchall():
            named = names_in(text) if "," in learned else ()  # of one product there is no order to read
            baskets.append(np.array(as_added(learned, named, numbers), np.int32))
            weights.append(weight)
            ours.append(number)
            placed.append(datetime.fromisoformat(moment).timestamp())
            buyers.append(known.setdefault(buyer, buyer) if buyer else None)
        after += ORDERS_A_PAGE
        page_done(min(after, last) - first, last - first)
    return PastOrders(past(baskets, weights), np.array(ours, np.int64), np.array(placed), buyers)


def of_product(db: Database, product: int) -> tuple[Past, Places]:
    """The newest orders with the product, and their numbers, oldest first."""
    found = db.conn.execute(OF_PRODUCT, [product, NEWEST]).fetchall()
    named = [names_in(text) for *_, text in found]
    numbers = dict(
        db.conn.execute(
            "select id, number from products where id in (select value from json_each(?))",
            [json.dumps(sorted({name for some in named for name in some if name}))],
        )
    )
    baskets = [as_added(row[1], names, numbers) for row, names in zip(found, named, strict=True)]
    return past(baskets, [row[2] for row in found]), np.array([row[0] for row in found], np.int64)


def names_in(snapshot: str) -> list[str | None]:
    """The product of every line of a snapshot, by Saleor's id."""
    return [line[0] for line in json.loads(snapshot)["lines"]]


def as_added(learned: str, named: Iterable[str | None], numbers: Mapping[str, ProductNumber]) -> list[int]:
    """The products learned, in the order of the lines; those whose line is known by no product any more come last."""
    left = dict.fromkeys(map(int, learned[1:-1].split(",")))
    found = []
    for name in named:
        number = numbers.get(name or "")
        if number in left:
            del left[number]
            found.append(int(number))
    return found + list(left)


def of_buyer(db: Database, buyer: bytes, most: int) -> list[tuple[list[int], int]]:
    """The products and weights of a buyer's orders, the heaviest, that is the newest, first."""
    found = db.conn.execute(
        """select learned, weight from orders indexed by orders_buyer
           where learned_buyer = ? and learned <> '[]' order by weight desc limit ?""",
        [buyer, most],
    )
    return [([int(product) for product in learned[1:-1].split(",")], weight) for learned, weight in found]


def names(db: Database) -> dict[int, str]:
    """What products are called."""
    return dict(
        db.conn.execute("select number, name from products where name <> '' and deleted = 0").fetchall()
    )


def categories(db: Database, products: Iterable[int] | None = None) -> dict[int, str]:
    """The category of these products, or of all that have one."""
    if products is None:
        return dict(
            db.conn.execute("select number, category from products where category is not null").fetchall()
        )
    return dict(
        db.conn.execute(
            "select number, category from products where category is not null and number in (select value from json_each(?))",
            [json.dumps(list(products))],
        ).fetchall()
    )


def alone(db: Database, products: Sequence[int]) -> dict[int, int]:
    """The weight of all orders with these products, in the whole shop."""
    return dict(
        db.conn.execute(
            "select product, weight from bought where scope = 0 and product in (select value from json_each(?))",
            [json.dumps(products)],
        ).fetchall()
    )


def met(db: Database, product: int) -> tuple[Places, Floats]:
    """Every product met with this one in the whole shop, by number, and the weight of those orders."""
    found = db.conn.execute(
        "select product, weight from pairs where beside = ? and scope = 0 order by product", [product]
    ).fetchall()
    table = np.array(found, np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1].astype(np.float64)


def among(db: Database, products: Sequence[int]) -> Floats:
    """The weight of the orders in which these met each other, n x n."""
    listed = json.dumps(list(products))
    place = {product: at for at, product in enumerate(products)}
    sums = np.zeros((len(products), len(products)))
    for one, other, weight in db.conn.execute(
        """select beside, product, weight from json_each(?1) as first cross join json_each(?1) as second
           cross join pairs on pairs.beside = first.value and pairs.product = second.value and pairs.scope = 0
           where first.value < second.value""",
        [listed],
    ):
        sums[place[one], place[other]] = sums[place[other], place[one]] = weight
    return sums
