"""Hit rates as bars with their intervals: an SVG that speaks, for a page that brings its styles or for a file of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil

from plugin.suggestions.evaluating.model import LISTED, SHOWN, TANDEM, Estimate, Evaluation, Figures
from plugin.suggestions.evaluating.words import NAMES, interval, percent

WIDTH = 360
"""Small enough to be read on a telephone, where it shrinks."""

HEAD, ROW, FOOT = 34, 44, 22
"""Above the first bar, from bar to bar, and below the last one for the scale."""

BAR = 12
GAP = 32
"""Between two panels, and around both in a file."""

STEPS = (0.01, 0.02, 0.05, 0.1, 0.2)
MOST_TICKS = 5

STYLE = """
svg { --surface: #fff; --text: hsl(180 4% 15%); --quiet: hsl(180 2% 40%); --border: hsl(210 15% 87%); --edge: hsl(210 9% 53%);
  --accent: hsl(173 62% 29%); font: 13px Inter, system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
@media (prefers-color-scheme: dark) { svg { --surface: hsl(232 17% 18%); --text: #fff; --quiet: hsl(230 10% 70%);
  --border: hsl(210 32% 25%); --edge: hsl(215 14% 52%); --accent: hsl(173 52% 45%); } }
.paper { fill: var(--surface); }
.proof-title, .proof-name, .proof-value { fill: var(--text); }
.proof-title, .proof-value, .proof-name.ours { font-weight: 600; }
.proof-range-words, .proof-tick { fill: var(--quiet); font-size: 12px; }
.proof-grid { stroke: var(--border); }
.proof-bar { fill: var(--edge); }
.proof-bar.ours { fill: var(--accent); }
.proof-halo { stroke: var(--surface); stroke-width: 4; fill: none; }
.proof-range { stroke: var(--text); stroke-width: 1.5; fill: none; }
"""
"""As the Dashboard's pages have it; a file follows the reader's light or dark."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One figure of all rankers, Tandem first, in the scale from 0 to `top`."""

    key: str
    title: str
    bars: Mapping[str, Estimate]
    top: float
    step: float

    @property
    def height(self) -> int:
        """Of the drawing."""
        return HEAD + ROW * len(self.bars) + FOOT

    @property
    def told(self) -> str:
        """All of it in words."""
        said = (f"{NAMES[name]} {percent(one.value)}, {interval(one)}" for name, one in self.bars.items())
        return f"Share of baskets, with 95 % intervals. {'; '.join(said)}."


def panels(figures: Mapping[str, Figures]) -> tuple[Panel, Panel]:
    """Hit rates among the first three and the first ten, in one scale."""
    three, ten = (
        {name: getattr(figures[name], which) for name in NAMES} for which in ("first_three", "first_ten")
    )
    highest = max(one.high for bars in (three, ten) for one in bars.values())
    step = next((step for step in STEPS if highest <= step * MOST_TICKS), STEPS[-1])
    top = max(1, ceil(round(highest / step, 6))) * step
    return (
        Panel("three", f"Found among the first {SHOWN}", three, top, step),
        Panel("ten", f"Found among the first {LISTED}", ten, top, step),
    )


def inline(panel: Panel) -> str:
    """For a page whose styles know the classes."""
    named = f'aria-labelledby="proof-{panel.key}-title proof-{panel.key}-told"'
    return (
        f'<svg class="proof-chart" viewBox="0 0 {WIDTH} {panel.height}" role="img" {named}>'
        f"{_words(f'proof-{panel.key}', panel.title, panel.told)}{''.join(_drawn(panel))}</svg>"
    )


def file(made: Evaluation) -> str:
    """A drawing of its own: both panels side by side. Only of an evaluation with figures."""
    both = panels(made.figures or {})
    width, height = 2 * WIDTH + 3 * GAP, both[0].height + 2 * GAP
    told = " ".join(f"{panel.title}: {panel.told}" for panel in both)
    drawn = (
        f'<g transform="translate({GAP + place * (WIDTH + GAP)} {GAP})">{"".join(_drawn(panel))}</g>'
        for place, panel in enumerate(both)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        f'aria-labelledby="proof-title proof-told">{_words("proof", "How well suggestions find what is bought", told)}'
        f'<style>{STYLE}</style><rect class="paper" width="{width}" height="{height}"/>{"".join(drawn)}</svg>\n'
    )


def _words(name: str, title: str, told: str) -> str:
    return f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-told">{escape(told)}</desc>'


def _drawn(panel: Panel) -> Iterator[str]:
    ground = panel.height - FOOT
    yield f'<text class="proof-title" x="0" y="14">{escape(panel.title)}</text>'
    for tick in range(round(panel.top / panel.step) + 1):
        at = _x(tick * panel.step, panel.top)
        anchor = "start" if not tick else "end" if at == WIDTH else "middle"
        rows = (f"M{at:g} {HEAD + ROW * row + 17}v{BAR + 6}" for row in range(len(panel.bars)))
        yield f'<path class="proof-grid" d="{"".join(rows)}"/>'
        label = percent(tick * panel.step).replace(".0", "")
        yield f'<text class="proof-tick" x="{at:g}" y="{ground + 16}" text-anchor="{anchor}">{label}</text>'
    for place, (name, one) in enumerate(panel.bars.items()):
        yield from _bar(name, one, HEAD + ROW * place, panel.top)


def _bar(name: str, one: Estimate, top: int, scale: float) -> Sequence[str]:
    ours, middle = " ours" if name == TANDEM else "", top + 20 + BAR / 2
    low, high = _x(one.low, scale), _x(one.high, scale)
    whisker = f"M{low:g} {middle:g}H{high:g}M{low:g} {middle - 5:g}v10M{high:g} {middle - 5:g}v10"
    return (
        f'<text class="proof-name{ours}" x="0" y="{top + 13}">{escape(NAMES[name])}</text>',
        f'<text class="proof-value" x="{WIDTH}" y="{top + 13}" text-anchor="end">{percent(one.value)}'
        f'<tspan class="proof-range-words" dx="8" font-weight="400">{interval(one)}</tspan></text>',
        f'<rect class="proof-bar{ours}" y="{top + 20}" width="{_x(one.value, scale):g}" height="{BAR}" rx="3"/>',
        f'<path class="proof-halo" d="{whisker}"/><path class="proof-range" d="{whisker}"/>',
    )


def _x(share: float, top: float) -> float:
    return round(WIDTH * share / top, 1)
