"""Tandem's own model on orders in memory: fitted to the earlier ones, with the blend learned from the last of those."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from plugin.suggestions.evaluating.model import LISTED, Ranker, TrainingOrder
from plugin.suggestions.fitting import blending
from plugin.suggestions.fitting.blending import IN_GENERAL, Example
from plugin.suggestions.fitting.past import Past, past
from plugin.suggestions.fitting.scoring import Blend, heard, ranked
from plugin.suggestions.fitting.whole import Whole
from plugin.suggestions.model import ProductNumber

WANTED = "any"
LATER = 0.1
MOST_ASKED = 500
LEAST_ASKED = 30
"""The share of the orders the blend is learned from, how many are asked about at most, and with fewer the general blend stays."""

SEED = 11


def fit(orders: Sequence[TrainingOrder]) -> Ranker:
    """Ranks as the shop's own model would that had learned these orders, without names and categories."""
    scale = float(max((order.weight for order in orders), default=1)) or 1.0
    every = past([np.array(order.products, np.int32) for order in orders], [order.weight for order in orders])
    below = int(every.products.max(initial=0)) + 1
    blend = _blend(every, below, scale)
    whole = Whole(every, below, scale=scale)
    whole.solve()

    def rank(basket: Sequence[ProductNumber], _buyer: str | None, _at: datetime) -> list[ProductNumber]:
        found, _scores = ranked(heard(whole.basket(basket), blend), blend, LISTED)
        return [ProductNumber(product) for product in found]

    return rank


def _blend(every: Past, below: int, scale: float) -> Blend:
    cut = round(len(every) * (1 - LATER))
    later = [at for at in range(cut, len(every)) if len(every.basket(at)) > 1]
    if len(later) < LEAST_ASKED:
        return IN_GENERAL[WANTED]
    dice = np.random.default_rng(SEED)
    whole = Whole(every.part(0, cut), below, scale=scale)
    whole.solve()
    examples: list[Example] = []
    for at in sorted(dice.permutation(later)[:MOST_ASKED].tolist()):
        held = every.basket(at).tolist()
        hidden = held.pop(int(dice.integers(len(held))))
        if made := blending.example(heard(whole.basket(held)), [hidden], IN_GENERAL[WANTED]):
            examples.append(made)
    return blending.learn(examples, IN_GENERAL[WANTED])
