"""What is still to be done for a shop without a request: written down first, leased while done, gone when done.

A job has a key; writing the same key again replaces its payload, so that the newest wins. A job written again while
it is being done is done once more. A lease that runs out (a killed process) frees the job; who held it until then
can do nothing to it any more.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

from sqlite_utils import Database

WRITE = """
insert into jobs (key, name, payload, due_at, written) values (?, ?, ?, ?, 1)
on conflict (key) do update set payload = excluded.payload, due_at = min(due_at, excluded.due_at), written = written + 1,
    attempts = 0, last_error = null
"""

WRITE_UNLESS_THERE = "insert or ignore into jobs (key, name, payload, due_at, written) values (?, ?, ?, ?, 1)"

ANY_DUE = """
select 1 from jobs where due_at <= ?1 and leased_until <= ?1 and name in (select value from json_each(?2)) limit 1
"""

CLAIM = """
update jobs set leased_until = ?1, holder = ?4 where key = (
    select key from jobs where due_at <= ?2 and leased_until <= ?2 and name in (select value from json_each(?3))
    order by due_at limit 1
) returning key, name, payload, written, attempts, holder
"""

PROGRESS = """
update jobs set payload = iif(written = ?, ?, payload), leased_until = ? where key = ? and holder = ?
"""

AGAIN = """
update jobs set leased_until = 0, holder = '', due_at = ?, attempts = attempts + 1, last_error = ?
where key = ? and holder = ? and written = ?
"""

SHORT_LEASE = 30.0
"""Seconds: what a killed process held is free again after them; a shopper waits for it. Done twice it does no harm."""

LONG_LEASE = 120.0
"""Longer than the slowest page of Saleor; long work renews it page by page."""


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work. `written` tells whether it was written again meanwhile, `holder` whether it is still ours."""

    key: str
    name: str
    payload: dict[str, Any]
    written: int
    attempts: int
    holder: str


def write(db: Database, key: str, name: str, payload: dict[str, Any], due_at: float) -> None:
    """Write a job down, replacing the payload of the same key. `due_at`: seconds since 1970."""
    db.conn.execute(WRITE, [key, name, json.dumps(payload), due_at])


def write_unless_there(db: Database, key: str, name: str, payload: dict[str, Any], due_at: float) -> None:
    """Write a job down unless one of this key waits already."""
    db.conn.execute(WRITE_UNLESS_THERE, [key, name, json.dumps(payload), due_at])


def waits(db: Database, key: str) -> bool:
    """Whether this job is written down, or being done."""
    return db.conn.execute("select 1 from jobs where key = ?", [key]).fetchone() is not None


def claim(db: Database, names: Sequence[str], now: float, lease: float = LONG_LEASE) -> Job | None:
    """Lease the job that is due longest for so many seconds, or None. Two workers never hold the same."""
    wanted = json.dumps(list(names))
    if db.conn.execute(ANY_DUE, [now, wanted]).fetchone() is None:
        return None  # looking takes no lock, so that an idle worker never keeps a webhook waiting
    row = db.conn.execute(CLAIM, [now + lease, now, wanted, token_hex(8)]).fetchone()
    return None if row is None else Job(row[0], row[1], json.loads(row[2]), row[3], row[4], row[5])


def renew(db: Database, job: Job, now: float, lease: float = LONG_LEASE) -> bool:
    """Keep the lease for so many seconds more. False when another worker holds the job by now."""
    held = db.conn.execute(
        "update jobs set leased_until = ? where key = ? and holder = ?", [now + lease, job.key, job.holder]
    )
    return held.rowcount == 1


def progress(db: Database, job: Job, payload: dict[str, Any], now: float, lease: float = LONG_LEASE) -> bool:
    """Remember how far long work is, and keep the lease. False when another worker holds the job by now.

    Written again meanwhile, the newest payload stays: it begins anew.
    """
    held = db.conn.execute(PROGRESS, [job.written, json.dumps(payload), now + lease, job.key, job.holder])
    return held.rowcount == 1


def done(db: Database, job: Job) -> None:
    """Remove it; if it was written again meanwhile, leave it to be done once more."""
    removed = db.conn.execute(
        "delete from jobs where key = ? and holder = ? and written = ?", [job.key, job.holder, job.written]
    ).rowcount
    if not removed:
        free(db, job)


def again(db: Database, job: Job, due_at: float, error: str) -> None:
    """Free it for another try at `due_at`; if it was written again meanwhile, it is due as that was told."""
    postponed = db.conn.execute(AGAIN, [due_at, error[:500], job.key, job.holder, job.written]).rowcount
    if not postponed:
        free(db, job)


def free(db: Database, job: Job) -> None:
    """Let any worker have it at once."""
    db.conn.execute(
        "update jobs set leased_until = 0, holder = '' where key = ? and holder = ?", [job.key, job.holder]
    )


def get(db: Database, key: str) -> dict[str, Any] | None:
    """A job as a dict of its columns with the payload read, or None: for progress bars."""
    row = db.conn.execute(
        "select payload, attempts, last_error, due_at from jobs where key = ?", [key]
    ).fetchone()
    return (
        None
        if row is None
        else {**json.loads(row[0]), "attempts": row[1], "last_error": row[2], "due_at": row[3]}
    )


def next_due(db: Database, now: float) -> float | None:
    """When the next job may be claimed, or None when there is none."""
    row = db.conn.execute("select min(max(due_at, leased_until)) from jobs").fetchone()
    return None if row[0] is None else max(float(row[0]), now)


def waiting(db: Database) -> list[tuple[str, int, str | None]]:
    """Jobs by name: how many wait and the last error, for people."""
    return [
        tuple(row)
        for row in db.conn.execute(
            "select name, count(*), max(last_error) from jobs group by name order by name"
        )
    ]
