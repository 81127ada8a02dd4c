"""Order promotions: Saleor takes them off the subtotal and spreads them over the lines; the price is solved to hold after that."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal


def spread(totals: Sequence[int], discount: int) -> list[int]:
    """What every line costs after its part of the discount, in smallest units: in proportion to its total, the last line takes the rest.

    Source: seen on Saleor 3.23, and held by tests/sandbox/recorded.
    """
    whole, left = sum(totals), discount
    finals = []
    for place, total in enumerate(totals):
        last = place == len(totals) - 1
        part = left if last else min(_part(total, whole, discount), total)
        finals.append(max(total - part, 0))
        left -= part
    return finals


def _part(total: int, whole: int, discount: int) -> int:
    if not whole:
        return 0
    return int((Decimal(total) / whole * discount).quantize(Decimal(1), ROUND_HALF_UP))
