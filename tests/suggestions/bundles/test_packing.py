"""The best packing is the best: held against trying everything."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.suggestions.bundles.packing import Thing, best_packing

supplies = st.lists(st.integers(0, 4), min_size=4, max_size=4)
uses = st.dictionaries(st.integers(0, 3), st.integers(1, 2), min_size=1, max_size=3).map(
    lambda chosen: tuple(sorted(chosen.items()))
)
things = st.lists(st.builds(Thing, st.integers(0, 50), uses), min_size=0, max_size=6)


def value(things: list[Thing], counts: dict[int, int]) -> int:
    return sum(things[place].value * count for place, count in counts.items())


def by_trying_everything(things: list[Thing], supplies: list[int]) -> int:
    """The greatest value there is."""
    most = [min((supplies[supply] // amount for supply, amount in thing.uses), default=0) for thing in things]
    return max(
        value(things, dict(enumerate(counts)))
        for counts in product(*(range(one + 1) for one in most))
        if fits(things, dict(enumerate(counts)), supplies)
    )


def fits(things: list[Thing], counts: dict[int, int], supplies: list[int]) -> bool:
    used = [0] * len(supplies)
    for place, count in counts.items():
        for supply, amount in things[place].uses:
            used[supply] += amount * count
    return all(taken <= there for taken, there in zip(used, supplies, strict=True))


@settings(max_examples=1_000, deadline=None)
@given(things, supplies)
def test_no_packing_is_better_than_the_best(things: list[Thing], supplies: list[int]) -> None:
    found = best_packing(things, supplies)

    assert fits(things, found, supplies)
    assert value(things, found) == by_trying_everything(things, supplies)


def test_nothing_to_take_is_an_answer() -> None:
    assert best_packing([], []) == {}
    assert best_packing([Thing(5, ((0, 2),))], [1]) == {}
