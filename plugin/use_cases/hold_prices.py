"""Bundle prices in a checkout: what its lines are entitled to now, set where it differs, taken back where it no longer holds.

One look, one decision, one write. What Saleor answers to the write is looked at again, so that a promotion guessed wrong, or
a basket changed meanwhile, is put right at once.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from plugin.errors import NotFound, SaleorRefused
from plugin.saleor import manifest
from plugin.saleor.translate import LinePrices, PricedCheckout, priced_checkout_from
from plugin.shop import Shop
from plugin.store import bundles, catalogue, facts, preferences, promotions
from plugin.store.bundles import Hold
from plugin.store.database import writing
from plugin.store.turns import turn
from plugin.suggestions.bundles import floor
from plugin.suggestions.bundles.market import Market
from plugin.suggestions.bundles.model import WITHDRAW, Bundle, BundleId, Goods
from plugin.suggestions.bundles.order_discount import spread
from plugin.suggestions.bundles.pricing import PricedLine, Pricing, price_lines
from plugin.suggestions.bundles.promotion import NONE, Observation, Promotion, guess
from plugin.suggestions.catalogue import Channel
from plugin.suggestions.document import lines_hash
from plugin.suggestions.model import BasketLine, ProductId, VariantId
from plugin.suggestions.money import fine_money, grains, units
from plugin.use_cases import plan_work

log = logging.getLogger(__name__)

MOST_WRITES = 4
"""The first write, one after a wrong guess about a promotion, one about an order promotion, one to take everything back."""

PATIENCE = 10.0
"""Seconds to wait for another worker that holds the same checkout."""

PART_FOR_OTHERS = 0.7
"""Of the time somebody waits for us, at most so much is spent on waiting for another worker, which does what we would do."""

REASON_SINCE = (3, 23, 19)
"""The first Saleor that keeps a reason with a price set on a line."""

NOTE_KEY = "tandem.bundle"

UNKNOWN = -1
"""A price that has to be set again, whatever it is: no price anybody could want."""


@dataclass(slots=True)
class Look:
    """A checkout as Saleor has it, and what we make of it. `seen`: what the order promotion did to subtotals so far.

    `written`: prices that Saleor took from us during this look, whatever it shows of them.
    `given_up`: no bundle is priced here, because it cannot be priced exactly, or the shopper would pay more with it.
    """

    shop: Shop
    now: datetime
    checkout: PricedCheckout
    holds: Mapping[str, Hold]
    seen: list[Observation] = field(default_factory=list)
    written: dict[str, int | None] = field(default_factory=dict)
    given_up: bool = False

    @property
    def lines(self) -> list[PricedLine]:
        """The lines as the pricing core sees them."""
        seen = [
            _priced_line(line, self.holds.get(line.id), self.checkout.currency)
            for line in self.checkout.lines
        ]
        return [
            replace(line, held=self.written[line.id], free=True) if line.id in self.written else line
            for line in seen
        ]

    def market(self) -> Market:
        """Where the basket is, by the prices of this very moment."""
        goods = goods_of(self.checkout.lines)
        known = self.promotions_of(goods)
        on = [] if self.given_up else bundles_on(self.shop, self.checkout, self.now)
        if self.checkout.paying:  # no set is put together anew while somebody pays
            held = {bundle for hold in self.holds.values() for bundle in hold.bundles}
            on = [bundle for bundle in on if bundle.id in held]
        return Market(
            self.checkout.channel, self.checkout.currency, on, goods, known, self._order_promotion(known)
        )

    def promotions_of(self, goods: Mapping[VariantId, Goods]) -> dict[VariantId, Promotion]:
        """The catalogue promotion each of these is under, by all that was seen of it."""
        return {
            variant: guess(promotions.observations(self.shop.db, self.checkout.channel, sold))
            for variant, sold in goods.items()
        }

    def explained(self) -> bool:
        """Whether the lines cost what their own prices, promotions and the discount on the order make of them."""
        before = self._subtotal(self.promotions_of(goods_of(self.checkout.lines)))
        return before - self.checkout.discount == sum(line.total for line in self.checkout.lines)

    def _subtotal(self, known: Mapping[VariantId, Promotion]) -> int:
        """What the lines cost before any discount on the order."""
        return sum(
            before_order_discount(line, priced.held, known, self.checkout.currency)
            for line, priced in zip(self.checkout.lines, self.lines, strict=True)
        )

    def _order_promotion(self, known: Mapping[VariantId, Promotion]) -> Promotion:
        """What stands behind the discount on the order, when it is no voucher. Saleor lets a voucher displace it."""
        if self.checkout.voucher or not self.checkout.discount:
            return NONE
        subtotal = self._subtotal(known)
        self.seen = [*self.seen, (subtotal, max(subtotal - self.checkout.discount, 0))][-3:]
        return guess(list(reversed(self.seen)))


NOTHING_PROMISED = Pricing((), {}, {})


@dataclass(frozen=True, slots=True)
class Held:
    """How a checkout stands after it was looked at: as Saleor has it, what is promised, whether anything was written, our lines."""

    checkout: PricedCheckout
    pricing: Pricing
    changed: bool
    ours: frozenset[str] = frozenset()


def hold_prices(
    shop: Shop, checkout_id: str, now: datetime, patience: float = PATIENCE, seconds: float | None = None
) -> Held | None:
    """See that every line of the checkout has the price it is entitled to. None when Saleor has no such checkout.

    `seconds`: how long somebody waits for us in all (the guard, a shopper about to pay); nobody when not given. Notes on the
    lines are left to the worker then.

    Raises:
        SaleorTrouble: Saleor did not answer.
        TryAgain: another worker held the checkout for longer than `patience`.
    """
    until = None if seconds is None else time.monotonic() + seconds
    patience = patience if seconds is None else min(patience, seconds * PART_FOR_OTHERS)
    with turn(shop.db, f"checkout:{checkout_id}", patience):
        node = shop.saleor.ask("checkout_prices", {"id": checkout_id}, _left(until))["checkout"]
        if node is None:
            return None
        try:
            held = settle(shop, priced_checkout_from(node), now, until)
        except NotFound:
            return None
    if seconds is None:
        note(shop, held)
    elif held.changed:
        with writing(shop.db):
            plan_work.hold_prices(shop, [checkout_id], now)
    return held


def settle(shop: Shop, checkout: PricedCheckout, now: datetime, until: float | None = None) -> Held:
    """The same for a checkout just read, in our turn. `until`: on the monotonic clock."""
    look = Look(shop, now, checkout, _holds(shop, checkout))
    judged, without, writes, tries = None, None, 0, 0
    while True:
        _see_the_discount(look, _left(until))
        situation = _situation(look)
        if situation != judged:  # what the basket cost before it was changed tells nothing of it as it is now
            judged, checkout, without, tries = situation, look.checkout, None, 0
            look.given_up = bundles.is_refused(shop.db, checkout.id, situation)
        market, lines = look.market(), look.lines
        without = _without_bundles(look, market) if without is None else without
        pricing = price_lines(lines, market)
        changes = pricing.changes(lines, only_back=look.checkout.paying)
        done = not changes or writes == MOST_WRITES or facts.get(shop.db, "may_price") is False
        missed = tries > 0 and not look.given_up and (not changes or tries == MOST_WRITES - 1)
        if missed and (changes or _is_off(look, market, pricing) or _is_dearer(look, without)):
            _give_up(look, checkout.voucher, _left(until))
            continue
        if done:
            break
        look.checkout = _write(look, pricing, changes, _left(until))
        look.holds = _holds(shop, look.checkout)
        _learn_from_the_answer(look, market)
        writes, tries = writes + 1, tries + 1
    return Held(look.checkout, pricing, writes > 0, frozenset(look.holds))


@dataclass(frozen=True, slots=True)
class Without:
    """What the lines cost together without bundles, and the voucher that was on."""

    total: int
    voucher: str | None


def _without_bundles(look: Look, market: Market) -> Without | None:
    """What is paid without us: seen, where we hold nothing yet; else reckoned from the order promotion, where there is one."""
    checkout = look.checkout
    if not any(line.held is not None and line.free for line in look.lines):
        return Without(sum(line.total for line in checkout.lines), checkout.voucher)
    if market.order_promotion == NONE:
        return None
    goods = market.goods
    subtotal = sum(
        goods[line.variant].price * line.quantity for line in checkout.lines if line.variant in goods
    )
    return Without(market.order_promotion.after(subtotal), checkout.voucher)


def _is_dearer(look: Look, without: Without | None) -> bool:
    """Whether the shopper pays more with our prices: they took the basket below what a promotion or a voucher asks for."""
    if without is None:
        return False
    lost = without.voucher is not None and look.checkout.voucher is None
    return lost or sum(line.total for line in look.checkout.lines) > without.total


def _give_up(look: Look, voucher: str | None, seconds: float | None) -> None:
    """No bundle in this basket as it is: prices go back, and the voucher that Saleor dropped meanwhile."""
    log.warning(
        "%s: a bundle is not priced, it would not be exact or not pay", look.shop.installation.api_url
    )
    look.given_up = True
    with writing(look.shop.db):
        bundles.refuse(
            look.shop.db, look.checkout.id, _situation(look), look.now.isoformat(timespec="seconds")
        )
    if voucher and not look.checkout.voucher:
        look.checkout = _write(
            look,
            NOTHING_PROMISED,
            {line.id: None for line in look.lines if line.free and line.held is not None},
            seconds,
        )
        try:
            answer = look.shop.saleor.ask(
                "add_promo_code", {"id": look.checkout.id, "code": voucher}, seconds
            )
            look.checkout = priced_checkout_from(answer["checkoutAddPromoCode"]["checkout"])
        except SaleorRefused as error:
            log.warning("%s: a voucher could not be put back: %s", look.shop.installation.api_url, error)
        look.holds = _holds(look.shop, look.checkout)


def _situation(look: Look) -> str:
    """The basket, and the versions of the bundles around it: with another one of these it may pay again."""
    members = {name for line in look.checkout.lines for name in (line.variant, line.product)}
    around = bundles.around(look.shop.db, look.checkout.channel, members, look.now)
    versions = ",".join(f"{bundle.id}.{bundle.version}" for bundle in around)
    lines = [BasketLine(line.variant, line.quantity, gift=line.gift) for line in look.checkout.lines]
    return f"{lines_hash(lines)} {versions}"


def _left(until: float | None) -> float | None:
    return None if until is None else max(until - time.monotonic(), 0.05)


def _see_the_discount(look: Look, seconds: float | None) -> None:
    """Saleor answers the discount on the order as it was before it reckoned anew for this very answer (seen on 3.23).

    Where the lines cost something else than their own prices explain, a second look tells what it is now.
    """
    if look.checkout.voucher or look.explained():
        return
    node = look.shop.saleor.ask("checkout_prices", {"id": look.checkout.id}, seconds)["checkout"]
    if node is None:
        raise NotFound("the checkout has been completed meanwhile")
    look.checkout = priced_checkout_from(node)


def bundles_on(shop: Shop, checkout: PricedCheckout, now: datetime) -> list[Bundle]:
    """The bundles whose price this checkout may get: on, allowed by their voucher policy, not below cost."""
    if facts.get(shop.db, "may_price") is False:
        return []
    members = {name for line in checkout.lines for name in (line.variant, line.product)}
    around = bundles.around(shop.db, checkout.channel, members, now)
    margin = preferences.get(shop.db).bundle_margin
    sold = catalogue.goods(shop.db, checkout.channel, floor.member_ids(around)) if around else {}
    here = Channel(checkout.channel, checkout.channel_slug, "", checkout.currency, True, checkout.gross)
    return [
        bundle
        for bundle in around
        if not (checkout.voucher and bundle.vouchers == WITHDRAW)
        and not floor.is_below_cost(bundle, here, sold, margin)
    ]


def goods_of(lines: Sequence[LinePrices]) -> dict[VariantId, Goods]:
    """What the variants of these lines cost now, gifts and those without a price left out."""
    return {
        line.variant: Goods(line.variant, ProductId(line.product), line.list_price, line.price)
        for line in lines
        if line.list_price is not None and line.price is not None and not line.gift
    }


def before_order_discount(
    line: LinePrices, held: int | None, known: Mapping[VariantId, Promotion], currency: str
) -> int:
    """What a line costs before any discount on the order: the price set on it, or its list price, under its promotion."""
    if line.gift:
        return 0
    if held is None and line.price is not None:
        return line.price * line.quantity
    finest = line.base * grains(currency) if held in (None, UNKNOWN) else held
    return known.get(line.variant, NONE).total(finest, line.quantity, grains(currency))


def hold_input(
    line: Mapping[str, Any], price: int | None, counts: Mapping[BundleId, int], look: Look
) -> dict[str, Any]:
    """One line of a checkoutLinesUpdate that sets a price, or resets it by a null."""
    made = {**line, "price": None if price is None else f"{fine_money(price).normalize():f}"}
    if manifest.version(look.shop.installation.saleor_version) >= REASON_SINCE:
        made["priceOverrideReason"] = None if price is None else reason(counts)
    return made


def reason(counts: Mapping[BundleId, int]) -> str:
    """What Saleor's staff reads beside the price."""
    return "bundle:" + ",".join(str(bundle) for bundle in sorted(counts))


def counts_on(line: str, pricing: Pricing) -> dict[BundleId, int]:
    """Pieces of the line in sets of each bundle. A line may bear cents of a set it shares a line with: then of none."""
    counts: dict[BundleId, int] = {}
    for found in pricing.promised:
        if line in found.pieces:
            counts[found.bundle] = counts.get(found.bundle, 0) + found.pieces[line]
    return counts


def write_down(look: Look, pricing: Pricing, prices: Mapping[str, int | None]) -> None:
    """Before Saleor is told: whatever happens to the answer, a price of ours is known as ours."""
    by_id = {line.id: line for line in look.checkout.lines}
    holds = [
        Hold(
            line,
            by_id[line].variant,
            by_id[line].quantity,
            price,
            by_id[line].list_price or 0,
            counts_on(line, pricing),
            look.holds[line].price if line in look.holds else None,
        )
        for line, price in prices.items()
        if price is not None
    ]
    with writing(look.shop.db):
        at = look.now.astimezone(UTC).isoformat(timespec="seconds")
        bundles.hold(look.shop.db, look.checkout.id, holds, at)


def _write(
    look: Look, pricing: Pricing, changes: Mapping[str, int | None], seconds: float | None
) -> PricedCheckout:
    """One mutation for all changed lines; the checkout as it is after it."""
    write_down(look, pricing, changes)
    lines = [
        hold_input({"lineId": line}, price, counts_on(line, pricing), look) for line, price in changes.items()
    ]
    try:
        answer = look.shop.saleor.ask("set_line_prices", {"id": look.checkout.id, "lines": lines}, seconds)
    except SaleorRefused as error:
        return _after_refusal(look, error, seconds)
    after = priced_checkout_from(answer["checkoutLinesUpdate"]["checkout"])
    look.written |= changes
    gone = look.holds.keys() - {line.id for line in after.lines}
    reset = [line for line, price in changes.items() if price is None]
    with writing(look.shop.db):
        bundles.release(look.shop.db, look.checkout.id, [*gone, *reset])
    return after


def _after_refusal(look: Look, error: SaleorRefused, seconds: float | None) -> PricedCheckout:
    """Saleor refuses whole: the permission is missing, or a line has gone meanwhile. Look again."""
    if is_not_allowed(error):
        with writing(look.shop.db):
            facts.keep(look.shop.db, "may_price", False)
            plan_work.tell_problems(look.shop, look.now)
    node = look.shop.saleor.ask("checkout_prices", {"id": look.checkout.id}, seconds)["checkout"]
    if node is None:
        raise NotFound("the checkout has been completed meanwhile") from error
    return priced_checkout_from(node)


def is_not_allowed(error: SaleorRefused) -> bool:
    """Whether Saleor refused a price because HANDLE_CHECKOUTS is not granted."""
    return error.permission_denied or "custom price is allowed only for apps" in str(error)


def _holds(shop: Shop, checkout: PricedCheckout) -> dict[str, Hold]:
    """Our prices in this checkout: as we wrote them down, and where our file was lost, by our notes on its lines."""
    known = {hold.line: hold for hold in bundles.held(shop.db, checkout.id)}
    noted = {
        line.id: Hold(
            line.id,
            line.variant,
            line.quantity,
            line.base * grains(checkout.currency),
            line.list_price or 0,
            {},
        )
        for line in checkout.lines
        if line.note and line.id not in known and line.base != line.list_price
    }
    return {**noted, **known}


def _priced_line(line: LinePrices, hold: Hold | None, currency: str) -> PricedLine:
    """Saleor tells a price in whole units; ours may be finer, and is remembered as it was set.

    A price that is neither what we set last, nor what we had set before (that write may have failed), is somebody else's.
    The list price beside a price of ours proves nothing: two answers at once may leave the old one standing for an hour (seen
    on 3.23), and so may the other way round.
    """
    if line.gift:
        return PricedLine(line.id, line.variant, line.quantity, 0, False)
    if line.list_price is None:
        return PricedLine(line.id, line.variant, line.quantity, line.base * grains(currency), False)
    shown = line.base * grains(currency)
    for price in (hold.price, hold.was) if hold is not None else ():
        if price is not None and units(fine_money(price), currency) == line.base:
            return PricedLine(line.id, line.variant, line.quantity, price)
    if line.base == line.list_price:
        return PricedLine(line.id, line.variant, line.quantity, None if hold is None else UNKNOWN)
    if line.price is not None and line.total == line.price * line.quantity:
        return PricedLine(line.id, line.variant, line.quantity, None)
    return PricedLine(line.id, line.variant, line.quantity, shown, False)


def _learn_from_the_answer(look: Look, market: Market) -> None:
    """What was left of the prices we set tells which promotion the variants are under; a discount on the order would blur it."""
    if look.checkout.voucher or look.checkout.discount:
        return
    for line in look.checkout.lines:
        sold, left = market.goods.get(line.variant), line.total // line.quantity
        told = sold and line.base != line.list_price and sold.price != sold.list_price
        if (
            told
            and sold
            and left * line.quantity == line.total
            and market.promotions[line.variant].after(line.base) != left
        ):
            with writing(look.shop.db):
                promotions.saw(look.shop.db, look.checkout.channel, sold, line.base, left)


def _is_off(look: Look, market: Market, pricing: Pricing) -> bool:
    """Whether the sets cost something else than they should, after promotions that we had to guess. A voucher hides it."""
    in_sets = {line for found in pricing.promised for line in found.pieces}
    guessed = market.order_promotion != NONE or any(
        market.promotions.get(line.variant, NONE) != NONE
        for line in look.checkout.lines
        if line.id in in_sets
    )
    if look.checkout.voucher or not guessed:
        return False
    totals = [pricing.line_totals[line.id] for line in look.checkout.lines]
    finals = spread(totals, look.checkout.discount) if look.checkout.discount else totals
    expected = dict(zip((line.id for line in look.checkout.lines), finals, strict=True))
    return sum(expected[line] for line in in_sets) != sum(
        line.total for line in look.checkout.lines if line.id in in_sets
    )


def note(shop: Shop, held: Held) -> None:
    """Private metadata on the priced lines: it travels to the order, where the shopper cannot touch it. Nice to have, never in the way."""
    for line in held.checkout.lines:
        text = _note_for(line, held.pricing) if line.id in held.ours else ""
        if text != (line.note or ""):
            try:
                shop.saleor.ask("note_on_line", {"id": line.id, "input": [{"key": NOTE_KEY, "value": text}]})
            except SaleorRefused as error:
                log.info("%s: no note on a line: %s", shop.installation.api_url, error)


def _note_for(line: LinePrices, pricing: Pricing) -> str:
    counts = {str(bundle): count for bundle, count in sorted(counts_on(line.id, pricing).items())}
    return json.dumps({"bundles": counts, "quantity": line.quantity})
