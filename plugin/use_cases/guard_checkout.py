"""Inside the completion of a checkout: settle its bundle prices, or see at once that there is nothing to settle."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from plugin.shop import Shop
from plugin.store import bundles, preferences
from plugin.suggestions.bundles.model import Bundle, Member
from plugin.suggestions.model import ChannelId
from plugin.use_cases.hold_prices import Held, hold_prices

PART_FOR_OTHERS = 0.7
"""Of the guard's time it waits at most so much for another worker that holds the same checkout, and does what we would do."""


def guard_checkout(shop: Shop, node: Mapping[str, Any] | None, now: datetime, seconds: float) -> Held | None:
    """Settle the prices within so many seconds. `node`: GuardFacts, or None where Saleor could not tell. None when there was nothing to look at.

    Raises:
        TryAgain: not in time.
    """
    if node is None or not preferences.get(shop.db).guard or not may_matter(shop, node, now):
        return None
    return hold_prices(shop, node["id"], now, seconds * PART_FOR_OTHERS, seconds)


def may_matter(shop: Shop, node: Mapping[str, Any], now: datetime) -> bool:
    """Whether the checkout holds a price of ours, or all members of a bundle. Asks nobody; most checkouts end here."""
    if bundles.held(shop.db, node["id"]):
        return True
    there: dict[str, int] = {}
    for line in node["lines"]:
        for name in (line["variant"]["id"], line["variant"]["product"]["id"]):
            there[name] = there.get(name, 0) + int(line["quantity"])
    around = bundles.around(shop.db, ChannelId(node["channel"]["id"]), there, now)
    return any(_is_whole(bundle, there) for bundle in around)


def _is_whole(bundle: Bundle, there: Mapping[str, int]) -> bool:
    return all(_is_there(member, there) for member in bundle.members)


def _is_there(member: Member, there: Mapping[str, int]) -> bool:
    return there.get(member.id, 0) >= member.quantity
