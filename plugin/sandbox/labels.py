"""Metadata written and removed, and the events that follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from plugin.sandbox.app_facts import ANONYMOUS, Principal
from plugin.sandbox.kernel import Kernel
from plugin.sandbox.rejected import Rejected, not_found
from plugin.sandbox.seen import Seen

EVENTS: Mapping[str, tuple[str, str | None, str]] = {
    "Checkout": ("CHECKOUT_METADATA_UPDATED", "CHECKOUT_UPDATED", "checkout"),
    "Order": ("ORDER_METADATA_UPDATED", None, "order"),
    "Product": ("PRODUCT_METADATA_UPDATED", "PRODUCT_UPDATED", "product"),
    "ShippingZone": ("SHIPPING_ZONE_METADATA_UPDATED", None, "shipping_zone"),
    "ProductVariant": ("PRODUCT_VARIANT_METADATA_UPDATED", "PRODUCT_VARIANT_UPDATED", "product_variant"),
}
"""Type -> the metadata event, the one that legacy emission adds, and the event's field."""


class Labels:
    """Verbs on metadata of anything that has an id."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel

    def write(
        self, gid: str, pairs: Mapping[str, str], private: bool = False, by: Principal = ANONYMOUS
    ) -> Any:
        """update(Private)Metadata: the same values again change nothing and fire nothing."""
        if any(not key.strip() for key in pairs):
            raise Rejected("input", "REQUIRED", "Metadata key cannot be empty.")
        return self._set(gid, private, by, lambda old: {**old, **pairs})

    def remove(self, gid: str, keys: Sequence[str], private: bool = False, by: Principal = ANONYMOUS) -> Any:
        """delete(Private)Metadata: absent keys fire nothing."""
        return self._set(
            gid, private, by, lambda old: {key: it for key, it in old.items() if key not in keys}
        )

    def _set(self, gid: str, private: bool, by: Principal, change: Any) -> Any:
        kernel = self._kernel
        name = "private_metadata" if private else "metadata"
        with kernel.change(by):
            fact, keep = self._holder(gid)
            old = getattr(fact, name)
            new = change(old)
            if new == old:
                return fact
            changed = replace(fact, **{name: new})
            keep(changed)
            self._tell(changed)
            return changed

    def _tell(self, fact: Any) -> None:
        events = EVENTS.get(type(fact).__name__)
        if events is None:
            return
        metadata_event, legacy_event, field = events
        self._kernel.fire(metadata_event, **{field: fact.id})
        if legacy_event and self._kernel.settings.legacy_webhook_emission:
            self._kernel.fire(legacy_event, **{field: fact.id})

    def _holder(self, gid: str) -> tuple[Any, Any]:
        """The fact with this id, and how to put back a changed one."""
        state = self._kernel.state
        for checkout in state.checkouts.values():
            for place, line in enumerate(checkout.lines):
                if line.id == gid:
                    return line, lambda new, checkout=checkout, place=place: state.checkouts.update(
                        {checkout.id: _with_line(checkout, place, new)}
                    )
        maps: tuple[dict[str, Any], ...] = (
            state.checkouts,
            state.orders,
            state.products,
            state.variants,
            state.apps,
            state.channels,
            state.categories,
            state.collections,
            state.transactions,
            state.users,
            state.shipping_zones,
            state.shipping_methods,
        )
        for facts in maps:
            if gid in facts:
                return facts[gid], lambda new, facts=facts: facts.__setitem__(gid, new)
        raise not_found(gid)


def _with_line(checkout: Any, place: int, line: Any) -> Any:
    return replace(checkout, lines=(*checkout.lines[:place], line, *checkout.lines[place + 1 :]))


def as_source(fact: Any, channel: Any = None) -> Any:
    """What resolvers expect: some types are wrapped with the channel they are seen in."""
    wrapped = type(fact).__name__ in (
        "Product",
        "ProductVariant",
        "Collection",
        "CheckoutLine",
        "ShippingZone",
        "ShippingMethodType",
    )
    return Seen(fact, channel) if wrapped else fact
