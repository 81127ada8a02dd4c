"""Products, variants, prices per channel, stock: what Saleor sells, as far as suggestions need it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlite_utils import Database

from plugin.store import channels
from plugin.suggestions.bundles.model import Goods
from plugin.suggestions.catalogue import Listing, Product
from plugin.suggestions.model import (
    BasketLine,
    ChannelId,
    Offer,
    OfferedVariant,
    ProductId,
    ProductNumber,
    VariantId,
)
from plugin.suggestions.money import tax_percent, units

KEEP_PRODUCT = """
insert into products (id, name, slug, category, product_type, collections, attributes, thumbnail, alt, deleted, refreshed_at)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)
on conflict (id) do update set name = excluded.name, slug = excluded.slug, category = excluded.category,
    product_type = excluded.product_type, collections = excluded.collections, attributes = excluded.attributes,
    thumbnail = excluded.thumbnail, alt = excluded.alt, deleted = 0, refreshed_at = excluded.refreshed_at
    where products.refreshed_at is null or products.refreshed_at <= excluded.refreshed_at
returning number
"""

KEEP_VARIANT = """
insert into variants (id, product, name, attributes) values (?, ?, ?, ?)
on conflict (id) do update set product = excluded.product, name = excluded.name, attributes = excluded.attributes, deleted = 0
"""

KEEP_LISTING = """
insert into listings (channel, variant, amount, currency, available, quantity, published, available_for_purchase,
    gross, net, list_gross, list_net)
select ?, number, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? from variants where id = ?
on conflict do update set amount = excluded.amount, currency = excluded.currency, available = excluded.available,
    quantity = excluded.quantity, published = excluded.published, available_for_purchase = excluded.available_for_purchase,
    gross = excluded.gross, net = excluded.net, list_gross = excluded.list_gross, list_net = excluded.list_net
"""

KEEP_COST = """
insert into listings (channel, variant, cost) select ?, number, ? from variants where id = ?
on conflict do update set cost = excluded.cost
"""

OFFERS = """
select products.number, products.id, products.name, products.category, products.thumbnail, products.alt, products.collections,
    variants.id, variants.name, variants.attributes, listings.amount, listings.currency
from products
cross join variants on variants.product = products.number and variants.deleted = 0
cross join listings on listings.channel = ?1 and listings.variant = variants.number and listings.available = 1
where products.number in (select value from json_each(?2)) and products.deleted = 0 and listings.amount is not null
order by products.number, variants.number
"""

LINES = """
select variants.id, products.number, products.name, products.category, variants.attributes
from variants join products on products.number = variants.product
where variants.id in (select value from json_each(?))
"""

GOODS = """
select variants.id, products.id, products.name, variants.name, channels.entered_with_tax, listings.currency, listings.gross, listings.net,
    listings.list_gross, listings.list_net, listings.available and not products.deleted and not variants.deleted,
    listings.quantity, listings.cost
from variants
join products on products.number = variants.product
join channels on channels.id = ?1
join listings on listings.channel = channels.number and listings.variant = variants.number
where (products.id in (select value from json_each(?2)) or variants.id in (select value from json_each(?2)))
    and listings.list_gross is not null and listings.gross is not null
order by variants.number
"""

PRODUCTS_OF = """
select variants.id, products.id, products.number from variants join products on products.number = variants.product
where variants.id in (select value from json_each(?))
"""

REMEMBER_VARIANT = """
insert into variants (id, product) values (?, ?) on conflict (id) do update set product = excluded.product where product <> excluded.product
"""


def numbers(db: Database, products: Iterable[ProductId]) -> dict[ProductId, ProductNumber]:
    """Our numbers of these products, given on first sight."""
    wanted = sorted(set(products))
    found = _numbers(db, wanted)
    if len(found) < len(wanted):
        db.conn.executemany(
            "insert or ignore into products (id) values (?)", [(product,) for product in wanted]
        )
        found = _numbers(db, wanted)
    return found


def variants_of(db: Database, products: Iterable[ProductId]) -> list[VariantId]:
    """The variants of these products, those deleted left out."""
    rows = db.conn.execute(
        """select variants.id from variants join products on products.number = variants.product
           where variants.deleted = 0 and products.id in (select value from json_each(?)) order by variants.number""",
        [json.dumps(list(products))],
    )
    return [VariantId(row[0]) for row in rows]


def remember_variants(db: Database, variants: Mapping[VariantId, ProductNumber]) -> None:
    """Keep our own map from variant to product: Saleor forgets it when the product is deleted."""
    db.conn.executemany(REMEMBER_VARIANT, sorted(variants.items()))


def products_of(
    db: Database, variants: Iterable[VariantId]
) -> dict[VariantId, tuple[ProductId, ProductNumber]]:
    """The products these variants belong or belonged to; those we never heard of are left out."""
    rows = db.conn.execute(PRODUCTS_OF, [json.dumps(list(variants))])
    return {VariantId(row[0]): (ProductId(row[1]), ProductNumber(row[2])) for row in rows}


def keep(db: Database, product: Product, at: str) -> None:
    """Remember a product with all its variants; variants it no longer has cannot be suggested any more.

    `at`: when we began to ask. What was asked for before the product was last refreshed or deleted is old, and not kept.
    """
    values = [
        product.id, product.name, product.slug, product.category, product.product_type, json.dumps(product.collections),
        json.dumps(product.attributes), product.thumbnail, product.alt, at,
    ]  # fmt: skip
    row = db.conn.execute(KEEP_PRODUCT, values).fetchone()
    if row is None:
        return
    number = row[0]
    db.conn.execute(
        "update bought set category = ? where product = ? and category is not ?",
        [product.category, number, product.category],
    )
    if product.category:
        rename_category(db, product.category, product.category_name)
    db.conn.execute("update variants set deleted = 1 where product = ?", [number])
    for variant in product.variants:
        attributes = json.dumps(sorted(variant.attributes))
        db.conn.execute(KEEP_VARIANT, [variant.id, number, variant.name, attributes])
        for channel, cost in variant.costs.items():
            db.conn.execute(KEEP_COST, [channels.number(db, channel), str(cost), variant.id])


def keep_listings(
    db: Database, channel: ChannelId, listings: Iterable[Listing], gross: bool, only: Sequence[ProductId]
) -> None:
    """Remember prices and availability in one channel; variants of the products `only` not listed here become unavailable."""
    scope = channels.number(db, channel)
    db.conn.execute(
        """update listings set available = 0 where channel = ? and variant in (select variants.number from variants
           join products on products.number = variants.product where products.id in (select value from json_each(?)))""",
        [scope, json.dumps(list(only))],
    )
    for listing in listings:
        amount = listing.gross if gross else listing.net
        values = [
            scope,
            _as_text(amount),
            listing.currency,
            listing.available,
            listing.quantity,
            listing.published,
            listing.available_for_purchase,
            *map(_as_text, (listing.gross, listing.net, listing.list_gross, listing.list_net)),
            listing.variant,
        ]
        db.conn.execute(KEEP_LISTING, values)


def unlist_others(db: Database, channel: ChannelId, listed: Sequence[ProductId]) -> None:
    """Products Saleor does not list in this channel cannot be bought there."""
    db.conn.execute(
        """update listings set available = 0 where channel = ? and available = 1 and variant not in (select variants.number
           from variants join products on products.number = variants.product where products.id in (select value from json_each(?)))""",
        [channels.number(db, channel), json.dumps(list(listed))],
    )


def rename_category(db: Database, category: str, name: str) -> None:
    """Remember a category's name."""
    db.conn.execute(
        "insert into categories values (?, ?) on conflict do update set name = excluded.name",
        [category, name],
    )


def in_category(db: Database, category: str) -> list[ProductId]:
    """The products of this category, those deleted left out."""
    rows = db.conn.execute("select id from products where category = ? and deleted = 0", [category])
    return [ProductId(row[0]) for row in rows]


def forget_category(db: Database, category: str) -> None:
    """A deleted category: its products stay, without one."""
    for statement in (
        "update products set category = null where category = ?",
        "update bought set category = null where category = ?",
        "delete from categories where id = ?",
    ):
        db.conn.execute(statement, [category])


def delete_product(db: Database, product: ProductId, at: str = "") -> None:
    """Never suggest it again; what was learned stays, for the reasons of others and its return.

    `at`: when we knew. An answer of Saleor that was asked for before does not bring it back.
    """
    db.conn.execute(
        "update products set deleted = 1, refreshed_at = max(coalesce(refreshed_at, ''), ?) where id = ?",
        [at, product],
    )


def still_there(db: Database, product: ProductId, at: str) -> None:
    """Saleor has it, whatever it is like now: what we know of it stays."""
    db.conn.execute(
        "update products set refreshed_at = ? where id = ? and refreshed_at < ?", [at, product, at]
    )


def delete_variant(db: Database, variant: VariantId) -> None:
    """Never suggest it again; its product is remembered."""
    db.conn.execute("update variants set deleted = 1 where id = ?", [variant])


def run_out(db: Database, variant: VariantId) -> None:
    """Out of stock everywhere, until a refresh says otherwise."""
    db.conn.execute(
        """update listings set available = 0 where channel in (select number from channels)
           and variant = (select number from variants where id = ?)""",
        [variant],
    )


def close_channel(db: Database, channel: ChannelId) -> None:
    """A channel deactivated or deleted sells nothing."""
    db.conn.execute("update channels set active = 0 where id = ?", [channel])
    db.conn.execute("update listings set available = 0 where channel = ?", [channels.number(db, channel)])


def offers(db: Database, channel: ChannelId, products: Iterable[ProductNumber]) -> dict[ProductNumber, Offer]:
    """What of these can be bought in the channel now, with every purchasable variant; the rest is left out."""
    rows = db.conn.execute(OFFERS, [channels.number(db, channel), json.dumps(list(products))]).fetchall()
    variants: dict[ProductNumber, list[OfferedVariant]] = {}
    facts = {}
    for number, *product, variant, name, attributes, amount, currency in rows:
        facts[number] = product
        offered = OfferedVariant(VariantId(variant), name, Decimal(amount), currency, _attributes(attributes))
        variants.setdefault(number, []).append(offered)
    return {
        number: Offer(
            product=number, id=ProductId(saleor_id), name=name, variants=tuple(variants[number]), category=category,
            thumbnail=thumbnail, alt=alt, collections=_collections(collections),
        )
        for number, (saleor_id, name, category, thumbnail, alt, collections) in facts.items()
    }  # fmt: skip


def lines(db: Database, wanted: Iterable[BasketLine]) -> tuple[BasketLine, ...]:
    """The basket's lines with what we know of them: product, name, category, attribute values."""
    asked = list(wanted)
    rows = db.conn.execute(LINES, [json.dumps([line.variant for line in asked])])
    known = {VariantId(row[0]): row[1:] for row in rows}
    return tuple(_known_line(line, *known[line.variant]) if line.variant in known else line for line in asked)


def _known_line(
    line: BasketLine, number: int, name: str, category: str | None, attributes: str
) -> BasketLine:
    return replace(
        line, product=ProductNumber(number), name=name, category=category, attributes=_attributes(attributes)
    )


def goods(db: Database, channel: ChannelId, members: Iterable[str]) -> dict[VariantId, Goods]:
    """What these products and variants cost in the channel, as its prices are entered; those not listed there are left out."""
    rows = db.conn.execute(GOODS, [channel, json.dumps(sorted(set(members)))])
    return {VariantId(row[0]): _goods(row) for row in rows}


def known(db: Database, members: Iterable[str]) -> set[str]:
    """Those of these products and variants that are in the catalogue, not deleted."""
    wanted = json.dumps(sorted(set(members)))
    rows = db.conn.execute(
        """select id from products where deleted = 0 and id in (select value from json_each(?1)) union
           select variants.id from variants join products on products.number = variants.product
           where variants.deleted = 0 and products.deleted = 0 and variants.id in (select value from json_each(?1))""",
        [wanted],
    )
    return {row[0] for row in rows}


def count(db: Database) -> int:
    """Products known and not deleted."""
    return int(db.conn.execute("select count(*) from products where deleted = 0").fetchone()[0])


def sweep(db: Database, started_at: str) -> None:
    """After a whole pass: products the pass did not meet are gone from Saleor."""
    db.conn.execute(
        "update products set deleted = 1 where refreshed_at is null or refreshed_at < ?", [started_at]
    )


def _goods(row: Sequence[Any]) -> Goods:
    variant, product, name, variant_name, entered_with_tax, currency, *rest = row
    gross, net, list_gross, list_net, available, quantity, cost = rest
    list_price, price = (list_gross, gross) if entered_with_tax else (list_net, net)
    return Goods(
        variant=VariantId(variant),
        product=ProductId(product),
        list_price=units(Decimal(list_price), currency),
        price=units(Decimal(price), currency),
        available=bool(available),
        quantity=quantity or 0,
        cost=None if cost is None else units(Decimal(cost), currency),
        tax=tax_percent(units(Decimal(list_net), currency), units(Decimal(list_gross), currency)),
        entered_with_tax=bool(entered_with_tax),
        name=f"{name} {variant_name}".strip(),
    )


def _as_text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)


def _numbers(db: Database, wanted: Sequence[ProductId]) -> dict[ProductId, ProductNumber]:
    rows = db.conn.execute(
        "select id, number from products where id in (select value from json_each(?))", [json.dumps(wanted)]
    )
    return {ProductId(row[0]): ProductNumber(row[1]) for row in rows}


@lru_cache(maxsize=10_000)
def _collections(text: str) -> frozenset[str]:
    return frozenset(json.loads(text))


@lru_cache(maxsize=10_000)
def _attributes(text: str) -> frozenset[tuple[str, str]]:
    return frozenset((attribute, value) for attribute, value in json.loads(text))
