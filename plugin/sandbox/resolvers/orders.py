"""Orders. The list needs MANAGE_ORDERS; one order may be read by anybody who knows its id."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from plugin.sandbox.asking import Asking, Info, Resolvers, asking, demand
from plugin.sandbox.checkout_totals import nothing
from plugin.sandbox.discount_facts import Discount
from plugin.sandbox.ids import global_id, kind_and_key
from plugin.sandbox.money import Money, rounded
from plugin.sandbox.order_views import granted_refunds, parcels
from plugin.sandbox.pages import Connection, Listing, listing, moment_key, page
from plugin.sandbox.resolvers.checkouts import address
from plugin.sandbox.sales_facts import Order, OrderLine, TransactionItem
from plugin.sandbox.seen import Seen

SORTS: Mapping[str, Callable[[Order], str]] = {
    "NUMBER": lambda order: order.number.zfill(12),
    "CREATED_AT": lambda order: moment_key(order.created),
    "LAST_MODIFIED_AT": lambda order: moment_key(order.updated_at),
}

KEPT_LISTINGS = 8
"""Sorted listings of the orders that are kept until an order changes."""


def _within(moment: datetime, limits: dict[str, Any]) -> bool:
    least, most = limits.get("gte"), limits.get("lte")
    when: date = moment if isinstance(least or most, datetime) else moment.astimezone(UTC).date()
    return (least is None or when >= least) and (most is None or when <= most)


FILTERS: Mapping[str, Callable[[Order, Any], bool]] = {
    "ids": lambda order, ids: order.id in ids,
    "numbers": lambda order, numbers: order.number in numbers,
    "checkout_ids": lambda order, ids: order.checkout_id in ids,
    "channels": lambda order, ids: order.channel_id in ids,
    "channel_id": lambda order, it: order.channel_id in (it.get("one_of") or [it.get("eq")]),
    "checkout_id": lambda order, it: order.checkout_id in (it.get("one_of") or [it.get("eq")]),
    "status": lambda order, wanted: order.status in (wanted if isinstance(wanted, list) else _one_of(wanted)),
    "charge_status": lambda order, wanted: order.charge_status in wanted,
    "authorize_status": lambda order, wanted: order.authorize_status in wanted,
    "customer": lambda order, words: words.lower() in order.user_email.lower(),
    "search": lambda order, words: words.lower() in order.user_email.lower() or words == order.number,
    "created": lambda order, limits: _within(order.created, limits),
    "created_at": lambda order, limits: _within(order.created, limits),
    "updated_at": lambda order, limits: _within(order.updated_at, limits),
}


def _one_of(wanted: dict[str, Any]) -> list[str]:
    found: list[str] = wanted.get("one_of") or [wanted["eq"]]
    return found


def _sorted(context: Asking, wanted: dict[str, Any], by: str) -> Listing:
    """The listing, remembered while no order changes: a pager asks for it two hundred times."""
    orders, kept = context.state.orders, context.kernel.listings
    key = (orders.version, by, repr(sorted(wanted.items())))
    if key not in kept:
        if len(kept) >= KEPT_LISTINGS:
            kept.clear()
        rows = [
            order
            for order in orders.values()
            if order.status != "DRAFT" and all(FILTERS[name](order, value) for name, value in wanted.items())
        ]
        kept[key] = listing(rows, SORTS[by])
    return kept[key]


def _orders(_root: Any, info: Info, channel: str | None = None, **asked: Any) -> Connection:
    demand(info, "MANAGE_ORDERS")
    context = asking(info)
    wanted = {**(asked.get("filter") or {}), **(asked.get("where") or {})}
    wanted = {name: value for name, value in wanted.items() if value is not None}
    if channel:
        place = context.state.channel(channel)
        wanted["channels"] = [place.id] if place else []
    order = asked.get("sort_by") or {"field": "CREATED_AT", "direction": "DESC"}
    return page(info, _sorted(context, wanted, order["field"]), asked, order["direction"] == "DESC")


def _fulfillments(source: Order, info: Info) -> list[dict[str, Any]]:
    return parcels(source, asking(info).who.is_known)


def _granted_refunds(source: Order, info: Info) -> list[dict[str, Any]]:
    demand(info, "MANAGE_ORDERS")
    return granted_refunds(source)


def _total_granted(source: Order, info: Info) -> Money:
    demand(info, "MANAGE_ORDERS")
    return Money(source.granted, source.total.currency)


def _user(source: Order, info: Info) -> Any:
    if not source.user_id:
        return None
    context = asking(info)
    if context.who.id != source.user_id:
        demand(info, "MANAGE_USERS", "MANAGE_ORDERS", "HANDLE_PAYMENTS")
    return context.state.users.get(source.user_id)


def _transactions(source: Order, info: Info) -> list[TransactionItem]:
    demand(info, "MANAGE_ORDERS", "HANDLE_PAYMENTS")
    return [asking(info).state.transactions[it] for it in source.transaction_ids]


def _variant(source: OrderLine, info: Info) -> Seen | None:
    """Null once the variant is deleted."""
    variant = asking(info).state.variants.get(source.product_variant_id)
    return Seen(variant) if variant else None


def _discount(it: Discount, gid: str, currency: str) -> dict[str, Any]:
    total = Money(it.amount, currency)
    words = {"type": it.type, "name": it.name, "translated_name": None, "reason": it.reason}
    return {
        **words,
        "id": gid,
        "value_type": it.value_type,
        "value": it.value,
        "total": total,
        "amount": total,
    }


def _discounts(source: Order, _info: Any) -> list[dict[str, Any]]:
    _, key = kind_and_key(source.id)
    currency = source.total.currency
    return [
        _discount(it, global_id("OrderDiscount", f"{key}-{at}"), currency)
        for at, it in enumerate(source.discounts)
    ]


def _line_discounts(source: OrderLine, _info: Any) -> list[dict[str, Any]]:
    _, key = kind_and_key(source.id)
    currency = source.unit_price.currency
    return [
        {
            **_discount(it, global_id("OrderLineDiscount", f"{key}-{at}"), currency),
            "unit": Money(rounded(it.amount / source.quantity, currency), currency),
        }
        for at, it in enumerate(source.discounts)
    ]


PAYMENT_STATUS = {"NONE": "NOT_CHARGED", "PARTIAL": "PARTIALLY_CHARGED"}

RESOLVERS: Resolvers = {
    "Query": {
        "orders": _orders,
        "order": lambda _root, info, **asked: asking(info).state.orders.get(asked.get("id") or ""),
    },
    "Order": {
        "channel": lambda source, info: asking(info).state.channels[source.channel_id],
        "user": _user,
        "userEmail": lambda source, _info: source.user_email or None,
        "fulfillments": _fulfillments,
        "grantedRefunds": _granted_refunds,
        "totalGrantedRefund": _total_granted,
        "transactions": _transactions,
        "isPaid": lambda source, _info: source.charge_status in ("FULL", "OVERCHARGED"),
        "paymentStatus": lambda source, _info: PAYMENT_STATUS.get(source.charge_status, "FULLY_CHARGED"),
        "undiscountedTotal": lambda source, _info: source.undiscounted_total or source.total,
        "subtotal": lambda source, _info: source.subtotal or source.total,
        "shippingPrice": lambda source, _info: source.shipping_price or nothing(source.total.currency),
        "discounts": _discounts,
        "totalCharged": lambda source, _info: Money(source.charged, source.total.currency),
        "totalRefunded": lambda source, _info: Money(source.refunded, source.total.currency),
        "languageCodeEnum": lambda _source, _info: "EN",
        "shippingAddress": lambda source, _info: address(source.shipping_address),
        "billingAddress": lambda source, _info: address(source.billing_address),
    },
    "OrderLine": {
        "variant": _variant,
        "undiscountedUnitPrice": lambda source, _info: source.undiscounted_unit_price or source.unit_price,
        "undiscountedTotalPrice": lambda source, _info: source.undiscounted_total_price or source.total_price,
        "unitDiscount": lambda source, _info: Money(source.unit_discount, source.unit_price.currency),
        "unitDiscountValue": lambda source, _info: source.unit_discount,
        "unitDiscountType": lambda _source, _info: "FIXED",
        "discounts": _line_discounts,
        "quantityFulfilled": lambda _source, _info: 0,
    },
}
