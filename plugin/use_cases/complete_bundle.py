"""A shopper takes a set: the missing members are added, and all of it is priced. The client names the bundle, never a price.

Added by checkoutLinesAdd, which adds to what another tab may have put there meanwhile, takes all lines or none, and looks at
publication and stock itself; a checkoutLinesUpdate that also adds does none of that reliably (seen on Saleor 3.23). Priced right
after, by the verb that holds prices everywhere.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from plugin.errors import Gone, NotFound, SaleorRefused
from plugin.saleor.translate import PricedCheckout, priced_checkout_from
from plugin.shop import Shop
from plugin.store import catalogue, responses
from plugin.store.database import writing
from plugin.store.turns import turn
from plugin.suggestions.bundles import floor
from plugin.suggestions.bundles.completing import Completion, completions
from plugin.suggestions.bundles.market import Market
from plugin.suggestions.bundles.model import Bundle, Goods
from plugin.suggestions.document import lines_hash
from plugin.suggestions.model import Basket, BasketLine, VariantId
from plugin.use_cases import plan_work
from plugin.use_cases.change_bundles import find_bundle
from plugin.use_cases.hold_prices import PART_FOR_OTHERS, Held, goods_of, settle
from plugin.use_cases.refresh_catalogue import stamp
from plugin.use_cases.suggest_bundles import preferred_variants


@dataclass(frozen=True, slots=True)
class Wish:
    """What a storefront asks for: which variants of members that are products the shopper chose, and for which basket.

    `offered_for`: the hash of the lines that the offer was made for, where the storefront says it.
    """

    variants: Sequence[VariantId] = ()
    offered_for: str = ""


@dataclass(frozen=True, slots=True)
class Completed:
    """What came of it: whether members were added, and how the checkout stands."""

    added: bool
    held: Held


def complete_bundle(
    shop: Shop, number: str, checkout_id: str, wish: Wish, now: datetime, seconds: float
) -> Completed:
    """Add what the checkout lacks of one set of this bundle, and price it; when nothing is lacking, only settle.

    `seconds`: how long the shopper waits for us.

    Raises:
        NotFound: no such bundle or checkout.
        Gone: the bundle is not on, or not every member can be bought in that channel and quantity now.
        TryAgain, SaleorTrouble: not in time.
    """
    bundle = find_bundle(shop, number)
    until = time.monotonic() + seconds
    with turn(shop.db, f"checkout:{checkout_id}", seconds * PART_FOR_OTHERS):
        checkout = _checkout(shop, checkout_id, until)
        if not bundle.is_on(checkout.channel, now):
            raise Gone("this set is no longer on offer")
        if checkout.paying:
            raise Gone("this checkout is being paid")
        completion = None if _was_taken(checkout, bundle, wish) else _completion(shop, checkout, bundle, wish)
        if completion is None:
            if _is_whole(checkout, bundle):
                return Completed(False, settle(shop, checkout, now, until))
            raise Gone("this set cannot be bought now")
        plan_work.follow_own_change(
            shop, checkout.id, now
        )  # before: whatever becomes of us, somebody prices it
        after = _add(shop, checkout, completion, until)
        with writing(shop.db):
            there = {line.product for line in after.lines if not line.gift}
            responses.take(shop.db, checkout.id, there, stamp(now), "bundle")
        return Completed(True, settle(shop, after, now, until))


def _checkout(shop: Shop, checkout_id: str, until: float) -> PricedCheckout:
    try:
        node = shop.saleor.ask("checkout_prices", {"id": checkout_id}, until - time.monotonic())["checkout"]
    except SaleorRefused as error:
        raise NotFound("there is no such checkout") from error
    if node is None:
        raise NotFound("there is no such checkout")
    return priced_checkout_from(node)


def _was_taken(checkout: PricedCheckout, bundle: Bundle, wish: Wish) -> bool:
    """A second click: the basket is another one than the offer was made for, and a whole set lies in it."""
    if not wish.offered_for or wish.offered_for == lines_hash(_lines(checkout)):
        return False
    return _is_whole(checkout, bundle)


def _completion(shop: Shop, checkout: PricedCheckout, bundle: Bundle, wish: Wish) -> Completion | None:
    """What is missing; None when nothing is, or not all of it can be had."""
    known = catalogue.goods(
        shop.db, checkout.channel, floor.member_ids([bundle]) | {line.variant for line in checkout.lines}
    )
    live = goods_of(checkout.lines)
    sold = {
        **known,
        **{
            variant: replace(known.get(variant, now), list_price=now.list_price, price=now.price)
            for variant, now in live.items()
        },
    }
    basket: dict[VariantId, int] = {}
    for line in checkout.lines:
        if not line.gift and line.variant in sold:
            basket[line.variant] = basket.get(line.variant, 0) + line.quantity
    preferred = _preferred(shop, checkout, sold, wish.variants)
    here = Market(checkout.channel, checkout.currency, [bundle], sold)
    found = completions(here, basket, preferred)
    if not found and not _is_whole(
        checkout, bundle
    ):  # nothing of it is there yet: a product page adds all of it
        found = completions(here, basket, preferred, begun=False)
    return found[0] if found else None


def _preferred(
    shop: Shop, checkout: PricedCheckout, sold: Mapping[VariantId, Goods], wanted: Sequence[VariantId]
) -> dict[str, VariantId]:
    basket = Basket(checkout.channel, catalogue.lines(shop.db, _lines(checkout), checkout.channel))
    chosen: dict[str, VariantId] = {
        sold[variant].product: variant for variant in wanted if variant in sold and sold[variant].available
    }
    return {**preferred_variants(shop, basket, sold), **chosen}


def _lines(checkout: PricedCheckout) -> list[BasketLine]:
    return [BasketLine(line.variant, line.quantity, gift=line.gift) for line in checkout.lines]


def _is_whole(checkout: PricedCheckout, bundle: Bundle) -> bool:
    """Whether a whole set lies in the basket already: somebody asked twice."""
    there: dict[str, int] = {}
    for line in checkout.lines:
        for name in (line.variant, line.product):
            there[name] = there.get(name, 0) + (0 if line.gift else line.quantity)
    return all(there.get(member.id, 0) >= member.quantity for member in bundle.members)


def _add(shop: Shop, checkout: PricedCheckout, completion: Completion, until: float) -> PricedCheckout:
    lines = [{"variantId": variant, "quantity": count} for variant, count in completion.missing.items()]
    try:
        answer = shop.saleor.ask("add_lines", {"id": checkout.id, "lines": lines}, until - time.monotonic())
    except SaleorRefused as error:
        raise Gone("not every product of this set can be bought now") from error
    return priced_checkout_from(answer["checkoutLinesAdd"]["checkout"])
