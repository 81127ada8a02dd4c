"""Every peer at its best: parameters chosen on the last tenth of the training orders, as the judge splits them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tests.benchmarks.quality.past import Asked, Numbers, Past, Scores, rows_from
from tests.benchmarks.quality.peers import Fit, Scorer

Parameters = Mapping[str, float]

SEED = 5
MOST_BASKETS = 1000
"""On which a choice is judged: more cost time and change little."""

TEST_SHARE = 0.1
AT_ONCE = 12_000_000
"""Scores held at a time: 100 MB, a few of them."""

BEST = 10
ROUNDS = 3

GRIDS: Mapping[str, Mapping[str, Sequence[float]]] = {
    "cosine": {"shrink": (0, 2, 5, 10, 20, 50, 100, 200, 500)},
    "rp3beta": {
        "alpha": (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.3),
        "beta": (0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6),
    },
    "ease": {"lam": (5, 20, 50, 100, 200, 500, 1000, 2000), "most": (2000, 4000, 8000)},
    "vsknn": {
        "k": (50, 100, 200, 500, 1000, 2000),
        "norm": (0, 0.15, 0.3, 0.5, 0.7, 1),
        "power": (0.5, 1, 1.5, 2, 3, 4, 6),
        "idf": (0, 0.25, 0.5, 1, 2, 3),
    },
    "own frequency": {"fade": (1, 0.98, 0.95, 0.9, 0.8, 0.7, 0.5)},
    "TIFU-KNN": {
        "alpha": (0.1, 0.3, 0.5, 0.7, 0.9, 1.0),
        "k": (10, 50, 100, 300, 600, 900),
        "m": (1, 3, 7, 11, 19),
        "rb": (0.5, 0.6, 0.7, 0.8, 0.9, 1.0),
        "rg": (0.4, 0.6, 0.7, 0.8, 0.9, 1.0),
    },
}

STARTS: Mapping[str, Parameters] = {
    "cosine": {"shrink": 20},
    "rp3beta": {"alpha": 0.8, "beta": 0.2},
    "ease": {"most": 8000, "lam": 200},
    "vsknn": {"k": 200, "norm": 0.3, "power": 2, "idf": 0.5},
    "own frequency": {"fade": 1},
    "TIFU-KNN": {"alpha": 0.7, "k": 300, "m": 7, "rb": 0.9, "rg": 0.7},
}


@dataclass(frozen=True, eq=False)
class Question:
    """Baskets to complete, and the numbers of what was hidden of each."""

    asked: Asked
    hidden: Sequence[Numbers]


def tuned(name: str, fit: Fit, past: Past, hide: str) -> Parameters:
    """The best parameters found by moving one at a time through its grid until none improves."""
    parameters = dict(STARTS.get(name, {}))
    if not parameters:
        return parameters
    train, question = held_out(past, hide)
    tried: dict[tuple[float, ...], float] = {}

    def worth(candidate: Parameters) -> float:
        key = tuple(candidate.values())
        if key not in tried:
            tried[key] = found(best_of(fit(train, **candidate), question.asked), question.hidden)
        return tried[key]

    best = worth(parameters)
    for _ in range(ROUNDS):
        before = best
        for what, values in GRIDS[name].items():
            for value in values:
                if what == "most" and value >= len(past.products):
                    continue
                candidate = parameters | {what: value}
                if worth(candidate) > best:
                    parameters, best = candidate, worth(candidate)
        if best == before:
            break
    return parameters


def held_out(past: Past, hide: str) -> tuple[Past, Question]:
    """The earlier orders, and baskets of the later ones."""
    dice = np.random.default_rng(SEED)
    split = int(len(past) * (1 - TEST_SHARE))
    numbers = split + np.flatnonzero(past.sizes[split:] >= 2)
    if len(numbers) > MOST_BASKETS:
        numbers = np.sort(dice.choice(numbers, MOST_BASKETS, replace=False))
    shown, hidden = [], []
    for number in numbers:
        products = past.order(int(number))
        place = len(products) - 1 if hide == "last" else int(dice.integers(len(products)))
        one, others = products[place : place + 1], np.delete(products, place)
        shown.append(one if hide == "rest" else others)
        hidden.append(others if hide == "rest" else one)
    asked = Asked(rows_from(shown, len(past.products)), past.buyers[numbers])
    return past.first(split), Question(asked, hidden)


def best_of(scorer: Scorer, asked: Asked) -> Numbers:
    """The best ten products for each basket, best first, none from the basket; -1 where there are fewer."""
    rows, products = asked.baskets.shape
    step = max(1, AT_ONCE // max(products, 1))
    parts = [
        _best(scorer(part), part) for part in (asked.part(row, row + step) for row in range(0, rows, step))
    ]
    return np.concatenate(parts) if parts else np.zeros((0, BEST), np.int64)


def _best(scores: Scores, asked: Asked) -> Numbers:
    scores[asked.baskets.nonzero()] = -np.inf
    most = min(BEST, scores.shape[1] - 1)
    best = np.argpartition(-scores, most, axis=1)[:, :most]
    worth = np.take_along_axis(scores, best, 1)
    order = np.argsort(-worth, axis=1, kind="stable")
    best, worth = np.take_along_axis(best, order, 1), np.take_along_axis(worth, order, 1)
    return np.where(np.isfinite(worth), best, -1)


def found(best: Numbers, hidden: Sequence[Numbers]) -> float:
    """NDCG@10 where one product was hidden of each basket, precision@10 where more were."""
    if all(len(one) == 1 for one in hidden):
        hits = best == np.array([one[0] for one in hidden])[:, None]
        return float((hits / np.log2(np.arange(best.shape[1]) + 2.0)).sum(1).mean())
    return float(
        np.mean([len(np.intersect1d(ranked, one)) for ranked, one in zip(best, hidden, strict=True)]) / BEST
    )
