"""Times of ours and a peer, taken in turns in one run: machines are shared, only what runs side by side compares."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter, thread_time

Work = Callable[[int], object]
"""One repetition; told which."""


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds of every repetition, shortest first: by the clock, and of this thread's processor time."""

    clock: tuple[float, ...]
    processor: tuple[float, ...]

    @property
    def median(self) -> float:
        """Seconds by the clock."""
        return self.below(0.5)

    @property
    def p95(self) -> float:
        """Seconds by the clock that 95 of 100 stayed below."""
        return self.below(0.95)

    @property
    def worked(self) -> float:
        """Median seconds of processor time: what remains when neighbours on the machine are noisy."""
        return self.processor[len(self.processor) // 2]

    @property
    def per_second(self) -> float:
        """Repetitions a second, one after the other."""
        return len(self.clock) / sum(self.clock)

    def below(self, share: float) -> float:
        """The seconds this share of the repetitions stayed below."""
        return self.clock[min(len(self.clock) - 1, int(len(self.clock) * share))]


def in_turns(repetitions: int, works: Sequence[Work], warm_up: int = 0, stretch: int = 1) -> list[Times]:
    """Every work in every round, in turns of `stretch` rounds, each beginning with another one. The first `warm_up` rounds are not counted.

    A longer stretch leaves each work the caches it fills itself, as in a process that does nothing else.
    """
    taken: list[list[tuple[float, float]]] = [[] for _ in works]
    rounds = range(warm_up + repetitions)
    gc.collect()
    for turn, first in enumerate(rounds[::stretch]):
        for place in range(len(works)):
            which = (place + turn) % len(works)
            for number in rounds[first : first + stretch]:
                started, began = perf_counter(), thread_time()
                works[which](number)
                seconds = perf_counter() - started, thread_time() - began
                if number >= warm_up:
                    taken[which].append(seconds)
    return [
        Times(tuple(sorted(clock for clock, _ in each)), tuple(sorted(worked for _, worked in each)))
        for each in taken
    ]


def ms(seconds: float) -> str:
    """Milliseconds for people."""
    return f"{seconds * 1000:,.2f} ms" if seconds < 1 else f"{seconds * 1000:,.0f} ms"
