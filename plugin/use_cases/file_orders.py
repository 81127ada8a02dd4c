"""Orders of a file as they are kept, and what they contribute: a portion at a time, as columns."""

from __future__ import annotations

from datetime import date, datetime
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from plugin.shop import Shop
from plugin.store import facts, orders, orders_in_bulk, preferences
from plugin.store.order_spool import Portion
from plugin.store.orders_in_bulk import Row
from plugin.suggestions import affinity
from plugin.suggestions.bulk_counting import NOBODY, Baskets, Whole

NOTHING_LEARNED = ("[]", None, None, 0)


def kept_as(
    shop: Shop, portion: Portion, numbers: list[int], news: NDArray[np.bool_], now: datetime
) -> tuple[list[Row], Baskets]:
    """The portion's orders as they are kept, and what they contribute.

    `numbers`: ours of the file's products so far; those of this portion are added. `news`: which orders tell something new.
    """
    numbers += orders_in_bulk.remember_products(shop.db, portion)
    variants = ((variant, numbers[product]) for variant, product in portion.new_variants)
    orders_in_bulk.remember_variants(shop.db, variants)
    codes = {buyer: code for code, buyer in enumerate(dict.fromkeys(portion.buyers))}
    codes[None] = NOBODY
    scopes = orders_in_bulk.channel_numbers(shop.db, compress(portion.channels, news.tolist()))
    basket = Baskets(
        sizes=np.array(portion.sizes, np.int64),
        products=_ascending(portion, np.array(numbers, np.int64)),
        buyers=np.array([codes[buyer] for buyer in portion.buyers], np.int64),
        channels=np.array([scopes.get(channel, 0) for channel in portion.channels], np.int64),
        weights=(_weights(shop, portion, now),),
    )
    return _rows(portion, basket, orders.moment(now)), basket


def _ascending(portion: Portion, numbers: Whole) -> Whole:
    """The products' numbers, sorted within each order."""
    products = numbers[np.array(portion.products, np.int64)]
    owners = np.repeat(np.arange(len(portion)), portion.sizes)
    return np.sort(owners << 32 | products) & ((1 << 32) - 1)


def _weights(shop: Shop, portion: Portion, now: datetime) -> Whole:
    chosen, landmark = preferences.get(shop.db), facts.landmark(shop.db, now.date())
    days, places = np.unique(np.array(portion.days, np.int64), return_inverse=True)
    weights = [
        affinity.weight(date.fromordinal(day), landmark, chosen.half_life_days) for day in days.tolist()
    ]
    return np.array(weights, np.int64)[places]


def _rows(portion: Portion, basket: Baskets, issued_at: str) -> list[Row]:
    """One that contributes nothing keeps neither channel nor buyer nor weight as learned."""
    words, ends = list(map(str, basket.products.tolist())), np.cumsum(basket.sizes).tolist()
    learned = [
        f"[{','.join(words[end - size : end])}]" for end, size in zip(ends, portion.sizes, strict=True)
    ]
    channels, weights = basket.channels.tolist(), basket.weights[0].tolist()
    return [
        (order_id, channel, buyer, at, issued_at, text, *((said, channel, buyer, weight) if size else NOTHING_LEARNED))
        for order_id, channel, buyer, at, text, said, weight, size in zip(
            portion.ids, channels, portion.buyers, portion.moments, portion.snapshots, learned, weights, portion.sizes,
            strict=True,
        )
    ]  # fmt: skip
