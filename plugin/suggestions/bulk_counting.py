"""What learning many orders at once does to the counts: the same as one after the other, by sorting instead of looking up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]

NOBODY = -1
"""The buyer of an order whose buyer is not known."""

WHOLE_SHOP = 0
"""The scope beside the channels, by its number in the store."""

NEVER = -1
"""The heaviest weight of what a buyer had not bought before. Weights of very old orders are 0."""

LOW = (1 << 32) - 1
"""A pair in one whole number: the smaller product number above these bits, the larger one in them."""


@dataclass(frozen=True, slots=True)
class Baskets:
    """Contributions of several orders, as columns.

    `products`: the numbers of each order's products, ascending and without repetition, one order after the other; `sizes`
    says how many belong to each. `buyers`: NOBODY, or any number that stands for the buyer. `weights`: one column for every
    sum that is kept.
    """

    sizes: Whole
    products: Whole
    buyers: Whole
    channels: Whole
    weights: tuple[Whole, ...]

    def of(self, chosen: NDArray[np.bool_]) -> Baskets:
        """Some of the orders."""
        lines = np.repeat(chosen, self.sizes)
        weights = tuple(weight[chosen] for weight in self.weights)
        return Baskets(
            self.sizes[chosen], self.products[lines], self.buyers[chosen], self.channels[chosen], weights
        )


NOTHING: Whole = np.empty(0, np.int64)

NO_BASKETS = Baskets(NOTHING, NOTHING, NOTHING, NOTHING, (NOTHING,))


@dataclass(frozen=True, slots=True)
class Counts:
    """What is to be added per key, keys ascending: orders, distinct buyers, a sum per weight; of products the buyers' weight, too."""

    keys: Whole
    columns: tuple[Whole, ...]

    def __len__(self) -> int:
        return len(self.keys)


NO_COUNTS = Counts(NOTHING, ())


@dataclass(frozen=True, slots=True)
class Differences:
    """What orders add to the counts of a scope: of single products (key: its number), of pairs (key: see LOW), of all orders."""

    alone: Counts
    together: Counts
    totals: tuple[int, ...]


Owed = Mapping[tuple[int, ...], Differences]
"""Differences by the scopes they are the same in."""


def learned(new: Baskets, before: Baskets) -> Owed:
    """What these orders add to the counts. `before`: what all other orders of their buyers contribute."""
    known = np.unique(np.concatenate([new.channels, before.channels]))
    if not len(new.sizes):
        return {}
    if len(known) == 1:
        return {(WHOLE_SHOP, int(known[0])): _differences(new, before)}
    scopes: dict[tuple[int, ...], Differences] = {(WHOLE_SHOP,): _differences(new, before)}
    for channel in np.unique(new.channels):
        here = _differences(new.of(new.channels == channel), before.of(before.channels == channel))
        scopes[(int(channel),)] = here
    return scopes


def total(several: Sequence[Owed]) -> Owed:
    """The sum."""
    scopes = sorted({scopes for owed in several for scopes in owed})
    return {wanted: _sum([owed[wanted] for owed in several if wanted in owed]) for wanted in scopes}


def pairs(sizes: Whole, products: Whole) -> tuple[Whole, Whole]:
    """Every pair of each order as one number, and which order it is of. Orders of one size at a time, all at once."""
    starts = np.cumsum(sizes) - sizes
    keys, owners = [NOTHING], [NOTHING]
    for size in np.unique(sizes[sizes > 1]):
        chosen = np.flatnonzero(sizes == size)
        held = products[starts[chosen][:, None] + np.arange(size)]
        first, second = np.triu_indices(size, 1)
        keys.append((held[:, first] << 32 | held[:, second]).ravel())
        owners.append(np.repeat(chosen, len(first)))
    return np.concatenate(keys), np.concatenate(owners)


def both_directions(counted: Counts) -> Counts:
    """The same pairs with either product first."""
    keys = np.concatenate([counted.keys, counted.keys << 32 | counted.keys >> 32])
    order = np.argsort(keys)
    of = order % max(1, len(counted))
    return Counts(keys[order], tuple(column[of] for column in counted.columns))


def sum_of_counts(several: Sequence[Counts]) -> Counts:
    """Each key once."""
    keys = np.concatenate([one.keys for one in several])
    if not len(keys):
        return several[0]
    order = np.argsort(keys)
    keys = keys[order]
    starts = np.flatnonzero(np.diff(keys, prepend=-1))
    columns = zip(*(one.columns for one in several), strict=True)
    return Counts(
        keys[starts],
        tuple(np.add.reduceat(np.concatenate(column)[order], starts) for column in columns),
    )


def _differences(new: Baskets, before: Baskets) -> Differences:
    before = _shared(before, new)
    lines = np.repeat(np.arange(len(new.sizes)), new.sizes)
    lines_before = np.repeat(np.arange(len(before.sizes)), before.sizes)
    alone = _Met(new.products, lines, new, before.products, lines_before, before)
    together = _Met(*pairs(new.sizes, new.products), new, *pairs(before.sizes, before.products), before)
    totals = (len(new.sizes), *(int(weight.sum()) for weight in new.weights))
    return Differences(
        Counts(alone.keys, (*alone.sums(), alone.buyers_weight())),
        Counts(together.keys, together.sums()),
        totals,
    )


def _shared(before: Baskets, new: Baskets) -> Baskets:
    """Only the lines of products that the same buyer buys now: nothing else is compared."""
    wanted = np.repeat(new.buyers, new.sizes) << 32 | new.products
    owners = np.repeat(np.arange(len(before.sizes)), before.sizes)
    kept = np.isin(before.buyers[owners] << 32 | before.products, wanted)
    sizes = np.bincount(owners[kept], minlength=len(before.sizes))
    return Baskets(sizes, before.products[kept], before.buyers, before.channels, before.weights)


class _Met:
    """Every product, or every pair, that orders hold, put together by key."""

    def __init__(
        self,
        keys: Whole,
        owners: Whole,
        new: Baskets,
        keys_before: Whole,
        owners_before: Whole,
        before: Baskets,
    ) -> None:
        order = np.argsort(keys)
        keys, self.owners, self.new = keys[order], owners[order], new
        begins = np.empty(len(keys), np.bool_)
        begins[:1], begins[1:] = True, keys[1:] != keys[:-1]
        self.starts = np.flatnonzero(begins)
        self.keys, self.places = keys[self.starts], np.cumsum(begins) - 1
        self.buyers = new.buyers[self.owners]
        every = np.concatenate([new.buyers, before.buyers])
        often = np.bincount(every[every != NOBODY], minlength=1) > 1
        self.again = (self.buyers != NOBODY) & often[self.buyers]
        self.first = self._first(keys_before, owners_before, before)

    def sums(self) -> tuple[Whole, ...]:
        """Orders, distinct buyers, and a sum per weight."""
        orders = np.diff(self.starts, append=len(self.places))
        buyers = np.bincount(self.places[(self.buyers != NOBODY) & ~self.again], minlength=len(self.keys))
        packed, _heaviest, before = self.first
        buyers += np.bincount(packed[before == NEVER] >> 32, minlength=len(self.keys))
        return (orders, buyers, *(self._summed(weight) for weight in self.new.weights))

    def buyers_weight(self) -> Whole:
        """The first weight, each buyer's heaviest only; whoever nobody knows is a buyer of their own."""
        sums = np.zeros(len(self.keys), np.int64)
        np.add.at(sums, self.places[~self.again], self.new.weights[0][self.owners[~self.again]])
        packed, heaviest, before = self.first
        np.add.at(sums, packed >> 32, np.maximum(0, heaviest - np.maximum(0, before)))
        return sums

    def _summed(self, weight: Whole) -> Whole:
        if not len(self.starts):
            return NOTHING
        return np.add.reduceat(weight[self.owners], self.starts)

    def _first(self, keys_before: Whole, owners_before: Whole, before: Baskets) -> tuple[Whole, Whole, Whole]:
        """Of buyers with several orders: each key and buyer once, its heaviest weight, and what that was before, or NEVER."""
        packed = self.places[self.again] << 32 | self.buyers[self.again]
        mine, heaviest = _heaviest(packed, self.new.weights[0][self.owners[self.again]])
        places = np.searchsorted(self.keys, keys_before)
        places[places == len(self.keys)] = 0
        met = self.keys[places] == keys_before if len(self.keys) else np.zeros(len(places), np.bool_)
        packed = places[met] << 32 | before.buyers[owners_before[met]]
        theirs, heavy = _heaviest(packed, before.weights[0][owners_before[met]])
        _both, of_mine, of_theirs = np.intersect1d(mine, theirs, assume_unique=True, return_indices=True)
        known = np.full(len(mine), NEVER)
        known[of_mine] = heavy[of_theirs]
        return mine, heaviest, known


def _heaviest(packed: Whole, weights: Whole) -> tuple[Whole, Whole]:
    """Each once, with its heaviest weight."""
    order = np.argsort(packed)
    packed = packed[order]
    starts = np.flatnonzero(np.diff(packed, prepend=-1))
    if not len(starts):
        return packed, packed
    return packed[starts], np.maximum.reduceat(weights[order], starts)


def _sum(several: Sequence[Differences]) -> Differences:
    if len(several) == 1:
        return several[0]
    totals = tuple(sum(each) for each in zip(*(one.totals for one in several), strict=True))
    return Differences(
        sum_of_counts([one.alone for one in several]),
        sum_of_counts([one.together for one in several]),
        totals,
    )
