"""Inside the completion of a checkout: settle its bundle prices, or see at once that there is nothing to settle.

Saleor is asked only for checkouts that hold a price of ours, or whose last change still waits for us: the guard's own query
must not select lines, for Saleor reckons the discounts of a checkout whose lines are read without a price, and then forgets an
order promotion (seen on 3.23).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from plugin.shop import Shop
from plugin.store import bundles, jobs, preferences
from plugin.suggestions.bundles.model import Bundle, Member
from plugin.suggestions.model import ChannelId
from plugin.use_cases import plan_work
from plugin.use_cases.hold_prices import Held, hold_prices

PART_FOR_OTHERS = 0.7
"""Of the guard's time it waits at most so much for another worker that holds the same checkout, and does what we would do."""


def guard_checkout(shop: Shop, checkout: str, now: datetime, seconds: float) -> Held | None:
    """Settle the prices within so many seconds. None when there was nothing to look at.

    Raises:
        TryAgain: not in time.
    """
    if not preferences.get(shop.db).guard or not _may_matter(shop, checkout):
        return None
    return hold_prices(shop, checkout, now, seconds * PART_FOR_OTHERS, seconds)


def _may_matter(shop: Shop, checkout: str) -> bool:
    """Whether it holds a price of ours, or a change of it was told and not yet looked at."""
    waiting = (plan_work.hold_key(checkout), plan_work.inject_key(checkout))
    return bool(bundles.held(shop.db, checkout)) or any(jobs.waits(shop.db, key) for key in waiting)


def may_matter(shop: Shop, node: Mapping[str, Any], now: datetime) -> bool:
    """Whether a checkout just told (CheckoutFacts) holds a price of ours, or all members of a bundle. Asks nobody; most end here."""
    if bundles.held(shop.db, node["id"]) or any(line.get("privateMetafield") for line in node["lines"]):
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
