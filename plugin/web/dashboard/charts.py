"""A small line over some days, as the points of an SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 280
HEIGHT = 56

MARGIN = 5
"""Room for the dots at the edges."""


@dataclass(frozen=True, slots=True)
class Chart:
    """Points in a box of `width` by `height`, first to last."""

    width: int
    height: int
    points: tuple[tuple[float, float], ...]

    @property
    def path(self) -> str:
        """For a polyline."""
        return " ".join(f"{x:g},{y:g}" for x, y in self.points)

    @property
    def area(self) -> str:
        """For a polygon down to the ground."""
        ground = self.height - MARGIN
        return f"{self.points[0][0]:g},{ground} {self.path} {self.points[-1][0]:g},{ground}"


def line(values: Sequence[int]) -> Chart:
    """The values from left to right, the largest at the top, zero at the bottom."""
    step = (WIDTH - 2 * MARGIN) / max(len(values) - 1, 1)
    reach = HEIGHT - 2 * MARGIN
    top = max(max(values), 1)
    points = tuple(
        (round(MARGIN + step * place, 1), round(MARGIN + reach * (1 - value / top), 1))
        for place, value in enumerate(values)
    )
    return Chart(WIDTH, HEIGHT, points)
