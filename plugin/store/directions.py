"""What better means per product type: what was learned, what the merchant says, and which types have to be learned again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlite_utils import Database

from plugin.store import listed
from plugin.suggestions.model import ProductId
from plugin.suggestions.upgrades.comparing import values
from plugin.suggestions.upgrades.directions import Item
from plugin.suggestions.upgrades.scales import Choice, Scale, as_json, effective, from_json

MOST_ITEMS = 5_000
"""Variants of a type that are compared to learn from: whole products, as if drawn by lot, the same ones every time."""

BEST_KNOWN = """
select channels.number from channels
cross join products on products.product_type = ? and products.deleted = 0
cross join variants on variants.product = products.number and variants.deleted = 0
cross join listings on listings.channel = channels.number and listings.variant = variants.number and listings.amount is not null
group by channels.number order by count(*) desc, channels.number limit 1
"""

ITEMS = """
select variants.number, products.number, coalesce(listings.list_gross, listings.amount), variants.attributes, products.attributes
from products
cross join variants on variants.product = products.number and variants.deleted = 0
cross join listings on listings.channel = ?1 and listings.variant = variants.number and listings.amount is not null
where products.product_type = ?2 and products.deleted = 0
order by (products.number * 2654435761) & 4294967295, products.number, variants.number limit ?3
"""

FORGET_TYPES = """
delete from directions where product_type not in (select product_type from products where deleted = 0 and product_type is not null)
"""

MARK_TYPES = """
insert or ignore into stale_types (product_type)
select distinct product_type from products where deleted = 0 and product_type is not null and product_type <> ''
"""

FORGET_VARIANTS = "delete from steps_up where variant not in (select number from variants where deleted = 0)"

LOOK = """
select products.product_type, products.id, products.category, products.attributes, products.deleted, variants.id,
    variants.attributes, variants.deleted, listings.channel, listings.amount, listings.list_gross
from products left join variants on variants.product = products.number left join channels
left join listings on listings.channel = channels.number and listings.variant = variants.number
where products.id in (select value from json_each(?)) order by products.number, variants.number, listings.channel
"""


def items(db: Database, product_type: str) -> list[Item]:
    """The variants of a type with their prices in the channel that knows most of them, without promotion; MOST_ITEMS at most."""
    channel = db.conn.execute(BEST_KNOWN, [product_type]).fetchone()
    rows = db.conn.execute(ITEMS, [channel[0], product_type, MOST_ITEMS]) if channel else ()
    return [
        Item(number, product, Decimal(price), values(_pairs(had), _pairs(traits)))
        for number, product, price, had, traits in rows
    ]


def keep(db: Database, product_type: str, scales: Iterable[Scale], at: str) -> None:
    """Remember what was learned of a type."""
    db.conn.execute(
        "insert or replace into directions (product_type, learned_at, body) values (?, ?, ?)",
        [product_type, at, json.dumps([as_json(scale) for scale in scales], ensure_ascii=False)],
    )
    db.conn.execute("delete from stale_types where product_type = ?", [product_type])


def learned(db: Database, product_types: Iterable[str]) -> dict[str, tuple[Scale, ...]]:
    """What was learned of these types."""
    rows = db.conn.execute(
        "select product_type, body from directions where product_type in (select value from json_each(?))",
        [listed.texts(product_types)],
    )
    return {row[0]: _scales(row[1]) for row in rows}


def every(db: Database) -> list[str]:
    """The product types of which something was learned."""
    return [row[0] for row in db.conn.execute("select product_type from directions order by product_type")]


def in_effect(db: Database, product_types: Iterable[str]) -> dict[str, Mapping[str, Scale]]:
    """Per type and attribute what better means, the merchant's word first."""
    told = json.dumps(
        [
            list(row)
            for row in db.conn.execute("select * from direction_choices order by product_type, attribute")
        ]
    )
    rows = db.conn.execute(
        "select product_type, body from directions where product_type in (select value from json_each(?))",
        [listed.texts(product_types)],
    )
    return {product_type: _in_effect(product_type, body, told) for product_type, body in rows}


def choices(db: Database) -> dict[tuple[str, str], Choice]:
    """The merchant's choices by product type and attribute; the type is empty where they are for all of them."""
    rows = db.conn.execute("select product_type, attribute, body from direction_choices order by 1, 2")
    return {(row[0], row[1]): _choice(json.loads(row[2])) for row in rows}


def choose(db: Database, product_type: str, attribute: str, choice: Choice | None, who: str, at: str) -> None:
    """Remember a merchant's choice, or with None forget it, with a line in the shop's log of changes."""
    told = None if choice is None else {"way": choice.way, "order": list(choice.order)}
    if told is None:
        db.conn.execute(
            "delete from direction_choices where product_type = ? and attribute = ?",
            [product_type, attribute],
        )
    else:
        db.conn.execute(
            "insert or replace into direction_choices (product_type, attribute, body) values (?, ?, ?)",
            [product_type, attribute, json.dumps(told, ensure_ascii=False)],
        )
    what = {"direction": {"productType": product_type, "attribute": attribute, "choice": told}}
    db.conn.execute(
        "insert into changes (made_at, who, what) values (?, ?, ?)",
        [at, who, json.dumps(what, ensure_ascii=False)],
    )


def mark(db: Database, product_types: Iterable[str]) -> None:
    """These types have to be learned again."""
    db.conn.executemany(
        "insert or ignore into stale_types (product_type) values (?)",
        [(one,) for one in sorted(set(product_types)) if one],
    )


def mark_all(db: Database) -> None:
    """All types have to be learned again; those nothing belongs to any more are forgotten."""
    for statement in (FORGET_TYPES, MARK_TYPES, FORGET_VARIANTS):
        db.conn.execute(statement)


def stale(db: Database) -> list[str]:
    """The types that have to be learned again."""
    return [row[0] for row in db.conn.execute("select product_type from stale_types order by product_type")]


def look_of(db: Database, products: Iterable[ProductId]) -> dict[str, list[tuple[Any, ...]]]:
    """Per product type everything about these products from which directions and steps up are told."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    for row in db.conn.execute(LOOK, [listed.texts(products)]):
        found.setdefault(row[0] or "", []).append(tuple(row))
    return found


@lru_cache(maxsize=512)
def _scales(body: str) -> tuple[Scale, ...]:
    return tuple(from_json(scale) for scale in json.loads(body))


@lru_cache(maxsize=512)
def _in_effect(product_type: str, body: str, told: str) -> Mapping[str, Scale]:
    """Read once: every basket asks for them."""
    chosen = {(row[0], row[1]): _choice(json.loads(row[2])) for row in json.loads(told)}
    return effective(_scales(body), chosen, product_type)


def _choice(body: Mapping[str, Any]) -> Choice:
    return Choice(body["way"], tuple(body["order"]))


@lru_cache(maxsize=20_000)
def _pairs(text: str) -> frozenset[tuple[str, str]]:
    return frozenset((attribute, value) for attribute, value, *_name in json.loads(text))
