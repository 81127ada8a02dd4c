"""The engine for what outgrows a machine: Spark, which keeps every step as Parquet where all its machines reach it."""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from plugin.errors import BadExport, MissingEngine, RebuildFailed
from plugin.store.recounting.engine import TEXT, Room, Row
from plugin.store.recounting.export_files import ELSEWHERE, found_files, is_csv

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SETTINGS = {
    "spark.app.name": "tandem rebuild",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
    "spark.driver.maxResultSize": "0",
    "spark.log.level": "ERROR",
    "spark.ui.showConsoleProgress": "false",
}

ON_THIS_MACHINE = {
    "spark.ui.enabled": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.shuffle.partitions": "32",
}
"""Nobody else is let in, and nothing is cut into more pieces than a machine needs."""

PARTS = 1_000_000
"""Lines in one file of the order table written for Spark: each is read by a task of its own."""


class SparkEngine:
    """The driver runs here, beside the shop's file; the counting wherever `master` is."""

    text = "cast({} as string)"
    number = "try_cast({} as double)"
    moment = "date_format(try_cast({} as timestamp), 'yyyy-MM-dd HH:mm:ss')"
    numbers = "monotonically_increasing_id()"

    def __init__(self, room: Room) -> None:
        self._spark, self._is_mine = _session(room)
        self._folder = room.folder
        self._remote = f"{room.scratch.rstrip('/')}/tandem-{token_hex(6)}" if room.scratch else ""
        self._scratch = self._remote or room.folder.absolute().as_uri()

    def take(self, name: str, columns: Mapping[str, str], rows: Iterable[Row]) -> None:
        """Make a table of these rows, in files of PARTS lines each."""
        told = ", ".join(f"{column} {'string' if kind == TEXT else kind}" for column, kind in columns.items())
        written = self._folder / f"{name}.csv"
        with _plainly():
            _write(written, rows)
            place = self._uploaded(written)
            self._spark.read.csv(place, schema=told, escape='"').createOrReplaceTempView(name)

    def read(self, name: str, paths: Sequence[str]) -> tuple[str, ...]:
        """A view of the files; folders named after a column are one."""
        files = found_files(paths, "spark")
        read = self._spark.read
        with _plainly(BadExport):
            # a folder as a whole: Spark tells its columns from the folders inside it
            told = [path if ELSEWHERE.match(path) else Path(path).absolute().as_uri() for path in paths]
            places = (
                told if all(ELSEWHERE.match(path) or Path(path).is_dir() for path in paths) else _uris(files)
            )
            found = (
                read.csv(places, header=True, escape='"', ignoreLeadingWhiteSpace=True)
                if is_csv(files[0])
                else read.option("mergeSchema", "true").parquet(*places)
            )
            found.createOrReplaceTempView(name)
            return tuple(found.columns)

    def make(self, name: str, select: str, by: str | None = None) -> None:  # noqa: ARG002  # joins need no index here
        """Carry the statement out, and keep what it finds as Parquet."""
        place = f"{self._scratch}/{name}"
        with _plainly():
            self._spark.sql(select).write.mode("overwrite").parquet(place)
            self._spark.read.parquet(place).createOrReplaceTempView(name)

    def see(self, name: str, select: str) -> None:
        """A view."""
        with _plainly():
            self._spark.sql(select).createOrReplaceTempView(name)

    def rows(self, select: str) -> Iterator[Row]:
        """What the statement finds, part by part."""
        with _plainly():
            yield from self._spark.sql(select).toLocalIterator()

    def close(self) -> None:
        """Remove what was written elsewhere, and end the session if it is ours."""
        if self._remote:
            self._files(self._remote).delete(self._path(self._remote), True)
        if self._is_mine:
            self._spark.stop()

    def _uploaded(self, written: Path) -> str:
        """Where Spark finds it: any file system that Hadoop knows."""
        if not self._remote:
            return written.absolute().as_uri()
        place = f"{self._remote}/{written.name}"
        self._files(place).copyFromLocalFile(self._path(written.absolute().as_uri()), self._path(place))
        return place

    def _files(self, place: str) -> Any:
        java: Any = self._spark._jsc
        return self._path(place).getFileSystem(java.hadoopConfiguration())

    def _path(self, place: str) -> Any:
        java: Any = self._spark._jvm
        return java.org.apache.hadoop.fs.Path(place)


def _session(room: Room) -> tuple[SparkSession, bool]:
    """The session there is, or a new one; and whether it is new."""
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise MissingEngine(
            "the engine spark needs the extra: pip install 'tandem-for-saleor[spark]'"
        ) from error
    if not java_is_there():
        raise MissingEngine(
            "the engine spark needs Java 17 or newer, found by PATH or JAVA_HOME; there is none"
        )
    submitted = "PYSPARK_GATEWAY_PORT" in os.environ  # started by spark-submit, which says where to run
    master = room.master or (None if submitted else "local[*]")
    here = master is not None and master.startswith("local")
    if not here and not room.scratch:
        raise BadExport("a Spark cluster needs --scratch: a folder that all of its machines reach")
    running = SparkSession.getActiveSession()
    if running is not None:
        return running, False
    settings = SETTINGS | (ON_THIS_MACHINE if here else {})
    settings |= {"spark.driver.memory": f"{room.memory}m", "spark.local.dir": str(room.folder)} | dict(
        room.settings or {}
    )
    made = SparkSession.builder if master is None else SparkSession.builder.master(master)
    for name, value in settings.items():
        made = made.config(name, value)
    with _plainly():
        return made.getOrCreate(), True


def java_is_there() -> bool:
    """Whether Spark will find a Java to run on."""
    home = os.environ.get("JAVA_HOME")
    return bool(home and (Path(home) / "bin" / "java").exists()) or shutil.which("java") is not None


def _write(folder: Path, rows: Iterable[Row]) -> None:
    folder.mkdir()
    waiting = iter(rows)
    for number in range(1_000_000):
        with (folder / f"part-{number:06}.csv").open("w", encoding="utf-8", newline="") as opened:
            written = csv.writer(opened)
            many = 0
            for many, row in enumerate(waiting, 1):
                written.writerow(row)
                if many == PARTS:
                    break
        if many < PARTS:
            return


def _uris(files: Iterable[str]) -> list[str]:
    return [file if ELSEWHERE.match(file) else Path(file).absolute().as_uri() for file in files]


@contextmanager
def _plainly(wrong: type[RebuildFailed | BadExport] = RebuildFailed) -> Iterator[None]:
    from py4j.protocol import Py4JError  # type: ignore[import-untyped]  # it tells no types
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError) as error:
        raise wrong(f"Spark: {str(error).splitlines()[0]}") from error
    except OSError as error:
        raise RebuildFailed(f"Spark: {error}") from error
