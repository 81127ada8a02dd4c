"""Shipping zones for those who may see them, and the methods of a channel for everybody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plugin.sandbox.asking import Info, Resolvers, asking, demand
from plugin.sandbox.catalogue_facts import Channel
from plugin.sandbox.countries import country
from plugin.sandbox.ids import global_id, kind_and_key
from plugin.sandbox.money import Money
from plugin.sandbox.offered import OfferedMethod, least, most, offered_method, weight
from plugin.sandbox.pages import Connection, listing, page
from plugin.sandbox.seen import Seen
from plugin.sandbox.shipping_facts import ShippingListing, ShippingZone
from plugin.sandbox.shipping_rules import country_of, methods_to, serves

MAY = "MANAGE_SHIPPING"


def _zones(_root: Any, info: Info, channel: str | None = None, **asked: Any) -> Connection:
    demand(info, MAY)
    place = asking(info).state.channel(channel) if channel else None
    wanted = asked.get("filter") or {}
    rows = [
        it
        for it in asking(info).state.shipping_zones.values()
        if (channel is None or (place and place.id in it.channel_ids))
        and (wanted.get("search") or "").lower() in it.name.lower()
        and (not wanted.get("channels") or set(wanted["channels"]) & set(it.channel_ids))
    ]
    return page(info, listing(rows, lambda it: it.name), asked, wrap=lambda it: Seen(it, place))


def _zone(_root: Any, info: Info, id: str, channel: str | None = None) -> Seen | None:  # noqa: A002  # Saleor's name
    demand(info, MAY)
    found = asking(info).state.shipping_zones.get(id)
    place = asking(info).state.channel(channel) if channel else None
    return Seen(found, place) if found else None


def _own_methods(source: Seen, info: Info) -> list[Seen]:
    """With a channel only those listed there."""
    return [
        Seen(it, source.channel)
        for it in asking(info).state.shipping_methods.values()
        if it.zone_id == source.fact.id and (source.channel is None or source.channel.id in it.listings)
    ]


def _listed(source: Seen) -> ShippingListing | None:
    listed: ShippingListing | None = source.fact.listings.get(source.channel.id) if source.channel else None
    return listed


def _least(source: Seen, _info: Any) -> Money | None:
    listed = _listed(source)
    return least(listed, source.channel) if listed and source.channel else None


def _most(source: Seen, _info: Any) -> Money | None:
    listed = _listed(source)
    return most(listed, source.channel) if listed and source.channel else None


def _listings(source: Seen, info: Info) -> list[dict[str, Any]]:
    demand(info, MAY)
    method, channels = source.fact, asking(info).state.channels
    key = kind_and_key(method.id)[1]
    return [
        {
            "id": global_id("ShippingMethodChannelListing", f"{key}-{kind_and_key(gid)[1]}"),
            "channel": channels[gid],
            "price": Money(listed.price, channels[gid].currency_code),
            "minimum_order_price": None
            if listed.minimum_order_price is None
            else Money(listed.minimum_order_price, channels[gid].currency_code),
            "maximum_order_price": most(listed, channels[gid]),
        }
        for gid, listed in method.listings.items()
        if gid in channels
    ]


def _excluded(source: Seen, info: Info, **asked: Any) -> Connection:
    demand(info, MAY)
    products = asking(info).state.products
    rows = [products[it] for it in source.fact.excluded_product_ids if it in products]
    return page(info, listing(rows, lambda it: it.name), asked, wrap=Seen)


def _countries(source: Channel, info: Info) -> list[dict[str, str]]:
    codes = {code for zone in _zones_of(source, info) for code in zone.countries}
    return sorted((country(code) for code in codes), key=lambda it: it["country"])


def _zones_of(channel: Channel, info: Info) -> list[ShippingZone]:
    zones = asking(info).state.shipping_zones.values()
    return [zone for zone in zones if channel.id in zone.channel_ids]


def _per_country(source: Channel, info: Info, countries: list[str] | None = None) -> list[dict[str, object]]:
    """Every country of the channel's zones, or those asked for; a country nothing is sent to has no entry."""
    known = {code for zone in _zones_of(source, info) for code in zone.countries}
    found = {
        code: [offered_method(it, source) for it in methods_to(asking(info).state, source.id, code)]
        for code in sorted(known & set(countries) if countries else known)
    }
    return [{"country_code": code, "shipping_methods": its} for code, its in found.items() if its]


def _available(
    _source: Any, info: Info, channel: str, address: Mapping[str, str] | None = None
) -> list[OfferedMethod]:
    """Postal codes count when there is an address; without one it is the methods of all zones."""
    state = asking(info).state
    place = state.channel(channel)
    if place is None:
        return []
    found = methods_to(state, place.id, country_of(address) if address else None)
    return [
        offered_method(it, place)
        for it in found
        if address is None or serves(it, address.get("postal_code") or "")
    ]


def _in_channel(name: str) -> Any:
    """A field of an event, seen from the channel the subscription names."""

    def resolve(source: Any, info: Info, channel: str | None = None) -> Seen:
        place = asking(info).state.channel(channel) if channel else None
        return Seen(source.about[name].fact, place)

    return resolve


METHOD_EVENTS = ("ShippingPriceCreated", "ShippingPriceUpdated", "ShippingPriceDeleted")
ZONE_EVENTS = (
    "ShippingZoneCreated",
    "ShippingZoneUpdated",
    "ShippingZoneDeleted",
    "ShippingZoneMetadataUpdated",
)

ABOUT_ZONE = {"shippingZone": _in_channel("shipping_zone")}
ABOUT_METHOD = {"shippingMethod": _in_channel("shipping_method"), **ABOUT_ZONE}

RESOLVERS: Resolvers = {
    "Query": {"shippingZones": _zones, "shippingZone": _zone},
    "Shop": {"availableShippingMethods": _available},
    "Channel": {"countries": _countries, "availableShippingMethodsPerCountry": _per_country},
    "ShippingZone": {
        "countries": lambda source, _info: [country(code) for code in source.fact.countries],
        "shippingMethods": _own_methods,
        "channels": lambda source, info: [asking(info).state.channels[it] for it in source.fact.channel_ids],
    },
    "ShippingMethodType": {
        "minimumOrderPrice": _least,
        "maximumOrderPrice": _most,
        "minimumOrderWeight": lambda source, _info: weight(source.fact.minimum_order_weight),
        "maximumOrderWeight": lambda source, _info: weight(source.fact.maximum_order_weight),
        "postalCodeRules": lambda source, _info: source.fact.postal_codes,
        "channelListings": _listings,
        "excludedProducts": _excluded,
        "minimumDeliveryDays": lambda _source, _info: None,
        "maximumDeliveryDays": lambda _source, _info: None,
    },
    **dict.fromkeys(METHOD_EVENTS, ABOUT_METHOD),
    **dict.fromkeys(ZONE_EVENTS, ABOUT_ZONE),
}
