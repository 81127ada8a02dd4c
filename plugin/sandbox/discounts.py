"""The merchant's promotions and vouchers: started, ended, entered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from plugin.sandbox.catalogue_facts import Channel
from plugin.sandbox.catalogue_prices import discounted_price
from plugin.sandbox.discount_facts import (
    FIXED,
    PERCENTAGE,
    Promotion,
    PromotionRule,
    Reward,
    Voucher,
    VoucherListing,
)
from plugin.sandbox.kernel import Kernel
from plugin.sandbox.money import Money
from plugin.sandbox.rejected import not_found

Amount = Decimal | str | int
Priced = tuple[str, str]
"""Variant and channel."""


class Discounts:
    """Verbs on promotions and vouchers. They are felt at once; a real Saleor needs half a minute for the catalogue.

    Every verb takes `percent` or `amount`, and `channels` by slug: all when there is none.
    """

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel

    def start_promotion(
        self,
        name: str,
        variants: Iterable[str],
        *,
        percent: Amount | None = None,
        amount: Amount | None = None,
        channels: Iterable[str] | None = None,
        rule: str | None = None,
    ) -> Promotion:
        """A catalogue promotion: PRODUCT_VARIANT_DISCOUNTED_PRICE_UPDATED for every variant and channel it changes."""
        made = PromotionRule(
            self._kernel.new_id("PromotionRule"),
            rule,
            self._in(channels),
            _reward(percent, amount),
            frozenset(variants),
        )
        return self.start(name, "CATALOGUE", (made,))

    def order_promotion(
        self,
        name: str,
        *,
        percent: Amount | None = None,
        amount: Amount | None = None,
        least: Amount = 0,
        channels: Iterable[str] | None = None,
        rule: str | None = None,
    ) -> Promotion:
        """An order promotion on subtotals from `least` on."""
        where, reward = self._in(channels), _reward(percent, amount)
        made = PromotionRule(self._kernel.new_id("PromotionRule"), rule, where, reward, least=Decimal(least))
        return self.start(name, "ORDER", (made,))

    def start(self, name: str, kind: str, rules: tuple[PromotionRule, ...]) -> Promotion:
        """A promotion of several rules, one per currency for instance."""
        kernel = self._kernel
        with kernel.change():
            promotion = Promotion(kernel.new_id("Promotion"), name, kind, rules, kernel.clock())
            before = self._prices(promotion)
            kernel.state.promotions[promotion.id] = promotion
            self._tell(before, self._prices(promotion))
            return promotion

    def end_promotion(self, promotion_id: str) -> Promotion:
        """It is over: the same events again."""
        kernel = self._kernel
        with kernel.change():
            promotion = kernel.state.promotions.get(promotion_id)
            if promotion is None:
                raise not_found(promotion_id)
            before = self._prices(promotion)
            del kernel.state.promotions[promotion_id]
            self._tell(before, self._prices(promotion))
            return promotion

    def add_voucher(
        self,
        code: str,
        *,
        percent: Amount | None = None,
        amount: Amount | None = None,
        channels: Iterable[str] | None = None,
        least: Amount | None = None,
        **more: Any,
    ) -> Voucher:
        """A voucher on the whole order, from `least` spent on.

        `more` sets other fields of Voucher: type="SPECIFIC_PRODUCT", variant_ids, apply_once_per_order, single_use, …
        """
        reward = _reward(percent, amount)
        listing = VoucherListing(reward.value, None if least is None else Decimal(least))
        return self.keep_voucher(
            Voucher(
                self._kernel.new_id("Voucher"),
                name=more.pop("name", code),
                codes=(code,),
                type=more.pop("type", "ENTIRE_ORDER"),
                discount_value_type=reward.value_type,
                listings=dict.fromkeys(self._in(channels), listing),
                **more,
            )
        )

    def keep_voucher(self, voucher: Voucher) -> Voucher:
        """A voucher made elsewhere, with its own value in every channel for instance."""
        with self._kernel.change():
            self._kernel.state.vouchers[voucher.id] = voucher
            return voucher

    def end_voucher(self, voucher_id: str) -> Voucher:
        """It is gone; baskets that have it lose it at their next change and cannot be ordered before."""
        with self._kernel.change():
            gone = self._kernel.state.vouchers.pop(voucher_id, None)
            if gone is None:
                raise not_found(voucher_id)
            return gone

    def _in(self, channels: Iterable[str] | None) -> frozenset[str]:
        known = {it.slug: it.id for it in self._kernel.state.channels.values()}
        return frozenset(known.values() if channels is None else (known[it] for it in channels))

    def _prices(self, promotion: Promotion) -> dict[Priced, Decimal]:
        """Of all a promotion of the catalogue is about."""
        state = self._kernel.state
        return {
            (variant_id, channel.id): discounted_price(state, variant_id, channel)
            for rule in promotion.rules
            for variant_id, channel in self._meant(rule)
        }

    def _meant(self, rule: PromotionRule) -> Iterator[tuple[str, Channel]]:
        state = self._kernel.state
        for variant_id in sorted(rule.variant_ids & state.variants.keys()):
            for channel_id in sorted(rule.channel_ids & state.variants[variant_id].listings.keys()):
                yield variant_id, state.channels[channel_id]

    def _tell(self, before: Mapping[Priced, Decimal], after: Mapping[Priced, Decimal]) -> None:
        for (variant_id, channel_id), price in after.items():
            was = before[variant_id, channel_id]
            if was != price:
                currency = self._kernel.state.channels[channel_id].currency_code
                self._kernel.fire(
                    "PRODUCT_VARIANT_DISCOUNTED_PRICE_UPDATED",
                    product_variant=variant_id,
                    channel=channel_id,
                    previous_price=Money(was, currency),
                    new_price=Money(price, currency),
                )


def _reward(percent: Amount | None, amount: Amount | None) -> Reward:
    if (percent is None) == (amount is None):
        raise ValueError("either percent or amount")
    kind = FIXED if percent is None else PERCENTAGE
    return Reward(kind, Decimal(percent if amount is None else amount))  # type: ignore[arg-type]  # one of them is given
