"""How loud each ingredient is in this shop: learned from its own later orders, from what was hidden of each and should be found.

First a conditional logit (McFadden 1974) over the candidates of each basket, with weights that are never negative and are held near
what holds for shops in general: little evidence moves them little. Then, ingredient by ingredient, whatever brings more of what was
hidden among the first ten, and higher up (NDCG, Järvelin and Kekäläinen 2002); of that the more, the more baskets say so.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
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

SELDOM = ("neighbours", "lift", "popular", "category")
SPARING = {"any": SELDOM, "own": SELDOM}
"""What not every shop's whole baskets need, and what few baskets are easily fooled by: heard where it clearly helps."""

Blends = Mapping[str, Sequence[Blend]]
"""What a shop learned: by what is looked for, a blend for each of the SIZES."""

SIZES = (0, 8)
"""Baskets of so many lines and more have a blend of their own: in a small one other things speak than in a large one."""

OF_ITS_SIZE = 0.5
"""What baskets of its size say, and for the rest what all say: of DOUBTED examples half of that."""

FOLDS, MOST_FOLDS = 4, 10
TRIED_IN_ALL = 30_000
"""The blend is learned at least, and at most, so many times, each time without another part of the examples; the mean is kept: luck
cancels. The less was found of what was hidden, the more often: all folds together try about so many."""

SHARPNESS = 6.0
"""How much a weight of 1 tells likely from unlikely: turns a blend into the logit's weights."""

HELD = 20.0
"""The general blend counts like so many baskets."""

STEPS = 100
NEAR_ENOUGH = 1e-4
"""So many steps at most, until none that costs less moves a weight by more."""

CANDIDATES = 100
"""Those likeliest by the general blend; the rest hardly ever comes among the first."""

TRIED = (0.0, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5, 2.5)
ROUNDS = 3
"""What each ingredient's weight is tried at in turn, so many times around."""

JUDGED = 10
JUDGED_AT_ONCE = 20_000
"""The first so many are what is looked at; so many hidden products at once, for the memory."""

CLEARLY = 1.02
"""What is spared is heard only where that finds this much more: on a little more luck nothing is built."""

LAST_RESORTS = ("category", "popular")
QUIET = 0.2
"""Spared, these have so much of their general weight: enough where nothing else speaks."""

DOUBTED = 50.0
"""Of so many examples what the trying found is heard half, and half what the logit says."""


@dataclass(frozen=True, slots=True)
class Example:
    """What the `ingredients` said for one basket of so many lines, a column each, and which of the candidates were hidden (positions;
    not empty)."""

    scores: NDArray[np.floating]
    found: Places
    lines: int = 1
    ingredients: Sequence[str] = INGREDIENTS

    def of(self, names: Sequence[str]) -> NDArray[np.floating]:
        """A column for each of these."""
        if tuple(names) == tuple(self.ingredients):
            return self.scores
        return self.scores[:, [self.ingredients.index(name) for name in names]]


def example(
    heard: Heard, hidden: Sequence[int], blend: Blend, most: int = CANDIDATES, lines: int = 1
) -> Example | None:
    """The `most` candidates likeliest by the general blend; None where nothing that was hidden is among them.

    What was hidden is not added to them: then what speaks for strange candidates only when they are right would look wise.
    """
    likely = np.sort(np.argsort(-heard.by(blend), kind="stable")[:most])
    found = np.flatnonzero(np.isin(heard.products[likely], np.asarray(hidden, np.int64)))
    if not len(found):
        return None
    return Example(heard.scores[likely].astype(np.float32), found, lines, heard.ingredients)


def size_of(lines: int) -> int:
    """Which of the SIZES a basket of so many lines has."""
    return bisect_right(SIZES, lines) - 1


def learn_by_size(
    examples: Sequence[Example], general: Blend, sparing: Sequence[str] = ()
) -> tuple[Blend, ...]:
    """A blend for each of the SIZES: half what baskets of that size say, half what all say."""
    every = learn(examples, general, sparing)
    sizes = [[one for one in examples if size_of(one.lines) == size] for size in range(len(SIZES))]
    if not all(sizes):
        return (every,) * len(SIZES)
    return tuple(
        _between(every, learn(some, general, sparing), OF_ITS_SIZE * len(some) / (len(some) + DOUBTED))
        for some in sizes
    )


def _between(one: Blend, other: Blend, part: float) -> Blend:
    """So much of the other, and the rest of the one."""
    return {name: round((1 - part) * one[name] + part * other.get(name, 0.0), 4) for name in one}


def learn(examples: Sequence[Example], general: Blend, sparing: Sequence[str] = ()) -> Blend:
    """The blend under which most of what was hidden is found, held near the general one; only its ingredients may be loud.

    `sparing`: ingredients that are learned only where that finds clearly more, the first of them first; until then
    they are silent, and the last resorts quiet.
    """
    if not examples:
        return general
    names = [name for name in INGREDIENTS if general.get(name, 0.0) > 0]
    judge = _Judge(examples, names)
    folds = [_Judge(some, names) for some in _folds(examples)]
    near = np.array([general[name] for name in names])
    quiet = np.array([QUIET * general[name] if name in LAST_RESORTS else 0.0 for name in names])
    best, most = near, 0.0
    for spared in range(len(sparing), -1, -1):
        loud = np.array([name not in sparing[len(sparing) - spared :] for name in names])
        learned = np.where(loud, _learned(judge, folds, near, loud), quiet)
        if (found := judge.found(learned)) > most * CLEARLY:
            best, most = learned, found
    if not best.any():
        return general
    return {name: round(float(weight / best.max()), 4) for name, weight in zip(names, best, strict=True)}


def _folds(examples: Sequence[Example]) -> list[list[Example]]:
    """The examples without each part of them; few stay together."""
    if len(examples) < FOLDS:
        return [list(examples)]
    found = sum(len(one.found) for one in examples)
    folds = min(len(examples), max(FOLDS, min(TRIED_IN_ALL // found, MOST_FOLDS)))
    return [[one for at, one in enumerate(examples) if at % folds != without] for without in range(folds)]


def _ahead(said: NDArray[np.float32], baskets: Places, places: Places) -> NDArray[np.float32]:
    """How far each candidate stands ahead of what was hidden, a row for each that was."""
    ahead: NDArray[np.float32] = said[baskets] - said[baskets, places][:, None]
    return ahead


def _learned(judge: _Judge, folds: Sequence[_Judge], near: Floats, loud: NDArray[np.bool_]) -> Floats:
    """The weights of what is loud, the others silent: the logit's, and from there what was tried."""
    general, places = near[loud] * SHARPNESS, np.flatnonzero(loud).tolist()
    of_all, learned = judge.task(loud, general).solved(general), []
    for fold in folds:
        weights = np.zeros(len(near))
        weights[loud] = fold.task(loud, general).solved(of_all)
        learned.append(fold.tried(weights / (weights.max() or 1.0), places))
    return np.asarray(np.mean(learned, axis=0), np.float64)


class _Judge:
    """How much of what was hidden a blend finds."""

    def __init__(self, examples: Sequence[Example], names: Sequence[str]) -> None:
        self._examples, self._names = examples, names
        most = max(len(one.scores) for one in examples)
        scores = np.full((len(names), len(examples), most), np.float32(np.nan))
        for at, one in enumerate(examples):
            scores[:, at, : len(one.scores)] = one.of(names).T
        self._basket = np.repeat(np.arange(len(examples)), [len(one.found) for one in examples])
        self._place = np.concatenate([one.found for one in examples])
        self._scores = scores
        self._worth = np.zeros(most + 1)
        self._worth[:JUDGED] = 1 / np.log2(np.arange(min(JUDGED, most + 1)) + 2.0)

    def task(self, loud: NDArray[np.bool_], near: Floats) -> _Task:
        """The logit of what is loud."""
        return _Task(
            self._examples, [name for name, heard in zip(self._names, loud, strict=True) if heard], near
        )

    def tried(self, start: Floats, places: Sequence[int]) -> Floats:
        """From `start` on, one weight changed at a time, whatever finds more; between the two, the nearer the fewer examples say it."""
        weights, best = start, self.found(start)
        for _ in range(ROUNDS):
            before = best
            for at in places:
                others = self._said(np.where(np.arange(len(weights)) == at, 0.0, weights))
                gains = self._gains(others, self._scores[at])
                if gains.max() > best:
                    weights, best = weights.copy(), float(gains.max())
                    weights[at] = TRIED[int(gains.argmax())]
            if best <= before:
                break
        heard = len(self._examples) / (len(self._examples) + DOUBTED)
        return heard * weights / (weights.max() or 1.0) + (1 - heard) * start

    def found(self, weights: Floats) -> float:
        """The gain of what is among the first JUDGED, less the lower it stands; of candidates that say the same it stands last."""
        return self._gain(self._said(weights))

    def _said(self, weights: Floats) -> NDArray[np.float32]:
        return np.asarray(np.tensordot(weights.astype(np.float32), self._scores, 1), np.float32)

    def _gains(self, others: NDArray[np.float32], one: NDArray[np.float32]) -> Floats:
        """The gain of the others and one more ingredient, as loud as each of TRIED."""
        gains = np.zeros(len(TRIED))
        for baskets, places in self._portions():
            gains += self._gains_of(_ahead(others, baskets, places), _ahead(one, baskets, places))
        return gains

    def _gains_of(self, others: NDArray[np.float32], one: NDArray[np.float32]) -> Floats:
        """Only candidates that the loudest and the quietest put on different sides of what was hidden are looked at each time."""
        low, high = others >= 0, others + np.float32(TRIED[-1]) * one >= 0
        always = (low & high).sum(axis=1)
        open_ = np.flatnonzero((low != high) & (always <= JUDGED)[:, None])
        which, others, one = open_ // low.shape[1], others.ravel()[open_], one.ravel()[open_]
        gains = np.empty(len(TRIED))
        for at, value in enumerate(TRIED):
            above = np.bincount(which[others + np.float32(value) * one >= 0], minlength=len(always))
            gains[at] = self._worth[always + above - 1].sum()
        return gains

    def _gain(self, said: NDArray[np.float32]) -> float:
        gain = 0.0
        for baskets, places in self._portions():
            above = (_ahead(said, baskets, places) >= 0).sum(axis=1) - 1
            gain += float(self._worth[above].sum())
        return gain

    def _portions(self) -> Iterator[tuple[Places, Places]]:
        """What was hidden, so many at a time: its basket, and its place in it."""
        for first in range(0, len(self._basket), JUDGED_AT_ONCE):
            yield self._basket[first : first + JUDGED_AT_ONCE], self._place[first : first + JUDGED_AT_ONCE]


class _Task:
    """The logit: how likely the candidates make what was hidden, less what it costs to be far from the general weights."""

    def __init__(self, examples: Sequence[Example], names: Sequence[str], near: Floats) -> None:
        sizes = np.array([len(one.scores) for one in examples])
        self._starts = np.cumsum(sizes) - sizes
        self._sizes, self._near = sizes, near
        self._scores = np.concatenate([one.of(names) for one in examples]).astype(np.float64)
        many = np.array([len(one.found) for one in examples])
        at = np.concatenate([one.found for one in examples]) + np.repeat(self._starts, many)
        share = np.repeat(1.0 / many, many)
        self._wanted = share @ self._scores[at]

    def solved(self, start: Floats) -> Floats:
        """The likeliest weights, none below 0: Newton's method, each step the best there is within the bounds."""
        weights, here = start, self._at(start)
        for _ in range(STEPS):
            step = _within(weights, here.slope, here.bend)
            while np.abs(step).max() > NEAR_ENOUGH:
                there = self._at(weights + step)
                if there.cost < here.cost:
                    break
                step = step / 2
            else:
                break
            weights, here = weights + step, there
        return weights

    def _at(self, weights: Floats) -> _Here:
        said = self._scores @ weights
        most = np.maximum.reduceat(said, self._starts)
        likely = np.exp(said - np.repeat(most, self._sizes))
        sums = np.add.reduceat(likely, self._starts)
        likely /= np.repeat(sums, self._sizes)
        heard = self._scores * likely[:, None]
        means = np.add.reduceat(heard, self._starts)
        far = weights - self._near
        held = HELD / SHARPNESS
        return _Here(
            float((np.log(sums) + most).sum() - self._wanted @ weights + held / 2 * far @ far),
            means.sum(axis=0) - self._wanted + held * far,
            heard.T @ self._scores - means.T @ means + held * np.eye(len(weights)),
        )


@dataclass(frozen=True, slots=True)
class _Here:
    """What some weights cost, and how that changes with each of them: the first and the second derivatives."""

    cost: float
    slope: Floats
    bend: Floats


def _within(weights: Floats, slope: Floats, bend: Floats) -> Floats:
    """The step that costs least, as far as the derivatives know, and leaves no weight below 0: one weight at a time."""
    step = np.zeros(len(weights))
    for _ in range(STEPS):
        before = step.copy()
        for at in range(len(step)):
            pull = slope[at] + bend[at] @ step
            step[at] = max(step[at] - pull / bend[at, at], -weights[at])
        if np.abs(step - before).max() < NEAR_ENOUGH / 100:
            break
    return step
