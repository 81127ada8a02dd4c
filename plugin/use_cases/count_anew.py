"""Count every kept order from nothing: an import of a file that was killed kept orders and left their counts owed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from plugin.errors import TryAgain
from plugin.shop import Shop
from plugin.store import counted_in_bulk, exports, orders, orders_in_bulk
from plugin.store.database import spacious, writing
from plugin.store.owed_counts import OwedCounts
from plugin.suggestions import bulk_counting
from plugin.suggestions.bulk_counting import NO_BASKETS
from plugin.use_cases import plan_work

COUNTED_AT_ONCE = 10_000
"""Orders counted at once; those of a buyer are never parted."""


@dataclass(frozen=True, slots=True)
class Step:
    """How far learning a file is: "reading", "keeping", "counting" or "counting anew", how much of how many; `total` is None where
    nobody knows."""

    doing: str
    done: int
    total: int | None


Progress = Callable[[Step], None]


def count_all_anew(shop: Shop, progress: Progress = lambda _step: None) -> None:
    """Count every kept order from nothing, in one transaction. An import that is still at it owes nothing then for what it kept."""
    with spacious(shop.db), writing(shop.db):
        _count_all(shop, progress)


def count_what_is_owed(shop: Shop, now: datetime, progress: Progress = lambda _step: None) -> bool:
    """Count all anew where an import was killed and left counts owed, and plan the fit. Whether it was so.

    In one transaction: webhooks are answered 503 meanwhile, some ten seconds for 100,000 orders, and Saleor repeats them.
    `progress` may raise to stop; then nothing has changed.
    """
    if not counted_in_bulk.is_given_up(shop.db, now):
        return False
    if exports.until(shop.db) is not None:
        raise TryAgain(
            "counts are owed, and come from an export: count them anew with tandem rebuild --from … --replace"
        )
    with spacious(shop.db), writing(shop.db):
        owed = counted_in_bulk.is_given_up(shop.db, now)  # another process may have been before us
        if owed:
            _count_all(shop, progress)
            plan_work.fit_model(shop, now)
    return owed


def _count_all(shop: Shop, progress: Progress) -> None:
    """Orders of a buyer come together: what they bought before needs not to be asked."""
    with closing(OwedCounts()) as counts:
        counted_in_bulk.forget_all(shop.db)
        seen, total = 0, orders.count(shop.db)
        for portion in orders_in_bulk.all_by_buyer(shop.db, COUNTED_AT_ONCE):
            codes = {buyer: code for code, buyer in enumerate({row[0] for row in portion if row[0]})}
            counts.add(bulk_counting.learned(orders_in_bulk.baskets(portion, codes), NO_BASKETS))
            seen += len(portion)
            progress(Step("counting anew", seen, total))
        write_counts(shop, counts)
        counted_in_bulk.settled(shop.db)


def write_counts(shop: Shop, counts: OwedCounts) -> None:
    """Add all of these to the shop's counts. In a transaction."""
    counted_in_bulk.add_products(shop.db, counts.of_products)
    for scopes, counted in counts.pairs(counted_in_bulk.ROWS_AT_ONCE):
        counted_in_bulk.add_pairs(shop.db, scopes, counted)
