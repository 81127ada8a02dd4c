"""What has to hold before a line is swapped: the basket the upgrade was offered for, and the price it was offered at."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from plugin.errors import BadPayload, Gone
from plugin.saleor.translate import LinePrices, PricedCheckout, listing_from
from plugin.shop import Shop
from plugin.store import bundles, suggestions_shown
from plugin.suggestions.document import lines_hash
from plugin.suggestions.model import BasketLine, VariantId
from plugin.use_cases import plan_work
from plugin.use_cases.next_best_offer import Asked, may_still_be_offered, next_best_offer

SPARE = 6
"""Upgrades that others outrank are looked through as well."""


@dataclass(frozen=True, slots=True)
class Swap:
    """What a storefront asks for: this variant out, that one in. `offered_for`: the hash of the lines it was offered for."""

    old: VariantId
    new: VariantId
    offered_for: str = ""


def swap_of(old: object, new: object, offered_for: object) -> Swap:
    """What a storefront sent, checked. Raises BadPayload."""
    if not isinstance(old, str) or not isinstance(new, str) or not old or not new or old == new:
        raise BadPayload("from and to must be the ids of two variants")
    if not isinstance(offered_for, str):
        raise BadPayload("linesHash must be a text")
    return Swap(VariantId(old), VariantId(new), offered_for)


def line_to_swap(shop: Shop, checkout: PricedCheckout, swap: Swap, now: datetime) -> LinePrices:
    """The one line of the old variant. Raises Gone when the basket is not what the upgrade was offered for."""
    if checkout.paying:
        raise Gone("this checkout is being paid")
    found = [line for line in checkout.lines if line.variant == swap.old]
    if len(found) != 1 or found[0].gift:
        raise Gone("what it would replace is not in the basket, or is there more than once")
    if any(line.variant == swap.new for line in checkout.lines):
        raise Gone("the better one is in the basket already")
    if swap.offered_for and swap.offered_for != lines_hash(_lines(checkout)):
        raise Gone("the basket has changed since this was offered")
    if _is_priced(found[0]) or _is_in_a_set(shop, checkout, found[0], now):
        raise Gone("what it would replace has a price of its own, or belongs to a set")
    return found[0]


def _is_priced(line: LinePrices) -> bool:
    """Whether somebody set its price, or it has none any more."""
    return bool(line.note) or line.list_price is None or line.base != line.list_price


def _is_in_a_set(shop: Shop, checkout: PricedCheckout, line: LinePrices, now: datetime) -> bool:
    """Whether it is a member of a bundle that is priced in this basket, with or without a part of the discount."""
    holds = bundles.held(shop.db, checkout.id)
    priced = {bundle for hold in holds for bundle in hold.bundles}
    names = {str(line.variant), str(line.product)}
    return any(hold.line == line.id for hold in holds) or any(
        bundle.id in priced and any(member.id in names for member in bundle.members)
        for bundle in bundles.around(shop.db, checkout.channel, names, now)
    )


def demand_as_promised(shop: Shop, checkout: PricedCheckout, swap: Swap, now: datetime, until: float) -> None:
    """Gone, unless we offer this swap, and the new variant can be had now, in the line's quantity, at the price offered.

    Asked of Saleor right before: its own check of publication cannot be relied upon here.
    """
    promised = _promised(shop, checkout, swap, now)
    if promised is None:
        raise Gone("this is not on offer for this basket")
    asked = {
        "variants": [swap.new],
        "channel": checkout.channel_slug,
        "address": {"country": checkout.country} if checkout.country else None,
    }
    edges = shop.saleor.ask("variant_listing", asked, left(until))["productVariants"]["edges"]
    listings = [
        listing_from(edge["node"], checkout.channel, shop.saleor.answered_at or now) for edge in edges
    ]
    wanted = sum(line.quantity for line in checkout.lines if line.variant == swap.old)
    if not any(listing.available and listing.quantity >= wanted for listing in listings):
        raise Gone("the better one cannot be bought now")
    if all(promised != (listing.gross if checkout.gross else listing.net) for listing in listings):
        plan_work.refresh_products(shop, [listing.product for listing in listings], now)
        plan_work.follow_own_change(shop, checkout.id, now)
        raise Gone("its price has changed since this was offered")


def _promised(shop: Shop, checkout: PricedCheckout, swap: Swap, now: datetime) -> Decimal | None:
    """The price of a piece in the newest document of this checkout, or as we would offer it now; None when we would not.

    What was offered a moment ago and is forbidden by now (excluded, declined, ruled out) is not to be had any more.
    """
    lines = _lines(checkout)
    discounted = bool(checkout.voucher or checkout.discount)
    asked = Asked(
        checkout.channel, lines, checkout=checkout.id, country=checkout.country, discounted=discounted
    )
    decision = next_best_offer(shop, asked, now, SPARE)
    for made in (*decision.chosen, *decision.successors):
        if made.upgrade and (made.upgrade.replaces.variant, made.variant.id) == (swap.old, swap.new):
            return made.variant.amount
    for told in (suggestions_shown.last(shop.db, checkout.id) or {"suggestions": []})["suggestions"]:
        pair = (told.get("upgrade", {}).get("replaces", {}).get("variantId"), told["variantId"])
        if pair == (swap.old, swap.new) and may_still_be_offered(shop, asked, *pair, now):
            return Decimal(told["price"]["amount"])
    return None


def _lines(checkout: PricedCheckout) -> list[BasketLine]:
    return [
        BasketLine(
            line.variant,
            line.quantity,
            gift=line.gift,
            product_id=line.product,
            id=line.id,
            priced=_is_priced(line),
        )
        for line in checkout.lines
    ]


def left(until: float) -> float:
    """Seconds until then, on the monotonic clock."""
    return max(until - time.monotonic(), 0.05)
