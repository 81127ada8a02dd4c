"""`python -m tests.benchmarks [receiver] [suggestion] [learning] [rebuild] [bundles] [rules] [decision] [scale] [quality] [--full]`: speed, side by side with a peer."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

import click
from rich.console import Console

from tests.benchmarks import bundles, decision, learning, rebuilding, receiver, rules, scale, suggestion
from tests.benchmarks.quality import run as quality

Run = Callable[[Console, bool], None]

BENCHMARKS: Mapping[str, Run] = {
    "receiver": receiver.run,
    "suggestion": suggestion.run,
    "learning": learning.run,
    "rebuild": rebuilding.run,
    "bundles": bundles.run,
    "rules": rules.run,
    "decision": decision.run,
    "scale": scale.run,
    "quality": quality.run,
}


@click.command()
@click.argument("which", nargs=-1, type=click.Choice(list(BENCHMARKS)))
@click.option("--full", is_flag=True, help="With a shop of 1,000,000 orders: an hour more, 8 GB of memory.")
def main(which: tuple[str, ...], full: bool) -> None:
    """Measure, and print tables. Ratios count; times are those of this machine with all that runs on it."""
    logging.disable(logging.WARNING)
    console = Console(width=None if Console().is_terminal else 160)
    for name in which or BENCHMARKS:
        BENCHMARKS[name](console, full)


if __name__ == "__main__":
    main()
