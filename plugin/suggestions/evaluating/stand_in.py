"""The formula of affinity.py on orders in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import numpy as np

from plugin.suggestions import affinity
from plugin.suggestions.evaluating import counts
from plugin.suggestions.evaluating.model import LISTED, Ranker, TrainingOrder
from plugin.suggestions.model import Neighbour, ProductNumber

NEAREST = 200
"""Neighbours of one product that are looked at, the heaviest ones, as the store does."""


def fit(orders: Sequence[TrainingOrder]) -> Ranker:
    """Ranks by association, as the store's counts would."""
    held = counts.counted(orders)
    bought = held.orders
    now = np.bincount(held.products, np.repeat(held.weights, np.diff(held.begins)), len(held.numbers))

    def neighbours(place: int) -> Iterator[Neighbour]:
        near, met, weight = counts.together(held, place)
        strongest = np.lexsort((near, -weight))[:NEAREST]
        for other, orders_met, weight_met in zip(
            near[strongest].tolist(), met[strongest].tolist(), weight[strongest].tolist(), strict=True
        ):
            yield Neighbour(
                ProductNumber(int(held.numbers[other])), ProductNumber(int(held.numbers[place])), orders_met, orders_met,
                int(bought[place]), int(bought[other]), weight_met, float(now[place]), float(now[other]),
            )  # fmt: skip

    def rank(basket: Sequence[ProductNumber], _buyer: str | None, _at: datetime) -> list[ProductNumber]:
        own = counts.places(held, basket)
        found = affinity.ranked((near for place in own.tolist() for near in neighbours(place)), len(orders))
        return [one.product for one in found if one.product not in basket][:LISTED]

    return rank
