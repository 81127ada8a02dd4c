"""Whether two products are the same thing, one of them better: an HDMI cable is no upgrade of a shorter USB cable."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from plugin.suggestions.model import BetterFact
from plugin.suggestions.upgrades.scales import IGNORED, Scales, Values
from plugin.suggestions.upgrades.taste import plain

WELL_DESCRIBED = 4
LEAST_BETTER = 2
"""Products that share so many attributes, and of which one is better in so many and worse in none, are compared by these
whatever they are called. With fewer, what they are is told by their names."""


def are_kin(
    names: tuple[str, str], described: tuple[Values, Values], facts: Sequence[BetterFact], scales: Scales
) -> bool:
    """Whether the new one is what the old one is: everything in the old name is in the new one, or is a fact that is told.

    `names` and `described`: of the old one and the new one.
    """
    lost = _words(names[0]) - _words(names[1])
    for fact in facts:
        lost -= _words(fact.old)
    if not lost:
        return True
    if any(word[0].isdigit() for word in lost):  # 14 in, 24-70 mm: a size that no attribute tells
        return False
    shared = [one for one in described[0] if one in described[1] and one in scales]
    telling = sum(scales[one].way != IGNORED for one in shared)
    better = sum(fact.better for fact in facts)
    return telling >= WELL_DESCRIBED and better >= LEAST_BETTER and better == len(facts)


@lru_cache(maxsize=20_000)
def _words(text: str) -> frozenset[str]:
    """Words and numbers; 64GB is two of them."""
    return frozenset(re.findall(r"\d+(?:[.,]\d+)*|[^\W\d]+\d+\w*|[^\W\d]+", plain(text)))
