"""How likely a shopper takes what is offered: begun from the evidence, corrected by what shoppers answered."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

IMAGINARY_OFFERS = 40.0
"""The evidence counts like so many offers: after forty real ones, what shoppers did weighs as much as what was expected."""

LEAST = 0.0005
MOST = 0.9
"""Nothing is impossible and nothing is sure: a mean at an end could never be corrected."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What shoppers answered to one suggestion, decayed: how often it was offered, taken, and turned down by a press."""

    offered: float = 0.0
    taken: float = 0.0
    declined: float = 0.0


NO_ANSWERS = Answers()


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A Beta distribution: `taken` and `left` are its two parameters, imaginary offers included."""

    taken: float
    left: float

    @property
    def mean(self) -> float:
        """The expected share of shoppers who take it."""
        return self.taken / (self.taken + self.left)

    def drawn(self, dice: Random) -> float:
        """One draw, for a trial (Thompson 1933): what is hardly known may come out far above its mean."""
        return dice.betavariate(self.taken, self.left)


DECLINES_WEIGH = 2.0
"""A press on "not this one" says more than passing by: it counts like so many offers that were not taken."""


def acceptance(expected: float, answers: Answers = NO_ANSWERS) -> Acceptance:
    """The posterior of a Beta prior with mean `expected`, worth IMAGINARY_OFFERS, after these answers."""
    mean = min(max(expected, LEAST), MOST)
    left = max(answers.offered - answers.taken, 0.0) + (DECLINES_WEIGH - 1) * answers.declined
    return Acceptance(
        mean * IMAGINARY_OFFERS + answers.taken,
        (1 - mean) * IMAGINARY_OFFERS + left,
    )
