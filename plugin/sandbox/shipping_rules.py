"""Which shipping methods fit a basket, and which a country, as Saleor decides it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal

from plugin.sandbox.money import NOTHING
from plugin.sandbox.rungs import rungs
from plugin.sandbox.sales_facts import Checkout
from plugin.sandbox.shipping_facts import WEIGHT, PostalCodes, ShippingMethodType
from plugin.sandbox.state import State
from plugin.sandbox.till import Till


def methods_to(state: State, channel_id: str, country: str | None) -> list[ShippingMethodType]:
    """Methods of the channel's zones with this country, or of all its zones; whatever is bought."""
    zones = state.shipping_zones
    return [
        method
        for method in state.shipping_methods.values()
        if channel_id in method.listings
        and channel_id in zones[method.zone_id].channel_ids
        and (country is None or country in zones[method.zone_id].countries)
    ]


def methods_for(till: Till, checkout: Checkout) -> list[ShippingMethodType]:
    """Methods this basket may choose. Only the shipping address says where to; without one there is none."""
    state, address = till.state, checkout.shipping_address
    if not address or not till.is_shipped(checkout):
        return []
    amount = spent(till, checkout)
    bought = {
        state.variants[line.variant_id].product_id
        for line in checkout.lines
        if line.variant_id in state.variants
    }
    return [
        it
        for it in methods_to(state, checkout.channel_id, country_of(address))
        if is_within(it, checkout.channel_id, amount)
        and serves(it, address.get("postal_code") or "")
        and not bought & it.excluded_product_ids
    ]


def spent(till: Till, checkout: Checkout) -> Decimal:
    """What the borders are compared with: the lines as the merchant enters prices, with all that makes them cheaper,
    less what is taken off the whole order. It is the subtotal's gross side, or net where prices are entered net."""
    voucher = till.voucher(checkout)
    now = till.recalculated(checkout) if checkout.discounts_until is None else checkout
    lines = sum((it.total for it in rungs(till.state, now, voucher)), NOTHING)
    is_in_the_lines = voucher is not None and voucher.type in ("SHIPPING", "SPECIFIC_PRODUCT")
    return lines if is_in_the_lines else lines - now.discount


def country_of(address: Mapping[str, str]) -> str:
    """Of an address input; Saleor's own default where it has none."""
    return address.get("country") or "DE"


def is_within(method: ShippingMethodType, channel_id: str, spent: Decimal) -> bool:
    """Whether the basket's amount fits the borders. Methods by weight have none: a listing's minimum is ignored."""
    if method.type == WEIGHT:
        return method.minimum_order_weight == 0  # the goods of the sandbox weigh nothing
    listed = method.listings[channel_id]
    least, most = listed.minimum_order_price, listed.maximum_order_price
    return (least is None or least <= spent) and (most is None or spent <= most)


def serves(method: ShippingMethodType, postal_code: str) -> bool:
    """Whether the postal code is among those it is for."""
    only = [it for it in method.postal_codes if it.inclusion_type == "INCLUDE"]
    never = [it for it in method.postal_codes if it.inclusion_type == "EXCLUDE"]
    return (not only or _in_any(postal_code, only)) and not _in_any(postal_code, never)


def _in_any(postal_code: str, ranges: Collection[PostalCodes]) -> bool:
    return any(it.start <= postal_code <= it.end for it in ranges)
