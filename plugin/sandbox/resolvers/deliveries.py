"""Deliveries and promo codes of checkouts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from plugin.sandbox.asking import Info, Resolvers, asking
from plugin.sandbox.catalogue_facts import Channel
from plugin.sandbox.deliveries import is_stale
from plugin.sandbox.money import Money
from plugin.sandbox.mutation import mutation, outside
from plugin.sandbox.offered import OfferedMethod, offered_method
from plugin.sandbox.sales_facts import Checkout, Delivery


def _shipping_method(delivery: Delivery, channel: Channel, info: Info) -> OfferedMethod:
    """As it was offered; its borders as they are now."""
    methods = asking(info).state.shipping_methods.values()
    known = next(
        (it for it in methods if it.method_id == delivery.method_id and channel.id in it.listings), None
    )
    shown = offered_method(known, channel) if known else OfferedMethod(delivery.method_id)
    return replace(
        shown,
        name=delivery.name,
        price=Money(delivery.price, channel.currency_code),
        active=delivery.active,
        message=delivery.message,
    )


def _shown(delivery: Delivery, channel: Channel, info: Info) -> dict[str, Any]:
    return {"id": delivery.id, "shipping_method": _shipping_method(delivery, channel, info)}


def _channel(source: Checkout, info: Info) -> Channel:
    return asking(info).state.channels[source.channel_id]


def _methods(source: Checkout, info: Info) -> list[OfferedMethod]:
    """Asks the apps when what is known is stale; see GraphqlFace for the lock."""
    context = asking(info)
    if context.calls_apps and is_stale(source, context.kernel.clock()):
        context.verbs.deliveries.known(source.id, context.who)
    now = context.state.checkouts.get(source.id, source)
    return [_shipping_method(it, _channel(now, info), info) for it in now.offered]


def _chosen(source: Checkout, info: Info) -> Mapping[str, Any] | None:
    return _shown(source.delivery, _channel(source, info), info) if source.delivery else None


def _method(source: Checkout, info: Info) -> OfferedMethod | None:
    return _shipping_method(source.delivery, _channel(source, info), info) if source.delivery else None


def _calculate(info: Info, id: str) -> dict[str, Any]:  # noqa: A002  # Saleor's name
    context = asking(info)
    offered = context.verbs.deliveries.options(id, context.who)
    channel = _channel(context.state.checkouts[id], info)
    return {"deliveries": [_shown(it, channel, info) for it in offered]}


def _choose(info: Info, id: str, delivery_method_id: str | None = None) -> dict[str, Any]:  # noqa: A002  # Saleor's name
    context = asking(info)
    return {"checkout": context.verbs.deliveries.choose(id, delivery_method_id, context.who)}


def _add_code(info: Info, promo_code: str, **asked: Any) -> dict[str, Any]:
    context = asking(info)
    gid = asked.get("id") or asked.get("checkout_id") or ""
    return {"checkout": context.verbs.promo_codes.add(gid, promo_code, context.who)}


def _remove_code(info: Info, promo_code: str | None = None, **asked: Any) -> dict[str, Any]:
    context = asking(info)
    gid = asked.get("id") or asked.get("checkout_id") or ""
    return {"checkout": context.verbs.promo_codes.remove(gid, promo_code or "", context.who)}


RESOLVERS: Resolvers = {
    "Mutation": {
        "deliveryOptionsCalculate": outside(_calculate),
        "checkoutDeliveryMethodUpdate": outside(_choose),
        "checkoutAddPromoCode": mutation(_add_code),
        "checkoutRemovePromoCode": mutation(_remove_code),
    },
    "DeliveryOptionsCalculate": {"deliveries": lambda source, _info: source["deliveries"] or []},
    "Checkout": {"shippingMethods": _methods, "delivery": _chosen, "deliveryMethod": _method},
}
