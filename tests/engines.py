"""Engines that count in a folder of the test, and one Spark for all tests: starting it takes seconds."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

import pytest
from pyspark.sql import SparkSession

from plugin.store.recounting.duckdb_engine import DuckdbEngine
from plugin.store.recounting.engine import Engine, Room
from plugin.store.recounting.spark_engine import SparkEngine, java_is_there
from plugin.store.recounting.sqlite_engine import SqliteEngine

MADE: dict[str, Callable[[Room], Engine]] = {
    "sqlite": SqliteEngine,
    "duckdb": DuckdbEngine,
    "spark": SparkEngine,
}


@contextmanager
def an_engine(name: str, folder: Path) -> Iterator[Engine]:
    """Spark: in the session of `a_spark`."""
    room = Room(Path(mkdtemp(dir=folder)), memory=512, master="local[1]")
    engine = MADE[name](room)
    try:
        yield engine
    finally:
        engine.close()
        shutil.rmtree(room.folder)


def a_spark(folder: Path) -> Iterator[SparkSession]:
    """One core, no page of its own, quiet; nothing compiled for the few rows that tests count."""
    if not java_is_there():
        pytest.fail("Spark needs Java 17 or newer. On Debian: apt-get install openjdk-17-jre-headless")
    session = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.memory", "512m")
        .config("spark.log.level", "OFF")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.sql.adaptive.enabled", "false")
        .config("spark.sql.codegen.wholeStage", "false")
        .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
        .config("spark.driver.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.sources.partitionColumnTypeInference.enabled", "false")
        .config("spark.local.dir", str(folder))
        .config("spark.sql.warehouse.dir", str(folder))
        .getOrCreate()
    )
    yield session
    session.stop()
