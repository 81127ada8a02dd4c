"""The merchant's rules, every version of them, and the books compiled from them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from sqlite_utils import Database

from plugin.store import catalogue, facts, listed
from plugin.suggestions.model import ChannelId
from plugin.suggestions.rules.book import Rulebook
from plugin.suggestions.rules.checks import as_json
from plugin.suggestions.rules.model import ATTRIBUTE, MATCH, PAIR, PRODUCT, Rule, RuleId, Selector, Subject

KEEP = (
    "insert into rules (number, body) values (?, ?) on conflict (number) do update set body = excluded.body"
)

KEEP_VERSION = "insert into rule_versions (version, rule, body, made_at, who) values (?, ?, ?, ?, ?)"

AS_OF = """
select body, max(version) from rule_versions where version <= ? group by rule having body is not null order by rule
"""

VERSIONS = """
select version, made_at, who, sum(body is not null), sum(body is null) from rule_versions
group by version order by version desc limit ?
"""

SUBJECTS = """
select id, category, collections, attributes from products
where deleted = 0 and id in (select value from json_each(?))
"""

IS_A_VALUE = """
select exists (select 1 from attribute_values where attribute = ?1 and value = ?2)
    or exists (select 1 from variants where instr(attributes, ?3))
    or exists (select 1 from products where instr(attributes, ?3))
"""

EDITION = "rules"
"""The fact that tells one state of all rules from any other."""

MOST_BOOKS = 64
"""Books of all shops and channels that one process keeps; one of 2,000 rules takes a megabyte or two."""

books: dict[tuple[str, ChannelId], Rulebook] = {}
"""Compiled by this process, by edition and channel: two files with one edition hold the same rules."""


@dataclass(frozen=True, slots=True)
class Version:
    """One change of the rules: who made it, when (ISO, UTC), and how many rules it kept or removed."""

    number: int
    at: str
    who: str
    kept: int
    removed: int


def book(db: Database, channel: ChannelId, now: datetime) -> Rulebook:
    """The rules that hold in this channel now, compiled; the same one until a rule changes, begins or ends."""
    which = (facts.text(db, EDITION) or "", channel)
    found = books.get(which)
    if found is None or not found.holds(now):
        found = Rulebook.compile(every(db), channel, now)
        for oldest in list(books)[: len(books) - MOST_BOOKS + 1]:
            books.pop(oldest, None)
        books[which] = found
    return found


def every(db: Database) -> list[Rule]:
    """All rules, oldest first."""
    return [_rule(row[0]) for row in db.conn.execute("select body from rules order by number")]


def get(db: Database, number: int) -> Rule | None:
    """The rule of that number, or None."""
    row = db.conn.execute("select body from rules where number = ?", [number]).fetchone()
    return None if row is None else _rule(row[0])


def count(db: Database) -> int:
    """How many rules there are, those switched off too."""
    return int(db.conn.execute("select count(*) from rules").fetchone()[0])


def highest_number(db: Database) -> int:
    """The highest number a rule ever had; numbers are never given twice."""
    return int(db.conn.execute("select coalesce(max(rule), 0) from rule_versions").fetchone()[0])


def version(db: Database) -> int:
    """The version of all rules together, 0 before the first one."""
    return int(db.conn.execute("select coalesce(max(version), 0) from rule_versions").fetchone()[0])


def versions(db: Database, most: int = 100) -> list[Version]:
    """The newest changes, newest first."""
    return [Version(*row) for row in db.conn.execute(VERSIONS, [most])]


def as_of(db: Database, version: int) -> list[Rule]:
    """All rules as they were in that version, oldest first."""
    return [_rule(row[0]) for row in db.conn.execute(AS_OF, [version])]


def subjects(db: Database, products: Iterable[str]) -> dict[str, Subject]:
    """What is known of these products themselves, those deleted left out."""
    rows = db.conn.execute(SUBJECTS, [listed.texts(products)]).fetchall()
    above = catalogue.categories_above(db, {row[1] for row in rows})
    return {
        product: Subject(
            product,
            above.get(category, ()),
            frozenset(json.loads(collections)),
            frozenset((attribute, value) for attribute, value, *_name in json.loads(attributes)),
        )
        for product, category, collections, attributes in rows
    }


def is_a_value(db: Database, attribute: str, value: str) -> bool:
    """Whether any product or variant ever had this value of the attribute."""
    written = json.dumps([attribute, value])[:-1]
    row = db.conn.execute(IS_A_VALUE, [attribute, value, written]).fetchone()
    return bool(row[0])


def change(db: Database, kept: Iterable[Rule], removed: Iterable[RuleId], who: str, at: str) -> None:
    """Remember these rules and forget those, as the next version, with a line in the shop's log of changes."""
    number = version(db) + 1
    bodies = [(rule.id, json.dumps(as_json(rule, _themselves(rule)))) for rule in kept]
    gone = list(removed)
    db.conn.executemany(KEEP, bodies)
    db.conn.executemany("delete from rules where number = ?", [(rule,) for rule in gone])
    db.conn.executemany(
        KEEP_VERSION,
        [(number, rule, body, at, who) for rule, body in (*bodies, *((rule, None) for rule in gone))],
    )
    told = {"rules": [rule for rule, _body in bodies], "removed": gone, "version": number}
    db.conn.execute("insert into changes (made_at, who, what) values (?, ?, ?)", [at, who, json.dumps(told)])
    facts.keep(db, EDITION, f"{number} {_digest(db)}")


def _digest(db: Database) -> str:
    digest = blake2b(digest_size=16)
    for row in db.conn.execute("select body from rules order by number"):
        digest.update(row[0].encode() + b"\n")
    return digest.hexdigest()


def _themselves(rule: Rule) -> Mapping[ChannelId, str]:
    """Channels are kept by id: a slug may be changed."""
    return {channel: channel for channel in rule.channels}


@lru_cache(maxsize=8_192)
def _rule(text: str) -> Rule:
    """What `change` wrote; checked then, so only read now."""
    body: dict[str, Any] = json.loads(text)
    pair = body["kind"] == PAIR
    return Rule(
        id=RuleId(int(body["id"])),
        kind=body["kind"],
        what=Selector(PRODUCT, body["with"]) if pair else _selector(body["what"]),
        beside=Selector(PRODUCT, body["product"]) if pair else _selector(body["beside"]),
        position=body.get("position"),
        factor=body.get("factor", 1.0),
        both=body.get("both", False),
        attribute=body["attribute"] if body["kind"] == MATCH else "",
        channels=tuple(ChannelId(channel) for channel in body["channels"]),
        since=_moment(body["from"]),
        until=_moment(body["until"]),
        note=body["note"],
        enabled=body["enabled"],
        version=body["version"],
    )


def _selector(node: Mapping[str, str] | None) -> Selector | None:
    if node is None:
        return None
    if ATTRIBUTE in node:
        return Selector(ATTRIBUTE, node[ATTRIBUTE], node["value"])
    ((by, name),) = node.items()
    return Selector(by, name)


def _moment(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None
