"""What attributes and their values are called and how they are meant, as Saleor says it."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlite_utils import Database

from plugin.suggestions.catalogue import Attribute, Product

KEEP = """
insert into attributes (slug, name, input_type, unit) values (?, ?, ?, ?)
on conflict do update set name = excluded.name, input_type = excluded.input_type, unit = excluded.unit
    where name <> excluded.name or input_type <> excluded.input_type or unit <> excluded.unit
"""

KEEP_VALUE = """
insert into attribute_values (attribute, value, name) values (?, ?, ?)
on conflict do update set name = excluded.name where name <> excluded.name
"""

KEEP_TYPE = """
insert into product_types (id, name) values (?, ?) on conflict do update set name = excluded.name where name <> excluded.name
"""

NAMES = """
select attribute_values.attribute, attribute_values.value, attribute_values.name from json_each(?) as wanted
join attribute_values on attribute_values.attribute = json_extract(wanted.value, '$[0]')
    and attribute_values.value = json_extract(wanted.value, '$[1]')
"""


def keep(db: Database, product: Product) -> None:
    """Remember the attributes of a product and its variants, the names of their values, and the product type's name."""
    db.conn.executemany(KEEP, [(one.slug, one.name, one.input_type, one.unit) for one in product.described])
    db.conn.executemany(KEEP_VALUE, [named for named in sorted(product.values) if named[1] != named[2]])
    if product.product_type_name:
        db.conn.execute(KEEP_TYPE, [product.product_type, product.product_type_name])


def every(db: Database) -> dict[str, Attribute]:
    """All attributes by slug."""
    rows = db.conn.execute("select slug, name, input_type, unit from attributes order by slug")
    return {row[0]: Attribute(*row) for row in rows}


def names(db: Database, values: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """What these values of attributes are called; a value whose name is its own is left out."""
    rows = db.conn.execute(NAMES, [json.dumps(sorted(values))])
    return {(row[0], row[1]): row[2] for row in rows}


def every_name(db: Database) -> dict[tuple[str, str], str]:
    """What all values are called, those left out whose name is their own."""
    rows = db.conn.execute("select attribute, value, name from attribute_values")
    return {(row[0], row[1]): row[2] for row in rows}


def type_names(db: Database) -> dict[str, str]:
    """The product types by id."""
    return {row[0]: row[1] for row in db.conn.execute("select id, name from product_types order by name, id")}
