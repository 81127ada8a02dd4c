"""The newest orders that hold a product, with all they hold: whose baskets are like this one, and what else was in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from plugin.suggestions.fitting.past import Past
from plugin.suggestions.fitting.rows import NO_ROW, Floats, Places, Products, Row, Weights, grouped

NEWEST = 1_000
"""Orders kept of a product: of a bestseller the newest say as much as all of them, and cost the same in any shop."""

LIKE_THIS = 200
"""Baskets most like this one that have a voice."""

SIZE_EXPONENT = 0.45
LIKENESS_EXPONENT = 2.0
RARITY_EXPONENT = 1.0
"""Basket nearest neighbours (VS-KNN, Ludewig and Jannach 2018): overlap of rare products, divided by size; the closer, the louder."""


_LARGE = np.maximum(np.arange(256), 1.0) ** SIZE_EXPONENT
"""By size, up to more than an order counts: a power takes longer than all else about a neighbour."""


class Recent(NamedTuple):
    """Orders that hold a product: their numbers, weights in orders of today, sizes, and products end to end in the order they were added."""

    numbers: Products
    weights: Weights
    sizes: Products
    products: Products


NO_ORDERS = Recent(
    np.empty(0, np.int32), np.empty(0, np.float32), np.empty(0, np.int32), np.empty(0, np.int32)
)


def packed(recent: Recent) -> bytes:
    """Little-endian: how many orders; numbers, weights, sizes; the products."""
    head = np.array([len(recent.numbers)], "<i4")
    parts = (head, recent.numbers.astype("<i4"), recent.weights.astype("<f4"), recent.sizes.astype("<i4"))
    return b"".join(part.tobytes() for part in (*parts, recent.products.astype("<i4")))


def unpacked(text: bytes | None) -> Recent:
    """What `packed` made; no orders of nothing."""
    if not text:
        return NO_ORDERS
    whole = np.frombuffer(text, "<i4")
    orders = int(whole[0])
    numbers, weights, sizes = (whole[1 + part * orders : 1 + (part + 1) * orders] for part in range(3))
    return Recent(numbers, weights.view("<f4"), sizes, whole[1 + 3 * orders :])


def recent_of(orders: Past, which: Places, numbers: Places, scale: float = 1.0) -> Recent:
    """The newest of the orders `which` (positions, oldest first); `numbers`: what every order is called. Weights are divided by `scale`."""
    which = which[-NEWEST:]
    starts, sizes = orders.starts[which], orders.sizes[which]
    return Recent(
        numbers[which].astype(np.int32),
        (orders.weights[which] / scale).astype(np.float32),
        sizes.astype(np.int32),
        orders.products[_spans(starts, sizes)],
    )


def rarity(alone: Floats | float, orders: float) -> Floats:
    """How much sharing a product says: log(1 + all orders / its orders) ** RARITY_EXPONENT."""
    seen = np.asarray(np.log1p(orders / np.maximum(alone, 1.0)), np.float64)
    return np.asarray(seen**RARITY_EXPONENT, np.float64)


def votes(of_lines: Sequence[Recent], says: Sequence[float], most: int = LIKE_THIS) -> Row:
    """What else was in the baskets most like this one, each with its likeness; not yet summed per product.

    `of_lines`: per line of the basket its product's orders; `says`: how much sharing that product says; `most`: baskets that are heard.
    """
    if not of_lines or not sum(len(recent.numbers) for recent in of_lines):
        return NO_ROW
    numbers = np.concatenate([recent.numbers for recent in of_lines])
    said = np.repeat(np.asarray(says, np.float64), [len(recent.numbers) for recent in of_lines])
    sizes = np.concatenate([recent.sizes for recent in of_lines]).astype(np.int64)
    held = np.concatenate([recent.products for recent in of_lines])
    starts = np.cumsum(sizes) - sizes
    first, which = grouped(numbers)
    likeness = np.bincount(which, said) / np.take(_LARGE, sizes[first], mode="clip")
    voices = likeness**LIKENESS_EXPONENT * np.concatenate([recent.weights for recent in of_lines])[first]
    if len(voices) > most:
        loudest = np.argpartition(-voices, most)[:most]
        first, voices = first[loudest], voices[loudest]
    return Row(held[_spans(starts[first], sizes[first])], np.repeat(voices, sizes[first]).astype(np.float32))


def _spans(starts: Places, sizes: Places) -> Places:
    """The positions from each start on, as many as its size, one span after the other."""
    ends = np.cumsum(sizes)
    return np.repeat(starts - ends + sizes, sizes) + np.arange(ends[-1] if len(ends) else 0)
