"""Per variant and channel the few variants that may be a step up from it, and how they stand now."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlite_utils import Database

from plugin.store import asking, catalogue, channels, listed
from plugin.suggestions.model import (
    BasketLine,
    ChannelId,
    Offer,
    OfferedVariant,
    ProductId,
    ProductNumber,
    VariantId,
)
from plugin.suggestions.upgrades.candidates import Good
from plugin.suggestions.upgrades.comparing import Option, values
from plugin.suggestions.upgrades.scales import IGNORED, Scales, Values

PRICE_STEPS = 10_000
"""Whole steps in one unit of a currency, so that prices compare as numbers; no currency has finer ones."""

GOODS = """
select variants.number, products.number, products.category, variants.attributes, products.attributes, listings.amount, listings.available
from products
cross join variants on variants.product = products.number and variants.deleted = 0
cross join listings on listings.channel = ?1 and listings.variant = variants.number and listings.amount is not null
where products.product_type = ?2 and products.deleted = 0
"""

KEEP = """
insert into steps_up (variant, channel, found, made_at) values (?, ?, ?, ?)
on conflict do update set found = excluded.found, made_at = excluded.made_at
"""

FORGET_OLDER = """
delete from steps_up where channel = ?1 and made_at < ?3 and variant in (
    select variants.number from products join variants on variants.product = products.number where products.product_type = ?2)
"""

OWNED = """
with asked (id) as ({})
select variants.id, listings.currency, listings.cost, steps_up.found from asked cross join variants on variants.id = asked.id
left join listings on listings.channel = ?1 and listings.variant = variants.number
left join steps_up on steps_up.channel = ?1 and steps_up.variant = variants.number
"""

STANDING = """
select variants.number, variants.id, variants.name, variants.attributes, products.number, products.id, products.name,
    products.product_type, products.category, products.collections, products.attributes, products.thumbnail, products.alt,
    listings.amount, listings.currency, listings.available, listings.quantity, listings.cost
from {}
cross join listings on listings.channel = ?1 and listings.variant = variants.number and listings.amount is not null
where variants.deleted = 0 and products.deleted = 0 and {}
"""
"""Joined crosswise, so that SQLite begins with the variants asked for and not with all of a channel."""

BY_VARIANT = "variants cross join products on products.number = variants.product"
BY_PRODUCT = "products cross join variants on variants.product = products.number"

THESE = STANDING.format(BY_VARIANT, "variants.number in (select value from json_each(?2))")

SIBLINGS = STANDING.format(BY_PRODUCT, "products.number = ?2 limit ?3")

OF_TYPE = STANDING.format(
    """(select * from products where product_type = ?2 and category is ?3 and number <> ?4 order by number limit ?6) as products
    cross join variants on variants.product = products.number""",
    "1 order by abs(listings.amount - ?5), variants.number limit ?6",
)


@dataclass(frozen=True, slots=True)
class Owned:
    """A variant in a basket: the currency it is sold in, what the merchant pays for it, and its steps up, best first."""

    currency: str
    cost: Decimal | None
    found: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """A variant as it can be had in a channel now, alone in its offer."""

    number: int
    option: Option
    offer: Offer

    @property
    def variant(self) -> OfferedVariant:
        """The one variant of the offer."""
        return self.offer.variants[0]


def goods(
    db: Database, channel: ChannelId, product_type: str, scales: Scales
) -> tuple[list[Good], list[Values]]:
    """All variants of a type with a price in the channel, and the profiles they point to: what matters of their values."""
    places: dict[tuple[tuple[str, tuple[str, ...]], ...], int] = {}
    found = []
    for number, product, category, had, traits, amount, available in db.conn.execute(
        GOODS, [channels.number(db, channel), product_type]
    ):
        told = values(_pairs(had), _pairs(traits))
        matters = tuple(sorted(one for one in told.items() if not _is_ignored(one[0], scales)))
        price = int(Decimal(amount) * PRICE_STEPS)
        profile = places.setdefault(matters, len(places))
        found.append(Good(price, number, product, profile, category or "", bool(available)))
    return found, [dict(matters) for matters in places]


def names(db: Database, product_type: str) -> dict[int, str]:
    """The names of a type's products."""
    rows = db.conn.execute(
        "select number, name from products where product_type = ? and deleted = 0", [product_type]
    )
    return {row[0]: row[1] for row in rows}


def _is_ignored(attribute: str, scales: Scales) -> bool:
    return attribute in scales and scales[attribute].way == IGNORED


def keep(db: Database, channel: ChannelId, found: Iterable[tuple[int, Sequence[int]]], at: str) -> None:
    """Remember the steps up of these variants."""
    scope = channels.number(db, channel)
    db.conn.executemany(KEEP, [(variant, scope, ",".join(map(str, steps)), at) for variant, steps in found])


def forget_older(db: Database, channel: ChannelId, product_type: str, at: str) -> None:
    """Forget the steps up of this type that were found before."""
    db.conn.execute(FORGET_OLDER, [channels.number(db, channel), product_type, at])


def owned(db: Database, channel: ChannelId, variants: Iterable[VariantId]) -> dict[VariantId, Owned]:
    """What is known of the variants of a basket."""
    return {
        VariantId(variant): Owned(
            currency or "",
            None if cost is None else Decimal(cost),
            tuple(map(int, found.split(","))) if found else (),
        )
        for variant, currency, cost, found in asking.each(db, OWNED, variants, channels.number(db, channel))
    }


def standing(db: Database, channel: ChannelId, numbers: Iterable[int]) -> dict[int, Standing]:
    """How these variants stand in the channel now; those without a price there are left out."""
    asked = [channels.number(db, channel), listed.numbers(numbers)]
    return _standing(db, db.conn.execute(THESE, asked).fetchall())


def around(db: Database, channel: ChannelId, line: BasketLine, most: int) -> list[Standing]:
    """The other variants of a line's product, and some of its type and category, nearest in price: for people who ask why."""
    scope = channels.number(db, channel)
    found = db.conn.execute(SIBLINGS, [scope, line.product, most]).fetchall()
    if line.product_type:
        asked = [scope, line.product_type, line.category, line.product, str(line.amount or 0), most]
        found += db.conn.execute(OF_TYPE, asked).fetchall()
    return [one for one in _standing(db, found).values() if one.option.variant != line.variant]


def _standing(db: Database, rows: Sequence[Sequence[Any]]) -> dict[int, Standing]:
    above = catalogue.categories_above(db, {row[8] for row in rows})
    return {row[0]: _one(row, above) for row in rows}


def _one(row: Sequence[Any], above: Mapping[str | None, tuple[str, ...]]) -> Standing:
    number, variant, name, had, product_number, product, product_name, product_type, category, *rest = row
    collections, traits, thumbnail, alt, amount, currency, available, quantity, cost = rest
    attributes, own = _pairs(had), _pairs(traits)
    offered = OfferedVariant(
        VariantId(variant),
        name,
        Decimal(amount),
        currency,
        attributes,
        quantity,
        None if cost is None else Decimal(cost),
    )
    offer = Offer(
        product=ProductNumber(product_number), id=ProductId(product), name=product_name, variants=(offered,), category=category,
        collections=_collections(collections), thumbnail=thumbnail, alt=alt, product_type=product_type or "",
        categories=above.get(category, ()), traits=own,
    )  # fmt: skip
    option = Option(
        variant=offered.id, product=offer.id, product_type=offer.product_type, category=category, amount=offered.amount,
        currency=currency, values=values(attributes, own), available=bool(available), quantity=quantity, name=product_name,
    )  # fmt: skip
    return Standing(number, option, offer)


@lru_cache(maxsize=20_000)
def _pairs(text: str) -> frozenset[tuple[str, str]]:
    return frozenset((attribute, value) for attribute, value, *_name in json.loads(text))


@lru_cache(maxsize=10_000)
def _collections(text: str) -> frozenset[str]:
    return frozenset(json.loads(text))
