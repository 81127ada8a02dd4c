"""The peers that see the buyer's own past orders alone, and not the basket: own frequency and TIFU-KNN."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
from scipy import sparse  # type: ignore[import-untyped]  # it brings no types

from tests.benchmarks.quality.past import Asked, Matrix, Numbers, Past, Scores
from tests.benchmarks.quality.peers import A_TRACE, Fit, Scorer

ALMOST_NOTHING = 1e-6
"""Of popularity: below any purchase of one's own, above nothing."""


def own_frequency(past: Past, fade: float = 1.0) -> Scorer:
    """How often the buyer bought it before, each order counting `fade` of the next one; then what sells most."""
    weights = np.zeros(len(past))
    for orders in _orders_of_buyers(past):
        weights[orders] = fade ** np.arange(len(orders))[::-1]
    own = _by_buyer(past, weights)

    def score(asked: Asked) -> Scores:
        rows: Scores = own[np.maximum(asked.buyers, 0)].toarray()
        rows *= (asked.buyers >= 0)[:, None]
        rows += past.counts / max(past.counts.max(), 1) * ALMOST_NOTHING
        return rows

    return score


def tifu_knn(
    past: Past, k: float = 300, alpha: float = 0.7, m: float = 7, rb: float = 0.9, rg: float = 0.7
) -> Scorer:
    """Temporal item frequency with nearest buyers (Hu, He, Gao and Zhang 2020).

    A buyer's orders fall into `m` groups by time; within a group an order counts `rb` of the next one, a group `rg` of
    the next one. Of the buyer's own vector counts `alpha`, of the mean of the `k` nearest buyers' vectors the rest.
    """
    weights = np.zeros(len(past))
    for orders in _orders_of_buyers(past):
        weights[orders] = _ages(len(orders), int(m), rb, rg)
    own = _by_buyer(past, weights)
    near = _neighbours(own, int(k))

    def score(asked: Asked) -> Scores:
        buyers = np.maximum(asked.buyers, 0)
        mixed: Scores = (alpha * own[buyers] + (1 - alpha) * (near[buyers] @ own)).toarray()
        mixed *= (asked.buyers >= 0)[:, None]
        mixed += past.counts / max(past.counts.max(), 1) * A_TRACE
        return mixed

    return score


def _ages(count: int, m: int, rb: float, rg: float) -> Scores:
    """The weight of each of a buyer's orders, oldest first: the newer groups take what does not divide evenly."""
    sizes = [len(part) for part in np.array_split(np.arange(count), min(m, count))][::-1]
    groups = len(sizes)
    parts = [
        rb ** np.arange(size)[::-1] / size * rg ** (groups - 1 - place) / groups
        for place, size in enumerate(sizes)
    ]
    return np.concatenate(parts)


def _neighbours(own: Matrix, k: int) -> Matrix:
    """Buyers by buyers: an equal share for each of the `k` nearest others, by Euclidean distance."""
    buyers = own.shape[0]
    nearest = min(k, buyers - 1)
    if nearest < 1:
        return sparse.csr_matrix((buyers, buyers))
    squares = np.asarray(own.multiply(own).sum(1)).ravel()
    distance = squares - 2 * (own @ own.T).toarray()
    np.fill_diagonal(distance, np.inf)
    best = np.argpartition(distance, nearest - 1, axis=1)[:, :nearest]
    starts = np.arange(buyers + 1) * nearest
    return sparse.csr_matrix((np.full(best.size, 1 / nearest), best.ravel(), starts), shape=distance.shape)


def _orders_of_buyers(past: Past) -> list[Numbers]:
    """The numbers of each known buyer's orders, oldest first."""
    by_buyer = np.argsort(past.buyers, kind="stable")
    ends = np.searchsorted(past.buyers[by_buyer], np.arange(len(past.buyer_numbers) + 1))
    parts = [by_buyer[start:end] for start, end in pairwise(ends)]
    return [part for part in parts if len(part)]


def _by_buyer(past: Past, weights: Scores) -> Matrix:
    """Buyers by products: the summed weights of the orders in which they bought it."""
    known = np.flatnonzero(past.buyers >= 0)
    shape = (max(len(past.buyer_numbers), 1), len(past))
    return sparse.csr_matrix((weights[known], (past.buyers[known], known)), shape=shape) @ past.bought


BUYERS_PEERS: Mapping[str, Fit] = {"own frequency": own_frequency, "TIFU-KNN": tifu_knn}
