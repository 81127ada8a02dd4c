"""What to offer beside a basket; the short form of the next best offer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from plugin.shop import Shop
from plugin.suggestions.model import BasketLine, ChannelId, Suggestion
from plugin.use_cases.next_best_offer import Asked, next_best_offer


def suggest_for_basket(
    shop: Shop, channel: ChannelId, lines: Sequence[BasketLine], now: datetime
) -> list[Suggestion]:
    """The suggestions for these lines in this channel, by the shop's own file; empty when nothing is worth saying."""
    return list(next_best_offer(shop, Asked(channel, lines), now).chosen)
