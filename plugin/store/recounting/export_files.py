"""Which files an export consists of: paths, globs, folders, and folders named after a column (channel=us/)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from glob import glob, has_magic
from pathlib import Path

from plugin.errors import BadExport

CSV = (".csv", ".csv.gz")
PARQUET = (".parquet", ".pq")

ELSEWHERE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+://")
"""What is not on this machine; only DuckDB and Spark read it."""


def found_files(paths: Sequence[str], engine: str) -> list[str]:
    """Every file, sorted, once. What is elsewhere stays as it was told. Raises BadExport."""
    found = list(dict.fromkeys(file for path in paths for file in _found(path, engine)))
    if len({is_csv(file) for file in found}) > 1:
        raise BadExport("CSV and Parquet in one export; rebuild from one kind of files")
    return found


def is_csv(file: str) -> bool:
    """Whether it is CSV by its name; what has no name of its own is taken for Parquet."""
    return file.lower().endswith(CSV)


def partitions(file: str) -> dict[str, str]:
    """Columns told by the names of the folders: channel=us is what Spark and others write."""
    return dict(part.split("=", 1) for part in Path(file).parts[:-1] if "=" in part)


def _found(path: str, engine: str) -> list[str]:
    if ELSEWHERE.match(path):
        if engine == "sqlite":
            raise BadExport(f"{path}: the engine sqlite reads local files alone")
        return [path]
    if Path(path).is_dir():
        found = sorted(str(file) for file in _inside(Path(path)))
    elif has_magic(path):
        found = sorted(each for place in glob(path, recursive=True) for each in _expanded(place))  # noqa: PTH207  # a path as it was typed, absolute or not
    else:
        found = [path]
    if not found or not all(Path(file).is_file() for file in found):
        raise BadExport(f"{path}: no such file, or no .csv, .csv.gz or .parquet in it")
    return found


def _expanded(place: str) -> Iterator[str]:
    """A glob may find folders: of a partitioned table, for one."""
    yield from (str(file) for file in _inside(Path(place))) if Path(place).is_dir() else [place]


def _inside(folder: Path) -> Iterator[Path]:
    """Data alone: Spark writes markers beside it."""
    yield from (
        file
        for file in folder.rglob("*")
        if file.name.lower().endswith((*CSV, *PARQUET)) and not file.name.startswith(("_", "."))
    )
