"""The peers that see the basket alone: each reads the past once, then scores every product for many baskets at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray
from scipy import sparse  # type: ignore[import-untyped]  # it brings no types
from scipy.linalg import lapack  # type: ignore[import-untyped]  # as above

from tests.benchmarks.quality.past import Asked, Past, Scores

Scorer = Callable[[Asked], Scores]
"""One row of scores for each basket, one column for each product."""

Fit = Callable[..., Scorer]

A_TRACE = 1e-12
"""Of popularity, in every peer: where it knows nothing, bestsellers come first."""


def pop(past: Past) -> Scorer:
    """The same for every basket: what sells most."""
    return lambda asked: np.tile(past.counts, (len(asked.buyers), 1))


def cond(past: Past) -> Scorer:
    """Confidence: P(product | a product of the basket), summed over the basket."""
    rate = sparse.diags(1 / np.maximum(past.counts, 1)) @ past.together
    return lambda asked: (asked.baskets @ rate).toarray() + past.counts * A_TRACE


def cosine(past: Past, shrink: float = 100) -> Scorer:
    """Orders with both by the geometric mean of orders with either, drawn towards zero where there are few."""
    pairs = past.together.tocoo()
    by = np.sqrt(past.counts[pairs.row] * past.counts[pairs.col]) + shrink
    weight = sparse.csr_matrix((pairs.data / by, (pairs.row, pairs.col)), shape=pairs.shape)
    return lambda asked: (asked.baskets @ weight).toarray() + past.counts * A_TRACE


def rp3beta(past: Past, alpha: float = 0.8, beta: float = 0.2) -> Scorer:
    """Random walk of three steps, popular products held back (Paudel et al. 2017)."""
    out = sparse.diags(1 / np.maximum(past.counts, 1) ** alpha) @ past.bought.T
    walk = (out @ (sparse.diags(1 / np.maximum(past.sizes, 1) ** alpha) @ past.bought)).tocsr()
    fade = 1 / np.maximum(past.counts, 1) ** beta
    return lambda asked: (asked.baskets @ walk).toarray() * fade + past.counts * A_TRACE


def ease(past: Past, lam: float = 200, most: float = 8000) -> Scorer:
    """Ridge regression of every product on all others, in closed form (Steck 2019), on the `most` bestsellers."""
    top = np.sort(np.argsort(-past.counts, kind="stable")[: int(most)])
    inside = past.bought[:, top]
    gram = (inside.T @ inside).toarray().astype(np.float32)
    gram[np.diag_indices_from(gram)] += lam
    weight = _inverse(gram)
    weight /= -np.diag(weight)
    np.fill_diagonal(weight, 0)

    def score(asked: Asked) -> Scores:
        scores = np.tile(past.counts * A_TRACE, (len(asked.buyers), 1))
        scores[:, top] += asked.baskets[:, top].astype(np.float32) @ weight
        return scores

    return score


def _inverse(gram: NDArray[np.float32]) -> NDArray[np.float32]:
    """By Cholesky, in place: the matrix is symmetric and positive, which halves and halves again what it costs."""
    factor, failed = lapack.spotrf(gram.T, lower=1, overwrite_a=1)
    inverse, singular = lapack.spotri(factor, lower=1, overwrite_c=1)
    if failed or singular:
        raise np.linalg.LinAlgError("the ridge is too small for single precision")
    half: NDArray[np.float32] = np.tril(inverse)
    return half + np.tril(half, -1).T


def vsknn(past: Past, k: float = 100, norm: float = 0.3, power: float = 2.0, idf: float = 0.5) -> Scorer:
    """The nearest past baskets vote for what else was in them (Ludewig and Jannach 2018; sets, not sessions)."""
    rarity = np.log1p(len(past) / np.maximum(past.counts, 1)) ** idf
    postings = (sparse.diags(rarity) @ past.bought.T).tocsr()
    postings = (postings @ sparse.diags(1 / np.maximum(past.sizes, 1) ** norm)).tocsr()
    nearest = min(int(k), len(past) - 1)

    def score(asked: Asked) -> Scores:
        near = (asked.baskets @ postings).toarray()
        best = np.argpartition(-near, nearest, axis=1)[:, :nearest]
        votes = np.take_along_axis(near, best, 1) ** power
        starts = np.arange(len(best) + 1) * nearest
        voters = sparse.csr_matrix((votes.ravel(), best.ravel(), starts), shape=near.shape)
        scores: Scores = (voters @ past.bought).toarray() + past.counts * A_TRACE
        return scores

    return score


BASKET_PEERS: Mapping[str, Fit] = {
    "pop": pop, "cond": cond, "cosine": cosine, "rp3beta": rp3beta, "ease": ease, "vsknn": vsknn,
}  # fmt: skip
