"""Products, variants, prices per channel, stock: what Saleor sells, as far as suggestions need it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlite_utils import Database

from plugin.store import asking, attributes, channels, listed
from plugin.store.database import seen
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
with asked (number) as ({})
select products.number, products.id, products.name, products.category, products.thumbnail, products.alt, products.collections,
    products.product_type, products.attributes,
    variants.id, variants.name, variants.attributes, listings.amount, listings.currency, listings.quantity, listings.cost,
    listings.net
from asked cross join products on products.number = asked.number and products.deleted = 0
cross join variants on variants.product = products.number and variants.deleted = 0
cross join listings on listings.channel = ?1 and listings.variant = variants.number and listings.available = 1
where listings.amount is not null
order by products.number, variants.number
"""

KEEP_CATEGORY = """
insert into categories (id, name, parent) values (?, ?, ?)
on conflict do update set name = excluded.name, parent = coalesce(excluded.parent, parent)
    where name <> excluded.name or parent is not coalesce(excluded.parent, parent)
"""

KEEP_COLLECTION = """
insert into collections (id, name) values (?, ?) on conflict do update set name = excluded.name where name <> excluded.name
"""

LINES = """
with asked (id) as ({})
select variants.id, products.number, products.id, products.name, variants.name, products.product_type, products.category,
    products.collections, products.attributes, variants.attributes, listings.amount
from asked cross join variants on variants.id = asked.id cross join products on products.number = variants.product
left join listings on listings.channel = ?1 and listings.variant = variants.number
"""

ABOVE = """
with recursive asked (category) as ({}), above (category, id, height) as (
    select category, category, 0 from asked where category is not null
    union all
    select above.category, categories.parent, above.height + 1 from above join categories on categories.id = above.id
    where categories.parent is not null and above.height < 9
)
select category, id from above order by category, height
"""

GOODS = """
select variants.id, products.id, products.name, variants.name, channels.entered_with_tax, listings.currency, listings.gross, listings.net,
    listings.list_gross, listings.list_net, listings.available and not products.deleted and not variants.deleted,
    listings.quantity, listings.cost
from (
    select variants.number from variants where variants.id in (select value from json_each(?2))
    union
    select variants.number from products cross join variants on variants.product = products.number
    where products.id in (select value from json_each(?2))
) as wanted
cross join variants on variants.number = wanted.number
cross join products on products.number = variants.product
cross join channels on channels.id = ?1
cross join listings on listings.channel = channels.number and listings.variant = variants.number
where listings.list_gross is not null and listings.gross is not null
order by variants.number
"""
"""Joined crosswise, so that SQLite begins with the few that are asked for, however many a channel sells."""

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


def known_numbers(db: Database, products: Iterable[ProductId]) -> dict[ProductId, ProductNumber]:
    """Our numbers of these products, of those we know."""
    return _numbers(db, list(products))


def variants_of(db: Database, products: Iterable[ProductId]) -> list[VariantId]:
    """The variants of these products, those deleted left out."""
    rows = db.conn.execute(
        """select variants.id from variants join products on products.number = variants.product
           where variants.deleted = 0 and products.id in (select value from json_each(?)) order by variants.number""",
        [listed.texts(products)],
    )
    return [VariantId(row[0]) for row in rows]


def remember_variants(db: Database, variants: Mapping[VariantId, ProductNumber]) -> None:
    """Keep our own map from variant to product: Saleor forgets it when the product is deleted."""
    db.conn.executemany(REMEMBER_VARIANT, sorted(variants.items()))


def products_of(
    db: Database, variants: Iterable[VariantId]
) -> dict[VariantId, tuple[ProductId, ProductNumber]]:
    """The products these variants belong or belonged to; those we never heard of are left out."""
    rows = db.conn.execute(PRODUCTS_OF, [listed.texts(variants)])
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
        _keep_categories(db, [(product.category, product.category_name), *product.above])
    db.conn.executemany(KEEP_COLLECTION, product.collection_names)
    attributes.keep(db, product)
    db.conn.execute("update variants set deleted = 1 where product = ?", [number])
    for variant in product.variants:
        had = json.dumps(sorted(variant.attributes))
        db.conn.execute(KEEP_VARIANT, [variant.id, number, variant.name, had])
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
        [scope, listed.texts(only)],
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


def unlist_others(db: Database, channel: ChannelId, sold: Sequence[ProductId]) -> None:
    """Products Saleor does not list in this channel cannot be bought there."""
    db.conn.execute(
        """update listings set available = 0 where channel = ? and available = 1 and variant not in (select variants.number
           from variants join products on products.number = variants.product where products.id in (select value from json_each(?)))""",
        [channels.number(db, channel), listed.texts(sold)],
    )


def rename_category(db: Database, category: str, name: str) -> None:
    """Remember a category's name."""
    db.conn.execute(
        "insert into categories (id, name) values (?, ?) on conflict do update set name = excluded.name",
        [category, name],
    )


def _keep_categories(db: Database, path: Sequence[tuple[str, str]]) -> None:
    """A category and those above it, nearest first. In Saleor a category stays below the one it was made in."""
    parents = [*(category for category, _name in path[1:]), None]
    for (category, name), parent in zip(path, parents, strict=True):
        db.conn.execute(KEEP_CATEGORY, [category, name, parent])


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
    rows = asking.each(db, OFFERS, products, channels.number(db, channel))
    variants: dict[ProductNumber, list[OfferedVariant]] = {}
    facts = {}
    for number, *product, variant, name, had, amount, currency, quantity, cost, net in rows:
        facts[number] = product
        offered = OfferedVariant(
            VariantId(variant),
            name,
            Decimal(amount),
            currency,
            _attributes(had),
            quantity,
            _decimal(cost),
            _decimal(net),
        )
        variants.setdefault(number, []).append(offered)
    above = categories_above(db, {product[2] for product in facts.values()})
    return {
        number: Offer(
            product=number, id=ProductId(saleor_id), name=name, variants=tuple(variants[number]), category=category,
            thumbnail=thumbnail, alt=alt, collections=_collections(collections), product_type=product_type or "",
            categories=above.get(category, ()), traits=_traits(traits),
        )
        for number, (
            saleor_id, name, category, thumbnail, alt, collections, product_type, traits
        ) in facts.items()
    }  # fmt: skip


def lines(
    db: Database, wanted: Iterable[BasketLine], channel: ChannelId | None = None
) -> tuple[BasketLine, ...]:
    """The basket's lines with what we know of them; their prices, where not told, as displayed in the channel."""
    asked = list(wanted)
    scope = None if channel is None else channels.number(db, channel)
    rows = asking.each(db, LINES, [line.variant for line in asked], scope)
    above = categories_above(db, {row[6] for row in rows})
    known = {VariantId(row[0]): row[1:] for row in rows}
    return tuple(
        _known_line(line, known[line.variant], above) if line.variant in known else line for line in asked
    )


def _known_line(
    line: BasketLine, row: Sequence[Any], above: Mapping[str | None, tuple[str, ...]]
) -> BasketLine:
    number, product, name, variant_name, product_type, category, collections, traits, had, amount = row
    return BasketLine(
        variant=line.variant,
        quantity=line.quantity,
        product=ProductNumber(number),
        name=name,
        category=category,
        attributes=_attributes(had),
        gift=line.gift,
        product_id=ProductId(product),
        variant_name=variant_name,
        product_type=product_type or "",
        categories=above.get(category, ()),
        collections=_collections(collections),
        traits=_traits(traits),
        amount=line.amount if line.amount is not None else _decimal(amount),
        id=line.id,
        priced=line.priced,
    )


def categories_above(db: Database, categories: Iterable[str | None]) -> dict[str | None, tuple[str, ...]]:
    """Each of these categories, then those above it, nearest first. Asked once in a reading."""
    wanted = {category for category in categories if category}
    known = seen(db).above
    if missing := wanted - known.keys():
        found: dict[str, tuple[str, ...]] = {}
        for category, one in asking.each(db, ABOVE, missing):
            found[category] = (*found.get(category, ()), one)
        known.update(found)
    return {category: known[category] for category in wanted & known.keys()}


def goods(db: Database, channel: ChannelId, members: Iterable[str]) -> dict[VariantId, Goods]:
    """What these products and variants cost in the channel, as its prices are entered; those not listed there are left out."""
    rows = db.conn.execute(GOODS, [channel, listed.texts(members)])
    return {VariantId(row[0]): _goods(row) for row in rows}


def known(db: Database, members: Iterable[str]) -> set[str]:
    """Those of these products and variants that are in the catalogue, not deleted."""
    wanted = listed.texts(members)
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


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _numbers(db: Database, wanted: Sequence[ProductId]) -> dict[ProductId, ProductNumber]:
    rows = db.conn.execute(
        "select id, number from products where id in (select value from json_each(?))", [listed.texts(wanted)]
    )
    return {ProductId(row[0]): ProductNumber(row[1]) for row in rows}


@lru_cache(maxsize=10_000)
def _collections(text: str) -> frozenset[str]:
    return frozenset(json.loads(text))


@lru_cache(maxsize=10_000)
def _attributes(text: str) -> frozenset[tuple[str, str]]:
    return frozenset((attribute, value) for attribute, value in json.loads(text))


@lru_cache(maxsize=10_000)
def _traits(text: str) -> frozenset[tuple[str, str]]:
    return frozenset((attribute, value) for attribute, value, *_name in json.loads(text))


def every_number(db: Database) -> dict[str, ProductNumber]:
    """Our number of every product, by Saleor's id."""
    return dict(db.conn.execute("select id, number from products").fetchall())
