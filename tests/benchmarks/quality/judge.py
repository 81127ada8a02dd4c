"""The judge: how often what was hidden of a later basket is found again among the first ten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.quality.folders import Hidden, baskets_in, hidden_in, order_rows

SEED = 20261121
"""Of the judge everybody is measured by: the same baskets, the same intervals."""

SAMPLES = 1000
BEST = 10
AT_A_GLANCE = 4
MISSED = 99

Interval = tuple[float, float]


class BadRanking(ValueError):
    """A ranking that repeats a product, offers one of the basket, or is missing."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What the rankings of one prepared folder are held against."""

    shown: Sequence[tuple[str, ...]]
    hidden: Sequence[Hidden]
    head: frozenset[str]
    """The bestsellers that together make up half of all lines."""
    sold: frozenset[str]

    @property
    def many(self) -> bool:
        """Whether all the rest was hidden, so that precision is asked for."""
        return bool(self.hidden) and isinstance(self.hidden[0], list)


@dataclass(frozen=True, slots=True)
class Figures:
    """One ranking judged. `worth` is NDCG@10 of each basket, or precision@10 where all the rest was hidden."""

    worth: NDArray[np.float64]
    hits: NDArray[np.float64]
    hits_4: float
    tail: float | None
    coverage: float
    length: float

    @property
    def main(self) -> float:
        """NDCG@10, or precision@10."""
        return float(self.worth.mean())

    @property
    def hit_rate(self) -> float:
        """Share of baskets whose hidden product is among the first ten."""
        return float(self.hits.mean())


def truth_in(folder: Path) -> Truth:
    """The truth of a prepared folder."""
    counts: dict[str, int] = {}
    for row in order_rows(folder):
        counts[row.product] = counts.get(row.product, 0) + 1
    return Truth(
        [basket.products for basket in baskets_in(folder)],
        hidden_in(folder),
        head_of(counts),
        frozenset(counts),
    )


def head_of(counts: dict[str, int]) -> frozenset[str]:
    """The bestsellers whose lines together stay within half of all lines."""
    ordered = sorted(counts, key=lambda product: -counts[product])
    lines = np.cumsum([counts[product] for product in ordered])
    return frozenset(ordered[: int((lines <= lines[-1] / 2).sum())]) if counts else frozenset()


def judged(truth: Truth, ranks: Sequence[Sequence[str]]) -> Figures:
    """The figures of one ranking. Raises BadRanking."""
    ranks = [ranked[:BEST] for ranked in ranks]
    if len(ranks) != len(truth.hidden):
        raise BadRanking(f"{len(ranks)} rankings for {len(truth.hidden)} baskets")
    for ranked, basket in zip(ranks, truth.shown, strict=True):
        if len(set(ranked)) != len(ranked) or not set(ranked).isdisjoint(basket):
            raise BadRanking("a ranking repeats a product or offers one of the basket")
    coverage = len({product for ranked in ranks for product in ranked}) / len(truth.sold)
    length = float(np.mean([len(ranked) for ranked in ranks]))
    if truth.many:
        right = [len(set(ranked) & set(rest)) for ranked, rest in zip(ranks, truth.hidden, strict=True)]
        precision = np.array(right) / BEST
        return Figures(precision, (precision > 0).astype(float), 0.0, None, coverage, length)
    places = np.array([_place(ranked, one) for ranked, one in zip(ranks, truth.hidden, strict=True)])
    hits = (places < BEST).astype(float)
    tail = np.array([one in truth.sold and one not in truth.head for one in truth.hidden])
    return Figures(
        worth=np.where(places < BEST, 1 / np.log2(places + 2.0), 0.0),
        hits=hits,
        hits_4=float((places < AT_A_GLANCE).mean()),
        tail=float(hits[tail].mean()) if tail.any() else None,
        coverage=coverage,
        length=length,
    )


def interval(values: NDArray[np.float64]) -> Interval:
    """Where the mean lies with 95 % probability: 1,000 bootstrap samples of the baskets, seeded."""
    dice = np.random.default_rng(SEED)
    means = values[dice.integers(len(values), size=(SAMPLES, len(values)))].mean(1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def _place(ranked: Sequence[str], hidden: Hidden) -> int:
    return ranked.index(hidden) if isinstance(hidden, str) and hidden in ranked else MISSED
