"""New counts made beside those that serve, and put in their place at one blow; what is learned meanwhile is added to both."""

from __future__ import annotations

import fcntl
import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from sqlite_utils import Database

from plugin.errors import TryAgain
from plugin.store import many_rows
from plugin.store.database import writing
from plugin.store.recounting.counting import SUMMED
from plugin.store.recounting.engine import Row

TABLES = ("totals", "bought", "pairs")

NEW, OLD, MEANWHILE = "rebuilt_", "replaced_", "meanwhile_"
"""Beside each table: the one being made, the one that was, and what changed since we looked."""

AT_ONCE = 20_000
"""Rows written in one transaction, about a tenth of a second: a webhook waits that long, and no longer."""

PAUSE = 0.25
"""Of the time each transaction took, so that others find the file free."""

LOCK = "-rebuild"
"""Behind the file's name: of the file that a running rebuild holds. The system frees it, however the process ends."""

CATEGORIES = """
update rebuilt_bought set category = (select category from products where number = product)
where category is not (select category from products where number = product)
"""

VOID = """
update orders set learned = '[]', learned_channel = null, learned_buyer = null, weight = 0 where learned <> '[]'
"""

LINES = f"""
with learned_orders as (
    select row_number() over (order by learned_buyer) as purchase, learned_channel,
        case when learned_buyer is not null then dense_rank() over (order by learned_buyer) end as buyer,
        learned, {", ".join(SUMMED)}
    from orders indexed by orders_buyer where learned <> '[]' order by learned_buyer
)
select purchase, learned_channel, buyer, line.value, {", ".join(SUMMED)} from learned_orders, json_each(learned) as line
"""  # noqa: S608  # a statement of ours
"""Numbers for orders and buyers that hold for one reading: engines compare them faster than hashes."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A table of counts: the columns of its key, and those that are added up."""

    name: str
    key: tuple[str, ...]
    sums: tuple[str, ...]


@contextmanager
def the_only_one(path: Path) -> Iterator[None]:
    """Hold the right to rebuild this file. Raises TryAgain while another process does."""
    with path.with_name(path.name + LOCK).open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise TryAgain("these counts are being rebuilt already") from error
        yield


def clear_if_abandoned(db: Database) -> None:
    """Remove what a rebuild left that was killed; nothing while one is running."""
    if _left_over(db):
        with suppress(TryAgain), the_only_one(file_of(db)):
            clear(db)


def file_of(db: Database) -> Path:
    """The path of the shop's file."""
    return Path(db.conn.execute("select file from pragma_database_list where name = 'main'").fetchone()[0])


def clear(db: Database) -> None:
    """Remove whatever a rebuild made beside the counts, large tables in portions."""
    left = _left_over(db)
    with writing(db):
        for kind, name in left:
            if kind == "trigger":
                db.conn.execute(f"drop trigger {name}")
    for kind, name in left:
        if kind == "table":
            _empty(db, name)
            with writing(db):
                db.conn.execute(f"drop table {name}")


def prepare(db: Database) -> None:
    """Make the new tables, empty. In a transaction."""
    for name in TABLES:
        for kind, text in _made_of(db, name):
            if kind == "table" or not text.lower().startswith("create unique"):
                db.conn.execute(_renamed(text, name, NEW))


def watch(db: Database) -> None:
    """From now on, note every change of the counts, whoever makes it. In a transaction."""
    for shape in _shapes(db):
        table = next(text for kind, text in _made_of(db, shape.name) if kind == "table")
        db.conn.execute(_renamed(table, shape.name, MEANWHILE))
        for event, key, changes in (
            ("insert", "new", [f"new.{column}" for column in shape.sums]),
            (f"update of {', '.join(shape.sums)}", "new", [f"new.{c} - old.{c}" for c in shape.sums]),
            ("delete", "old", [f"-old.{column}" for column in shape.sums]),
        ):
            values = ", ".join([f"{key}.{column}" for column in shape.key] + changes)
            name = f"{MEANWHILE}{shape.name}"
            columns = ", ".join(shape.key + shape.sums)
            db.conn.execute(
                f"create trigger {name}_{event.split()[0]} after {event} on {shape.name} begin "  # noqa: S608  # names of ours
                f"insert into {name} ({columns}) values ({values}) on conflict do update set {_added(shape)}; end"
            )


def lines(db: Database) -> Iterator[Row]:
    """What every order contributes, a row for each of its products: order, channel, buyer, product, weight."""
    return db.conn.execute(LINES)


def fill(
    db: Database, table: str, columns: Iterable[str], rows: Iterable[Row], done: Callable[[int], None]
) -> int:
    """Write rows into the new table, in portions. `done` hears of each. How many there were."""
    names, waiting, written = list(columns), iter(rows), 0
    while some := list(islice(waiting, AT_ONCE)):
        with _in_between(db):
            many_rows.insert(db, f"{NEW}{table}", names, some)
        written += len(some)
        done(written)
    return written


def catch_up(db: Database) -> None:
    """Add what changed meanwhile to the new tables, in portions, until little is left for the swap."""
    for shape in _shapes(db):
        most = AT_ONCE
        while most == AT_ONCE:
            with _in_between(db):
                most = _catch_up(db, shape, AT_ONCE)


def swap(db: Database, watched: bool) -> None:
    """Put the new tables in place. In a transaction. `watched`: with all that changed since then."""
    for shape in _shapes(db) if watched else ():
        _catch_up(db, shape, -1)
    db.conn.execute(CATEGORIES)
    for kind, name in _left_over(db):
        if name.startswith(MEANWHILE):
            db.conn.execute(f"drop {kind} {name}")
    _rename_indexes(db)
    for name in TABLES:
        db.conn.execute(f"alter table {name} rename to {OLD}{name}")
        db.conn.execute(f"alter table {NEW}{name} rename to {name}")


def void_contributions(db: Database) -> None:
    """The counts no longer rest on the kept orders. In a transaction."""
    db.conn.execute(VOID)


def _catch_up(db: Database, shape: Shape, most: int) -> int:
    key, columns = ", ".join(shape.key), ", ".join(shape.key + shape.sums)
    some = f"select {{}} from {MEANWHILE}{shape.name} order by {key} limit {most}"  # noqa: S608  # names of ours
    empty = " and ".join(f"{column} = 0" for column in shape.sums)
    chosen = f"({key}) in ({some.format(key)})"
    db.conn.execute(
        f"insert into {NEW}{shape.name} ({columns}) select * from ({some.format(columns)}) where true "  # noqa: S608  # as above
        f"on conflict do update set {_added(shape)}"
    )
    db.conn.execute(f"delete from {NEW}{shape.name} where {empty} and {chosen}")  # noqa: S608  # as above
    return db.conn.execute(f"delete from {MEANWHILE}{shape.name} where {chosen}").rowcount  # noqa: S608  # as above


def _rename_indexes(db: Database) -> None:
    """SQLite has no word for it, and queries name their index. What is written is read again with the tables' new names."""
    found = db.conn.execute(
        "select name, tbl_name from sqlite_master where type = 'index' and sql is not null"
    ).fetchall()
    changes = [(name, OLD + name) for name, table in found if table in TABLES]
    changes += [(name, name.removeprefix(NEW)) for name, table in found if table.removeprefix(NEW) != table]
    db.conn.execute("pragma writable_schema = on")
    try:
        for before, after in changes:
            db.conn.execute(
                "update sqlite_master set name = ?2, sql = replace(sql, ?1, ?2) where type = 'index' and name = ?1",
                [before, after],
            )
    finally:
        db.conn.execute("pragma writable_schema = off")


def _left_over(db: Database) -> list[tuple[str, str]]:
    """Tables and triggers of ours, triggers first."""
    names = ", ".join(f"'{prefix}{name}'" for prefix in (NEW, OLD, MEANWHILE) for name in TABLES)
    return [
        (row[0], row[1])
        for row in db.conn.execute(
            f"""select type, name from sqlite_master where type = 'table' and name in ({names})
                or type = 'trigger' and name glob '{MEANWHILE}*' order by type = 'table'"""  # noqa: S608  # names of ours
        )
    ]


def _empty(db: Database, table: str) -> None:
    """By the first column of its key, portion by portion: dropping gigabytes would keep everybody waiting."""
    first = next(row[1] for row in db.conn.execute(f"pragma table_info({table})") if row[5] == 1)
    while True:
        until = db.conn.execute(
            f"select {first} from {table} order by {first} limit 1 offset {AT_ONCE}"  # noqa: S608  # names of ours
        ).fetchone()
        if until is None:
            return
        with _in_between(db):
            db.conn.execute(f"delete from {table} where {first} <= ?", until)  # noqa: S608  # as above


@contextmanager
def _in_between(db: Database) -> Iterator[None]:
    """One transaction of many, and a pause after it."""
    started = time.monotonic()
    with writing(db):
        yield
    time.sleep((time.monotonic() - started) * PAUSE)


def _shapes(db: Database) -> list[Shape]:
    found = []
    for name in TABLES:
        columns = db.conn.execute(f"pragma table_info({name})").fetchall()
        key = tuple(row[1] for row in sorted(columns, key=lambda row: row[5]) if row[5])
        sums = tuple(row[1] for row in columns if not row[5] and row[2].lower() == "integer")
        found.append(Shape(name, key, sums))
    return found


def _added(shape: Shape) -> str:
    return ", ".join(f"{column} = {column} + excluded.{column}" for column in shape.sums)


def _made_of(db: Database, table: str) -> list[tuple[str, str]]:
    """Kind and text of what the table consists of, the table first."""
    rows = db.conn.execute(
        """select type, sql from sqlite_master where tbl_name = ? and sql is not null and type in ('table', 'index')
           order by type desc""",
        [table],
    )
    return [(row[0], row[1]) for row in rows]


def _renamed(text: str, table: str, prefix: str) -> str:
    """The text with the prefix before the table's name, and before the index' own."""
    text = re.sub(rf'(?i)^(create table )"?({table})"?', rf"\1{prefix}\2", text)
    return re.sub(rf'(?i)^(create index )"?(\w+)"?( on )"?({table})"?', rf"\1{prefix}\2\3{prefix}\4", text)
