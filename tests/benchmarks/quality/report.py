"""A contest as tables: all rankings side by side, and each aim with what it needs and whether it is reached."""

from __future__ import annotations

from collections.abc import Sequence

from tests.benchmarks.quality.aims import NDCG, Verdict, best_peer, verdicts
from tests.benchmarks.quality.contest import Contest, Entry
from tests.benchmarks.quality.judge import Figures, interval
from tests.benchmarks.quality.results import markdown

OURS, TRUTH = "**Tandem**", "one who knows the truth"

MODES = {
    "random": "one product of each basket hidden",
    "last": "the product added last hidden",
    "rest": "the product page: all but one product hidden",
    "history": "one product hidden, the buyer's own past orders may be used",
}


def columns(shown: Contest) -> Sequence[str]:
    """The heads of `rows`."""
    if shown.mode == "rest":
        return ("ranking", "precision@10", "95 %", "to best peer", "coverage", "seconds", "parameters")
    return (
        "ranking", "NDCG@10", "95 %", "to best peer", "HitRate@10", "95 %", "@4", "tail", "coverage", "seconds",
        "parameters",
    )  # fmt: skip


def rows(shown: Contest) -> list[list[str]]:
    """Ours, then the peers, best first, then the bound."""
    best = shown.peers[_best(shown)].figures.main
    by_worth = sorted(shown.peers.items(), key=lambda item: -item[1].figures.main)
    entries = [*([(OURS, shown.ours)] if shown.ours else []), *by_worth]
    lines = [_row(name, entry, shown.mode, best) for name, entry in entries]
    return [*lines, *([_cells(TRUTH, shown.bound, shown.mode, best, "", "")] if shown.bound else [])]


def aims(shown: Contest) -> list[list[str]]:
    """One line for each aim: figure, ours, needed, of which peer, reached."""
    if not shown.ours:
        return []
    peers = {name: entry.figures for name, entry in shown.peers.items()}
    return [_aim(verdict) for verdict in verdicts(shown.of, shown.mode, shown.ours.figures, peers)]


AIM_COLUMNS = ("aim", "Tandem", "needed", "times", "peer's", "peer", "")


def text(shown: Contest) -> str:
    """The contest for RESULTS.md."""
    parts = [
        f"### {shown.of}: {MODES[shown.mode]}",
        f"{shown.orders:,} orders learned, {shown.products:,} products, {shown.baskets:,} baskets.",
        markdown(columns(shown), rows(shown)),
        ahead(shown) if shown.ours else f"Tandem's ranking is absent: {shown.note}",
        markdown(AIM_COLUMNS, aims(shown)) if aims(shown) else "",
    ]
    return "\n\n".join(part for part in parts if part)


def ahead(shown: Contest) -> str:
    """How far ours is ahead of the best peer, basket by basket."""
    if not shown.ours:
        return ""
    name = _best(shown)
    theirs = shown.peers[name].figures
    low, high = interval(shown.ours.figures.worth - theirs.worth)
    by = shown.ours.figures.main / theirs.main - 1
    return (
        f"Tandem to {name}: {by:+.1%}, on the same baskets with 95 % probability between"
        f" {low / theirs.main:+.1%} and {high / theirs.main:+.1%}."
    )


def _best(shown: Contest) -> str:
    return best_peer({name: entry.figures for name, entry in shown.peers.items()}, NDCG)


def _row(name: str, entry: Entry, mode: str, best: float) -> list[str]:
    return _cells(name, entry.figures, mode, best, f"{entry.seconds:.0f}", entry.with_what)


def _cells(name: str, figures: Figures, mode: str, best: float, seconds: str, with_what: str) -> list[str]:
    main = [name, f"{figures.main:.4f}", _between(interval(figures.worth)), f"{figures.main / best - 1:+.1%}"]
    hits = [
        f"{figures.hit_rate:.4f}", _between(interval(figures.hits)), f"{figures.hits_4:.4f}",
        "" if figures.tail is None else f"{figures.tail:.4f}",
    ]  # fmt: skip
    return [*main, *([] if mode == "rest" else hits), f"{figures.coverage:.4f}", seconds, with_what]


def _aim(verdict: Verdict) -> list[str]:
    aim = verdict.aim
    return [
        aim.figure, f"{verdict.ours:.4f}", f"{aim.times * verdict.theirs:.4f}", f"{aim.times:.2f}",
        f"{verdict.theirs:.4f}", verdict.peer, "reached" if verdict.reached else "**missed**",
    ]  # fmt: skip


def _between(low_high: tuple[float, float]) -> str:
    return f"{low_high[0]:.4f} to {low_high[1]:.4f}"
