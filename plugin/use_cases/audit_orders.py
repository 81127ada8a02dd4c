"""Every order is checked on arrival: was each line that bore a bundle's price entitled to it? What leaked is recorded, and told."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from plugin.shop import Shop
from plugin.store import audits, bundles, catalogue, channels
from plugin.store.audits import Audit
from plugin.store.bundles import Hold
from plugin.store.database import writing
from plugin.store.orders import moment
from plugin.suggestions.bundles.market import Market
from plugin.suggestions.bundles.model import WITHDRAW, Bundle, BundleId, Goods
from plugin.suggestions.bundles.pricing import PricedLine, Pricing, price_lines
from plugin.suggestions.model import Order, OrderLine, VariantId
from plugin.suggestions.money import fine_money, units
from plugin.use_cases import plan_work


@dataclass(frozen=True, slots=True)
class Sold:
    """A line sold at a price of ours: what is known of the hold behind it, and what a piece was sold at (smallest units)."""

    line: OrderLine
    hold: Hold
    unit: int

    def total(self, currency: str) -> int:
        """What the line was sold at. Saleor tells a unit price in whole units; ours may be finer."""
        if units(fine_money(self.hold.price), currency) == self.unit:
            return _total(self.hold.price, self.line.quantity, currency)
        return self.unit * self.line.quantity


def audit_orders(shop: Shop, orders: Iterable[Order], now: datetime) -> list[Audit]:
    """Check these orders, each once: the first look counts, for bundles and prices change later. Those that held a bundle price."""
    found = [audit for order in orders if (audit := _audit(shop, order)) is not None]
    if any(audit.leaked for audit in found):
        with writing(shop.db):
            plan_work.tell_problems(shop, now)
    return found


def _audit(shop: Shop, order: Order) -> Audit | None:
    if audits.there(shop.db, order.id):
        return None
    sold = _sold(shop, order)
    if not sold:
        _forget_holds(shop, order)
        return None

    market = _market(shop, order, sold)
    pricing = price_lines(_priced(order, sold, market), market)
    details = [_detail(one, pricing, market) for one in sold]
    audit = Audit(
        order.id, moment(order.ordered_at), order.channel, order.currency,
        given=sum(max(one.hold.list_price * one.line.quantity - one.total(order.currency), 0) for one in sold),
        leaked=_leaked(details), details=details,
    )  # fmt: skip

    with writing(shop.db):
        audits.keep(shop.db, audit)
        _forget_holds(shop, order)
    return audit


def _forget_holds(shop: Shop, order: Order) -> None:
    """Its checkout is no more."""
    if order.checkout and bundles.held(shop.db, order.checkout):
        with writing(shop.db):
            bundles.forget_checkout(shop.db, order.checkout)


def _sold(shop: Shop, order: Order) -> list[Sold]:
    """The lines sold below their list price because of us: by our own record of the checkout, else by our notes on them.

    `isPriceOverridden` alone proves nothing: others set prices too, and Saleor forgets it when a reset and the order meet.
    """
    held = {hold.variant: hold for hold in bundles.held(shop.db, order.checkout)} if order.checkout else {}
    channel = next((one for one in channels.every(shop.db) if one.id == order.channel), None)
    found = []
    for line in order.lines:
        hold = held.get(line.variant) or _noted(shop, order, line)
        unit = line.unit_gross if channel is None or channel.entered_with_tax else line.unit_net
        if hold is not None and unit is not None and not line.gift:
            price = units(unit, order.currency)
            if price < hold.list_price:
                found.append(Sold(line, hold, price))
    return found


def _noted(shop: Shop, order: Order, line: OrderLine) -> Hold | None:
    """What the note on a line says, where our own record is lost."""
    if not line.bundled or not line.overridden:
        return None
    with suppress(ValueError, KeyError, TypeError, AttributeError):
        note: dict[str, Any] = json.loads(line.bundled)
        goods = catalogue.goods(shop.db, order.channel, [line.variant]).get(line.variant)
        counts = {BundleId(int(bundle)): int(count) for bundle, count in note["bundles"].items()}
        return Hold(line.id, line.variant, int(note["quantity"]), 0, goods.list_price if goods else 0, counts)
    return None


def _market(shop: Shop, order: Order, sold: Sequence[Sold]) -> Market:
    """The bundles as they were when the order was placed, and the list prices of its variants.

    Promotions are left out: they are on top of a price that was set, and one that began or ended a moment ago is no leak.
    """
    known = catalogue.products_of(shop.db, [line.variant for line in order.lines])
    members = [name for variant, (product, _number) in known.items() for name in (variant, product)]
    goods = catalogue.goods(shop.db, order.channel, [line.variant for line in order.lines])
    for one in sold:  # sold before we knew its price, or since then without one
        product = known[one.line.variant][0] if one.line.variant in known else one.line.product
        if one.line.variant not in goods and product is not None:
            price = one.hold.list_price
            goods[one.line.variant] = Goods(one.line.variant, product, price, price)
    return Market(
        order.channel,
        order.currency,
        _promised_then(shop, order, members, sold),
        {variant: replace(found, price=found.list_price) for variant, found in goods.items()},
    )


def _promised_then(shop: Shop, order: Order, members: Sequence[str], sold: Sequence[Sold]) -> list[Bundle]:
    """The bundles of that moment; under a voucher those that stand beside one."""
    held = {bundle for one in sold for bundle in one.hold.bundles}
    found = bundles.as_of(shop.db, order.channel, members, held, order.ordered_at)
    return [bundle for bundle in found if not (order.voucher and bundle.vouchers == WITHDRAW)]


def _priced(order: Order, sold: Sequence[Sold], market: Market) -> list[PricedLine]:
    """The order's lines as a basket; those priced by others are left out."""
    ours = {one.line.id for one in sold}
    return [
        PricedLine(line.id, line.variant, line.quantity)
        for line in order.lines
        if not line.gift and line.variant in market.goods and (line.id in ours or not line.overridden)
    ]


def _detail(one: Sold, pricing: Pricing, market: Market) -> dict[str, Any]:
    """One line: what it was sold at, what it should have been sold at, and whether its set was broken.

    It was only when a set it was priced for is not whole in the order, or the line has more pieces than it was priced for.
    """
    quantity = one.line.quantity
    finest = pricing.prices.get(one.line.id)
    should = one.hold.list_price * quantity if finest is None else _total(finest, quantity, market.currency)
    older = (
        bool(one.hold.price) and units(fine_money(one.hold.price), market.currency) != one.unit
    )  # our last price never arrived
    broken = (
        older or one.line.quantity > one.hold.quantity or _is_broken(one.line.id, one.hold.bundles, pricing)
    )
    return {
        "variant": VariantId(one.line.variant),
        "quantity": quantity,
        "soldAt": one.total(market.currency),
        "shouldBe": should,
        "broken": broken,
        "bundles": [str(bundle) for bundle in sorted(one.hold.bundles)],
    }


def _leaked(details: Sequence[Mapping[str, Any]]) -> int:
    """What the lines of broken sets should have cost more. Lines of a set share its cents, so they are judged together."""
    if not any(detail["broken"] for detail in details):
        return 0
    return max(sum(int(detail["shouldBe"]) - int(detail["soldAt"]) for detail in details), 0)


def _total(finest: int, quantity: int, currency: str) -> int:
    return units(fine_money(finest * quantity), currency)


def _is_broken(line: str, held: Mapping[BundleId, int], pricing: Pricing) -> bool:
    whole: dict[BundleId, int] = {}
    for found in pricing.promised:
        whole[found.bundle] = whole.get(found.bundle, 0) + found.pieces.get(line, 0)
    return not held or any(whole.get(bundle, 0) < count for bundle, count in held.items())
