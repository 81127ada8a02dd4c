"""tandem rebuild: count a shop's orders anew, in SQLite, DuckDB or Spark, while the app runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from plugin.operator import of_shop, opened, plainly, say
from plugin.store import exports
from plugin.store.recounting.duckdb_engine import DuckdbEngine
from plugin.store.recounting.engine import ENGINES, Engine, Room, megabytes
from plugin.store.recounting.export_files import ELSEWHERE
from plugin.store.recounting.spark_engine import SparkEngine
from plugin.store.recounting.sqlite_engine import SqliteEngine
from plugin.use_cases.rebuild_counts import (
    Export,
    Rebuilt,
    learn_what_is_newer,
    rebuild_from_export,
    rebuild_from_store,
)

MADE: dict[str, Callable[[Room], Engine]] = {
    "sqlite": SqliteEngine,
    "duckdb": DuckdbEngine,
    "spark": SparkEngine,
}


@click.command()
@of_shop
@click.option("--engine", type=click.Choice(ENGINES), default="sqlite", show_default=True, help="Who counts.")
@click.option(
    "--from", "paths", multiple=True, metavar="PATH",
    help="An export instead of the orders the shop keeps: .csv, .csv.gz or .parquet; a file, a glob, a folder, or what the "
    "engine reads elsewhere, such as s3://. A row per order line: order_id, ordered_at, buyer, product_id, quantity, "
    "unit_price; and channel, where there are several. May be given several times.",
)  # fmt: skip
@click.option("--channel", help="Slug or id of the channel, for exports that name none.")
@click.option(
    "--replace", is_flag=True,
    help="With --from: although the shop keeps orders. Without: although the counts came from an export.",
)  # fmt: skip
@click.option(
    "--memory", default="4g", show_default=True, help="What the engine may take before it spills: 512m, 4g."
)
@click.option("--scratch", help="Folder for what spills; with a cluster one that all of its machines reach.")
@click.option(
    "--master", help="Spark: where to run, such as local[2], yarn, k8s://… Default: all cores here."
)
@click.option("--conf", "settings", multiple=True, metavar="NAME=VALUE", help="Spark: one of its settings.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def rebuild(api_url: str | None, engine: str, paths: tuple[str, ...], as_json: bool, **told: Any) -> None:
    """Count all orders anew, and put the new counts in place at one blow. The app may go on working all the while.

    From the orders the shop keeps the result is what learning them one after the other would have left. From an export it
    is the same for the orders in it, which are not kept: they stand for everything placed until the newest of them, and a
    later cancellation or return of those is not taken back. Orders placed after it are learned on top.
    """
    console = Console(stderr=True)
    with (
        plainly(),
        opened(api_url) as (_tandem, shop),
        _room(told) as room,
        _opened(engine, room) as counting,
    ):
        now = datetime.now(UTC)
        with console.status("reading the orders") as status:

            def step(what: str, rows: int) -> None:
                status.update(f"{what}{f': {rows:,} rows' if rows else ''}")

            if paths:
                made = rebuild_from_export(
                    shop, counting, Export(paths, told["channel"]), told["replace"], now, step
                )
                step("learning what is newer", 0)
                learn_what_is_newer(shop, now)
            else:
                given_up = exports.until(shop.db)
                made = rebuild_from_store(shop, counting, told["replace"], now, step)
                if given_up:
                    learn_what_is_newer(shop, now)
        if as_json:
            say({"engine": engine, **asdict(made)})
        else:
            Console().print(_told(made))


@contextmanager
def _room(told: dict[str, Any]) -> Iterator[Room]:
    settings = dict(setting.partition("=")[::2] for setting in told["settings"])
    shared = told["scratch"] if told["scratch"] and _is_shared(told) else None
    try:
        folder = Path(mkdtemp(prefix="tandem-rebuild-", dir=None if shared else told["scratch"] or None))
    except OSError as error:
        raise click.ClickException(f"--scratch: {error}") from error
    try:
        yield Room(folder, megabytes(told["memory"]), told["master"], shared, settings)
    finally:
        rmtree(folder, ignore_errors=True)


def _is_shared(told: dict[str, Any]) -> bool:
    """Whether the scratch folder is one that other machines reach, not just room on this one."""
    return bool(ELSEWHERE.match(told["scratch"])) or not (told["master"] or "local").startswith("local")


@contextmanager
def _opened(name: str, room: Room) -> Iterator[Engine]:
    engine = MADE[name](room)
    try:
        yield engine
    finally:
        engine.close()


def _told(made: Rebuilt) -> Table:
    table = Table("", "", show_header=False)
    table.add_row("orders counted", f"{made.orders:,}")
    table.add_row("products", f"{made.products:,}")
    table.add_row("pairs", f"{made.pairs:,}")
    if made.until:
        table.add_row("up to", f"{made.until} UTC")
        table.add_row("rows left out", f"{made.left_out:,}")
    for step, seconds in made.seconds.items():
        table.add_row(step, f"{seconds:,.1f} s")
    return table
