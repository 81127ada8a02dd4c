"""The merchant's side of delivery: zones and methods change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from plugin.sandbox.app_facts import ANONYMOUS, Principal
from plugin.sandbox.kernel import Kernel
from plugin.sandbox.rejected import not_found
from plugin.sandbox.seen import Seen
from plugin.sandbox.shipping_facts import ShippingListing, ShippingMethodType, ShippingZone


class Shipping:
    """Verbs on shipping zones and methods; every change fires what Saleor fires, for apps with MANAGE_SHIPPING.

    What open checkouts were offered stays until their lines or address change, or a day went by.
    """

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel

    def add_zone(
        self, name: str, countries: Iterable[str], channels: Iterable[str], by: Principal = ANONYMOUS
    ) -> ShippingZone:
        """shippingZoneCreate for channels by slug: SHIPPING_ZONE_CREATED."""
        with self._kernel.change(by):
            ids = tuple(self._channel(slug) for slug in channels)
            zone = ShippingZone(self._kernel.new_id("ShippingZone"), name, tuple(countries), ids)
            self._kernel.state.shipping_zones[zone.id] = zone
            self._kernel.fire("SHIPPING_ZONE_CREATED", shipping_zone=zone.id)
            return zone

    def change_zone(self, zone_id: str, by: Principal = ANONYMOUS, **changes: Any) -> ShippingZone:
        """shippingZoneUpdate: `name`, `countries`, `channel_ids`: SHIPPING_ZONE_UPDATED."""
        with self._kernel.change(by):
            zone = replace(self._zone(zone_id), **changes)
            self._kernel.state.shipping_zones[zone_id] = zone
            self._kernel.fire("SHIPPING_ZONE_UPDATED", shipping_zone=zone_id)
            return zone

    def delete_zone(self, zone_id: str, by: Principal = ANONYMOUS) -> ShippingZone:
        """shippingZoneDelete: its methods go with it, without an event of their own."""
        state = self._kernel.state
        with self._kernel.change(by):
            gone = self._zone(zone_id)
            for method in [it for it in state.shipping_methods.values() if it.zone_id == zone_id]:
                del state.shipping_methods[method.id]
            del state.shipping_zones[zone_id]
            self._kernel.fire("SHIPPING_ZONE_DELETED", shipping_zone=Seen(gone))
            return gone

    def add_method(
        self,
        zone_id: str,
        name: str,
        prices: Mapping[str, str | Decimal],
        from_total: Mapping[str, str | Decimal] | None = None,
        by: Principal = ANONYMOUS,
        **more: Any,
    ) -> ShippingMethodType:
        """shippingPriceCreate and its listings: prices, and totals it is open from, by channel slug: SHIPPING_PRICE_CREATED."""
        with self._kernel.change(by):
            self._zone(zone_id)
            least = {slug: Decimal(amount) for slug, amount in (from_total or {}).items()}
            listings = {
                self._channel(slug): ShippingListing(Decimal(price), least.get(slug))
                for slug, price in prices.items()
            }
            gid = self._kernel.new_id("ShippingMethodType")
            method = ShippingMethodType(gid, name, zone_id, listings, **more)
            return self._keep(method, "SHIPPING_PRICE_CREATED")

    def change_method(self, method_id: str, by: Principal = ANONYMOUS, **changes: Any) -> ShippingMethodType:
        """shippingPriceUpdate: SHIPPING_PRICE_UPDATED."""
        with self._kernel.change(by):
            return self._keep(replace(self._method(method_id), **changes), "SHIPPING_PRICE_UPDATED")

    def list_method(
        self, method_id: str, channel: str, by: Principal = ANONYMOUS, **changes: Any
    ) -> ShippingMethodType:
        """shippingMethodChannelListingUpdate: `price`, `minimum_order_price`, `maximum_order_price` in one channel."""
        listings, place = self._method(method_id).listings, self._channel(channel)
        listed = replace(listings.get(place, ShippingListing(Decimal(0))), **changes)
        return self.change_method(method_id, by, listings={**listings, place: listed})

    def unlist_method(self, method_id: str, channel: str, by: Principal = ANONYMOUS) -> ShippingMethodType:
        """shippingMethodChannelListingUpdate with removeChannels."""
        place = self._channel(channel)
        left = {gid: it for gid, it in self._method(method_id).listings.items() if gid != place}
        return self.change_method(method_id, by, listings=left)

    def delete_method(self, method_id: str, by: Principal = ANONYMOUS) -> ShippingMethodType:
        """shippingPriceDelete: SHIPPING_PRICE_DELETED."""
        with self._kernel.change(by):
            gone = self._method(method_id)
            del self._kernel.state.shipping_methods[method_id]
            self._fire("SHIPPING_PRICE_DELETED", gone)
            return gone

    def _keep(self, method: ShippingMethodType, event: str) -> ShippingMethodType:
        self._kernel.state.shipping_methods[method.id] = method
        self._fire(event, method)
        return method

    def _fire(self, event: str, method: ShippingMethodType) -> None:
        """Bodies say what the method was when it fired; its zone goes with it."""
        zone = self._kernel.state.shipping_zones[method.zone_id]
        self._kernel.fire(event, shipping_method=Seen(method), shipping_zone=Seen(zone))

    def _zone(self, gid: str) -> ShippingZone:
        if gid not in self._kernel.state.shipping_zones:
            raise not_found(gid)
        return self._kernel.state.shipping_zones[gid]

    def _method(self, gid: str) -> ShippingMethodType:
        if gid not in self._kernel.state.shipping_methods:
            raise not_found(gid)
        return self._kernel.state.shipping_methods[gid]

    def _channel(self, slug: str) -> str:
        channel = self._kernel.state.channel(slug)
        if channel is None:
            raise not_found(slug, "channel")
        return channel.id
