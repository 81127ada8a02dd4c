"""Tandem's own model on orders in memory: fitted to the earlier ones, with the blend learned from the last of those."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from plugin.suggestions.evaluating.model import LISTED, Ranker, TrainingOrder
from plugin.suggestions.fitting import learning
from plugin.suggestions.fitting.blending import Blends
from plugin.suggestions.fitting.learning import Later
from plugin.suggestions.fitting.past import Past, past
from plugin.suggestions.fitting.scoring import heard, ranked
from plugin.suggestions.fitting.whole import Whole
from plugin.suggestions.model import ProductNumber

WANTED = "any"


def fit(orders: Sequence[TrainingOrder]) -> Ranker:
    """Ranks as the shop's own model would that had learned these orders, without names and categories."""
    scale = float(max((order.weight for order in orders), default=1)) or 1.0
    every = past([np.array(order.products, np.int32) for order in orders], [order.weight for order in orders])
    below = int(every.products.max(initial=0)) + 1
    blends = _blends(every, below, scale)
    whole = Whole(every, below, scale=scale)
    whole.solve()

    def rank(basket: Sequence[ProductNumber], _buyer: str | None, _at: datetime) -> list[ProductNumber]:
        blend = learning.of_size(blends, WANTED, len(basket))
        found, _scores = ranked(heard(whole.basket(basket), blend), blend, LISTED)
        return [ProductNumber(product) for product in found]

    return rank


def _blends(every: Past, below: int, scale: float) -> Blends:
    cut = round(len(every) * (1 - learning.LATER))
    asked = learning.chosen([at for at in range(cut, len(every)) if len(every.basket(at)) > 1])
    if len(asked) < learning.LEAST_ASKED:
        return learning.in_general()
    whole = Whole(every.part(0, cut), below, scale=scale)
    whole.solve()
    return learning.learned(whole, [Later(every.basket(at).tolist()) for at in asked], of=(WANTED,))
