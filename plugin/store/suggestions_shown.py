"""The last document made for each checkout, and everything that was ever offered there."""

from __future__ import annotations

import json
from typing import Any

from sqlite_utils import Database

from plugin.store import responses

KEEP = """
insert into shown (checkout, lines_hash, document, made_at, withheld, tried) values (?, ?, ?, ?, ?, ?)
on conflict do update set lines_hash = excluded.lines_hash, document = excluded.document, made_at = excluded.made_at,
    withheld = excluded.withheld, tried = excluded.tried
"""

STILL_MEANT = """
select json_remove(document, '$.channel'), json_extract(document, '$.channel') from shown
where checkout = ? and made_at > ? and substr(made_at, 1, 19) > coalesce((select max(substr(made_at, 1, 19)) from changes), '')
"""

OFFER = """
insert or ignore into offered (checkout, product, place, suggestion, first_at) values (?, ?, ?, ?, ?)
"""

OFFERED = "select suggestion from offered where checkout = ? order by first_at, place, product"

MOST_SUGGESTED = """
select product, count(*) as checkouts from offered
where first_at >= ? group by product order by checkouts desc, product limit ?
"""

WITHHELD = """
select case when json_array_length(document, '$.suggestions') > 0 then null else coalesce(withheld, 'no_evidence') end as why,
    count(*) as checkouts, sum(tried)
from shown where made_at >= ? group by why order by checkouts desc, why
"""

PER_DAY = """
select substr(made_at, 1, 10) as day, sum(json_array_length(document, '$.suggestions') > 0), count(*)
from shown where made_at >= ? group by day order by day
"""


def keep(
    db: Database,
    checkout: str,
    document: dict[str, Any],
    channel: str = "",
    withheld: str | None = None,
    tried: bool = False,
) -> None:
    """Remember the newest document of a checkout, the channel whose prices and stock it speaks of, and all it offered.

    `withheld`: why it offers nothing. `tried`: another order than the best known was tried.
    """
    text = json.dumps({**document, "channel": channel})
    db.conn.execute(KEEP, [checkout, document["linesHash"], text, document["madeAt"], withheld, tried])
    db.conn.executemany(
        OFFER,
        [
            (checkout, told["productId"], place, json.dumps(told), document["madeAt"])
            for place, told in enumerate(document["suggestions"])
        ],
    )
    responses.offer(db, checkout, document["suggestions"], document["madeAt"])


def withdraw(db: Database, checkout: str, product: str | None = None) -> None:
    """The newest document of a checkout no longer offers this product, or anything: who asks before a new one is made."""
    document = last(db, checkout)
    if document is not None:
        left = [told for told in document["suggestions"] if product not in (None, told["productId"])]
        text = json.dumps({**document, "suggestions": left})
        db.conn.execute("update shown set document = ? where checkout = ?", [text, checkout])


def last(db: Database, checkout: str) -> dict[str, Any] | None:
    """The newest document of a checkout, or None."""
    row = db.conn.execute("select document from shown where checkout = ?", [checkout]).fetchone()
    return None if row is None else json.loads(row[0])


def offered(db: Database, checkout: str) -> list[dict[str, Any]]:
    """Every suggestion a checkout ever got, each product as it was first offered, in that order."""
    return [json.loads(row[0]) for row in db.conn.execute(OFFERED, [checkout])]


def still_meant(db: Database, checkout: str, since: str) -> tuple[dict[str, Any], str] | None:
    """The newest document of a checkout and its channel; None when older than this, or than the merchant's last choice."""
    row = db.conn.execute(STILL_MEANT, [checkout, since]).fetchone()
    return None if row is None else (json.loads(row[0]), row[1] or "")


def most_suggested(db: Database, since: str, most: int) -> list[tuple[str, int]]:
    """Product id, and in how many checkouts it was first suggested since then."""
    return [tuple(row) for row in db.conn.execute(MOST_SUGGESTED, [since, most])]


def per_day(db: Database, since: str) -> list[tuple[str, int, int]]:
    """Day, checkouts with a suggestion, checkouts looked at."""
    return [tuple(row) for row in db.conn.execute(PER_DAY, [since])]


def withheld(db: Database, since: str) -> list[tuple[str | None, int, int]]:
    """Why nothing was offered (None: something was), in how many checkouts, and in how many of them another order was tried."""
    return [tuple(row) for row in db.conn.execute(WITHHELD, [since])]


def offering(db: Database, since: str, most: int) -> list[str]:
    """Checkouts whose newest document, made since then, offers something; the newest ones."""
    rows = db.conn.execute(
        """select checkout from shown where made_at >= ? and json_array_length(document, '$.suggestions') > 0
           order by made_at desc limit ?""",
        [since, most],
    )
    return [row[0] for row in rows]


def without_any(db: Database, since: str, most: int = 500) -> list[str]:
    """Checkouts whose newest document, made since then, offers nothing; the newest ones."""
    rows = db.conn.execute(
        """select checkout from shown where made_at >= ? and json_array_length(document, '$.suggestions') = 0
           order by made_at desc limit ?""",
        [since, most],
    )
    return [row[0] for row in rows]


def forget_before(db: Database, moment: str) -> None:
    """Drop documents and offers older than this; checkouts do not live for ever."""
    db.conn.execute("delete from shown where made_at < ?", [moment])
    db.conn.execute("delete from offered where first_at < ?", [moment])
    responses.forget_before(db, moment)
