"""Deliveries of a checkout: which shipping methods there are, which was chosen, and when Saleor asks again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from plugin.sandbox.app_facts import ANONYMOUS, Principal
from plugin.sandbox.checkout_keeping import opened, rung_up
from plugin.sandbox.ids import kind_and_key
from plugin.sandbox.kernel import Kernel
from plugin.sandbox.offered import offered_method
from plugin.sandbox.rejected import Rejected
from plugin.sandbox.sales_facts import Checkout, Delivery
from plugin.sandbox.shipping_facts import ShippingMethodType
from plugin.sandbox.shipping_rules import methods_for
from plugin.sandbox.till import Till

OFFERS_LAST = timedelta(hours=24)
"""Saleor's CHECKOUT_DELIVERY_OPTIONS_TTL; a change of lines makes them stale at once."""

DELIVERED_BY = frozenset({"Warehouse", "ShippingMethod", "CheckoutDelivery"})

FILTER = "CHECKOUT_FILTER_SHIPPING_METHODS"


class Deliveries:
    """Verbs on deliveries. Whoever refreshes them asks apps, and must not hold the lock."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel

    def options(self, checkout_id: str, by: Principal = ANONYMOUS) -> tuple[Delivery, ...]:
        """deliveryOptionsCalculate: asks the apps in any case."""
        self._refresh(opened(self._kernel, checkout_id), by)
        return opened(self._kernel, checkout_id).offered

    def known(self, checkout_id: str, by: Principal = ANONYMOUS) -> tuple[Delivery, ...]:
        """checkout.shippingMethods: asks the apps only when what is known is stale."""
        self.refresh_if_stale(opened(self._kernel, checkout_id), by)
        return opened(self._kernel, checkout_id).offered

    def choose(self, checkout_id: str, chosen: str | None, by: Principal = ANONYMOUS) -> Checkout:
        """checkoutDeliveryMethodUpdate, by the delivery's or the method's id: CHECKOUT_UPDATED."""
        if chosen and kind_and_key(chosen)[0] not in DELIVERED_BY:
            said = "ID does not belong to Warehouse, ShippingMethod, or CheckoutDelivery"
            raise Rejected("deliveryMethodId", "INVALID", said)
        offered = self.known(checkout_id, by) if chosen else ()
        found = next((it for it in offered if it.active and chosen in (it.id, it.method_id)), None)
        if chosen and found is None:
            raise Rejected(
                "deliveryMethodId",
                "DELIVERY_METHOD_NOT_APPLICABLE",
                "This shipping method is not applicable.",
            )
        with self._kernel.change(by):
            checkout = opened(self._kernel, checkout_id)
            return rung_up(self._kernel, checkout, stale=False, delivery=found)

    def refresh_if_stale(self, checkout: Checkout, by: Principal) -> None:
        """Ask the apps again, if lines or address changed since, or a day went by."""
        if is_stale(checkout, self._kernel.clock()):
            self._refresh(checkout, by)

    def _refresh(self, checkout: Checkout, by: Principal) -> None:
        kernel = self._kernel
        methods = self._methods(checkout)
        excluded: dict[str, str] = {}
        if methods:
            channel = kernel.state.channels[checkout.channel_id]
            seen = [offered_method(it, channel) for it in methods]
            excluded = _excluded(
                kernel.ask_apps(FILTER, by, checkout=checkout.id, shipping_methods=tuple(seen))
            )
        with kernel.lock:
            now_known = kernel.state.checkouts.get(checkout.id)
            if now_known is None or _chosen(now_known) != _chosen(checkout):
                return
            offered = tuple(self._offer(it, now_known, excluded.get(it.method_id)) for it in methods)
            kept = next((it for it in offered if it.method_id == _chosen(now_known)), _lapsed(now_known))
            until = kernel.clock() + OFFERS_LAST
            kernel.state.checkouts[checkout.id] = replace(
                now_known, offered=offered, delivery=kept, deliveries_stale_at=until
            )

    def _methods(self, checkout: Checkout) -> list[ShippingMethodType]:
        return methods_for(Till(self._kernel.state, self._kernel.clock()), checkout)

    def _offer(self, method: ShippingMethodType, checkout: Checkout, excluded: str | None) -> Delivery:
        known = next((it.id for it in checkout.offered if it.method_id == method.method_id), None)
        return Delivery(
            known or self._kernel.new_id("CheckoutDelivery"),
            method.method_id,
            method.name,
            method.listings[checkout.channel_id].price,
            excluded is None,
            excluded or "",
        )


def is_stale(checkout: Checkout, now: datetime) -> bool:
    """Whether Saleor would ask the apps again before it goes on."""
    return checkout.deliveries_stale_at is None or checkout.deliveries_stale_at <= now


def _lapsed(checkout: Checkout) -> Delivery | None:
    """The chosen one stays chosen when it is not offered any more; only, nothing can be ordered with it."""
    return replace(checkout.delivery, active=False) if checkout.delivery else None


def _chosen(checkout: Checkout) -> str | None:
    return checkout.delivery.method_id if checkout.delivery else None


def _excluded(answers: Iterable[object]) -> dict[str, str]:
    """Reasons by method id; answers of another shape exclude nothing."""
    found: dict[str, str] = {}
    for answer in answers:
        rows = answer.get("excluded_methods") if isinstance(answer, Mapping) else None
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, Mapping) and row.get("id"):
                found[str(row["id"])] = str(row.get("reason") or "")
    return found
