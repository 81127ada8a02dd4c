"""Where a basket is: which bundles are on there, and what the variants cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from plugin.suggestions.bundles.model import Bundle, Goods
from plugin.suggestions.bundles.promotion import NONE, Promotion
from plugin.suggestions.model import ChannelId, VariantId


@dataclass(frozen=True, slots=True)
class Market:
    """Where the basket is: the bundles that are on there, what the variants cost, how promotions change a price we set.

    `order_promotion`: what it does to the subtotal, NONE when there is none, or a voucher stands in its place.
    """

    channel: ChannelId
    currency: str
    bundles: Sequence[Bundle]
    goods: Mapping[VariantId, Goods]
    promotions: Mapping[VariantId, Promotion] = field(default_factory=dict)
    order_promotion: Promotion = NONE
