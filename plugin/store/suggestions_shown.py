"""The last document made for each checkout, and everything that was ever offered there."""

from __future__ import annotations

import json
from typing import Any

from sqlite_utils import Database

KEEP = """
insert into shown (checkout, lines_hash, document, made_at) values (?, ?, ?, ?)
on conflict do update set lines_hash = excluded.lines_hash, document = excluded.document, made_at = excluded.made_at
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

PER_DAY = """
select substr(made_at, 1, 10) as day, sum(json_array_length(document, '$.suggestions') > 0), count(*)
from shown where made_at >= ? group by day order by day
"""


def keep(db: Database, checkout: str, document: dict[str, Any], channel: str = "") -> None:
    """Remember the newest document of a checkout, the channel whose prices and stock it speaks of, and all it offered."""
    text = json.dumps({**document, "channel": channel})
    db.conn.execute(KEEP, [checkout, document["linesHash"], text, document["madeAt"]])
    db.conn.executemany(
        OFFER,
        [
            (checkout, told["productId"], place, json.dumps(told), document["madeAt"])
            for place, told in enumerate(document["suggestions"])
        ],
    )


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
