"""What a run writes: sections that leave each other alone, aims that are reached or missed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from tests.benchmarks.quality.aims import BASKET, COVERAGE, HITS, NDCG, TAIL, verdicts
from tests.benchmarks.quality.contest import Contest, Entry
from tests.benchmarks.quality.judge import Figures
from tests.benchmarks.quality.report import text
from tests.benchmarks.quality.results import write_section

TWO = Figures(
    worth=np.array([0.2, 0.4]), hits=np.array([1.0, 0.0]), hits_4=0.5, tail=0.25, coverage=0.5, length=10
)
THREE = replace(TWO, worth=np.array([0.5, 0.4]), hits=np.array([1.0, 1.0]), tail=0.3, coverage=0.6)


def test_a_section_written_again_replaces_itself_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "RESULTS.md"
    write_section("quality of beans", "old beans", file)
    write_section("scale", "a million orders", file)

    write_section("quality of beans", "new beans", file)

    written = file.read_text(encoding="utf-8")
    assert written.index("new beans") < written.index("a million orders")
    assert "old beans" not in written


def test_an_aim_is_held_against_the_best_peer() -> None:
    peers = dict.fromkeys(BASKET, TWO) | {"ease": replace(TWO, worth=np.array([0.3, 0.4]), coverage=0.4)}

    held = {
        (one.aim.figure, one.aim.times): (one.peer, one.reached)
        for one in verdicts("onlineretail", "random", THREE, peers)
    }

    assert held == {
        (NDCG, 1.02): ("ease", True),
        (HITS, 1.02): ("pop", True),
        (TAIL, 1.0): ("ease", True),
        (COVERAGE, 1.0): ("ease", True),
        (NDCG, 0.99): ("ease", True),
    }


def test_a_ranking_worse_than_the_peer_misses_its_aim() -> None:
    held = verdicts("a shop", "random", TWO, dict.fromkeys(BASKET, THREE))

    assert [(one.aim.times, one.reached) for one in held] == [(0.99, False)]


def test_a_contest_without_our_ranking_says_why() -> None:
    peers = dict.fromkeys(BASKET, Entry(TWO, 1.0, "k 5"))

    written = text(Contest("a shop", "random", 10, 5, 2, None, "no such command", peers, None))

    assert "Tandem's ranking is absent: no such command" in written


def test_a_contest_shows_how_far_ours_is_ahead() -> None:
    peers = dict.fromkeys(BASKET, Entry(TWO, 1.0, "k 5"))

    written = text(Contest("a shop", "random", 10, 5, 2, Entry(THREE, 2.0, "defaults"), "", peers, THREE))

    assert "Tandem to pop: +50.0%" in written
    assert "one who knows the truth" in written
