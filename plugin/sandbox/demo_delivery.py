"""How the demo shop sends parcels: a price below a border, nothing from there on; and an express for the impatient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from plugin.sandbox.catalogue_facts import Channel
from plugin.sandbox.ids import global_id
from plugin.sandbox.shipping_facts import ShippingListing, ShippingMethodType, ShippingZone

EXPRESS = Decimal("14.90")

PARCEL, FREE_PARCEL, BY_EXPRESS = "Parcel", "Free parcel", "Express"


def zones(table: Mapping[str, Any], channels: Sequence[Channel]) -> tuple[ShippingZone, ...]:
    """One for each channel."""
    return tuple(
        ShippingZone(_zone_id(at), channel.name, tuple(table[channel.slug][0]), (channel.id,))
        for at, channel in enumerate(channels, start=1)
    )


def methods(table: Mapping[str, Any], channels: Sequence[Channel]) -> tuple[ShippingMethodType, ...]:
    """Three in each zone; those that cost something stay open when the free one is."""
    found = []
    for at, channel in enumerate(channels, start=1):
        _countries, price, free_from = table[channel.slug]
        listings = {
            PARCEL: ShippingListing(Decimal(price)),
            FREE_PARCEL: ShippingListing(Decimal(0), minimum_order_price=Decimal(free_from)),
            BY_EXPRESS: ShippingListing(EXPRESS),
        }
        found += [
            ShippingMethodType(
                global_id("ShippingMethodType", 10 * at + number), name, _zone_id(at), {channel.id: listed}
            )
            for number, (name, listed) in enumerate(listings.items())
        ]
    return tuple(found)


def _zone_id(at: int) -> str:
    return global_id("ShippingZone", at)
