"""What is bought beside a category: the last thing to go by for a product that has met nothing yet."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from plugin.suggestions.fitting.past import Together
from plugin.suggestions.fitting.rows import Floats, Places, Row, row, strongest

KEPT = 60
RELATED = 12
OF_EACH = 10
"""Per category the RELATED ones met most, and OF_EACH of them the products bought most."""


def beside_categories(counts: Together, category_of: Mapping[int, str]) -> dict[str, Row]:
    """Per category the products to expect beside it: P(their category | this category) * their share of their category."""
    names = sorted(set(category_of.values()))
    if not names:
        return {}
    place = {name: at for at, name in enumerate(names)}
    of = np.full(len(counts.alone), -1, np.int64)
    for product, name in category_of.items():
        if product < len(of):
            of[product] = place[name]
    met = _met(counts, of, len(names))
    best = _best(counts.alone, of, len(names))
    return {name: _beside(met.get(at, {}), best) for name, at in place.items()}


def _met(counts: Together, of: Places, many: int) -> dict[int, dict[int, float]]:
    """How often products of two categories were in one order, per category; a category may meet itself."""
    first, second = of[counts.keys // len(counts.alone)], of[counts.others.astype(np.int64)]
    known = (first >= 0) & (second >= 0)
    pairs, which = np.unique(first[known] * many + second[known], return_inverse=True)
    sums = np.bincount(which, counts.met[known], minlength=len(pairs))
    found: dict[int, dict[int, float]] = {}
    for pair, weight in zip(pairs.tolist(), sums.tolist(), strict=True):
        found.setdefault(pair // many, {})[pair % many] = weight
    return found


def _best(alone: Floats, of: Places, many: int) -> list[list[tuple[int, float]]]:
    """Per category the products bought most, and their share of it."""
    found: list[list[tuple[int, float]]] = [[] for _ in range(many)]
    totals = np.bincount(of[of >= 0], alone[of >= 0], minlength=many)
    for product in np.lexsort((np.arange(len(alone)), -alone)).tolist():
        at = of[product]
        if at >= 0 and alone[product] > 0 and len(found[at]) < OF_EACH:
            found[at].append((product, float(alone[product] / totals[at])))
    return found


def _beside(met: Mapping[int, float], best: list[list[tuple[int, float]]]) -> Row:
    total = sum(met.values()) or 1.0
    related = sorted(met, key=lambda at: (-met[at], at))[:RELATED]
    said = [(product, met[at] / total * share) for at in related for product, share in best[at]]
    return strongest(row([product for product, _ in said], [weight for _, weight in said]), KEPT)
