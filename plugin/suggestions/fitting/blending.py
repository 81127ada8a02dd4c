"""How loud each ingredient is in this shop: learned from its own later orders, from what was hidden of each and should be found.

First a conditional logit (McFadden 1974) over the candidates of each basket, with weights that are never negative and are held near
what holds for shops in general: little evidence moves them little. Then, ingredient by ingredient, whatever brings more of what was
hidden among the first ten, and higher up (NDCG, Järvelin and Kekäläinen 2002); of that the more, the more baskets say so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plugin.suggestions.fitting.rows import Floats, Places
from plugin.suggestions.fitting.scoring import INGREDIENTS, Blend, Heard

IN_GENERAL: dict[str, Blend] = {
    "any": {"ridge": 1.0, "neighbours": 0.5, "lift": 0.1, "category": 0.05, "alike": 0.05, "popular": 0.03},
    "next": {"ridge": 0.5, "ridge_later": 0.7, "neighbours": 0.2, "neighbours_later": 0.4, "close": 0.1, "close_last": 0.5,
             "share": 0.1, "lift": 0.1, "category": 0.1, "alike": 0.05, "popular": 0.03},
    "product": {"share": 0.7, "lift": 0.3, "ridge": 0.3, "neighbours": 0.5, "category": 0.1, "alike": 0.05, "popular": 0.03},
    "own": {"ridge": 1.0, "neighbours": 0.5, "own": 0.7, "lift": 0.1, "category": 0.05, "alike": 0.05, "popular": 0.03},
}  # fmt: skip
"""What is looked for, and how loud each ingredient is until the shop's own orders say otherwise."""

SPARING = {"any": ("lift", "popular", "category"), "own": ("lift", "popular", "category")}
"""What a whole basket seldom needs, and what few baskets are easily fooled by: heard where it clearly helps."""

SHARPNESS = 6.0
"""How much a weight of 1 tells likely from unlikely: turns a blend into the logit's weights."""

HELD = 20.0
"""The general blend counts like so many baskets."""

STEPS = 400

CANDIDATES = 100
"""Those likeliest by the general blend; the rest hardly ever comes among the first."""

TRIED = (0.0, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5, 2.5)
ROUNDS = 3
"""What each ingredient's weight is tried at in turn, so many times around."""

JUDGED = 10
"""The first so many are what is looked at."""

CLEARLY = 1.01
"""What is spared is heard only where that finds this much more: on a little more luck nothing is built."""

LAST_RESORTS = ("category", "popular")
QUIET = 0.2
"""Spared, these have so much of their general weight: enough where nothing else speaks."""

DOUBTED = 50.0
"""Of so many examples what the trying found is heard half, and half what the logit says."""


@dataclass(frozen=True, slots=True)
class Example:
    """What the ingredients said for one basket, and which of the candidates were hidden (positions; not empty)."""

    scores: Floats
    found: Places


def example(heard: Heard, hidden: Sequence[int], blend: Blend, most: int = CANDIDATES) -> Example | None:
    """The `most` candidates likeliest by the general blend; None where nothing that was hidden is among them.

    What was hidden is not added to them: then what speaks for strange candidates only when they are right would look wise.
    """
    likely = np.sort(np.argsort(-heard.by(blend), kind="stable")[:most])
    found = np.flatnonzero(np.isin(heard.products[likely], np.asarray(hidden, np.int64)))
    return Example(heard.scores[likely], found) if len(found) else None


def learn(examples: Sequence[Example], general: Blend, sparing: Sequence[str] = ()) -> Blend:
    """The blend under which most of what was hidden is found, held near the general one; only its ingredients may be loud.

    `sparing`: ingredients that are learned only where that finds clearly more, the first of them first; until then
    they are silent, and the last resorts quiet.
    """
    if not examples:
        return general
    names = [name for name in INGREDIENTS if general.get(name, 0.0) > 0]
    judge = _Judge(examples, np.array([name in names for name in INGREDIENTS]))
    near = np.array([general[name] for name in names])
    quiet = np.array([QUIET * general[name] if name in LAST_RESORTS else 0.0 for name in names])
    best, most = near, 0.0
    for spared in range(len(sparing), -1, -1):
        loud = np.array([name not in sparing[len(sparing) - spared :] for name in names])
        learned = np.where(loud, _learned(judge, near, loud), quiet)
        if (found := judge.found(learned)) > most * CLEARLY:
            best, most = learned, found
    return {name: round(float(weight / best.max()), 4) for name, weight in zip(names, best, strict=True)}


def _learned(judge: _Judge, near: Floats, loud: NDArray[np.bool_]) -> Floats:
    """The weights of what is loud, the others silent: the logit's, and from there what was tried."""
    weights = np.zeros(len(near))
    weights[loud] = judge.task(loud, near[loud] * SHARPNESS).solved()
    return judge.tried(weights / (weights.max() or 1.0), np.flatnonzero(loud).tolist())


class _Judge:
    """How much of what was hidden a blend finds."""

    def __init__(self, examples: Sequence[Example], used: NDArray[np.bool_]) -> None:
        self._examples, self._used = examples, used
        most = max(JUDGED, *(len(one.scores) for one in examples))
        self._scores = np.zeros((len(examples), most, int(used.sum())), np.float32)
        self._found = np.zeros((len(examples), most), np.float32)
        self._none = np.ones((len(examples), most), np.bool_)
        for at, one in enumerate(examples):
            self._scores[at, : len(one.scores)] = one.scores[:, used]
            self._none[at, : len(one.scores)] = False
            self._found[at, one.found] = 1.0
        self._worth = 1 / np.log2(np.arange(JUDGED) + 2.0)

    def task(self, loud: NDArray[np.bool_], near: Floats) -> _Task:
        """The logit of what is loud."""
        used = self._used.copy()
        used[used] = loud
        return _Task(self._examples, used, near)

    def tried(self, start: Floats, places: Sequence[int]) -> Floats:
        """From `start` on, one weight changed at a time, whatever finds more; between the two, the nearer the fewer examples say it."""
        weights, best = start, self.found(start)
        for _ in range(ROUNDS):
            before = best
            for at in places:
                for value in TRIED:
                    other = weights.copy()
                    other[at] = value
                    if (found := self.found(other)) > best:
                        weights, best = other, found
            if best <= before:
                break
        heard = len(self._examples) / (len(self._examples) + DOUBTED)
        return heard * weights / (weights.max() or 1.0) + (1 - heard) * start

    def found(self, weights: Floats) -> float:
        """The gain of what is among the first JUDGED, less the lower it stands."""
        said = self._scores @ weights.astype(np.float32)
        said[self._none] = -np.inf
        first = np.argpartition(-said, JUDGED - 1, axis=1)[:, :JUDGED]
        order = np.argsort(-np.take_along_axis(said, first, axis=1), axis=1, kind="stable")
        first = np.take_along_axis(first, order, axis=1)
        return float((np.take_along_axis(self._found, first, axis=1) @ self._worth).sum())


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

    def solved(self) -> Floats:
        """The likeliest weights: accelerated projected gradient (Nesterov 1983)."""
        step, before, ahead = 1.0 / self.curvature(), self._near, self._near
        for turn in range(STEPS):
            after = np.maximum(ahead - step * self.gradient(ahead), 0.0)
            ahead = after + turn / (turn + 3) * (after - before)
            if np.abs(after - before).max() < 1e-5:
                break
            before = after
        return before

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
