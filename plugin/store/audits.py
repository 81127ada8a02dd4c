"""Every order that held a bundle price, and whether it was entitled to it. Amounts are in smallest units of the order's currency."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

KEEP = """
insert into audits (order_id, placed_at, channel, currency, given, leaked, details) values (?, ?, ?, ?, ?, ?, ?)
on conflict do update set placed_at = excluded.placed_at, channel = excluded.channel, currency = excluded.currency,
    given = excluded.given, leaked = excluded.leaked, details = excluded.details
"""

SUMMED = """
select currency, count(*), sum(leaked > 0), sum(given), sum(leaked) from audits where placed_at >= ? group by currency
order by currency
"""


@dataclass(frozen=True, slots=True)
class Audit:
    """One order with bundle prices. `given`: the discount it got by them; `leaked`: the part of it that it was not entitled to.

    `details`: JSON; per line the variant, the quantity, the price it was sold at and the price it should have had.
    """

    order: str
    placed_at: str
    channel: str
    currency: str
    given: int
    leaked: int
    details: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Summary:
    """All audited orders in one currency: how many, how many leaked, what was given, what of it leaked."""

    currency: str
    orders: int
    leaks: int
    given: int
    leaked: int

    @property
    def leakage(self) -> float:
        """The leakage rate: leaked part of the discounts given, 0 to 1."""
        return self.leaked / self.given if self.given else 0.0


def keep(db: Database, audit: Audit) -> None:
    """Remember the newest finding about an order."""
    details = json.dumps(audit.details)
    db.conn.execute(
        KEEP,
        [audit.order, audit.placed_at, audit.channel, audit.currency, audit.given, audit.leaked, details],
    )


def there(db: Database, order: str) -> bool:
    """Whether the order was looked at already."""
    return db.conn.execute("select 1 from audits where order_id = ?", [order]).fetchone() is not None


def summaries(db: Database, since: str = "") -> list[Summary]:
    """Per currency, over orders placed since then (ISO)."""
    return [Summary(*row) for row in db.conn.execute(SUMMED, [since])]


def leaks(db: Database, since: str = "", most: int = 100) -> list[Audit]:
    """The newest orders that leaked."""
    rows = db.conn.execute(
        """select order_id, placed_at, channel, currency, given, leaked, details from audits
           where leaked > 0 and placed_at >= ? order by placed_at desc, order_id limit ?""",
        [since, most],
    )
    return [Audit(row[0], row[1], row[2], row[3], row[4], row[5], json.loads(row[6])) for row in rows]
