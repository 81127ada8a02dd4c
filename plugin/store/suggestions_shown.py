"""The last document made for each checkout: what was offered there."""

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

MOST_SUGGESTED = """
select json_extract(each.value, '$.productId') as product, json_extract(each.value, '$.name') as name,
    json_extract(each.value, '$.thumbnail.url') as thumbnail, count(*) as checkouts
from shown, json_each(shown.document, '$.suggestions') as each
where shown.made_at >= ? group by product order by checkouts desc, product limit ?
"""

PER_DAY = """
select substr(made_at, 1, 10) as day, sum(json_array_length(document, '$.suggestions') > 0), count(*)
from shown where made_at >= ? group by day order by day
"""


def keep(db: Database, checkout: str, document: dict[str, Any], channel: str = "") -> None:
    """Remember the newest document of a checkout, and the channel whose prices and stock it speaks of."""
    text = json.dumps({**document, "channel": channel})
    db.conn.execute(KEEP, [checkout, document["linesHash"], text, document["madeAt"]])


def last(db: Database, checkout: str) -> dict[str, Any] | None:
    """The newest document of a checkout, or None."""
    row = db.conn.execute("select document from shown where checkout = ?", [checkout]).fetchone()
    return None if row is None else json.loads(row[0])


def still_meant(db: Database, checkout: str, since: str) -> tuple[dict[str, Any], str] | None:
    """The newest document of a checkout and its channel; None when older than this, or than the merchant's last choice."""
    row = db.conn.execute(STILL_MEANT, [checkout, since]).fetchone()
    return None if row is None else (json.loads(row[0]), row[1] or "")


def most_suggested(db: Database, since: str, most: int) -> list[tuple[str, str, str | None, int]]:
    """Product id, name, thumbnail and in how many checkouts it was suggested since then."""
    return [tuple(row) for row in db.conn.execute(MOST_SUGGESTED, [since, most])]


def per_day(db: Database, since: str) -> list[tuple[str, int, int]]:
    """Day, checkouts with a suggestion, checkouts looked at."""
    return [tuple(row) for row in db.conn.execute(PER_DAY, [since])]


def forget_before(db: Database, moment: str) -> None:
    """Drop documents older than this; checkouts do not live for ever."""
    db.conn.execute("delete from shown where made_at < ?", [moment])
