"""What catalogue promotions make of list prices: of several rules the one that takes off most."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from plugin.sandbox.catalogue_facts import Channel
from plugin.sandbox.discount_facts import Discount, Promotion, PromotionRule
from plugin.sandbox.state import State


@dataclass(frozen=True, slots=True)
class Cheaper:
    """The rule that counts for a variant in a channel, and what it takes off the list price."""

    promotion: Promotion
    rule: PromotionRule
    off: Decimal

    def discount(self, quantity: int, override: Decimal | None, currency: str) -> Discount:
        """Of a line with so many pieces; an overridden price is what the same rule is applied to."""
        reward = self.rule.reward
        each = self.off if override is None else reward.off(override, currency)
        return Discount(
            "PROMOTION",
            self.promotion.label(self.rule),
            reward.value_type,
            reward.value,
            each * quantity,
            f"Promotion: {self.promotion.id}",
        )


def list_price(state: State, variant_id: str, channel: Channel) -> Decimal:
    """As the merchant entered it; 0 where it is not sold."""
    variant = state.variants.get(variant_id)
    listing = variant.listings.get(channel.id) if variant else None
    return listing.price if listing else Decimal(0)


def cheaper(state: State, variant_id: str, channel: Channel) -> Cheaper | None:
    """The best rule, judged by the list price even for overridden lines; None when the price stays."""
    price = list_price(state, variant_id, channel)
    found = [
        Cheaper(promotion, rule, rule.reward.off(price, channel.currency_code))
        for promotion in state.promotions.values()
        for rule in promotion.rules
        if promotion.type == "CATALOGUE" and variant_id in rule.variant_ids and channel.id in rule.channel_ids
    ]
    best = max(found, key=lambda it: it.off, default=None)
    return best if best and best.off else None


def discounted_price(state: State, variant_id: str, channel: Channel) -> Decimal:
    """The list price with the promotions that run."""
    best = cheaper(state, variant_id, channel)
    return list_price(state, variant_id, channel) - (best.off if best else 0)
