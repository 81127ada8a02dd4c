"""Many orders at once into the table of orders, and what many buyers' orders contribute out of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import numpy as np
from sqlite_utils import Database

from plugin.store import channels
from plugin.store.catalogue import REMEMBER_VARIANT
from plugin.store.order_spool import Portion
from plugin.store.orders import kept_line
from plugin.suggestions.bulk_counting import NOBODY, Baskets, Whole
from plugin.suggestions.model import ChannelId, Order

INSERT = """
insert into orders (id, channel, buyer, ordered_at, issued_at, snapshot, learned, learned_channel, learned_buyer, weight)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

HOLDING = """
insert or ignore into order_products
select line.value, number from orders, json_each(learned) as line where number > ? and learned <> '[]' order by 1, 2
"""

TOUCHING = """
insert into touched (product) select distinct line.value from orders, json_each(learned) as line
where number > ? and exists (select 1 from facts where name in ('model', 'fitting'))
on conflict (product) do update set depends = 0, fitting = 0
"""

KNOWN = "select id, issued_at, snapshot from orders where id in (select value from json_each(?))"

SAME = """
update orders set issued_at = ?2 where id = ?1 and issued_at <= ?2 and snapshot = ?3 and ordered_at = ?4 and buyer is ?5
    and channel = ?6 and checkout is null and learned = ?7 and learned_channel is ?8 and learned_buyer is ?9 and weight = ?10
"""

ASKED = "create temp table if not exists buyers_asked (buyer blob primary key) without rowid"

OF_BUYERS = """
select learned_buyer, learned, learned_channel, weight from buyers_asked
cross join orders indexed by orders_buyer on learned_buyer = buyers_asked.buyer where learned <> '[]'
"""

ALL_BY_BUYER = """
select learned_buyer, learned, learned_channel, weight from orders indexed by orders_buyer where learned <> '[]' order by learned_buyer
"""

INDEXES = (
    "select name, sql from sqlite_master where type = 'index' and tbl_name = 'orders' and sql is not null"
)

Row = tuple[str, int, bytes | None, str, str, str, str, int | None, bytes | None, int]
"""As INSERT wants it."""

Contributed = tuple[bytes | None, str, int, int]
"""Buyer, learned, channel and weight, as they are kept."""


def remember_products(db: Database, portion: Portion) -> list[int]:
    """Our numbers of the products the portion names first, given where they have none; and their variants' products."""
    named = json.dumps(portion.new_products)
    db.conn.executemany(
        "insert or ignore into products (id) values (?)", zip(portion.new_products, strict=True)
    )
    found = dict(
        db.conn.execute(
            "select id, number from products where id in (select value from json_each(?))", [named]
        )
    )
    return [found[product] for product in portion.new_products]


def remember_variants(db: Database, variants: Iterable[tuple[str, int]]) -> None:
    """Keep the map from variants to products, in the order given."""
    db.conn.executemany(REMEMBER_VARIANT, variants)


def any_kept(db: Database) -> bool:
    """Whether any order is kept."""
    return db.conn.execute("select 1 from orders limit 1").fetchone() is not None


def known(db: Database, portion: Portion, issued_at: str) -> dict[str, bool]:
    """Those of the portion's orders that are kept already, and whether what is told of them now is the newest."""
    if not any_kept(db):
        return {}
    kept = {row[0]: row[1:] for row in db.conn.execute(KNOWN, [json.dumps(portion.ids)])}
    told = zip(portion.ids, portion.snapshots, strict=True)
    return {order_id: kept[order_id] < (issued_at, text) for order_id, text in told if order_id in kept}


def insert(db: Database, rows: Iterable[Row]) -> None:
    """Keep orders that are new. In a transaction: what the trigger would note of each of them is noted of all, in the order of the table."""
    (trigger,) = db.conn.execute("select sql from sqlite_master where name = 'order_comes'").fetchone()
    (last,) = db.conn.execute("select coalesce(max(number), 0) from orders").fetchone()
    db.conn.execute("drop trigger order_comes")
    db.conn.executemany(INSERT, rows)
    db.conn.execute(HOLDING, [last])
    db.conn.execute(TOUCHING, [last])
    db.conn.execute(trigger)


def same_again(db: Database, row: Row) -> bool:
    """Whether a kept order, told anew, is what it was; then only the time of its snapshot is new."""
    order_id, channel, buyer, ordered_at, issued_at, snapshot, *learned = row
    values = [order_id, issued_at, snapshot, ordered_at, buyer, channel, *learned]
    return db.conn.execute(SAME, values).rowcount == 1


def of_buyers(db: Database, buyers: Iterable[bytes]) -> list[Contributed]:
    """What the kept orders of these buyers contribute."""
    if not any_kept(db):
        return []
    db.conn.execute(ASKED)
    db.conn.execute("delete from buyers_asked")
    db.conn.executemany("insert into buyers_asked values (?)", zip(sorted(buyers), strict=True))
    return db.conn.execute(OF_BUYERS).fetchall()


def all_by_buyer(db: Database, size: int) -> Iterator[list[Contributed]]:
    """What all kept orders contribute, in portions of about that size; those of a buyer in one, nobody's in any."""
    found, portion = db.conn.execute(ALL_BY_BUYER), list[Contributed]()
    while more := found.fetchmany(size):
        portion += more
        cut = len(portion)
        while cut and portion[-1][0] is not None and portion[cut - 1][0] == portion[-1][0]:
            cut -= 1
        if cut:
            yield portion[:cut]
            portion = portion[cut:]
    if portion:
        yield portion


def baskets(contributed: Sequence[Contributed], codes: Mapping[bytes, int]) -> Baskets:
    """The same as columns. `codes`: a number for every buyer."""
    learned = [row[1] for row in contributed]
    return Baskets(
        sizes=_whole(text.count(",") + 1 for text in learned),
        products=_whole(json.loads(f"[{','.join([text[1:-1] for text in learned])}]")),
        buyers=_whole(NOBODY if row[0] is None else codes[row[0]] for row in contributed),
        channels=_whole(row[2] for row in contributed),
        weights=(_whole(row[3] for row in contributed),),
    )


def order(portion: Portion, at: int, issued_at: datetime) -> Order:
    """One of the portion's orders, as learned alone."""
    facts, buyer = json.loads(portion.snapshots[at]), portion.buyers[at]
    return Order(
        id=portion.ids[at], channel=ChannelId(portion.channels[at]), buyer=buyer.hex() if buyer else None,
        ordered_at=datetime.fromisoformat(portion.moments[at]), issued_at=issued_at,
        status=facts["status"], paid=facts["paid"], refunded=facts["refunded"], reissue=facts["reissue"],
        lines=tuple(kept_line(*line) for line in facts["lines"]), account=facts.get("account", False),
    )  # fmt: skip


def channel_numbers(db: Database, named: Iterable[str]) -> dict[str, int]:
    """Our number of each channel, given on first sight."""
    return {channel: channels.number(db, ChannelId(channel)) for channel in dict.fromkeys(named)}


def _whole(values: Iterable[int]) -> Whole:
    return np.fromiter(values, np.int64)
