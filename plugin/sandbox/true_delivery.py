"""What a parcel of the demo shop costs, and from which subtotal on it costs nothing, as known beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from plugin.sandbox.demo_shop import goods, product_id, variant_id


@dataclass(frozen=True, slots=True)
class TrueDelivery:
    """Amounts as the merchant enters prices in this channel: gross in Europe, net in America."""

    countries: tuple[str, ...]
    price: Decimal
    free_from: Decimal


TRUE_DELIVERIES: Mapping[str, TrueDelivery] = {
    channel: TrueDelivery(tuple(countries), Decimal(price), Decimal(free_from))
    for channel, (countries, price, free_from) in goods()["delivery"].items()
}
"""By channel slug."""

FILLED_UP = tuple(variant_id(slug, value) for slug, value in goods()["filler"]["basket"])
"""Variants that cost a little less together than delivery is free from, in Europe."""

FILLER = product_id(goods()["filler"]["product"])
"""Belongs to them, closes the gap, and costs less than the parcel it saves."""
