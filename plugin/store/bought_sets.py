"""What is read to find sets worth a bundle: pairs that met, the orders that hold them, what is on sale. In pages, in order."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from decimal import Decimal

from sqlite_utils import Database

from plugin.store import channels
from plugin.suggestions.bundles.candidates import MetPair, Trait, likeness
from plugin.suggestions.bundles.set_counts import CountingOrder
from plugin.suggestions.model import ChannelId, ProductNumber

PairPage = Callable[[int, int], None]
"""Told after each page: how many of how many."""

PAIRS = """
select beside, product, orders, buyers from pairs indexed by pairs_strongest
where beside >= ?1 and beside < ?2 and scope = ?3 and buyers >= 2 and buyers >= ?4 and product > beside
"""

ORDERS = """
select number, learned_buyer, learned, weight,
    (select group_concat(product) from induced where induced.number = orders.number)
from orders indexed by orders_buyer
where learned <> '[]' and {buyers} and (?1 = 0 or learned_channel = ?1) order by learned_buyer
"""
"""From the index alone: the orders themselves are ten times as large, and this one has each buyer's side by side."""

OF_NOBODY = ORDERS.format(buyers="learned_buyer is null")

OF_BUYERS = ORDERS.format(buyers="learned_buyer >= ?2 and learned_buyer < ?3")

PRODUCTS_A_PAGE = 2_000
BUYERS_PAGES = 256
"""Pages by the first byte of the hash that stands for the buyer: nobody is on two of them."""

PRICES = """
select listings.channel, variants.product,
    min(cast(case when channels.entered_with_tax then listings.list_gross else listings.list_net end as real))
from listings
join channels on channels.number = listings.channel and channels.active = 1
join variants on variants.number = listings.variant and variants.deleted = 0
where listings.available = 1 and listings.list_gross is not null and (?1 = 0 or listings.channel = ?1)
group by listings.channel, variants.product
"""

SALES = """
select coalesce(channels.currency, ''), snapshot from orders left join channels on channels.number = orders.channel
where orders.number in (select value from json_each(?))
"""


def met(db: Database, channel: ChannelId, min_buyers: int, page_done: PairPage) -> Iterator[MetPair]:
    """All pairs that at least so many buyers bought (two at least), by number."""
    scope = channels.number(db, channel)
    (last,) = db.conn.execute("select coalesce(max(number), 0) from products").fetchone()
    for first in range(0, last + 1, PRODUCTS_A_PAGE):
        asked = [first, first + PRODUCTS_A_PAGE, scope, min_buyers]
        yield from map(MetPair._make, db.conn.execute(PAIRS, asked).fetchall())
        page_done(min(first + PRODUCTS_A_PAGE, last), last)


def counting(
    db: Database, channel: ChannelId, products: Collection[ProductNumber], page_done: PairPage
) -> Iterator[CountingOrder]:
    """The orders that count and hold two or more of these products, each buyer's one after the other."""
    scope, wanted = channels.number(db, channel), {str(product): product for product in products}
    for row in db.conn.execute(OF_NOBODY, [scope]).fetchall():
        yield from _counting(row, wanted)
    for first in range(BUYERS_PAGES):
        until = bytes([first + 1]) if first + 1 < BUYERS_PAGES else b"\xff" * 32
        for row in db.conn.execute(OF_BUYERS, [scope, bytes([first]), until]).fetchall():
            yield from _counting(row, wanted)
        page_done(first + 1, BUYERS_PAGES)


def traits(
    db: Database, channel: ChannelId, excluded: Collection[str], excluded_categories: Collection[str]
) -> dict[ProductNumber, Trait]:
    """What can be bought now in the channel, or anywhere, and is not excluded."""
    words, shunned = {}, set()
    for number, product, category, kind in db.conn.execute(
        "select number, id, category, product_type from products where deleted = 0"
    ):
        words[number] = (category, kind)
        if product in excluded or category in excluded_categories:
            shunned.add(number)
    values = _values(db, channels.number(db, channel))
    alike = likeness(words)
    return {number: Trait(values[number], alike[number]) for number in words.keys() & values.keys() - shunned}


def product_orders(db: Database, channel: ChannelId) -> dict[ProductNumber, int]:
    """How many orders of the scope held each product."""
    scope = channels.number(db, channel)
    return dict(db.conn.execute("select product, orders from bought where scope = ?", [scope]).fetchall())


def sales(db: Database, orders: Iterable[int], products: Collection[str]) -> dict[str, Decimal]:
    """What the lines with these products (Saleor's ids) came to in these orders, kept pieces only, per currency."""
    sums: dict[str, Decimal] = {}
    for currency, text in db.conn.execute(SALES, [json.dumps(list(orders))]):
        for product, _variant, quantity, kept, amount, *_more in json.loads(text)["lines"]:
            if product in products and quantity > 0:
                sums[currency] = sums.get(currency, Decimal()) + Decimal(amount) * kept / quantity
    return dict(sorted(sums.items()))


def _counting(
    row: tuple[int, bytes | None, str, int, str | None], wanted: dict[str, ProductNumber]
) -> Iterator[CountingOrder]:
    number, buyer, learned, weight, induced = row
    # without reading JSON: a million of these pass by
    held = [product for product in learned[1:-1].split(",") if product in wanted]
    if len(held) > 1:
        caused = frozenset(ProductNumber(int(one)) for one in induced.split(",")) if induced else frozenset()
        yield CountingOrder(number, buyer, tuple(wanted[product] for product in held), caused, weight)


def _values(db: Database, scope: int) -> dict[ProductNumber, float]:
    """List prices in average prices of their channel, the highest of all channels: weights, not money."""
    rows = db.conn.execute(PRICES, [scope]).fetchall()
    sums: dict[int, list[float]] = {}
    for channel, _product, price in rows:
        sums.setdefault(channel, []).append(price)
    usual = {channel: sum(prices) / len(prices) for channel, prices in sums.items()}
    values: dict[ProductNumber, float] = {}
    for channel, product, price in rows:
        values[product] = max(values.get(product, 0.0), price / usual[channel] if usual[channel] else 0.0)
    return values
