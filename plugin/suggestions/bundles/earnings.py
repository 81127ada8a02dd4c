"""What one set earns in a channel, and how many of it can be sold there now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from plugin.suggestions.bundles.floor import Sold, choices, least, problems
from plugin.suggestions.bundles.model import DRAFT, PERCENT, Bundle, BundleId, Goods, Member, Rule
from plugin.suggestions.bundles.promise import promise
from plugin.suggestions.catalogue import Channel
from plugin.suggestions.model import ProductId
from plugin.suggestions.money import money

DISCOUNTS = (0, 5, 10)
"""Percent off, for which the merchant is told what stays."""

USUAL_DISCOUNT = 5
"""Percent off in a draft made of a proposal: enough to be seen, little enough to be earned back."""


@dataclass(frozen=True, slots=True)
class InChannel:
    """A set in one channel. `price`: of its cheapest pieces, as list prices are entered there. `sets`: how many can be sold now.

    `margins`: per percent of discount what stays of one set after tax and cost, of the pieces that leave least; None where a
    cost is not known. `share`: what part of the net price that is, at USUAL_DISCOUNT. `allowed`: a draft at that discount
    would be accepted. `sets` is at least that many: Saleor tells no more of a variant than one checkout may buy.
    """

    slug: str
    currency: str
    price: Decimal
    margins: Mapping[int, Decimal | None]
    share: float | None
    sets: int
    allowed: bool

    def can_be_sold(self) -> bool:
        """Whether shoppers could buy a bundle of it now."""
        return self.allowed and self.sets > 0


def in_channel(products: Sequence[ProductId], channel: Channel, sold: Sold, margin: int) -> InChannel | None:
    """The set in this channel, or None where one of its products has no price. `margin`: percent above cost the merchant keeps."""
    bundle = draft(products, channel)
    members = bundle.members
    if not all(choices(member, sold) for member in members):
        return None
    stays = {percent: _stays(members, channel, sold, percent) for percent in DISCOUNTS}
    usual = stays[USUAL_DISCOUNT]
    return InChannel(
        slug=channel.slug,
        currency=channel.currency,
        price=money(least(members, sold, lambda goods: goods.list_price), channel.currency),
        margins={
            percent: None if both is None else money(round(both[0]), channel.currency)
            for percent, both in stays.items()
        },
        share=usual[0] / usual[1] if usual and usual[1] else None,
        sets=min(sum(map(_pieces, choices(member, sold))) for member in members),
        allowed=not problems(bundle, channel, sold, margin),
    )


def draft(products: Sequence[ProductId], *channels: Channel) -> Bundle:
    """One piece of each at the usual discount: what a proposal becomes."""
    return Bundle(
        id=BundleId(0),
        version=0,
        state=DRAFT,
        name="",
        members=tuple(Member(1, product) for product in products),
        rule=Rule(PERCENT, percent=Decimal(USUAL_DISCOUNT)),
        channels=tuple(channel.id for channel in channels),
    )


def _stays(
    members: Sequence[Member], channel: Channel, sold: Sold, percent: int
) -> tuple[float, float] | None:
    """What stays of a set, and its net price, in smallest units; of every member the variant that leaves least."""
    kept = 1 - percent / 100
    worst = []
    for member in members:
        costs = {
            goods.variant: (goods, goods.cost) for goods in choices(member, sold) if goods.cost is not None
        }
        if not costs:
            return None
        worst.append(
            min(costs.values(), key=lambda one: kept * one[0].list_price * one[0].net_share - one[1])
        )
    entered = sum(goods.list_price for goods, _cost in worst)
    net = sum(goods.list_price * goods.net_share for goods, _cost in worst)
    price = promise(Rule(PERCENT, percent=Decimal(percent)), channel.id, channel.currency, entered) or 0
    left = price * (net / entered if entered else 1.0)
    return left - sum(cost for _goods, cost in worst), left


def _pieces(goods: Goods) -> int:
    return max(goods.quantity, 0) if goods.available else 0
