"""An order is a snapshot, and the newest wins: what it contributes now replaces what it contributed before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, datetime

from plugin.shop import Shop
from plugin.store import affinities, catalogue, exports, facts, induced, orders, preferences, responses
from plugin.store.database import writing
from plugin.suggestions import affinity, counting, inducing
from plugin.suggestions.affinity import Contribution
from plugin.suggestions.counting import WHOLE_SHOP, Counted, Difference
from plugin.suggestions.model import ChannelId, Order, ProductId, ProductNumber
from plugin.suggestions.preferences import Preferences


@dataclass(frozen=True, slots=True)
class Change:
    """What one order changes: the counts, by its contribution before and after. `is_news`: it told something new."""

    differences: Mapping[Counted, Difference]
    before: Contribution | None
    after: Contribution | None
    is_news: bool = False


NO_CHANGE = Change({}, None, None)


def learn_from_order(shop: Shop, order: Order, now: datetime) -> bool:
    """Learn, learn anew or un-learn this order, in one transaction. True when that told something new."""
    return learn_from_orders(shop, [order], now) == 1


def learn_from_orders(shop: Shop, several: Iterable[Order], now: datetime) -> int:
    """The same for several orders, in one transaction that counts once what they change together. How many told something new."""
    with writing(shop.db):
        chosen, landmark = preferences.get(shop.db), facts.landmark(shop.db, now.date())
        changes = [_remember(shop, order, chosen, landmark) for order in several]
        count(shop, changes)
    return sum(change.is_news for change in changes)


def _remember(shop: Shop, order: Order, chosen: Preferences, landmark: date) -> Change:
    """Remember the order and what it contributes; the change is still to be counted."""
    order, numbers = _with_known_products(shop, order)
    known = orders.known(shop.db, order.id)
    text = orders.snapshot(order)
    if known is not None and (known.issued_at, known.snapshot) >= (orders.moment(order.issued_at), text):
        return NO_CHANGE

    number, before = (known.number, known.contribution) if known else (0, None)
    caused = induced.caused(shop.db, order, numbers, number)
    after = contribution(order, numbers, chosen, landmark, caused)
    after = None if exports.speaks_for(exports.until(shop.db), order.ordered_at) else after
    made = change(shop, number, before, after)

    orders.keep(shop.db, order, text, after)
    induced.mark(shop.db, order.id, caused)
    if order.checkout:
        bought = {
            name for line in order.lines if not line.gift for name in (line.variant, line.product) if name
        }
        responses.take(shop.db, order.checkout, bought, orders.moment(order.ordered_at))
    return replace(made, is_news=known is None or known.snapshot != text)


def contribution(
    order: Order,
    numbers: Mapping[ProductId, ProductNumber],
    chosen: Preferences,
    landmark: date,
    caused: Set[ProductNumber] = frozenset(),
) -> Contribution | None:
    """What the order adds to the counts under these preferences, or None.

    `numbers`: of all its products. `caused`: those we had a part in.
    """
    bought = affinity.bought(order.lines) if affinity.counts(order, chosen) else ()
    whole = frozenset(numbers[product] for product in bought)
    products = inducing.chosen_freely(whole, caused, chosen.induced_orders)
    if not products:
        return None
    weight = affinity.weight(order.ordered_at.date(), landmark, chosen.half_life_days)
    weight = inducing.weighed(weight, products, caused, chosen.induced_orders)
    return Contribution(order.channel, order.buyer, products, weight)


def change(shop: Shop, number: int, before: Contribution | None, after: Contribution | None) -> Change:
    """What taking back what order `number` contributed, and adding what it contributes now, does to the counts."""
    if before == after:
        return Change({}, before, after)
    taken = counting.forgotten(before, orders.others(shop.db, before, number)) if before else {}
    given = counting.learned(after, orders.others(shop.db, after, number)) if after else {}
    return Change(counting.total(taken, given), before, after)


def count(shop: Shop, changes: Sequence[Change]) -> None:
    """Write all changes into the counts, each count once."""
    differences = counting.total(*(change.differences for change in changes))
    affinities.learn(shop.db, differences, _orders(changes))


def _orders(changes: Iterable[Change]) -> dict[ChannelId, tuple[int, int]]:
    """How the number and weight of counted orders change, per scope."""
    sums: dict[ChannelId, tuple[int, int]] = {}
    contributions = [(change.before, -1) for change in changes] + [(change.after, 1) for change in changes]
    for contributed, sign in contributions:
        if contributed is not None:
            for scope in (WHOLE_SHOP, contributed.channel):
                orders_before, weight = sums.get(scope, (0, 0))
                sums[scope] = (orders_before + sign, weight + sign * contributed.weight)
    return {scope: change for scope, change in sums.items() if change != (0, 0)}


def _with_known_products(shop: Shop, order: Order) -> tuple[Order, dict[ProductId, ProductNumber]]:
    """Lines of variants Saleor has deleted get the product we remember; lines it still knows teach us the map.

    With the numbers of all products.
    """
    known = catalogue.products_of(shop.db, [line.variant for line in order.lines])
    numbers = dict(known.values())
    told = {line.variant: line.product for line in order.lines if line.product}
    news = {variant: product for variant, product in told.items() if known.get(variant, ("",))[0] != product}
    if news:
        numbers |= catalogue.numbers(shop.db, news.values())
        catalogue.remember_variants(shop.db, {variant: numbers[product] for variant, product in news.items()})
    if len(told) == len(order.lines):
        return order, numbers
    remembered = {variant: product for variant, (product, _) in known.items()}
    lines = [
        line if line.product else replace(line, product=told.get(line.variant, remembered.get(line.variant)))
        for line in order.lines
    ]
    return replace(order, lines=tuple(lines)), numbers
