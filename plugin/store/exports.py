"""Counts that came from an export: it stands for every order placed until its newest one."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlite_utils import Database

from plugin.store import facts

FACT = "export"


def keep(db: Database, until: str, orders: int, at: datetime) -> None:
    """The counts come from an export now. `until`: the second of its newest order, in UTC."""
    moment = datetime.fromisoformat(until).replace(tzinfo=UTC)
    told = {"until": moment.isoformat(), "orders": orders, "at": at.astimezone(UTC).isoformat()}
    facts.keep(db, FACT, told)


def forget(db: Database) -> None:
    """The counts come from the kept orders again."""
    db.conn.execute("delete from facts where name = ?", [FACT])


def until(db: Database) -> datetime | None:
    """The second, in UTC, up to which an export stands for all orders; None without one."""
    kept = facts.get(db, FACT)
    return None if kept is None else datetime.fromisoformat(kept["until"])


def speaks_for(end: datetime | None, ordered_at: datetime) -> bool:
    """Whether an order of that time is counted by the export."""
    return end is not None and ordered_at.replace(microsecond=0) <= end
