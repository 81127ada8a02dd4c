"""What is learned from, and what is asked: split by time, one product hidden at random, samples chosen blindly; all of it seeded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np

from plugin.suggestions.evaluating.model import HeldOut, TrainingOrder

TEST_SHARE = 0.1
"""The newest tenth is asked about; the rest is learned from."""

SAMPLES = 6

SEED = 20261122
"""The same shop gets the same answer."""


def split(orders: Sequence[TrainingOrder]) -> tuple[Sequence[TrainingOrder], Sequence[TrainingOrder]]:
    """The earlier orders and the later ones. `orders`: oldest first."""
    border = len(orders) - int(len(orders) * TEST_SHARE)
    return orders[:border], orders[border:]


def held_out(later: Sequence[TrainingOrder], most: int) -> list[HeldOut]:
    """One product hidden of each order with two or more, of at most so many orders, in their order.

    Orders Tandem had a part in are not asked about: to find what it suggested itself proves nothing.
    """
    fit = [order for order in later if len(order.products) > 1 and not order.caused]
    rng = np.random.default_rng(SEED)
    chosen = np.arange(len(fit))
    if len(fit) > most:
        chosen = np.sort(rng.choice(len(fit), most, replace=False))
    return [_without_one(fit[at], int(rng.integers(len(fit[at].products)))) for at in chosen]


def samples(baskets: int) -> list[int]:
    """Places of a handful of baskets to look at, chosen blindly."""
    rng = np.random.default_rng(SEED)
    return sorted(int(at) for at in rng.choice(baskets, min(SAMPLES, baskets), replace=False))


def _without_one(order: TrainingOrder, hidden: int) -> HeldOut:
    basket = (*order.products[:hidden], *order.products[hidden + 1 :])
    at = datetime.fromtimestamp(order.ordered_at, UTC)
    return HeldOut(basket, order.products[hidden], order.buyer, at)
