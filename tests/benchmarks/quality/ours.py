"""Our own ranking, by the real command in a process of its own: the same for every set, nothing set by hand."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from tests.benchmarks.quality.folders import ranks_in

TANDEM = Path(sys.executable).with_name("tandem")
K = "10"
FLAGS = {"history": ("--own-history",), "last": ("--next",), "rest": ("--placement", "product")}
LAST_WORDS = 300


@dataclass(frozen=True, slots=True)
class Ranked:
    """What the command answered, and after how many seconds; or why it did not."""

    ranks: list[list[str]] | None
    seconds: float
    note: str = ""


def ranked(folder: Path, mode: str) -> Ranked:
    """Learn the folder's orders and rank for its baskets."""
    answers = folder / f"tandem-{mode}.jsonl"
    command = [
        str(TANDEM), "rank", "--orders", str(folder / "orders.csv"), "--products", str(folder / "products.csv"),
        "--baskets", str(folder / "baskets.jsonl"), "--k", K, "--min-buyers", "0", *FLAGS.get(mode, ()),
    ]  # fmt: skip
    started = perf_counter()
    with answers.open("wb") as file:
        done = subprocess.run(command, stdout=file, stderr=subprocess.PIPE, check=False)  # noqa: S603  # our own command
    seconds = perf_counter() - started
    if done.returncode:
        words = " ".join(done.stderr.decode(errors="replace").split())[-LAST_WORDS:]
        return Ranked(None, seconds, f"the command failed: {words.rpartition('Error: ')[2]}")
    return Ranked(ranks_in(answers), seconds)
