"""Products that were put into baskets one right after the other: pairs close in the order of lines say more than far ones."""

from __future__ import annotations

import numpy as np

from plugin.suggestions.fitting.recent import Recent
from plugin.suggestions.fitting.rows import NO_ROW, Row, row, strongest

FARTHEST = 3
FADES = 0.5
"""The next line counts 1, the one after it FADES, and so on up to FARTHEST lines away, on both sides."""

KEPT = 60


def close_to(product: int, recent: Recent) -> Row:
    """What was added next to the product in its newest orders, by weight of the orders; the KEPT strongest."""
    if not len(recent.products):
        return NO_ROW
    order = np.repeat(np.arange(len(recent.sizes)), recent.sizes)
    at = np.flatnonzero(recent.products == product)
    met, said = [], []
    for distance in range(1, FARTHEST + 1):
        for side in (-distance, distance):
            there = at + side
            inside = (there >= 0) & (there < len(order))
            there, here = there[inside], at[inside]
            there = there[order[there] == order[here]]
            met.append(recent.products[there])
            said.append(recent.weights[order[there]].astype(np.float64) * FADES ** (distance - 1))
    products, which = np.unique(np.concatenate(met), return_inverse=True)
    return strongest(row(products, np.bincount(which, np.concatenate(said), minlength=len(products))), KEPT)
