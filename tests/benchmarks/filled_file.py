"""A shop's file with any number of orders in minutes: counted in memory, written in bulk, equal to one that learned."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from sqlite_utils import Database

from plugin.store import channels, facts, orders
from plugin.suggestions import affinity
from plugin.suggestions.preferences import Preferences
from tests.benchmarks.made_up_orders import GROUP, MadeUpOrder
from tests.benchmarks.made_up_shop import (
    CHANNEL,
    NOW,
    buyer_hash,
    checkout_id,
    order_id,
    ordered_at,
    price,
    product_id,
    variant_id,
)

BITS = 20
"""A pair of product numbers in one whole number: a dict of them is half as large as one of tuples."""

BUYER, WEIGHT = 1 << 24, 48
"""Orders, buyers and weight in one whole number: counting is one addition."""

CATEGORIES = 40


COMPARED = (
    """select id, channel, buyer, checkout, ordered_at, snapshot, learned, learned_channel, learned_buyer, weight
       from orders order by id""",
    "select scope, beside, product, orders, buyers, weight from pairs order by scope, beside, product",
    "select scope, product, orders, buyers, weight, buyers_weight, category from bought order by scope, product",
    "select scope, orders, weight from totals order by scope",
)


def rows(db: Database) -> list[list[tuple[Any, ...]]]:
    """All that learning writes: to compare two files."""
    return [db.conn.execute(statement).fetchall() for statement in COMPARED]


def fill_catalogue(db: Database, products: int) -> None:
    """Everything is for sale; the product of rank r has number r + 1."""
    channel = channels.number(db, CHANNEL)
    db.conn.execute("begin")
    db.conn.execute(
        "update channels set slug = 'default-channel', name = 'Default', currency = 'EUR' where number = ?",
        [channel],
    )
    db.conn.executemany(
        "insert into categories (id, name) values (?, ?)",
        [(f"category {n}", f"Category {n}") for n in range(CATEGORIES)],
    )
    groups = max(1, products // GROUP)
    db.conn.executemany(
        """insert into products (id, name, slug, category, product_type, thumbnail, refreshed_at)
           values (?, ?, ?, ?, 'type', ?, ?)""",
        (
            (product_id(rank), f"Product {rank}", f"product-{rank}", f"category {rank % groups % CATEGORIES}",
             f"https://bench.example.com/thumbnail/{rank}/256/", NOW.isoformat())
            for rank in range(products)
        ),
    )  # fmt: skip
    db.conn.executemany(
        "insert into variants (id, product, name) values (?, ?, '')",
        ((variant_id(rank), rank + 1) for rank in range(products)),
    )
    db.conn.executemany(
        "insert into listings (channel, variant, amount, currency, available, quantity) values (?, ?, ?, 'EUR', 1, 9)",
        ((channel, rank + 1, str(price(rank))) for rank in range(products)),
    )
    db.conn.execute("commit")


def fill_orders(db: Database, made: Sequence[MadeUpOrder]) -> None:
    """The rows that learning these orders one after the other would have left, order 0 first."""
    facts.landmark(db, NOW.date())
    indexes = db.conn.execute(
        "select name, sql from sqlite_master where type = 'index' and sql is not null"
    ).fetchall()
    db.conn.execute("pragma synchronous = off")
    db.conn.execute("begin")
    for name, _ in indexes:
        db.conn.execute(f"drop index {name}")
    _fill_snapshots(db, made)
    _fill_counts(db, made)
    for _, sql in indexes:
        db.conn.execute(sql)
    db.conn.execute("commit")
    db.conn.execute("pragma synchronous = normal")
    db.conn.execute("pragma wal_checkpoint(truncate)")


def _fill_snapshots(db: Database, made: Sequence[MadeUpOrder]) -> None:
    channel, weights = channels.number(db, CHANNEL), _weights()
    issued_at = orders.moment(NOW)
    db.conn.executemany(
        """insert into orders (id, channel, buyer, checkout, ordered_at, issued_at, snapshot, learned, learned_channel,
           learned_buyer, weight) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?2, ?3, ?9)""",
        (
            (order_id(number), channel, buyer_hash(order), checkout_id(number), orders.moment(ordered_at(order)),
             issued_at, _snapshot(order), json.dumps(_numbers(order), separators=(",", ":")), weights[order.days_ago])
            for number, order in enumerate(made)
        ),
    )  # fmt: skip


def _snapshot(order: MadeUpOrder) -> str:
    lines = ",".join(
        f'["{product_id(rank)}","{variant_id(rank)}",1,1,"{price(rank)}",0]' for rank in order.products
    )
    return f'{{"account":true,"lines":[{lines}],"paid":true,"refunded":false,"reissue":false,"status":"UNFULFILLED"}}'


def _fill_counts(db: Database, made: Sequence[MadeUpOrder]) -> None:
    channel, weights = channels.number(db, CHANNEL), _weights()
    alone, together, newest = _counted(made, weights)
    total = (len(made), sum(weights[order.days_ago] for order in made))
    scopes = (channels.WHOLE_SHOP_NUMBER, channel)
    db.conn.executemany("insert into totals values (?, ?, ?)", [(scope, *total) for scope in scopes])
    db.conn.executemany(
        """insert into bought (scope, product, orders, buyers, weight, buyers_weight, category)
           values (?1, ?2, ?3, ?4, ?5, ?6, (select category from products where number = ?2))""",
        (
            (scope, product, *_unpacked(count), newest[product])
            for product, count in sorted(alone.items())
            for scope in scopes
        ),
    )
    db.conn.executemany(
        "insert into pairs values (?, ?, ?, ?, ?, ?)",
        ((scope, *pair) for pair in _both_directions(together) for scope in scopes),
    )


def _counted(
    made: Sequence[MadeUpOrder], weights: Sequence[int]
) -> tuple[dict[int, int], dict[int, int], dict[int, int]]:
    """Per product, and per pair with the smaller number first, the packed counts; a buyer's orders one after the other.

    And per product the newest weights of its buyers, who come with their oldest order first.
    """
    alone: defaultdict[int, int] = defaultdict(int)
    newest: defaultdict[int, int] = defaultdict(int)
    together: defaultdict[int, int] = defaultdict(int)
    of_buyer = defaultdict(list)
    for order in made:
        of_buyer[order.buyer].append(order)
    for buyers_orders in of_buyer.values():
        known: set[int] = set()
        last: dict[int, int] = {}
        for order in buyers_orders:
            numbers, step = _numbers(order), weights[order.days_ago] << WEIGHT | 1
            pairs = [first << BITS | second for first, second in combinations(numbers, 2)]
            for number in numbers:
                alone[number] += step if number in known else step + BUYER
            for pair in pairs:
                together[pair] += step if pair in known else step + BUYER
            if len(buyers_orders) > 1:
                known.update(numbers, pairs)
            last.update(dict.fromkeys(numbers, weights[order.days_ago]))
        for number, weight in last.items():
            newest[number] += weight
    return alone, together, newest


def _both_directions(together: dict[int, int]) -> Iterator[tuple[int, int, int, int, int]]:
    lower = (1 << BITS) - 1
    keys = [*together, *((pair & lower) << BITS | pair >> BITS for pair in together)]
    keys.sort()
    for key in keys:
        first, second = key >> BITS, key & lower
        pair = key if first < second else second << BITS | first
        yield (first, second, *_unpacked(together[pair]))


def _unpacked(count: int) -> tuple[int, int, int]:
    return count & (BUYER - 1), count >> 24 & (BUYER - 1), count >> WEIGHT


def _numbers(order: MadeUpOrder) -> list[int]:
    return sorted(rank + 1 for rank in order.products)


def _weights() -> list[int]:
    """By days ago."""
    half_life = Preferences().half_life_days
    return [
        affinity.weight(ordered_at(MadeUpOrder((), 0, days)).date(), NOW.date(), half_life)
        for days in range(731)
    ]
