"""Flat product pictures, drawn by us: one SVG per kind of product, coloured per product."""

from __future__ import annotations

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent

MAIN, DARK, LIGHT = "#7a8ca0", "#4b5b6e", "#c9d2dd"
"""The colours the drawings are stored in; each stands for a shade of the product's own colour."""

FRAME = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 256 256" width="{size}" height="{size}">
<defs><linearGradient id="b" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="{pale}"/>
<stop offset="1" stop-color="{paler}"/></linearGradient></defs>
<rect width="256" height="256" fill="url(#b)"/>
<ellipse cx="128" cy="216" rx="88" ry="11" fill="#22272e" opacity=".12"/>
{drawing}</svg>"""


@cache
def _drawing(name: str) -> str:
    file = FOLDER / f"{name}.svg"
    text = (file if file.exists() else FOLDER / "gift.svg").read_text()
    return text.partition(">")[2].rpartition("</svg>")[0]


def _mixed(colour: str, other: str, share: float) -> str:
    """`colour` with this share of another."""
    channels = [
        round(int(colour[at : at + 2], 16) * (1 - share) + int(other[at : at + 2], 16) * share)
        for at in (1, 3, 5)
    ]
    return "#" + "".join(f"{channel:02x}" for channel in channels)


def picture(name: str, colour: str, size: int) -> str:
    """An SVG document: the drawing in shades of `colour`, on a pale ground of it."""
    drawing = (
        _drawing(name)
        .replace(MAIN, colour)
        .replace(DARK, _mixed(colour, "#1c2430", 0.45))
        .replace(LIGHT, _mixed(colour, "#ffffff", 0.6))
    )
    pale, paler = _mixed(colour, "#ffffff", 0.78), _mixed(colour, "#ffffff", 0.9)
    return FRAME.format(size=size, pale=pale, paler=paler, drawing=drawing)
