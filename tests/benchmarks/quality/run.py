"""Every set in every mode, on one table each; what was measured goes into RESULTS.md as soon as a set is done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from tests.benchmarks.quality.contest import Best, Contest, contest
from tests.benchmarks.quality.made_up_sets import MADE_UP
from tests.benchmarks.quality.preparing import knows_buyers, knows_places, lines_in, prepare
from tests.benchmarks.quality.report import AIM_COLUMNS, MODES, ahead, aims, columns, rows, text
from tests.benchmarks.quality.results import write_section


@dataclass(frozen=True, slots=True)
class Prepared:
    """A set, ready to be asked: a folder for each mode, and the truth where it is known."""

    name: str
    folders: dict[str, Path]
    best: Best | None = None


def run(console: Console, _full: bool) -> None:
    """The made-up sets; real ones need a folder of them."""
    run_sets(console)


def run_sets(
    console: Console, data: Path | None = None, tune: bool = False, only: tuple[str, ...] = ()
) -> None:
    """Measure, print, write down. With `data`, the sets in that folder come first."""
    with TemporaryDirectory() as scratch:
        for prepared in _sets(data, Path(scratch), only):
            shown = []
            for mode, folder in prepared.folders.items():
                shown.append(contest(prepared.name, mode, folder, console.print, tune, prepared.best))
                _print(console, shown[-1])
            write_section(f"quality of {prepared.name}", _section(prepared.name, shown))


def _sets(data: Path | None, scratch: Path, only: tuple[str, ...]) -> Iterator[Prepared]:
    for parquet in sorted(data.glob("*.parquet")) if data else []:
        if not only or parquet.stem in only:
            yield _real(parquet, scratch)
    for name, make in MADE_UP.items():
        if not only or name in only:
            made = make()
            folders = {mode: scratch / f"{name}-{mode}" for mode in ("random", "rest")}
            for hide, folder in folders.items():
                prepare(made.lines, folder, hide, made.orders_to_learn)
            yield Prepared(name, folders, made.best)


def _real(parquet: Path, scratch: Path) -> Prepared:
    lines = lines_in(parquet)
    folders = {}
    for hide in ("random", *(["last"] if knows_places(lines) else []), "rest"):
        folders[hide] = scratch / f"{parquet.stem}-{hide}"
        prepare(lines, folders[hide], hide)
    if knows_buyers(lines):
        folders["history"] = folders["random"]
    return Prepared(parquet.stem, folders)


def _section(name: str, shown: list[Contest]) -> str:
    return "\n\n".join([f"## Quality: {name}", *(text(one) for one in shown)])


def _print(console: Console, shown: Contest) -> None:
    title = f"{shown.of}: {MODES[shown.mode]} ({shown.orders:,} orders, {shown.baskets:,} baskets)"
    console.print(_table(title, columns(shown), rows(shown)))
    if shown.ours:
        console.print(ahead(shown))
        console.print(_table("Aims", AIM_COLUMNS, aims(shown)))
    else:
        console.print(f"Tandem's ranking is absent: {shown.note}\n")


def _table(title: str, heads: Sequence[str], cells: Sequence[Sequence[str]]) -> Table:
    table = Table(title=title)
    for place, head in enumerate(heads):
        table.add_column(head, justify="right" if place else "left")
    for line in cells:
        table.add_row(*(cell.replace("**", "") for cell in line))
    return table
