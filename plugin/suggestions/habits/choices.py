"""What was chosen, and what of it stayed with the buyer; per variant, in plain counts that people understand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from plugin.suggestions.model import VariantId

PLACE = 40
"""Four counts in one whole number: counting is one addition, and a million variants fit into memory."""

COUNT = (1 << PLACE) - 1


@dataclass(frozen=True, slots=True)
class Choice:
    """How often a variant was chosen: in how many `orders`, in how many of them at least a piece was `kept`.

    `pieces` were bought in all, `returned` of them sent back.
    """

    orders: int
    kept: int
    pieces: int
    returned: int

    @property
    def returned_share(self) -> float:
        """The share of pieces sent back."""
        return self.returned / self.pieces if self.pieces else 0.0


NEVER_CHOSEN = Choice(0, 0, 0, 0)


def add(counts: dict[VariantId, int], lines: Iterable[list[Any]], refunded: bool) -> None:
    """Count one placed order. `lines`: as snapshots have them. A gift was not chosen; a refund of all returns all."""
    chosen: dict[VariantId, tuple[int, int]] = {}
    for _product, variant, quantity, kept, _amount, gift in lines:
        if quantity > 0 and not gift:
            pieces, stayed = chosen.get(variant, (0, 0))
            chosen[variant] = (pieces + quantity, stayed + (0 if refunded else kept))
    for variant, (pieces, stayed) in chosen.items():
        step = 1 | (stayed > 0) << PLACE | pieces << 2 * PLACE | (pieces - stayed) << 3 * PLACE
        counts[variant] = counts.get(variant, 0) + step


def choice(packed: int) -> Choice:
    """What `add` counted of one variant."""
    return Choice(
        packed & COUNT, packed >> PLACE & COUNT, packed >> 2 * PLACE & COUNT, packed >> 3 * PLACE & COUNT
    )
