"""How products and categories look to people: names and pictures, for the merchant's pages."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from sqlite_utils import Database

from plugin.store import attributes, listed
from plugin.suggestions.model import ChannelId, ProductId, ProductNumber, VariantId

BY_NUMBER = (
    "select number, id, name, thumbnail, alt from products where number in (select value from json_each(?))"
)

BY_ID = "select number, id, name, thumbnail, alt from products where id in (select value from json_each(?))"

NAMED = r"""
select number, id, name, thumbnail, alt from products
where deleted = 0 and name like ? escape '\' order by instr(lower(name), lower(?)), name, id limit ?
"""

CATEGORIES = "select id, name from categories where id in (select value from json_each(?))"

CATEGORIES_NAMED = r"""
select id, name from categories where name like ? escape '\' order by instr(lower(name), lower(?)), name, id limit ?
"""

COLLECTIONS = "select id, name from collections where id in (select value from json_each(?))"

COLLECTIONS_NAMED = r"""
select id, name from collections where name like ? escape '\' order by instr(lower(name), lower(?)), name, id limit ?
"""

VALUES = """
select wanted.value ->> 0, wanted.value ->> 1, attributes.name, attribute_values.name from json_each(?) as wanted
left join attributes on attributes.slug = wanted.value ->> 0
left join attribute_values on attribute_values.attribute = wanted.value ->> 0 and attribute_values.value = wanted.value ->> 1
"""

VALUES_NAMED = r"""
with found (attribute, value) as (
    select attribute, value from attribute_values
    where name like ?1 escape '\' or attribute in (select value from json_each(?3))
    union
    select had.value ->> 0, had.value ->> 1 from products, json_each(products.attributes) as had
    where products.deleted = 0 and products.attributes like ?2 escape '\'
        and (had.value ->> 1 like ?1 escape '\' or had.value ->> 0 in (select value from json_each(?3)))
    union
    select had.value ->> 0, had.value ->> 1 from variants, json_each(variants.attributes) as had
    where variants.deleted = 0 and variants.attributes like ?2 escape '\'
        and (had.value ->> 1 like ?1 escape '\' or had.value ->> 0 in (select value from json_each(?3)))
)
select distinct attribute, value from found where value <> '' limit ?4
"""
"""Those whose name is their own stand only in the products and variants that have them."""

VARIANTS = """
select variants.id from variants join products on products.number = variants.product
where products.id = ? order by variants.deleted, variants.number
"""

VARIANTS_NAMED = """
select products.id, variants.id, variants.name from variants join products on products.number = variants.product
where products.id in (select value from json_each(?1))
    and (variants.deleted = 0 or variants.id in (select value from json_each(?2))) order by variants.number
"""

SELLING = """
select channels.id, count(distinct products.number) from json_each(?) as wanted
cross join products on products.id = wanted.value
cross join variants on variants.product = products.number
cross join channels on channels.active = 1
cross join listings on listings.channel = channels.number and listings.variant = variants.number
where listings.available = 1 group by channels.id
"""
"""Crossed, so that SQLite begins with the few products and not with every listing of the shop."""

MOST_ATTRIBUTES = 3
"""Attributes of one name whose values are looked for."""

UNKNOWN = ProductNumber(0)
"""The number of what is no product of ours."""


@dataclass(frozen=True, slots=True)
class Face:
    """A product or category as people know it. `number` is UNKNOWN for a category."""

    number: ProductNumber
    id: str
    name: str
    thumbnail: str | None = None
    alt: str = ""


def of_numbers(db: Database, products: Iterable[ProductNumber]) -> dict[ProductNumber, Face]:
    """The faces of these products."""
    rows = db.conn.execute(BY_NUMBER, [listed.numbers(products)])
    return {row[0]: Face(*row) for row in rows}


def of_products(db: Database, products: Iterable[str]) -> dict[str, Face]:
    """The faces of these products, by Saleor's id."""
    rows = db.conn.execute(BY_ID, [listed.texts(products)])
    return {row[1]: Face(*row) for row in rows}


def of_categories(db: Database, categories: Iterable[str]) -> dict[str, Face]:
    """The names of these categories, by Saleor's id."""
    rows = db.conn.execute(CATEGORIES, [listed.texts(categories)])
    return {row[0]: Face(UNKNOWN, *row) for row in rows}


def products_named(db: Database, text: str, most: int) -> list[Face]:
    """Products whose name holds the text; those that begin with it first."""
    return [Face(*row) for row in db.conn.execute(NAMED, [_holding(text), text, most])]


def categories_named(db: Database, text: str, most: int) -> list[Face]:
    """Categories whose name holds the text; those that begin with it first."""
    rows = db.conn.execute(CATEGORIES_NAMED, [_holding(text), text, most])
    return [Face(UNKNOWN, *row) for row in rows]


def of_collections(db: Database, collections: Iterable[str]) -> dict[str, Face]:
    """The names of these collections, by Saleor's id."""
    rows = db.conn.execute(COLLECTIONS, [listed.texts(collections)])
    return {row[0]: Face(UNKNOWN, *row) for row in rows}


def collections_named(db: Database, text: str, most: int) -> list[Face]:
    """Collections whose name holds the text; those that begin with it first."""
    rows = db.conn.execute(COLLECTIONS_NAMED, [_holding(text), text, most])
    return [Face(UNKNOWN, *row) for row in rows]


def of_values(db: Database, values: Iterable[str]) -> dict[str, Face]:
    """Values of attributes ("<attribute's slug>:<value>") as people know them: "Memory: 64 GB"."""
    wanted = [one.split(":", 1) for one in sorted(set(values)) if ":" in one]
    rows = db.conn.execute(VALUES, [json.dumps(wanted)])
    return {
        f"{attribute}:{value}": Face(
            UNKNOWN, f"{attribute}:{value}", f"{name or attribute}: {called or value}"
        )
        for attribute, value, name, called in rows
    }


def values_named(db: Database, text: str, most: int) -> list[Face]:
    """Values of attributes whose name, or whose attribute's name, holds the text."""
    like = [slug for slug, one in attributes.every(db).items() if text.lower() in one.name.lower()]
    found: dict[str, None] = {}
    for part in (text, *like[:MOST_ATTRIBUTES]):
        asked = [_holding(text), _holding(json.dumps(part)[1:-1]), json.dumps(like), most]
        found |= {f"{attribute}:{value}": None for attribute, value in db.conn.execute(VALUES_NAMED, asked)}
    return sorted(of_values(db, found).values(), key=lambda face: (face.name.lower(), face.id))[:most]


def variants(db: Database, product: ProductId) -> list[VariantId]:
    """The variants of a product, those still sold first."""
    return [VariantId(row[0]) for row in db.conn.execute(VARIANTS, [product])]


def variants_named(
    db: Database, products: Iterable[str], also: Iterable[str] = ()
) -> dict[str, list[tuple[VariantId, str]]]:
    """Per product its variants by name, oldest first; deleted ones only when they are among `also`."""
    found: dict[str, list[tuple[VariantId, str]]] = {}
    asked = [listed.texts(wanted) for wanted in (products, also)]
    for product, variant, name in db.conn.execute(VARIANTS_NAMED, asked):
        found.setdefault(product, []).append((VariantId(variant), name))
    return found


def selling(db: Database, products: Iterable[ProductId]) -> frozenset[ChannelId]:
    """The active channels that sell as many of these products as any channel does; none when they are sold nowhere."""
    rows = db.conn.execute(SELLING, [listed.texts(products)]).fetchall()
    most = max((row[1] for row in rows), default=0)
    return frozenset(ChannelId(row[0]) for row in rows if row[1] == most)


def _holding(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
