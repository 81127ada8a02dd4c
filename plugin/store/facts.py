"""Single facts about a shop: its landmark day, when it last heard from Saleor, how far the import is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlite_utils import Database

from plugin.store.database import seen

KEEP = "insert into facts (name, value) values (?, ?) on conflict (name) do update set value = excluded.value"


def get(db: Database, name: str) -> Any:
    """The fact as it was kept, or None."""
    kept = text(db, name)
    return None if kept is None else json.loads(kept)


def text(db: Database, name: str) -> str | None:
    """The fact as JSON text, or None. Asked once in a reading."""
    known = seen(db).facts
    if name not in known:
        row = db.conn.execute("select value from facts where name = ?", [name]).fetchone()
        known[name] = None if row is None else str(row[0])
    return known[name]


def look_up(db: Database, names: Sequence[str]) -> None:
    """Read these at one go, for all who ask for one of them in this reading. Outside of one it is in vain."""
    asked = f"select name, value from facts where name in ({','.join('?' * len(names))})"  # noqa: S608  # placeholders
    seen(db).facts.update({**dict.fromkeys(names), **dict(db.conn.execute(asked, names).fetchall())})


def keep(db: Database, name: str, value: object) -> None:
    """Remember a fact as JSON, replacing what was there."""
    db.conn.execute(KEEP, [name, json.dumps(value)])


def forget(db: Database, name: str) -> None:
    """As if it had never been kept."""
    db.conn.execute("delete from facts where name = ?", [name])


def landmark(db: Database, today: date) -> date:
    """The day from which weights are measured; the first day we learned anything, which is kept."""
    if get(db, "landmark") is None:
        keep(db, "landmark", today.isoformat())
    return known_landmark(db, today)


def known_landmark(db: Database, today: date) -> date:
    """The same, today where nothing was learned yet; only read."""
    kept = get(db, "landmark")
    return today if kept is None else date.fromisoformat(kept)
