"""An order is a snapshot, and the newest wins: what it contributes now replaces what it contributed before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from plugin.shop import Shop
from plugin.store import affinities, catalogue, facts, orders, preferences
from plugin.store.database import writing
from plugin.suggestions import affinity, counting
from plugin.suggestions.affinity import Contribution
from plugin.suggestions.counting import WHOLE_SHOP
from plugin.suggestions.model import ChannelId, Order
from plugin.suggestions.preferences import Preferences


def learn_from_order(shop: Shop, order: Order, now: datetime) -> bool:
    """Learn, learn anew or un-learn this order, in one transaction. True when that told something new."""
    with writing(shop.db):
        order = _with_known_products(shop, order)
        known = orders.known(shop.db, order.id)
        text = orders.snapshot(order)
        if known is not None and (known.issued_at, known.snapshot) >= (orders.moment(order.issued_at), text):
            return False

        chosen = preferences.get(shop.db)
        after = contribution(shop, order, chosen, facts.landmark(shop.db, now.date()))

        orders.keep_snapshot(shop.db, order, text)
        replace_contribution(shop, order.id, known.contribution if known else None, after)
    return known is None or known.snapshot != text


def contribution(shop: Shop, order: Order, chosen: Preferences, landmark: date) -> Contribution | None:
    """What the order adds to the counts under these preferences, or None."""
    products = affinity.bought(order.lines) if affinity.counts(order, chosen) else ()
    if not products:
        return None
    numbers = catalogue.numbers(shop.db, products)
    weight = affinity.weight(order.ordered_at.date(), landmark, chosen.half_life_days)
    return Contribution(order.channel, order.buyer, frozenset(numbers.values()), weight)


def replace_contribution(
    shop: Shop, order_id: str, before: Contribution | None, after: Contribution | None
) -> None:
    """Take back what the order contributed, add what it contributes now."""
    if before == after:
        return
    taken = counting.forgotten(before, orders.others(shop.db, before.buyer, order_id)) if before else {}
    given = counting.learned(after, orders.others(shop.db, after.buyer, order_id)) if after else {}

    affinities.learn(shop.db, counting.total(taken, given), _orders(before, after))
    orders.keep_contribution(shop.db, order_id, after)


def _orders(before: Contribution | None, after: Contribution | None) -> dict[ChannelId, tuple[int, int]]:
    """How the number and weight of counted orders change, per scope."""
    changes: dict[ChannelId, tuple[int, int]] = {}
    for contributed, sign in ((before, -1), (after, 1)):
        if contributed is not None:
            for scope in (WHOLE_SHOP, contributed.channel):
                count, weight = changes.get(scope, (0, 0))
                changes[scope] = (count + sign, weight + sign * contributed.weight)
    return changes


def _with_known_products(shop: Shop, order: Order) -> Order:
    """Lines of variants Saleor has deleted get the product we remember; lines it still knows teach us the map."""
    numbers = catalogue.numbers(shop.db, [line.product for line in order.lines if line.product])
    catalogue.remember_variants(
        shop.db, {line.variant: numbers[line.product] for line in order.lines if line.product}
    )
    lines = tuple(
        line if line.product else replace(line, product=catalogue.product_of(shop.db, line.variant))
        for line in order.lines
    )
    return replace(order, lines=lines)
