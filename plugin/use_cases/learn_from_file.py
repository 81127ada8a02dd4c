"""A file of past orders, learned at once: the same orders and counts as learned one after the other, in a fraction of the time.

The file is read and checked to its end before anything is learned. Its orders are then kept portion by portion, each in a
transaction of about a second, beside live webhooks; what they add to the counts is laid down beside the file, then summed
up and written in the order of the tables, in transactions as short. A small file is one transaction. Between the two the store says that counts
are owed (counted_in_bulk.OWED): whoever finds that after a process was killed counts all kept orders anew (count_anew). A file may be
learned again at any time, and goes on where it was stopped: what is known already changes nothing.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import compress
from pathlib import Path
from secrets import token_hex

import numpy as np
from numpy.typing import NDArray

from plugin.errors import BadFile, TryAgain
from plugin.saleor.translate import buyer_hash
from plugin.shop import Shop
from plugin.store import channels, counted_in_bulk, exports, orders, orders_in_bulk, product_file
from plugin.store.database import file_version, spacious, writing
from plugin.store.order_spool import Portion, Spool, spooled
from plugin.store.owed_counts import OwedCounts
from plugin.suggestions import bulk_counting
from plugin.suggestions.bulk_counting import Baskets, Owed
from plugin.suggestions.model import ChannelId
from plugin.use_cases.count_anew import Progress, Step, count_all_anew, write_counts
from plugin.use_cases.file_orders import kept_as
from plugin.use_cases.learn_from_order import learn_from_orders

NO_CHANNEL = ChannelId("default-channel")
"""Of orders that name none, in a shop where none is known."""

OWED_AT_ONCE = 600_000
"""So many rows of pairs are written with the orders they come from: about a second."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What a file brought: its orders, their lines, and how many of the orders told something new."""

    orders: int
    lines: int
    news: int


@dataclass(slots=True)
class Debt:
    """What the kept orders of one import add to the counts and is not written yet. `noted`: the store says so."""

    counts: OwedCounts
    who: str = field(default_factory=lambda: token_hex(8))
    noted: bool = False


def learn_from_file(
    shop: Shop,
    orders_csv: Path,
    products_csv: Path | None,
    now: datetime,
    progress: Progress = lambda _step: None,
) -> Learned:
    """Learn a file of orders, and before it a file of products. Raises BadFile, and then has learned nothing.

    Orders: order_id, ordered_at, product_id and, where known, buyer, quantity, unit_price, variant_id, channel (its id or
    slug). Products: product_id, and name and category where known. All orders count as paid and sent, as told `now`.
    """
    _expect_no_export(shop)
    if counted_in_bulk.owed_by(shop.db) is not None:
        count_all_anew(shop, progress)
    with spooled(
        orders_csv,
        lambda who: buyer_hash(who, shop.installation.buyer_key),
        _channels(shop),
        lambda lines: progress(Step("reading", lines, None)),
    ) as spool:
        described = product_file.read(products_csv) if products_csv else []
        with writing(shop.db):
            product_file.keep(shop.db, described)
        news = _learn_all(shop, spool, now, progress)
        return Learned(spool.orders, spool.lines, news)


def _learn_all(shop: Shop, spool: Spool, now: datetime, progress: Progress) -> int:
    version = file_version(shop.db)
    with spacious(shop.db), closing(OwedCounts()) as counts:
        debt = Debt(counts)
        news = _learn_beside(shop, spool, now, debt, progress)
        if debt.noted:
            _settle(shop, debt, progress)
    if file_version(shop.db) != version:
        with writing(shop.db):
            counted_in_bulk.drop_nothing(shop.db)
    return news


def _learn_beside(shop: Shop, spool: Spool, now: datetime, debt: Debt, progress: Progress) -> int:
    """Keep the orders portion by portion, beside whoever else writes."""
    numbers, news, seen = list[int](), 0, 0
    for place, portion in enumerate(spool, 1):
        news += _learn(shop, portion, numbers, now, debt, last=place == spool.portions)
        seen += len(portion)
        progress(Step("keeping", seen, spool.orders))
    return news


def _learn(shop: Shop, portion: Portion, numbers: list[int], now: datetime, debt: Debt, last: bool) -> int:
    """Keep a portion's orders and owe their counts, or write them at once where that is soon done. How many were news."""
    with writing(shop.db):
        _mind_others(shop, debt)
        known = orders_in_bulk.known(shop.db, portion, orders.moment(now))
        news = np.array([known.get(order_id, True) for order_id in portion.ids], np.bool_)
        new = np.array([order_id not in known for order_id in portion.ids], np.bool_)
        rows, basket = kept_as(shop, portion, numbers, news, now)
        debt.counts.add(_counted(shop, portion, basket, new))
        orders_in_bulk.insert(shop.db, compress(rows, new.tolist()))
        if last and not debt.noted and len(debt.counts) <= OWED_AT_ONCE:
            write_counts(shop, debt.counts)
        else:
            _owe(shop, debt)
        again = np.flatnonzero(news & ~new).tolist()
        changed = [at for at in again if not orders_in_bulk.same_again(shop.db, rows[at])]
        told = learn_from_orders(shop, [orders_in_bulk.order(portion, at, now) for at in changed], now)
        return int(new.sum()) + told


def _counted(shop: Shop, portion: Portion, basket: Baskets, new: NDArray[np.bool_]) -> Owed:
    """What the portion's new orders add to the counts, beside all that their buyers' kept orders contribute."""
    told = zip(portion.buyers, basket.buyers.tolist(), new.tolist(), strict=True)
    codes = {buyer: code for buyer, code, is_new in told if is_new and buyer is not None}
    before = orders_in_bulk.baskets(orders_in_bulk.of_buyers(shop.db, codes), codes)
    return bulk_counting.learned(basket.of(new & (basket.sizes > 0)), before)


def _owe(shop: Shop, debt: Debt) -> None:
    counted_in_bulk.owe(shop.db, debt.who, datetime.now(UTC))
    debt.noted = True


def _settle(shop: Shop, debt: Debt, progress: Progress) -> None:
    """Write what is owed, a portion a transaction."""
    written, total = 0, len(debt.counts)
    with writing(shop.db):
        if _mind_others(shop, debt):
            return
        counted_in_bulk.add_products(shop.db, debt.counts.of_products)
    for scopes, counted in debt.counts.pairs(counted_in_bulk.ROWS_AT_ONCE):
        with writing(shop.db):
            if _mind_others(shop, debt):
                return
            counted_in_bulk.add_pairs(shop.db, scopes, counted)
            _owe(shop, debt)
        written += len(scopes) * len(counted)
        progress(Step("counting", written, total))
    with writing(shop.db):
        if not _mind_others(shop, debt):
            counted_in_bulk.settled(shop.db)


def _mind_others(shop: Shop, debt: Debt) -> bool:
    """Whether somebody has counted all kept orders meanwhile, ours among them; then we owe nothing for them.

    Raises BadFile where an export stands for past orders by now, TryAgain where another file is being learned: what each owes is
    known to it alone.
    """
    _expect_no_export(shop)
    owed_by = counted_in_bulk.owed_by(shop.db)
    if owed_by not in (None, debt.who):
        raise TryAgain(
            "another file of orders is being learned; let it come to its end, then learn this one again"
        )
    if debt.noted and owed_by is None:
        debt.counts.clear()
        debt.noted = False
    return not debt.noted


def _expect_no_export(shop: Shop) -> None:
    if exports.until(shop.db) is not None:
        raise BadFile(
            "the counts come from an export, which stands for past orders; give it up first: tandem rebuild --replace"
        )


def _channels(shop: Shop) -> dict[str, str]:
    """The channels' ids by slug. By "" the one of orders that name none: the first that sells, or was ever heard of."""
    every = channels.every(shop.db)
    first = next((found.id for found in [*filter(lambda one: one.active, every), *every]), NO_CHANNEL)
    return {**{found.slug: found.id for found in every if found.slug}, "": first}
