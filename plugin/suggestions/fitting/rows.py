"""Packed rows: for one product, other products and what it says for each of them. Small enough for SQLite, quick enough for a basket."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Products = NDArray[np.int32]
"""Product numbers of a shop's file."""

Weights = NDArray[np.float32]

Floats = NDArray[np.float64]

Places = NDArray[np.int64]
"""Positions in other arrays."""


class Row(NamedTuple):
    """Products and a weight for each, of the same length, by product number."""

    products: Products
    weights: Weights


NO_ROW = Row(np.empty(0, np.int32), np.empty(0, np.float32))


def row(products: Sequence[int] | NDArray[Any], weights: Sequence[float] | NDArray[Any]) -> Row:
    """A row of these, brought into the order of the numbers."""
    numbers, values = np.asarray(products, np.int32), np.asarray(weights, np.float32)
    order = np.argsort(numbers, kind="stable")
    return Row(numbers[order], values[order])


def packed(one: Row) -> bytes:
    """Little-endian: all numbers, then all weights; 8 bytes an entry."""
    return one.products.astype("<i4").tobytes() + one.weights.astype("<f4").tobytes()


def unpacked(text: bytes | None) -> Row:
    """What `packed` made; nothing of nothing."""
    if not text:
        return NO_ROW
    half = len(text) // 2
    return Row(np.frombuffer(text, "<i4", half // 4), np.frombuffer(text, "<f4", half // 4, half))


def strongest(one: Row, most: int) -> Row:
    """At most so many entries, those that weigh most either way; ties by number."""
    if len(one.products) <= most:
        return one
    order = np.lexsort((one.products, -np.abs(one.weights)))[:most]
    order.sort()
    return Row(one.products[order], one.weights[order])


WIDEST_SPAN = 1 << 22
"""Keys farther apart are sorted instead: a table of their span would cost more."""


def grouped(keys: NDArray[Any]) -> tuple[Places, NDArray[Any]]:
    """Where each different key stands (once, in the order of its last place), and for every key which of those it is.

    As numpy.unique, which sorts; here a table of all keys between the smallest and the largest is written, and never cleared.
    """
    if not len(keys):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    low = int(keys.min())
    span = int(keys.max()) - low + 1
    if span > WIDEST_SPAN:
        _keys, first, which = np.unique(keys, return_index=True, return_inverse=True)
        return first, which
    at, table, spots = np.arange(len(keys), dtype=np.int32), np.empty(span, np.int32), keys - low
    table[spots] = at
    places = np.flatnonzero(table[spots] == at)
    table[spots[places]] = at[: len(places)]
    return places, table[spots]


def with_entry(one: Row, product: int, weight: float | None) -> Row:
    """The row with another weight for one product; None takes it out."""
    place = int(np.searchsorted(one.products, product))
    there = place < len(one.products) and one.products[place] == product
    if weight is None:
        return Row(np.delete(one.products, place), np.delete(one.weights, place)) if there else one
    if there:
        weights = one.weights.copy()
        weights[place] = weight
        return Row(one.products, weights)
    return Row(
        np.insert(one.products, place, product).astype(np.int32),
        np.insert(one.weights, place, weight).astype(np.float32),
    )
