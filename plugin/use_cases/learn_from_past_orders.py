"""The history import: every order Saleor has, 100 a page, resumable, beside live webhooks."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from plugin.errors import BadPayload
from plugin.saleor.translate import order_from
from plugin.shop import Shop
from plugin.store import catalogue, exports, facts, induced, orders, preferences
from plugin.store.database import writing
from plugin.suggestions.affinity import MOST_HALF_LIVES, MOST_LINES
from plugin.suggestions.model import Order
from plugin.suggestions.preferences import Preferences
from plugin.use_cases.learn_from_order import Change, change, contribution, count, learn_from_orders

log = logging.getLogger(__name__)

OLDEST_FIRST = {"field": "CREATED_AT", "direction": "ASC"}

LEARN_AGAIN_AT_ONCE = 200
"""Orders read at once when preferences change what counts."""

MOST_PAIRS_AT_ONCE = 20_000
"""Pairs written in one transaction, about a quarter of a second: a webhook waits that long, and no longer."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the import is. `total` is None while Saleor has not said."""

    seen: int
    total: int | None
    cursor: str | None
    finished: bool


def learn_from_past_orders(shop: Shop, now: datetime) -> Iterator[Progress]:
    """Learn page by page; after each the progress is kept, in the transaction that learned it, and yielded.

    Goes on from the kept cursor, so that a killed process repeats at most one page, and repeating learns nothing twice.
    """
    kept = facts.get(shop.db, "import") or {}
    kept = {} if kept.get("finished") else kept
    seen, total, cursor = int(kept.get("seen", 0)), kept.get("total"), kept.get("cursor")
    for page in shop.saleor.pages("orders", {"sortBy": OLDEST_FIRST}, cursor):
        issued_at = shop.saleor.answered_at or now
        *most, rest = portions(_readable(shop, page["nodes"], issued_at))
        for portion in most:
            learn_from_orders(shop, portion, now)
        with writing(shop.db):
            learn_from_orders(shop, rest, now)
            seen, total, cursor = seen + len(page["nodes"]), page["total"], page["cursor"] or cursor
            _keep(shop, Progress(seen, total, cursor, finished=False), now)
        yield Progress(seen, total, cursor, finished=False)
    finished = Progress(seen, total, cursor, finished=True)
    _keep(shop, finished, now)
    yield finished


def portions(several: Iterable[Order]) -> list[list[Order]]:
    """The orders in portions of about MOST_PAIRS_AT_ONCE pairs; one portion at least, even of nothing."""
    made: list[list[Order]] = [[]]
    pairs = 0
    for order in several:
        own = min(len(order.lines), MOST_LINES) ** 2
        if made[-1] and pairs + own > MOST_PAIRS_AT_ONCE:
            made.append([])
            pairs = 0
        made[-1].append(order)
        pairs += own
    return made


def _readable(shop: Shop, nodes: Iterable[dict[str, Any]], issued_at: datetime) -> Iterator[Order]:
    """One order that cannot be read must not keep the others from being learned."""
    for node in nodes:
        try:
            yield order_from(node, issued_at, shop.installation.buyer_key)
        except BadPayload as error:
            log.warning("skipped an order of the history of %s: %s", shop.installation.api_url, error)


def learn_again(shop: Shop, after: int, now: datetime) -> int | None:
    """Bring the next orders after our number `after` to today's preferences and landmark. The number reached, or None at the end."""
    with writing(shop.db):
        if after == 0 and landmark_is_far(shop, now.date()):
            facts.keep(shop.db, "landmark", now.date().isoformat())
        chosen, landmark = preferences.get(shop.db), facts.landmark(shop.db, now.date())
        page = {
            order.id: (number, order) for number, order in orders.page(shop.db, after, LEARN_AGAIN_AT_ONCE)
        }
        first, *_later = portions(order for _number, order in page.values())
        count(shop, [_again(shop, order, chosen, landmark) for order in first])
    return page[first[-1].id][0] if first else None


def _again(shop: Shop, order: Order, chosen: Preferences, landmark: date) -> Change:
    known = orders.known(shop.db, order.id)
    numbers = catalogue.numbers(shop.db, [line.product for line in order.lines if line.product])
    number, before = (known.number, known.contribution) if known else (0, None)
    after = contribution(order, numbers, chosen, landmark, induced.marked(shop.db, number))
    after = None if exports.speaks_for(exports.until(shop.db), order.ordered_at) else after
    made = change(shop, number, before, after)
    if before != after:
        orders.keep_contribution(shop.db, order.id, after)
    return made


def landmark_is_far(shop: Shop, today: date) -> bool:
    """Whether weights measured from the landmark grow too large; then it moves to today and every order is learned again.

    Not while counts come from an export: they could not be brought along.
    """
    if exports.until(shop.db) is not None:
        return False
    half_life = preferences.get(shop.db).half_life_days
    return half_life > 0 and (today - facts.landmark(shop.db, today)).days / half_life > MOST_HALF_LIVES


def progress(shop: Shop) -> Progress | None:
    """How far the import is, or None when it never started."""
    kept = facts.get(shop.db, "import")
    return None if kept is None else Progress(kept["seen"], kept["total"], kept["cursor"], kept["finished"])


def history_is_read(shop: Shop) -> bool:
    """Whether the import came to its end."""
    made = progress(shop)
    return made is not None and made.finished


def _keep(shop: Shop, made: Progress, now: datetime) -> None:
    at = now.astimezone(UTC).isoformat()
    kept = {
        "seen": made.seen,
        "total": made.total,
        "cursor": made.cursor,
        "finished": made.finished,
        "at": at,
    }
    facts.keep(shop.db, "import", kept)
