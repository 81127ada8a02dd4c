"""RESULTS.md: each benchmark writes the sections it ran between its own markers, and leaves the others alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

RESULTS = Path(__file__).parents[1] / "RESULTS.md"
TITLE = "# Results of the benchmarks\n\nWritten by `make bench-quality` and `make bench-scale`; do not edit by hand.\n"


def write_section(name: str, text: str, file: Path = RESULTS) -> None:
    """Put the text where the section of this name was, or at the end."""
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    section = f"{begin}\n{text.strip()}\n{end}"
    written = file.read_text(encoding="utf-8") if file.exists() else TITLE
    before, found, rest = written.partition(begin)
    after = rest.partition(end)[2] if found else "\n"
    before = before if found else f"{before.rstrip()}\n\n"
    file.write_text(before + section + after, encoding="utf-8")


def markdown(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table: the first column to the left, figures to the right."""
    lines = [columns, ["---", *["---:"] * (len(columns) - 1)], *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "/") for cell in line) + " |" for line in lines)
