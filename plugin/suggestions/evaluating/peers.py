"""What Tandem is held against, on the same orders: bestsellers, and plain "bought together" as most shops have it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

import numpy as np

from plugin.suggestions.evaluating import counts
from plugin.suggestions.evaluating.model import LISTED, Ranker, TrainingOrder
from plugin.suggestions.model import ProductNumber

REMEMBERED = 1_000
"""Products whose companions are kept: baskets hold the same few again and again."""


def bestsellers(orders: Sequence[TrainingOrder]) -> Ranker:
    """The products in most orders, whatever is in the basket."""
    held = counts.counted(orders)
    ranked = np.lexsort((held.numbers, -held.orders))
    numbers = [ProductNumber(int(number)) for number in held.numbers[ranked]]

    def rank(basket: Sequence[ProductNumber], _buyer: str | None, _at: datetime) -> list[ProductNumber]:
        own = set(basket)
        return [number for number in numbers[: LISTED + len(own)] if number not in own][:LISTED]

    return rank


def bought_together(orders: Sequence[TrainingOrder]) -> Ranker:
    """Co-occurrence: the sum over the basket of the share of orders with the one product that held the other."""
    held = counts.counted(orders)
    bought = held.orders

    @lru_cache(REMEMBERED)
    def shares(place: int) -> tuple[counts.Whole, counts.Real]:
        near, met, _weight = counts.together(held, place)
        return near, met / bought[place]

    def rank(basket: Sequence[ProductNumber], _buyer: str | None, _at: datetime) -> list[ProductNumber]:
        own = counts.places(held, basket)
        scores = np.zeros(len(held.numbers))
        for place in own.tolist():
            near, share = shares(place)
            scores[near] += share
        return counts.best(held, scores, own)

    return rank
