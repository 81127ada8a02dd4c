"""A shopper takes a set: the missing members are added and priced in one mutation. The client names the bundle, never a price."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from plugin.errors import BadPayload, Gone, NotFound, SaleorRefused
from plugin.saleor.translate import PricedCheckout, listing_from, priced_checkout_from
from plugin.shop import Shop
from plugin.store import bundles, catalogue, facts
from plugin.store.bundles import Hold
from plugin.store.database import writing
from plugin.store.turns import turn
from plugin.suggestions.bundles import floor
from plugin.suggestions.bundles.completing import Completion, completions
from plugin.suggestions.bundles.market import Market
from plugin.suggestions.bundles.model import WITHDRAW, Bundle, Goods
from plugin.suggestions.bundles.pricing import PricedLine, Pricing, price_lines
from plugin.suggestions.catalogue import Listing
from plugin.suggestions.model import Basket, BasketLine, VariantId
from plugin.use_cases.change_bundles import find_bundle
from plugin.use_cases.hold_prices import (
    PATIENCE,
    Held,
    Look,
    counts_on,
    goods_of,
    hold_input,
    is_below_cost,
    settle,
    write_down,
)
from plugin.use_cases.suggest_bundles import preferred_variants

NEW = "new:"
"""Begins the id of a line that Saleor has not made yet."""


@dataclass(frozen=True, slots=True)
class Completed:
    """What came of it: whether members were added, and how the checkout stands."""

    added: bool
    held: Held


def complete_bundle(
    shop: Shop, number: str, checkout_id: str, wanted: Sequence[VariantId], now: datetime
) -> Completed:
    """Add what the checkout lacks of one set of this bundle, priced at once; when nothing is lacking, only settle.

    `wanted`: which variants of members that are products the shopper chose; others are chosen as for the suggestion.

    Raises:
        NotFound: no such bundle or checkout.
        Gone: the bundle is not on, or not every member can be bought in that channel and quantity now.
        SaleorTrouble: Saleor did not answer.
    """
    bundle = find_bundle(shop, number)
    with turn(shop.db, f"checkout:{checkout_id}", PATIENCE):
        checkout = _checkout(shop, checkout_id)
        if not bundle.is_on(checkout.channel, now):
            raise Gone("this set is no longer on offer")
        if checkout.paying:
            raise Gone("this checkout is being paid")
        look = Look(shop, now, checkout, {hold.line: hold for hold in bundles.held(shop.db, checkout.id)})
        completion = _completion(look, bundle, wanted)
        if completion is None:
            if _is_whole(look, bundle):
                return Completed(False, settle(shop, checkout, now))
            raise Gone("this set cannot be bought now")
        after = _add(look, bundle, completion)
        return Completed(True, settle(shop, after, now))


def _checkout(shop: Shop, checkout_id: str) -> PricedCheckout:
    try:
        node = shop.saleor.ask("checkout_prices", {"id": checkout_id})["checkout"]
    except SaleorRefused as error:
        raise NotFound("there is no such checkout") from error
    if node is None:
        raise NotFound("there is no such checkout")
    return priced_checkout_from(node)


def _completion(look: Look, bundle: Bundle, wanted: Sequence[VariantId]) -> Completion | None:
    """What is missing, judged by prices and stock of this very moment; None when nothing is, or not all of it can be had."""
    shop, checkout = look.shop, look.checkout
    known = catalogue.goods(shop.db, checkout.channel, floor.member_ids([bundle]))
    sold = {**known, **goods_of(checkout.lines)}
    basket: dict[VariantId, int] = {}
    for line in checkout.lines:
        if not line.gift and line.variant in sold:
            basket[line.variant] = basket.get(line.variant, 0) + line.quantity
    preferred = _preferred(look, sold, wanted)
    here = Market(checkout.channel, checkout.currency, [bundle], sold)
    found = completions(here, basket, preferred)
    if not found and not _is_whole(look, bundle):  # nothing of it is there yet: a product page adds all of it
        found = completions(here, basket, preferred, begun=False)
    if not found:
        return None
    live = _live(shop, checkout, found[0].missing)
    for variant, count in found[0].missing.items():
        listing = live.get(variant)
        if listing is None or not listing.available or listing.quantity < count + basket.get(variant, 0):
            raise Gone("not every product of this set can be bought now")
    return found[0]


def _preferred(
    look: Look, sold: Mapping[VariantId, Goods], wanted: Sequence[VariantId]
) -> dict[str, VariantId]:
    lines = [BasketLine(line.variant, line.quantity, gift=line.gift) for line in look.checkout.lines]
    basket = Basket(look.checkout.channel, catalogue.lines(look.shop.db, lines))
    chosen: dict[str, VariantId] = {
        sold[variant].product: variant for variant in wanted if variant in sold and sold[variant].available
    }
    return {**preferred_variants(look.shop, basket, sold), **chosen}


def _live(shop: Shop, checkout: PricedCheckout, missing: Mapping[VariantId, int]) -> dict[VariantId, Listing]:
    """Asked for every time: in a mutation that also prices lines Saleor would add what is not published (seen on 3.23)."""
    question = {
        "id": checkout.id,
        "variants": sorted(missing),
        "channel": checkout.channel_slug,
        "address": {"country": checkout.country} if checkout.country else None,
    }
    answer = shop.saleor.ask("checkout_with_candidates", question)
    return {
        listing.variant: listing
        for listing in _readable(answer["productVariants"], checkout, shop.saleor.answered_at)
    }


def _readable(
    variants: Mapping[str, Any], checkout: PricedCheckout, at: datetime | None
) -> Iterator[Listing]:
    for edge in variants["edges"]:
        with suppress(BadPayload):
            yield listing_from(edge["node"], checkout.channel, at)


def _is_whole(look: Look, bundle: Bundle) -> bool:
    """Whether a whole set lies in the basket already: somebody asked twice."""
    there: dict[str, int] = {}
    for line in look.checkout.lines:
        for name in (line.variant, line.product):
            there[name] = there.get(name, 0) + line.quantity
    return all(there.get(member.id, 0) >= member.quantity for member in bundle.members)


def _add(look: Look, bundle: Bundle, completion: Completion) -> PricedCheckout:
    """One mutation: the missing members with their price, and the new prices of those that are there."""
    lines, quantities = _with_missing(look, completion)
    pricing = _pricing(look, bundle, completion, lines)
    by_variant = {line.variant: line for line in look.checkout.lines if not line.gift}
    inputs = []
    for line in lines:
        price = pricing.prices.get(line.id)
        differs = price != line.held
        if line.id.startswith(NEW):
            made = {"variantId": line.variant, "quantity": line.quantity}
            inputs.append(
                hold_input(made, price, counts_on(line.id, pricing), look) if price is not None else made
            )
        elif line.id in quantities or (differs and line.id in pricing.prices):
            made = {"lineId": line.id}
            if line.id in quantities:
                made["quantity"] = line.quantity
            inputs.append(hold_input(made, price, counts_on(line.id, pricing), look) if differs else made)
    write_down(
        look, pricing, {line: price for line, price in pricing.prices.items() if not line.startswith(NEW)}
    )
    try:
        answer = look.shop.saleor.ask("set_line_prices", {"id": look.checkout.id, "lines": inputs})
    except SaleorRefused as error:
        raise Gone(f"Saleor did not accept the set: {error}") from error
    after = priced_checkout_from(answer["checkoutLinesUpdate"]["checkout"])
    _know_new_lines(look, after, pricing, set(by_variant))
    return after


def _with_missing(look: Look, completion: Completion) -> tuple[list[PricedLine], set[str]]:
    """The basket as it will be, and the lines whose quantity grows."""
    lines, grown = [], set()
    left = dict(completion.missing)
    for line in look.lines:
        more = left.pop(line.variant, 0) if line.free else 0
        grown |= {line.id} if more else set()
        lines.append(PricedLine(line.id, line.variant, line.quantity + more, line.held, line.free))
    lines += [PricedLine(f"{NEW}{variant}", variant, count) for variant, count in sorted(left.items())]
    return lines, grown


def _pricing(look: Look, bundle: Bundle, completion: Completion, lines: Sequence[PricedLine]) -> Pricing:
    """Priced as all lines will be once they are there; without the permission, or under a voucher it yields to, not at all."""
    market = look.market()
    known = catalogue.goods(look.shop.db, look.checkout.channel, list(completion.missing))
    on = [*market.bundles, bundle] if _may_price(look, bundle) else list(market.bundles)
    unique = {found.id: found for found in on}
    goods = {**known, **market.goods}
    promotions = {**look.promotions_of(known), **market.promotions}
    return price_lines(
        lines,
        replace(
            market,
            bundles=sorted(unique.values(), key=lambda one: one.id),
            goods=goods,
            promotions=promotions,
        ),
    )


def _may_price(look: Look, bundle: Bundle) -> bool:
    if facts.get(look.shop.db, "may_price") is False:
        return False
    if look.checkout.voucher and bundle.vouchers == WITHDRAW:
        return False
    return not is_below_cost(look.shop, bundle, look.checkout)


def _know_new_lines(look: Look, after: PricedCheckout, pricing: Pricing, before: set[VariantId]) -> None:
    """The new lines have ids now: their prices are remembered as ours."""
    holds = [
        Hold(
            line.id,
            line.variant,
            line.quantity,
            price,
            line.list_price or 0,
            counts_on(f"{NEW}{line.variant}", pricing),
        )
        for line in after.lines
        if line.variant not in before and (price := pricing.prices.get(f"{NEW}{line.variant}")) is not None
    ]
    with writing(look.shop.db):
        bundles.hold(look.shop.db, look.checkout.id, holds, look.now.isoformat(timespec="seconds"))
