"""Times of ours and a peer, taken in turns in one run: machines are shared, only what runs side by side compares."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter

Work = Callable[[int], object]
"""One repetition; told which."""


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds of every repetition, shortest first."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """Seconds."""
        return self.at(0.5)

    @property
    def total(self) -> float:
        """Seconds of all repetitions."""
        return sum(self.seconds)

    @property
    def per_second(self) -> float:
        """Repetitions a second, one after the other."""
        return len(self.seconds) / self.total

    def at(self, share: float) -> float:
        """The time that this share of the repetitions stayed below, in seconds."""
        return self.seconds[min(len(self.seconds) - 1, int(len(self.seconds) * share))]


def in_turns(repetitions: int, works: Sequence[Work], warm_up: int = 0) -> list[Times]:
    """Every work in every round, each round beginning with another one. The first `warm_up` rounds are not counted."""
    taken: list[list[float]] = [[] for _ in works]
    gc.collect()
    for number in range(warm_up + repetitions):
        for turn in range(len(works)):
            which = (turn + number) % len(works)
            started = perf_counter()
            works[which](number)
            seconds = perf_counter() - started
            if number >= warm_up:
                taken[which].append(seconds)
    return [Times(tuple(sorted(seconds))) for seconds in taken]


def ms(seconds: float) -> str:
    """Milliseconds for people."""
    return f"{seconds * 1000:,.2f} ms" if seconds < 1 else f"{seconds * 1000:,.0f} ms"
