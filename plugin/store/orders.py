"""The last known snapshot of every order, and what it contributes to the counts. No names, addresses or e-mails."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlite_utils import Database

from plugin.store import channels
from plugin.suggestions.affinity import Contribution
from plugin.suggestions.model import ChannelId, Order, OrderLine, ProductId, ProductNumber, VariantId

KEEP = """
insert into orders (id, channel, buyer, checkout, ordered_at, issued_at, snapshot, learned, learned_channel, learned_buyer, weight)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
on conflict (id) do update set channel = excluded.channel, buyer = excluded.buyer, checkout = excluded.checkout,
    ordered_at = excluded.ordered_at, issued_at = excluded.issued_at, snapshot = excluded.snapshot,
    learned = excluded.learned, learned_channel = excluded.learned_channel, learned_buyer = excluded.learned_buyer,
    weight = excluded.weight
"""

KEEP_CONTRIBUTION = """
update orders set learned = ?, learned_channel = ?, learned_buyer = ?, weight = ? where id = ?
"""

KNOWN = """
select orders.number, issued_at, snapshot, learned, channels.id, learned_buyer, weight
from orders left join channels on channels.number = learned_channel where orders.id = ?
"""

OTHERS = """
select learned, learned_channel, weight from orders indexed by orders_buyer
where learned_buyer = ? and learned <> '[]' and number <> ? order by weight desc
"""

PAGE = """
select orders.number, orders.id, channels.id, buyer, ordered_at, issued_at, snapshot, checkout
from orders join channels on channels.number = channel where orders.number > ? order by orders.number limit ?
"""

UNSETTLED = """
select id from orders where json_extract(snapshot, '$.status') = 'UNCONFIRMED' order by number desc limit ?
"""

SOLD = "select checkout, snapshot from orders where id = ?"

LEARNED_PER_DAY = """
select substr(ordered_at, 1, 10) as day, sum(learned <> '[]') from orders where ordered_at >= ? group by day order by day
"""


@dataclass(frozen=True, slots=True)
class Known:
    """What is kept of one order: our number, when its snapshot was made, the snapshot's text, and what it contributes."""

    number: int
    issued_at: str
    snapshot: str
    contribution: Contribution | None


def snapshot(order: Order) -> str:
    """The order's facts as canonical JSON; what `PAGE` reads back."""
    lines = [
        [line.product, line.variant, line.quantity, line.kept, str(line.amount), int(line.gift)]
        for line in order.lines
    ]
    facts: dict[str, Any] = {
        "lines": lines,
        "paid": order.paid,
        "refunded": order.refunded,
        "reissue": order.reissue,
        "status": order.status,
    }
    if order.discounted:
        facts["discounted"] = True
    if order.account:
        facts["account"] = True
    return json.dumps(facts, separators=(",", ":"), sort_keys=True)


def moment(at: datetime) -> str:
    """A time as text that sorts."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def known(db: Database, order_id: str) -> Known | None:
    """What we hold of this order, or None."""
    row = db.conn.execute(KNOWN, [order_id]).fetchone()
    if row is None:
        return None
    number, issued_at, text, learned, channel, buyer, weight = row
    return Known(number, issued_at, text, _contribution(learned, channel, buyer, weight))


def others(db: Database, contribution: Contribution, except_number: int) -> Iterator[Contribution]:
    """What other orders of the same buyer contribute now, heaviest first, where they share a product.

    Read as far as they are asked for.

    `except_number`: our number of the order that makes the contribution, 0 for a new one.
    """
    if contribution.buyer is None:
        return
    wanted = {str(product) for product in contribution.products}
    named: dict[int, ChannelId] = {}
    for learned, channel, weight in db.conn.execute(
        OTHERS, [bytes.fromhex(contribution.buyer), except_number]
    ):
        # a buyer may have thousands of orders: most are dismissed without reading their JSON
        if not wanted.isdisjoint(learned[1:-1].split(",")):
            named = named or channels.ids(db)
            yield Contribution(named[channel], contribution.buyer, _products(learned), weight)


def keep(db: Database, order: Order, text: str, contribution: Contribution | None) -> None:
    """Remember the newest snapshot, its text, and what it contributes."""
    buyer = bytes.fromhex(order.buyer) if order.buyer else None
    values = [
        order.id, channels.number(db, order.channel), buyer, order.checkout, moment(order.ordered_at),
        moment(order.issued_at), text, *_columns(db, contribution),
    ]  # fmt: skip
    db.conn.execute(KEEP, values)


def keep_contribution(db: Database, order_id: str, contribution: Contribution | None) -> None:
    """Remember what the order contributes, so that it can be taken back exactly, whatever the preferences are then."""
    db.conn.execute(KEEP_CONTRIBUTION, [*_columns(db, contribution), order_id])


def page(db: Database, after: int, size: int) -> Iterator[tuple[int, Order]]:
    """Kept orders by our own number, for learning them again."""
    for number, order_id, channel, buyer, ordered_at, issued_at, text, checkout in db.conn.execute(
        PAGE, [after, size]
    ).fetchall():
        facts = json.loads(text)
        yield number, Order(
            id=order_id, channel=ChannelId(channel), buyer=buyer.hex() if buyer else None,
            ordered_at=datetime.fromisoformat(ordered_at), issued_at=datetime.fromisoformat(issued_at),
            status=facts["status"], paid=facts["paid"], refunded=facts["refunded"], reissue=facts["reissue"],
            lines=tuple(kept_line(*line) for line in facts["lines"]), checkout=checkout,
            discounted=facts.get("discounted", False), account=facts.get("account", False),
        )  # fmt: skip


def unsettled(db: Database, most: int) -> list[str]:
    """Orders still unconfirmed: an expiry bumps no `updatedAt`, so they are asked for by id."""
    return [row[0] for row in db.conn.execute(UNSETTLED, [most])]


def sold(db: Database, order_id: str) -> tuple[str | None, frozenset[ProductId]] | None:
    """The checkout an order came from and the products bought in it, or None when the order is unknown."""
    row = db.conn.execute(SOLD, [order_id]).fetchone()
    if row is None:
        return None
    return row[0], frozenset(ProductId(line[0]) for line in json.loads(row[1])["lines"] if line[0])


def buyer(db: Database, order_id: str) -> str | None:
    """The keyed hash that stands for who bought, or None."""
    row = db.conn.execute("select buyer from orders where id = ?", [order_id]).fetchone()
    return row[0].hex() if row and row[0] else None


def learned_per_day(db: Database, since: str) -> list[tuple[str, int]]:
    """Day and how many of its orders count, for the days with orders since then."""
    return [tuple(row) for row in db.conn.execute(LEARNED_PER_DAY, [since])]


def count(db: Database) -> int:
    """Orders held."""
    return int(db.conn.execute("select count(*) from orders").fetchone()[0])


def _columns(db: Database, contribution: Contribution | None) -> tuple[str, int | None, bytes | None, int]:
    if contribution is None:
        return "[]", None, None, 0
    learned = json.dumps(sorted(contribution.products), separators=(",", ":"))
    buyer = bytes.fromhex(contribution.buyer) if contribution.buyer else None
    return learned, channels.number(db, contribution.channel), buyer, contribution.weight


def _contribution(learned: str, channel: str | None, buyer: bytes | None, weight: int) -> Contribution | None:
    products = _products(learned)
    if not products or channel is None:
        return None
    return Contribution(ChannelId(channel), buyer.hex() if buyer else None, products, weight)


def _products(learned: str) -> frozenset[ProductNumber]:
    return frozenset(json.loads(learned))


def kept_line(
    product: str | None, variant: str, quantity: int, kept: int, amount: str, gift: int
) -> OrderLine:
    """A line of a snapshot."""
    return OrderLine(
        VariantId(variant),
        ProductId(product) if product else None,
        quantity,
        kept,
        Decimal(amount),
        bool(gift),
    )
