"""The tables of habits: what was learned, replaced as a whole, and what the merchant says instead."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from sqlite_utils import Database

from plugin.suggestions.habits.choices import Choice
from plugin.suggestions.habits.natures import Nature
from plugin.suggestions.habits.relations import Relation
from plugin.suggestions.model import VariantId

KEEP_CHOICE = """
insert into choices (variant, orders, kept, pieces, returned) values (?, ?, ?, ?, ?)
on conflict do update set orders = excluded.orders, kept = excluded.kept, pieces = excluded.pieces, returned = excluded.returned
    where (orders, kept, pieces, returned) <> (excluded.orders, excluded.kept, excluded.pieces, excluded.returned)
"""

FORGET_CHOICES = """
delete from choices where variant > ?1 and (?2 is null or variant <= ?2) and variant not in (select value from json_each(?3))
"""


def keep_choices(
    db: Database, chosen: Sequence[tuple[VariantId, Choice]], after: str, until: str | None
) -> None:
    """Replace what is kept of the variants after `after` up to `until` (None: all the rest), by id. Unchanged rows are not written."""
    there = json.dumps([variant for variant, _ in chosen])
    db.conn.execute(FORGET_CHOICES, [after, until, there])
    db.conn.executemany(
        KEEP_CHOICE, [(variant, one.orders, one.kept, one.pieces, one.returned) for variant, one in chosen]
    )


def keep_natures(db: Database, learned: Mapping[str, Nature]) -> None:
    """Replace all that was learned of categories."""
    db.conn.execute("delete from natures")
    db.conn.executemany(
        "insert into natures (category, nature, buyers, again, same) values (?, ?, ?, ?, ?)",
        [(category, one.nature, one.buyers, one.again, one.same) for category, one in learned.items()],
    )


def keep_relations(db: Database, learned: Mapping[tuple[str, str], Relation]) -> None:
    """Replace all that was learned of pairs of categories; each is given once, in either direction."""
    both = {pair[::-1]: one for pair, one in learned.items()} | dict(learned)
    db.conn.execute("delete from relations")
    db.conn.executemany(
        "insert into relations (category, other, kind, together, expected, replaced) values (?, ?, ?, ?, ?, ?)",
        [
            (*pair, one.kind, one.together, one.expected, one.replaced)
            for pair, one in sorted(both.items(), key=lambda it: it[0])
        ],
    )


def nature_choices(db: Database) -> dict[str, str]:
    """What the merchant said of categories."""
    return dict(db.conn.execute("select category, nature from nature_choices").fetchall())


def relation_choices(db: Database) -> dict[tuple[str, str], str]:
    """What the merchant said of pairs of categories, the smaller id first."""
    rows = db.conn.execute("select category, other, kind from relation_choices where category <= other")
    return {(one, other): kind for one, other, kind in rows}


def learned_natures(db: Database) -> dict[str, Nature]:
    """All that was learned of categories, whatever the merchant says."""
    rows = db.conn.execute("select category, nature, buyers, again, same from natures order by category")
    return {category: Nature(*rest) for category, *rest in rows}


def learned_relations(db: Database) -> dict[tuple[str, str], Relation]:
    """All that was learned of pairs of categories, whatever the merchant says, the smaller id first."""
    rows = db.conn.execute(
        """select category, other, kind, together, expected, replaced from relations
           where category <= other order by category, other"""
    )
    return {(one, other): Relation(*rest) for one, other, *rest in rows}


def are_any(db: Database) -> bool:
    """Whether anything was learned of categories."""
    found = db.conn.execute(
        "select exists (select 1 from natures) or exists (select 1 from relations)"
    ).fetchone()
    return bool(found[0])


def choose_nature(db: Database, category: str, nature: str | None, who: str, at: str) -> None:
    """Remember what the merchant says of a category, or with None forget it; with a line in the shop's log of changes."""
    db.conn.execute("delete from nature_choices where category = ?", [category])
    if nature is not None:
        db.conn.execute("insert into nature_choices (category, nature) values (?, ?)", [category, nature])
    _note(db, {"category": category, "nature": nature}, who, at)


def choose_relation(db: Database, pair: tuple[str, str], kind: str | None, who: str, at: str) -> None:
    """The same of two categories, in both directions."""
    for both in {pair, pair[::-1]}:
        db.conn.execute("delete from relation_choices where category = ? and other = ?", both)
        if kind is not None:
            insert = "insert into relation_choices (category, other, kind) values (?, ?, ?)"
            db.conn.execute(insert, [*both, kind])
    _note(db, {"category": pair[0], "other": pair[1], "relation": kind}, who, at)


def category_names(db: Database) -> dict[str, str]:
    """Every category that we know, by id."""
    return dict(db.conn.execute("select id, name from categories").fetchall())


def _note(db: Database, what: dict[str, str | None], who: str, at: str) -> None:
    db.conn.execute("insert into changes (made_at, who, what) values (?, ?, ?)", [at, who, json.dumps(what)])
