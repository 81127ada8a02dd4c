"""`python -m tests.benchmarks.quality [--data FOLDER] [--tune] [--only SET]`: what is found again, beside tuned peers."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console

from tests.benchmarks.quality.run import run_sets


@click.command()
@click.option(
    "--data", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Folder of Parquet files."
)
@click.option("--tune", is_flag=True, help="Tune every peer anew, and keep the parameters.")
@click.option("--only", multiple=True, help="Name of a set: several may be given.")
def main(data: Path | None, tune: bool, only: tuple[str, ...]) -> None:
    """Print tables, and write them into tests/benchmarks/RESULTS.md."""
    run_sets(Console(width=None if Console().is_terminal else 200), data, tune, only)


if __name__ == "__main__":
    main()
