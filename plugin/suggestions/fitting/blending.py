"""How loud each ingredient is in this shop: learned from its own later orders, from what was hidden of each and should be found.

A conditional logit (McFadden 1974) over the candidates of each basket, with weights that are never negative and are held near what
holds for shops in general: little evidence moves them little.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plugin.suggestions.fitting.rows import Floats, Places
from plugin.suggestions.fitting.scoring import INGREDIENTS, Blend, Heard

IN_GENERAL: dict[str, Blend] = {
    "any": {"ridge": 1.0, "neighbours": 0.5, "share": 0.1, "lift": 0.1, "category": 0.1, "alike": 0.05, "popular": 0.03},
    "next": {"ridge": 0.5, "ridge_later": 0.7, "neighbours": 0.2, "neighbours_later": 0.4, "close": 0.1, "close_last": 0.5,
             "share": 0.1, "lift": 0.1, "category": 0.1, "alike": 0.05, "popular": 0.03},
    "product": {"share": 0.7, "lift": 0.3, "ridge": 0.3, "neighbours": 0.5, "category": 0.1, "alike": 0.05, "popular": 0.03},
    "own": {"ridge": 1.0, "neighbours": 0.5, "own": 0.7, "share": 0.1, "lift": 0.1, "category": 0.1, "popular": 0.03},
}  # fmt: skip
"""What is looked for, and how loud each ingredient is until the shop's own orders say otherwise."""

SHARPNESS = 6.0
"""How much a weight of 1 tells likely from unlikely: turns a blend into the logit's weights."""

HELD = 20.0
"""The general blend counts like so many baskets."""

STEPS = 400


@dataclass(frozen=True, slots=True)
class Example:
    """What the ingredients said for one basket, and which of the candidates were hidden (positions; not empty)."""

    scores: Floats
    found: Places


def example(heard: Heard, hidden: Sequence[int], blend: Blend, most: int = 300) -> Example | None:
    """The `most` candidates likeliest by the general blend; None where nothing that was hidden is among them.

    What was hidden is not added to them: then what speaks for strange candidates only when they are right would look wise.
    """
    likely = np.sort(np.argsort(-heard.by(blend), kind="stable")[:most])
    found = np.flatnonzero(np.isin(heard.products[likely], np.asarray(hidden, np.int64)))
    return Example(heard.scores[likely], found) if len(found) else None


def learn(examples: Sequence[Example], general: Blend) -> Blend:
    """The blend under which what was hidden is likeliest, held near the general one; only its ingredients may be loud."""
    start = np.array([general.get(name, 0.0) for name in INGREDIENTS]) * SHARPNESS
    used = start > 0
    if not examples:
        return general
    weights = start[used]
    task = _Task(examples, used, weights)
    step, before, ahead = 1.0 / task.curvature(), weights, weights
    for turn in range(STEPS):  # accelerated projected gradient (Nesterov 1983)
        after = np.maximum(ahead - step * task.gradient(ahead), 0.0)
        ahead = after + turn / (turn + 3) * (after - before)
        if np.abs(after - before).max() < 1e-5:
            break
        before = after
    top = before.max() or 1.0
    named = np.array(INGREDIENTS)[used].tolist()
    return {name: round(float(weight / top), 4) for name, weight in zip(named, before, strict=True)}


class _Task:
    def __init__(self, examples: Sequence[Example], used: NDArray[np.bool_], near: Floats) -> None:
        sizes = np.array([len(one.scores) for one in examples])
        self._starts = np.cumsum(sizes) - sizes
        self._sizes, self._near = sizes, near
        self._scores = np.concatenate([one.scores for one in examples])[:, used]
        many = np.array([len(one.found) for one in examples])
        at = np.concatenate([one.found for one in examples]) + np.repeat(self._starts, many)
        share = np.repeat(1.0 / many, many)
        self._wanted = share @ self._scores[at]

    def gradient(self, weights: Floats) -> Floats:
        said = self._scores @ weights
        said -= np.repeat(np.maximum.reduceat(said, self._starts), self._sizes)
        likely = np.exp(said)
        likely /= np.repeat(np.add.reduceat(likely, self._starts), self._sizes)
        found: Floats = likely @ self._scores - self._wanted + HELD * (weights - self._near) / SHARPNESS
        return found

    def curvature(self) -> float:
        """An upper bound of the second derivative: the largest spread of scores there can be, basket by basket."""
        squares = np.add.reduceat((self._scores**2).max(axis=1) * self._scores.shape[1], self._starts)
        return float(min(squares.sum(), len(self._sizes) * self._scores.shape[1]) * 0.25 + HELD / SHARPNESS)
