"""Products to be fitted again: those whose orders changed, and those that depend on them. The orders' triggers touch them.

A full fit covers what was touched before it began to read. What is touched while it runs is fitted at once in the rows in use,
and once more in the new ones; after a crash the old rows are still good.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from secrets import token_hex

from sqlite_utils import Database

from plugin.errors import Superseded
from plugin.store import facts

FITTING = "fitting"
"""The fact that a full fit runs, or was killed, and which; the triggers look at it too."""

COVERED, AGAIN = 1, 2
"""Touched before the full fit began; fitted since it began, and to be fitted again in its rows. 0: to be fitted."""

TOUCH = """
insert into touched (product) values (?) on conflict (product) do update set depends = 0, fitting = 0
"""

DEPENDS, FOR_NOW = 1, 2
"""Its own orders are what they were; or are in the rows in use, but not in those of the full fit that runs. 0: they changed."""

DEPEND = f"""
insert into touched (product, depends) values (?, {DEPENDS}) on conflict (product) do update set
    depends = case when fitting = {AGAIN} and depends = 0 then {FOR_NOW} else depends end, fitting = 0
"""  # noqa: S608  # a number of ours

SOME = f"""
select product, depends from touched where fitting < {AGAIN} and depends <= ? order by depends, product limit ?
"""  # noqa: S608  # as above


def some(db: Database, most: int, dependents: bool = True) -> dict[int, bool]:
    """Products to be fitted again, and whether each only depends on another; those with changed orders first."""
    found = db.conn.execute(SOME, [FOR_NOW if dependents else 0, most])
    return {product: bool(depends) for product, depends in found}


def any_left(db: Database, dependents: bool = True) -> bool:
    """Whether any is to be fitted again."""
    return bool(some(db, 1, dependents))


def touch(db: Database, products: Iterable[int]) -> None:
    """The orders of these changed."""
    db.conn.executemany(TOUCH, ((product,) for product in products))


def depend(db: Database, products: Iterable[int]) -> None:
    """These have met one whose orders changed; nobody depends on them for that."""
    db.conn.executemany(DEPEND, ((product,) for product in products))


def done(db: Database, products: Sequence[int]) -> None:
    """These are fitted now."""
    listed = json.dumps(products)
    if facts.text(db, FITTING) is not None:
        db.conn.execute(
            f"update touched set fitting = {AGAIN} where fitting = 0 and product in (select value from json_each(?))",  # noqa: S608  # a number of ours
            [listed],
        )
    db.conn.execute(
        f"delete from touched where fitting <> {AGAIN} and product in (select value from json_each(?))",  # noqa: S608  # as above
        [listed],
    )


def begin_fit(db: Database) -> str:
    """Whatever changes from here on is to be fitted once more. Returns what this fit is called; one that runs already
    finds that it is no longer the one (`go_on`)."""
    name = token_hex(8)
    facts.keep(db, FITTING, name)
    db.conn.execute("delete from touched where fitting = ?", [AGAIN])
    db.conn.execute("update touched set fitting = ?", [COVERED])
    return name


def go_on(db: Database, name: str) -> None:
    """Raises Superseded where another full fit began meanwhile: two would write into each other's rows."""
    if facts.get(db, FITTING) != name:
        raise Superseded("another fit of this shop began meanwhile, and goes on instead of this one")


def end_fit(db: Database) -> None:
    """Its rows are in place."""
    facts.forget(db, FITTING)
    db.conn.execute("delete from touched where fitting = ?", [COVERED])
    db.conn.execute("update touched set fitting = 0, depends = (depends = ?)", [DEPENDS])
