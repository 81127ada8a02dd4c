"""Products whose names share rare words: what is left to go by where products have hardly ever met."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from plugin.suggestions.fitting.rows import NO_ROW, Floats, Places, Row, row, strongest

KEPT = 20
MOST_SHARING = 400
"""A word in more names than this tells nothing that is worth its time."""

LEAST_LIKE = 0.1

WORD = re.compile(r"[^\W_]{2,}")


def alike(names: Mapping[int, str]) -> Iterator[tuple[int, Row]]:
    """Per product number those with the most similar names: cosine of tf-idf vectors, the KEPT strongest."""
    numbers = np.array(sorted(names), np.int64)
    words = [sorted(set(WORD.findall(names[number].lower()))) for number in numbers.tolist()]
    places = _places(words)
    weight = {word: float(np.log(len(numbers) / len(there))) for word, there in places.items()}
    lengths = np.array([sum(weight[word] ** 2 for word in own) ** 0.5 or 1.0 for own in words])
    for place, (number, own) in enumerate(zip(numbers.tolist(), words, strict=True)):
        yield number, _like(place, own, places, weight, lengths, numbers)


def _places(words: Iterable[Iterable[str]]) -> dict[str, Places]:
    """Per word where it occurs."""
    words = list(words)
    seen = Counter(word for own in words for word in own)
    found: dict[str, list[int]] = {word: [] for word in seen}
    for place, own in enumerate(words):
        for word in own:
            found[word].append(place)
    return {word: np.array(there, np.int64) for word, there in found.items()}


def _like(
    place: int, own: Iterable[str], places: dict[str, Places], weight: dict[str, float], lengths: Floats, numbers: Places
) -> Row:  # fmt: skip
    telling = [word for word in own if 1 < len(places[word]) <= MOST_SHARING]
    if not telling:
        return NO_ROW
    shared = np.concatenate([places[word] for word in telling])
    worth = np.repeat([weight[word] ** 2 for word in telling], [len(places[word]) for word in telling])
    there, which = np.unique(shared, return_inverse=True)
    like = np.bincount(which, worth) / (lengths[there] * lengths[place])
    kept = (there != place) & (like >= LEAST_LIKE)
    return strongest(row(numbers[there[kept]], like[kept]), KEPT)
