"""How often products were bought, alone and together; per channel and for the whole shop."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

from sqlite_utils import Database

from plugin.store import asking, channels
from plugin.suggestions.counting import Counted, Difference
from plugin.suggestions.model import ChannelId, Neighbour, PopularProduct, ProductNumber

COUNT_PAIR = """
insert into pairs (beside, product, scope, orders, buyers, weight) values (?, ?, ?, ?, ?, ?)
on conflict do update set orders = orders + excluded.orders, buyers = buyers + excluded.buyers, weight = weight + excluded.weight
"""

COUNT_PRODUCT = """
insert into bought (product, scope, orders, buyers, weight, buyers_weight, category)
values (?1, ?2, ?3, ?4, ?5, ?6, (select category from products where number = ?1))
on conflict do update set orders = orders + excluded.orders, buyers = buyers + excluded.buyers, weight = weight + excluded.weight,
    buyers_weight = buyers_weight + excluded.buyers_weight
"""

COUNT_ORDER = """
insert into totals (scope, orders, weight) values (?, ?, ?)
on conflict do update set orders = orders + excluded.orders, weight = weight + excluded.weight
"""

DROP_PAIR = """
delete from pairs where beside = ? and product = ? and scope = ? and orders = 0 and buyers = 0 and weight = 0
"""

DROP_PRODUCT = """
delete from bought where product = ? and scope = ? and orders = 0 and buyers = 0 and weight = 0 and buyers_weight = 0
"""
"""Whatever is not nothing stays: while a file is imported, counts may be owed that this row goes with (counted_in_bulk.py)."""

NEIGHBOURS = """
select near.product, ?2, near.orders, near.buyers, ?5, bought.orders, near.weight / ?6, ?7, bought.weight / ?6
from (select product, orders, buyers, weight from pairs {pairs} order by weight desc, product limit ?3) as near
cross join bought on bought.scope = ?1 and bought.product = near.product
where near.buyers >= ?4 and near.orders * ?8 >= bought.orders
"""

STRONGEST = NEIGHBOURS.format(
    pairs="indexed by pairs_strongest where scope = ?1 and beside = ?2 and buyers >= 2"
)

STRONGEST_OF_ALL = NEIGHBOURS.format(pairs="where scope = ?1 and beside = ?2")
"""The same for a merchant who shows what a single buyer bought: those pairs are not in the index, all have to be read."""

MOST_BOUGHT = """
select near.product, categories.id, categories.name, near.buyers, near.buyers_weight / ?6
from (select product, buyers, buyers_weight from bought
      where scope = ?1 and category = ?2 order by buyers_weight desc, product limit ?5) as near
join categories on categories.id = ?2
where near.buyers >= ?3 order by near.buyers_weight desc, near.product limit ?4
"""

LEADING = """
select bought.product, '', '', bought.buyers, bought.buyers_weight / ?4
from leaders cross join bought on bought.scope = leaders.scope and bought.product = leaders.product
where leaders.scope = ?1 and bought.buyers >= ?2 order by bought.buyers_weight desc, bought.product limit ?3
"""
"""Among those that led when we last looked, by what they are now. An index of everything would cost each order learned more
than an empty basket is worth."""

LEADING_OF_ALL = """
select product, '', '', buyers, buyers_weight / ?4 from bought
where scope = ?1 and buyers >= ?2 order by buyers_weight desc, product limit ?3
"""
"""The same before we ever looked."""

LEADERS = """
insert into leaders
select scope, product from (
    select scope, product, row_number() over (partition by scope order by buyers_weight desc, product) as place from bought
) where place <= ?
"""

BESTSELLERS = (
    "select product from bought where scope = ? and buyers >= ? order by weight desc, product limit ?"
)

BETWEEN = """
with asked (beside, product) as ({})
select pairs.product, pairs.beside, pairs.orders, pairs.buyers, pairs.weight
from asked cross join pairs on pairs.beside = asked.beside and pairs.product = asked.product and pairs.scope = ?1
where +pairs.buyers >= ?2
"""
"""The plus keeps SQLite from asking whether the number that is bound allows for the index of two buyers: it would compile the
statement anew for every basket."""

ALONE = """
with asked (product) as ({})
select bought.product, orders, weight, category from asked cross join bought on bought.product = asked.product and scope = ?1
"""
"""Asked apart from the pairs: joined, every product is looked up once for each line of the basket."""

NEAREST = 200
"""Neighbours of one product, or products of a category, that are looked at: reading stays flat however many there are."""

MOST_POPULAR = 24


class Alone(NamedTuple):
    """How often a product was bought: in how many orders, in how many of today's weight, and its category."""

    orders: int
    now: float
    category: str | None


@dataclass(frozen=True, slots=True)
class Totals:
    """All counted orders of a scope."""

    orders: int
    weight: int


def learn(
    db: Database, differences: Mapping[Counted, Difference], orders: dict[ChannelId, tuple[int, int]]
) -> None:
    """Add the differences. `orders`: per scope how many orders, and how much weight, come or go."""
    met = {channel for channel, _, _ in differences} | orders.keys()
    scopes = {channel: channels.number(db, channel) for channel in met}
    pairs, products = [], []
    for (channel, first, second), change in differences.items():
        scope, values = scopes[channel], (change.orders, change.buyers, change.weight)
        if second is None:
            products.append((first, scope, *values, change.buyers_weight))
        else:
            pairs += [(first, second, scope, *values), (second, first, scope, *values)]
    # in the order of the tables: what lies side by side is written at one go
    db.conn.executemany(COUNT_PRODUCT, sorted(products))
    db.conn.executemany(COUNT_PAIR, sorted(pairs))
    db.conn.executemany(DROP_PRODUCT, [row[:2] for row in products if row[2] < 0])
    db.conn.executemany(DROP_PAIR, [row[:3] for row in pairs if row[3] < 0])
    db.conn.executemany(COUNT_ORDER, [(scopes[channel], *change) for channel, change in orders.items()])


def totals(db: Database, channel: ChannelId) -> Totals:
    """How many orders the scope's counts rest on."""
    row = db.conn.execute(
        "select orders, weight from totals where scope = ?", [channels.number(db, channel)]
    ).fetchone()
    return Totals(*row) if row else Totals(0, 0)


def around(
    db: Database,
    channel: ChannelId,
    products: Iterable[ProductNumber],
    min_buyers: int,
    weight_now: float,
    sieve: float = inf,
) -> list[Neighbour]:
    """The strongest neighbours of every product of a basket, seen by at least `min_buyers` distinct buyers.

    `weight_now`: the weight an order made now would have; turns stored weights into orders of today.
    `sieve`: leaves out pairs met less often than chance allows (affinity.sieve); of a bestseller's most are.
    """
    scope = channels.number(db, channel)
    strongest = STRONGEST if min_buyers > 1 else STRONGEST_OF_ALL
    found: list[Neighbour] = []
    for beside in sorted(set(products)):
        own = db.conn.execute(
            "select orders, weight from bought where scope = ? and product = ?", [scope, beside]
        ).fetchone()
        if own is not None:
            orders, now = own[0], own[1] / weight_now
            asked = [
                scope,
                beside,
                NEAREST,
                min_buyers,
                orders,
                float(weight_now),
                now,
                sieve / max(orders, 1),
            ]
            found += map(Neighbour._make, db.conn.execute(strongest, asked))
    return found


def alone(
    db: Database, channel: ChannelId, products: Iterable[ProductNumber], weight_now: float
) -> dict[ProductNumber, Alone]:
    """How often each of these products was bought; those that never were are left out."""
    scope = channels.number(db, channel)
    return {
        product: Alone(orders, weight / weight_now, category)
        for product, orders, weight, category in asking.each(db, ALONE, products, scope)
    }


def between(
    db: Database,
    channel: ChannelId,
    asked: Iterable[tuple[ProductNumber, ProductNumber]],
    min_buyers: int,
    weight_now: float,
    known: Mapping[ProductNumber, Alone],
) -> list[Neighbour]:
    """What is counted of pairs of a product of the basket and another, bought by at least `min_buyers` distinct buyers. `known`: how
    often alone, of all of them."""
    scope = channels.number(db, channel)
    return [
        Neighbour(
            product, beside, orders, buyers, known[beside].orders, known[product].orders,
            weight / weight_now, known[beside].now, known[product].now,
        )
        for product, beside, orders, buyers, weight in asking.each_pair(db, BETWEEN, asked, scope, min_buyers)
        if product in known and beside in known
    ]  # fmt: skip


def popular(
    db: Database, channel: ChannelId, categories: Sequence[str], min_buyers: int, weight_now: float
) -> list[PopularProduct]:
    """What most people buy in these categories, by decayed distinct buyers: one order of 500 pieces is one buyer."""
    scope = channels.number(db, channel)
    return [
        PopularProduct(*found)
        for wanted in sorted(set(categories))
        for found in db.conn.execute(
            MOST_BOUGHT, [scope, wanted, min_buyers, MOST_POPULAR, NEAREST, float(weight_now)]
        )
    ]


def popular_anywhere(
    db: Database, channel: ChannelId, min_buyers: int, weight_now: float, most: int
) -> list[PopularProduct]:
    """What most people buy in the channel, whatever its category: for baskets with nothing in them yet."""
    scope = channels.number(db, channel)
    looked = db.conn.execute("select 1 from leaders where scope = ? limit 1", [scope]).fetchone()
    asked = [scope, min_buyers, most, float(weight_now)]
    return [PopularProduct(*found) for found in db.conn.execute(LEADING if looked else LEADING_OF_ALL, asked)]


def note_leaders(db: Database) -> None:
    """Look which products lead in each channel now: once a day is enough for popular_anywhere."""
    db.conn.execute("delete from leaders")
    db.conn.execute(LEADERS, [NEAREST])


def bestsellers(db: Database, channel: ChannelId, min_buyers: int, most: int) -> list[ProductNumber]:
    """The products bought most, by decayed orders."""
    return [row[0] for row in db.conn.execute(BESTSELLERS, [channels.number(db, channel), min_buyers, most])]
