"""The blends of a shop, learned from its own later orders: of each some is hidden, and should be found by what was fitted to the earlier ones."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from plugin.suggestions.fitting import blending
from plugin.suggestions.fitting.blending import IN_GENERAL, SPARING, Blends, Example
from plugin.suggestions.fitting.rows import NO_ROW, Row
from plugin.suggestions.fitting.scoring import MOST_LINES, Blend, heard
from plugin.suggestions.fitting.whole import Whole

LATER = 0.1
MOST_ASKED = 2_500
LEAST_ASKED = 30
"""The share of the orders that is asked about, how many of them at most; with fewer the shop keeps the general blends."""

QUESTIONS = 12_000
"""So many products are hidden in all, one at a time: of each basket some, in a small shop all. With a third of them luck moved
what was learned by one percent."""

PAGES = 3
"""So many of a basket's products are asked about as on a page of their own; all the rest of it is hidden then."""

SEED = 7

PRODUCT = "product"

Done = Callable[[int, int], None]
"""Told now and then: how many of how many. May raise to stop."""


@dataclass(frozen=True, slots=True)
class Later:
    """An order that is asked about: its products in the order they were added, and the buyer's own purchases before it."""

    products: Sequence[int]
    own: Row = NO_ROW


@dataclass(frozen=True, slots=True)
class Question:
    """A basket, what was hidden of it, and whose purchases may be heard."""

    basket: Sequence[int]
    hidden: Sequence[int]
    own: Row = NO_ROW


def in_general() -> Blends:
    """The blends of a shop nothing was learned of."""
    return {wanted: (blend,) * len(blending.SIZES) for wanted, blend in IN_GENERAL.items()}


def chosen(orders: Sequence[int]) -> list[int]:
    """Those of the later orders that are asked about, in their order; the same ones every time."""
    if len(orders) <= MOST_ASKED:
        return list(orders)
    return sorted(np.random.default_rng(SEED).choice(orders, MOST_ASKED, replace=False).tolist())


def learned(
    whole: Whole, later: Sequence[Later], told: Done | None = None, of: Collection[str] = tuple(IN_GENERAL)
) -> Blends:
    """The blends under which most of what was hidden is found, `of` what is looked for. `whole`: fitted to the orders before these."""
    if len(later) < LEAST_ASKED:
        return in_general()
    dice = np.random.default_rng(SEED)
    each = max(1, QUESTIONS // len(later))
    hidden = [dice.permutation(len(order.products))[:each].tolist() for order in later]
    blends = {}
    for turn, wanted in enumerate(of):
        examples: list[Example] = []
        for place, (order, some) in enumerate(zip(later, hidden, strict=True)):
            examples += _examples(whole, wanted, order, some)
            if told is not None:
                told(turn * len(later) + place, len(of) * len(later))
        blends[wanted] = blending.learn_by_size(examples, IN_GENERAL[wanted], SPARING.get(wanted, ()))
    return blends


def _examples(whole: Whole, wanted: str, order: Later, hidden: Sequence[int]) -> Iterator[Example]:
    general = IN_GENERAL[wanted]
    for asked in _questions(wanted, order, hidden):
        basket = whole.basket(asked.basket[-MOST_LINES:], asked.own, wanted == PRODUCT)
        said = heard(basket, general)
        if made := blending.example(said, asked.hidden, general, lines=len(asked.basket)):
            yield made


def _questions(wanted: str, order: Later, hidden: Sequence[int]) -> Iterator[Question]:
    held = list(order.products)
    if wanted == "next":
        yield Question(held[:-1], held[-1:])
    elif wanted == PRODUCT:
        for place in hidden[:PAGES]:
            yield Question([held[place]], held[:place] + held[place + 1 :])
    elif wanted != "own" or len(order.own.products):
        own = order.own if wanted == "own" else NO_ROW
        for place in hidden:
            yield Question(held[:place] + held[place + 1 :], [held[place]], own)


def of_size(blends: Mapping[str, Sequence[Blend]], wanted: str, lines: int) -> Blend:
    """The blend for baskets of so many lines."""
    return blends[wanted][blending.size_of(lines)]
