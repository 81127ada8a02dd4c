"""What the ranking is to reach, and whether it does: each aim compares one figure with the best of some peers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.benchmarks.quality.judge import Figures

NDCG, HITS, TAIL, COVERAGE, PRECISION = (
    "NDCG@10",
    "HitRate@10",
    "HitRate@10, tail",
    "coverage@10",
    "precision@10",
)

BASKET = ("pop", "cond", "cosine", "rp3beta", "ease", "vsknn")
BUYERS = ("own frequency", "TIFU-KNN")
FLOOR = ("ease", "vsknn", "rp3beta")


@dataclass(frozen=True, slots=True)
class Aim:
    """In this mode (of this set, or of any: None) the figure is at least `times` that of the best of `peers`."""

    mode: str
    figure: str
    times: float
    peers: Sequence[str]
    of: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """One aim, held against the figures."""

    aim: Aim
    ours: float
    peer: str
    theirs: float

    @property
    def reached(self) -> bool:
        """Whether the aim is reached."""
        return self.ours >= self.aim.times * self.theirs


REAL = ("onlineretail", "completejourney", "groceries")

AIMS: Sequence[Aim] = (
    Aim("random", NDCG, 1.02, BASKET, "onlineretail"),
    Aim("random", HITS, 1.02, BASKET, "onlineretail"),
    Aim("random", NDCG, 1.08, BASKET, "completejourney"),
    Aim("random", HITS, 1.08, BASKET, "completejourney"),
    Aim("random", NDCG, 1.0, BASKET, "groceries"),
    Aim("random", HITS, 1.0, BASKET, "groceries"),
    *(Aim("random", figure, 1.0, BASKET, name) for name in REAL for figure in (TAIL, COVERAGE)),
    Aim("last", NDCG, 1.25, BASKET, "onlineretail"),
    Aim("rest", PRECISION, 1.0, BASKET),
    Aim("history", NDCG, 1.08, BASKET, "onlineretail"),
    Aim("history", NDCG, 1.15, BUYERS, "completejourney"),
    Aim("random", NDCG, 0.99, FLOOR),
    Aim("last", NDCG, 0.99, FLOOR),
    Aim("rest", PRECISION, 0.99, FLOOR),
)
"""In the tail and in coverage the best peer is the one with the best NDCG@10: what shows everybody something else is no
peer. Where the assortment changes, coverage is no merit: much of what could be shown is no longer sold."""


def verdicts(of: str, mode: str, ours: Figures, peers: Mapping[str, Figures]) -> list[Verdict]:
    """The aims for this set and mode."""
    return [_verdict(aim, ours, peers) for aim in AIMS if aim.mode == mode and aim.of in (None, of)]


def figure(name: str, figures: Figures) -> float:
    """One figure by its name; nothing in the tail is 0."""
    named = {HITS: figures.hit_rate, TAIL: figures.tail or 0.0, COVERAGE: figures.coverage}
    return named.get(name, figures.main)


def best_peer(peers: Mapping[str, Figures], name: str = NDCG) -> str:
    """The peer that is best in this figure."""
    return max(peers, key=lambda peer: figure(name, peers[peer]))


def _verdict(aim: Aim, ours: Figures, peers: Mapping[str, Figures]) -> Verdict:
    candidates = {name: peers[name] for name in aim.peers}
    peer = best_peer(candidates, NDCG if aim.figure in (TAIL, COVERAGE) else aim.figure)
    return Verdict(aim, figure(aim.figure, ours), peer, figure(aim.figure, candidates[peer]))
