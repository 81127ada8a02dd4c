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
