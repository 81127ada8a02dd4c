"""What may not be: a bundle that cannot be sold, saves nothing, or sells below cost. Judged with the prices of one channel."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from plugin.suggestions.bundles.model import AMOUNT, PERCENT, PRICE, Bundle, Goods, Member
from plugin.suggestions.bundles.promise import promise
from plugin.suggestions.catalogue import Channel
from plugin.suggestions.model import VariantId
from plugin.suggestions.money import money

Sold = Mapping[VariantId, Goods]


def choices(member: Member, sold: Sold) -> list[Goods]:
    """The variants that can take the member's place, as they are listed in the channel."""
    return [goods for goods in sold.values() if member.id in (goods.variant, goods.product)]


def problems(bundle: Bundle, channel: Channel, sold: Sold, margin: int) -> list[tuple[str, str]]:
    """Every reason, (field, what is wrong), why the bundle cannot be sold in this channel as it is."""
    missing = [
        (f"members.{place}", f"has no price in channel {channel.slug}")
        for place, member in enumerate(bundle.members)
        if not choices(member, sold)
    ]
    if missing:
        return missing
    cheapest = least(bundle.members, sold, lambda goods: goods.list_price)
    price = promise(bundle.rule, channel.id, channel.currency, cheapest)
    where = "rule.percent" if bundle.rule.kind == PERCENT else f"rule.amounts.{channel.slug}"
    worth = f"{money(cheapest, channel.currency)} {channel.currency}"
    if price is None and bundle.rule.kind == AMOUNT:
        return [(where, f"is not less than what the cheapest set costs, {worth}")]
    if price is None:
        return [(where, f"has no amount in {channel.currency}")]
    if bundle.rule.kind == PRICE and price >= cheapest:
        return [(where, f"is not below what the cheapest set costs one by one, {worth}")]
    if price >= cheapest:
        return [(where, f"takes nothing off {worth}")]
    if is_below_cost(bundle, channel, sold, margin):
        return [
            (where, f"would sell below cost in channel {channel.slug}, or with less than the margin you keep")
        ]
    return []


def is_below_cost(bundle: Bundle, channel: Channel, sold: Sold, margin: int) -> bool:
    """Whether some set of the bundle would sell for less than its pieces cost plus `margin` percent.

    Judged by the variants that make it worst, net of tax; a cost that is not known counts as nothing.
    """
    if any(not choices(member, sold) for member in bundle.members):
        return False
    kept = {PERCENT: 1 - float(bundle.rule.percent) / 100, AMOUNT: 1.0, PRICE: 0.0}[bundle.rule.kind]
    worst = [
        min(
            choices(member, sold),
            key=lambda goods: kept * goods.list_price * goods.net_share - _needed(goods, margin),
        )
        for member in bundle.members
    ]
    pieces = list(zip(worst, bundle.members, strict=True))
    worth = sum(goods.list_price * member.quantity for goods, member in pieces)
    price = promise(bundle.rule, channel.id, channel.currency, worth)
    net_worth = sum(goods.list_price * goods.net_share * member.quantity for goods, member in pieces)
    net = (price or 0) * (net_worth / worth if worth else 1.0)
    return net < sum(_needed(goods, margin) * member.quantity for goods, member in pieces) - HALF_A_UNIT


HALF_A_UNIT = 0.5
"""Net prices are rounded to units by Saleor; less than that is no loss."""


def least(members: Sequence[Member], sold: Sold, price: Callable[[Goods], int]) -> int:
    """What the cheapest pieces that fill every member cost together."""
    return sum(min(map(price, choices(member, sold))) * member.quantity for member in members)


def _needed(goods: Goods, margin: int) -> float:
    return (goods.cost or 0) * (1 + margin / 100)


def member_ids(bundles: Iterable[Bundle]) -> set[str]:
    """Ids of all products and variants in these bundles."""
    return {member.id for bundle in bundles for member in bundle.members}
