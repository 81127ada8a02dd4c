"""Differences on their way into the tables: laid down on the disk portion by portion, summed up in the order of the tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from tempfile import TemporaryFile
from typing import IO

import numpy as np

from plugin.suggestions.bulk_counting import (
    NO_COUNTS,
    Counts,
    Differences,
    Owed,
    Whole,
    both_directions,
    sum_of_counts,
    total,
)

Scopes = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """One portion's pairs in both directions on the disk, column by column. `starts`: per product where its pairs begin."""

    scopes: Scopes
    at: int
    columns: int
    starts: Whole

    def read(self, file: IO[bytes], first: int, last: int) -> Counts:
        """The pairs of the products from `first` to before `last`."""
        begin, end, rows = self._start(first), self._start(last), int(self.starts[-1])
        found = []
        for column in range(self.columns):
            file.seek(self.at + 8 * (column * rows + begin))
            found.append(np.fromfile(file, np.int64, end - begin))
        return Counts(found[0], tuple(found[1:]))

    def _start(self, product: int) -> int:
        return int(self.starts[min(product, len(self.starts) - 1)])


@dataclass(slots=True)
class OwedCounts:
    """All that is owed: of products and orders in memory, of pairs on the disk, however many they are."""

    file: IO[bytes] = field(default_factory=TemporaryFile)
    of_products: Owed = field(default_factory=dict)
    runs: list[Run] = field(default_factory=list)

    def add(self, owed: Owed) -> None:
        """Owe these, too."""
        for scopes, differences in owed.items():
            self.runs.append(self._laid_down(scopes, differences.together))
        alone = {
            scopes: Differences(differences.alone, NO_COUNTS, differences.totals)
            for scopes, differences in owed.items()
        }
        self.of_products = total([self.of_products, alone])

    def pairs(self, most: int) -> Iterator[tuple[Scopes, Counts]]:
        """The pairs in the order of the tables, summed up, in portions of about so many rows; keys are beside and product."""
        for scopes in sorted({run.scopes for run in self.runs}):
            runs = [run for run in self.runs if run.scopes == scopes]
            for first, last in _ranges(runs, most // len(scopes)):
                found = sum_of_counts([run.read(self.file, first, last) for run in runs])
                if len(found):
                    yield scopes, found

    def __len__(self) -> int:
        """Rows of pairs, as if no two portions had one in common."""
        return sum(len(run.scopes) * int(run.starts[-1]) for run in self.runs)

    def clear(self) -> None:
        """Owe nothing."""
        self.of_products, self.runs = {}, []
        self.file.seek(0)
        self.file.truncate()

    def close(self) -> None:
        """Free the disk."""
        self.file.close()

    def _laid_down(self, scopes: Scopes, counted: Counts) -> Run:
        self.file.seek(0, 2)
        at, both = self.file.tell(), both_directions(counted)
        for column in (both.keys, *both.columns):
            column.astype(np.int64, copy=False).tofile(self.file)
        largest = int(both.keys[-1] >> 32) if len(both) else 0
        starts = np.searchsorted(both.keys, np.arange(largest + 2) << 32)
        return Run(scopes, at, 1 + len(both.columns), starts)


def _ranges(runs: list[Run], most: int) -> Iterator[tuple[int, int]]:
    """Products from and to, so that no range has many more than `most` rows."""
    longest = max(len(run.starts) for run in runs)
    rows = np.zeros(longest, np.int64)
    for run in runs:
        rows += np.pad(run.starts, (0, longest - len(run.starts)), mode="edge")
    first, last_product = 0, longest - 1
    while first < last_product:
        last = int(np.searchsorted(rows, rows[first] + most, side="right")) - 1
        last = min(max(last, first + 1), last_product)
        yield first, last
        first = last
