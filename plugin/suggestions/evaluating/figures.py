"""What a ranker's answers are worth: hit rates, NDCG, and how many baskets and products it reaches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from plugin.suggestions.evaluating.intervals import estimate
from plugin.suggestions.evaluating.model import (
    LISTED,
    SHOWN,
    TANDEM,
    Estimate,
    Figures,
    HeldOut,
)
from plugin.suggestions.model import ProductNumber

NOWHERE = LISTED
"""The place of what was not named."""

Answers = Sequence[Sequence[ProductNumber]]
"""One list of at most LISTED products per basket."""


def figures(answers: Answers, held: Sequence[HeldOut], bought: Mapping[ProductNumber, int]) -> Figures:
    """All of them. `bought`: in how many orders every product was that could be named."""
    places = found_at(answers, held)
    ndcg = np.where(places < LISTED, 1 / np.log2(places + 2.0), 0.0)
    answered = np.array([float(len(answer) > 0) for answer in answers])
    return Figures(
        first_three=estimate(hits(places, SHOWN)),
        first_ten=estimate(hits(places, LISTED)),
        ndcg=estimate(ndcg),
        answered=estimate(answered),
        catalogue=len({product for answer in answers for product in answer}) / max(len(bought), 1),
        tail=_of_tail(hits(places, SHOWN), held, bought),
    )


def bestsellers(bought: Mapping[ProductNumber, int]) -> frozenset[ProductNumber]:
    """The few products that make half of all sales."""
    ranked = sorted(bought, key=lambda product: (-bought[product], product))
    sold = np.cumsum([bought[product] for product in ranked])
    return frozenset(ranked[: int((sold <= sum(bought.values()) / 2).sum())])


def _of_tail(
    found: NDArray[np.float64], held: Sequence[HeldOut], bought: Mapping[ProductNumber, int]
) -> Estimate | None:
    head = bestsellers(bought)
    tail = np.array([one.hidden in bought and one.hidden not in head for one in held])
    return estimate(found[tail]) if tail.any() else None


def ahead(
    answers: Mapping[str, Answers], held: Sequence[HeldOut], figures: Mapping[str, Figures]
) -> tuple[str, Estimate]:
    """The best of the others, and by how much Tandem finds more among the first three; basket by basket, which is sharper."""
    rival = max(
        (name for name in figures if name != TANDEM), key=lambda name: figures[name].first_three.value
    )
    ours, theirs = (hits(found_at(answers[name], held), SHOWN) for name in (TANDEM, rival))
    return rival, estimate(ours - theirs)


def found_at(answers: Answers, held: Sequence[HeldOut]) -> NDArray[np.int64]:
    """In which place each hidden product was named, from 0; NOWHERE otherwise."""
    return np.array(
        [
            list(answer).index(one.hidden) if one.hidden in answer else NOWHERE
            for answer, one in zip(answers, held, strict=True)
        ],
        dtype=np.int64,
    )


def hits(places: NDArray[np.int64], first: int) -> NDArray[np.float64]:
    """1 where it was among the first so many, else 0."""
    return (places < first).astype(np.float64)
