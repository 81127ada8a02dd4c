"""What a set costs: the promise. From list prices, so that a promotion never stacks on it by accident."""

from __future__ import annotations

from plugin.suggestions.bundles.model import AMOUNT, PERCENT, Rule
from plugin.suggestions.model import ChannelId
from plugin.suggestions.money import percent_of, units


def promise(rule: Rule, channel: ChannelId, currency: str, list_prices: int) -> int | None:
    """The price of one set whose pieces cost `list_prices` together, in smallest units.

    None without an amount for the channel, and where a discount would give the set away: prices have fallen below it.
    """
    if rule.kind == PERCENT:
        return list_prices - percent_of(list_prices, rule.percent)
    if channel not in rule.amounts:
        return None
    amount = units(rule.amounts[channel], currency)
    if rule.kind == AMOUNT:
        return list_prices - amount if amount < list_prices else None
    return amount
