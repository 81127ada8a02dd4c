"""The oracle: every order Saleor has now, counted from nothing in the plainest way."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import permutations

from plugin.saleor.translate import order_from
from plugin.shop import Shop
from plugin.store import preferences
from plugin.suggestions import affinity
from plugin.suggestions.model import ProductId, VariantId

Counts = dict[tuple[str, ...], tuple[int, int]]
"""(channel or "" for the whole shop, product, perhaps another product): orders and distinct buyers."""

BOUGHT = """
select coalesce(channels.id, ''), products.id, orders, buyers from bought
join products on products.number = bought.product left join channels on channels.number = scope
"""

PAIRS = """
select coalesce(channels.id, ''), one.id, other.id, orders, buyers from pairs
join products as one on one.number = beside join products as other on other.number = pairs.product
left join channels on channels.number = scope
"""

PRODUCTS = "select variants.id, products.id from variants join products on products.number = variants.product"


def counted(shop: Shop) -> Counts:
    """What Tandem counted, order by order, event by event."""
    rows = [*shop.db.conn.execute(BOUGHT), *shop.db.conn.execute(PAIRS)]
    return {tuple(row[:-2]): (row[-2], row[-1]) for row in rows}


def recounted(shop: Shop) -> Counts:
    """What the orders say that Saleor has now. Products of deleted variants are looked up in our own map: Saleor forgot them."""
    orders: Counter[tuple[str, ...]] = Counter()
    buyers: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
    chosen = preferences.get(shop.db)
    known = {VariantId(variant): ProductId(product) for variant, product in shop.db.conn.execute(PRODUCTS)}
    for page in shop.saleor.pages("orders", {}):
        for node in page["nodes"]:
            order = order_from(node, datetime.now(UTC), shop.installation.buyer_key)
            lines = [replace(line, product=line.product or known.get(line.variant)) for line in order.lines]
            products = affinity.bought(lines) if affinity.counts(order, chosen) else ()
            for what in _met(products, "", order.channel):
                orders[what] += 1
                buyers[what].update([order.buyer] if order.buyer else [])
    return {what: (count, len(buyers[what])) for what, count in orders.items()}


def _met(products: Iterable[str], *scopes: str) -> Iterator[tuple[str, ...]]:
    for scope in scopes:
        yield from ((scope, product) for product in products)
        yield from ((scope, *pair) for pair in permutations(products, 2))
