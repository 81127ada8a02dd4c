"""Local ridge regression: what each neighbour says for a product once all the others have been heard.

Steck's closed form (EASE, 2019) within the product's strongest neighbours, with the diagonal raised in proportion (EDLAE,
Steck 2020): from pair counts alone, with no limit on the catalogue, and only for what was touched.
"""

from __future__ import annotations

import numpy as np

from plugin.suggestions.fitting.past import Met
from plugin.suggestions.fitting.rows import NO_ROW, Floats, Products, Row, row, strongest

NEIGHBOURS = 100
"""Of those a product met most, the nearest: more say hardly anything new, and cost their third power."""

NEAREST_EXPONENT = 0.5
NEAREST_SHRINK = 5.0
"""Near is orders together / (orders of the neighbour + NEAREST_SHRINK) ^ NEAREST_EXPONENT: bestsellers, met by all, are not near for that."""

KEPT = 100
"""Weights kept of a row, the largest either way: a negative one tells what is bought instead."""

HEARD = 200
"""Of what a product says in the regressions of others the strongest are heard: a bestseller has a say in those of half the shop."""

LAMBDA = 20.0
RHO = 0.3
"""The diagonal is raised by RHO of itself and by LAMBDA orders: what was seen seldom says little. Measured on real baskets."""


def nearest(met: Met, alone: Floats) -> Met:
    """Of those met the NEIGHBOURS nearest, by number. `alone`: how often each was bought."""
    if len(met.products) <= NEIGHBOURS:
        return met
    near = met.weights / (alone + NEAREST_SHRINK) ** NEAREST_EXPONENT
    order = np.lexsort((met.products, -near))[:NEIGHBOURS]
    order.sort()
    return Met(met.products[order], met.weights[order])


def weights(neighbours: Products, among: Floats, alone: Floats, with_product: Floats) -> Row:
    """What each neighbour says for the product, the KEPT strongest.

    `among`: how often the neighbours met each other (n x n, its diagonal is ignored), `alone`: how often each was bought,
    `with_product`: how often each met the product. All in orders of today.
    """
    if not len(neighbours):
        return NO_ROW
    gram = np.array(among, np.float64)
    gram[np.diag_indices_from(gram)] = alone * (1 + RHO) + LAMBDA
    solved = np.linalg.solve(gram, with_product.astype(np.float64))
    return strongest(row(neighbours, solved), KEPT)
