"""How fast, and with how much memory, each engine counts an export anew; and that all count the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory, mkdtemp
from threading import Event, Thread
from time import perf_counter, sleep
from typing import Any

from rich.console import Console
from rich.table import Table

from plugin.saleor.translate import order_from
from plugin.store.recounting.duckdb_engine import DuckdbEngine
from plugin.store.recounting.engine import ENGINES, Engine, Room
from plugin.store.recounting.spark_engine import SparkEngine
from plugin.store.recounting.sqlite_engine import SqliteEngine
from plugin.use_cases.learn_from_order import learn_from_order
from plugin.use_cases.rebuild_counts import (
    COUNTING,
    READING,
    WRITING,
    Export,
    rebuild_from_export,
    rebuild_from_store,
)
from tests.benchmarks.learning import FIRST_NEW
from tests.benchmarks.made_up_orders import made_up_orders
from tests.benchmarks.made_up_shop import BUYER_KEY, CHANNEL, NOW, node
from tests.benchmarks.quality.results import markdown, write_section
from tests.benchmarks.shops import MIDDLE, a_shop, a_tandem

LINES_PER_ORDER = 5
MEMORY = 4096
"""Megabytes DuckDB and Spark may take before they spill."""

MOST_OF_SQLITE = 10_000_000
"""Lines; more take it too long."""

MADE: dict[str, Callable[[Room], Engine]] = {
    "sqlite": SqliteEngine,
    "duckdb": DuckdbEngine,
    "spark": SparkEngine,
}

ORDERS = """
copy (
    with orders as (
        select number, hash(number, 1) as dice, cast(1 + floor(pow(random_of(number, 2), 2) * {buyers}) as bigint) as buyer,
            {groups} * 24 as products, timestamp '2026-11-21 12:00:00' - to_days(cast(730 - number * 730 // {orders} as integer)) as placed
        from range({orders}) as made (number)
    ),
    lines as (
        select number, buyer, placed, line, products,
            cast(floor(products * pow(random_of(number, 3), 4)) as bigint) as first,
            random_of(number, 100 + line) as of_group, random_of(number, 200 + line) as other
        from orders, range({lines}) as made (line)
    )
    select 'order ' || number as order_id, placed as ordered_at, 'buyer ' || buyer as buyer, 'product ' || case
            when line = 0 then first
            when of_group < 0.75 then first % {groups} + {groups} * cast(floor(24 * other * other) as bigint)
            else cast(floor(products * pow(other, 4)) as bigint)
        end as product_id, 1 as quantity, 9.5 as unit_price
    from lines
) to '{folder}' (format parquet, per_thread_output true, row_group_size 500000)
"""
"""Few products sell most, three quarters of what is bought beside belongs to the first one's group, few buyers come often."""

RANDOM = "create macro random_of(number, of) as (hash(number, of) % 1000003) / 1000003.0"


@dataclass(frozen=True, slots=True)
class Run:
    """One engine's rebuild in a process of its own."""

    lines: int
    engine: str
    seconds: dict[str, float]
    pairs: int
    megabytes: int
    processor: float
    checks: tuple[Any, ...]


CHECKS = (
    "select count(*), sum(orders), sum(buyers), sum(weight), sum(beside * 31 % 1009 * (orders + 7 * buyers)) from pairs",
    "select count(*), sum(orders), sum(buyers), sum(weight), sum(product % 1009 * buyers_weight) from bought",
    "select sum(orders), sum(weight) from totals",
)


COLUMNS = (
    "lines",
    "engine",
    "reading",
    "counting",
    "writing",
    "lines/s read and counted",
    "lines/s in all",
    "processor",
    "pairs",
    "memory",
)


def run(console: Console, full: bool) -> None:
    """Print the tables, with `full` into RESULTS.md as well; ends with 1 when the engines do not agree."""
    sizes = (1_000_000, 10_000_000, 50_000_000) if full else (1_000_000,)
    asked = [
        (lines, engine)
        for lines in sizes
        for engine in ENGINES
        if engine != "sqlite" or lines <= MOST_OF_SQLITE
    ]
    runs = [_in_a_process(lines, engine) for lines, engine in asked]
    table = Table(title=f"Rebuild from Parquet (SQLite: CSV), orders of {LINES_PER_ORDER} lines")
    for column in COLUMNS:
        table.add_column(column, justify="left" if column == "engine" else "right")
    for made in runs:
        table.add_row(*_row(made))
    console.print(table)
    console.print(f"{told(runs)}\n")
    if full:
        write_section("rebuild", section(runs))
    _beside_webhooks(console)
    if not agree(runs):
        raise SystemExit(1)


def section(runs: Sequence[Run]) -> str:
    """What RESULTS.md says of them."""
    return f"## Counting anew\n\n`make bench-scale FULL=1`\n\n{markdown(COLUMNS, [_row(made) for made in runs])}\n\n{told(runs)}"


def told(runs: Sequence[Run]) -> str:
    """Whether all engines counted the same, and what the columns mean."""
    return (
        f"All engines counted the same: {'yes' if agree(runs) else 'NO'}. Memory: the largest resident set, with Java's. "
        "Processor: all that the process took, checks included."
    )


def agree(runs: Sequence[Run]) -> bool:
    """Whether of each number of lines all engines counted the same."""
    return all(
        len({made.checks for made in runs if made.lines == lines}) == 1
        for lines in {made.lines for made in runs}
    )


def _row(made: Run) -> list[str]:
    counted = made.seconds[READING] + made.seconds[COUNTING]
    return [
        f"{made.lines:,}", made.engine, *(f"{made.seconds[step]:,.1f} s" for step in (READING, COUNTING, WRITING)),
        f"{made.lines / counted:,.0f}", f"{made.lines / sum(made.seconds.values()):,.0f}", f"{made.processor:,.0f} s", f"{made.pairs:,}",
        f"{made.megabytes:,} MB",
    ]  # fmt: skip


def _beside_webhooks(console: Console) -> None:
    """A rebuild from the kept orders while webhooks arrive all the time: how long each of them takes."""
    orders = [
        order_from(node(FIRST_NEW + n, made), NOW, BUYER_KEY)
        for n, made in enumerate(made_up_orders(20_000, MIDDLE.products, 11))
    ]
    with a_shop(MIDDLE) as (tandem, installation), tandem.shop(installation) as shop:
        ended, taken = Event(), list[float]()

        def deliver() -> None:
            with tandem.shop(installation) as mine:
                for order in orders:
                    if ended.is_set():
                        return
                    started = perf_counter()
                    learn_from_order(mine, order, NOW)
                    taken.append(perf_counter() - started)
                    sleep(0.02)

        thread = Thread(target=deliver)
        thread.start()
        room = Room(Path(mkdtemp(prefix="tandem-bench-")), MEMORY)
        with closing(DuckdbEngine(room)) as engine:
            made = rebuild_from_store(shop, engine, False, NOW, lambda _what, _rows: None)
        ended.set()
        thread.join()
        rmtree(room.folder)
    taken.sort()
    told = ", ".join(f"{step} {seconds:.2f} s" for step, seconds in made.seconds.items())
    console.print(
        f"Beside a rebuild of {MIDDLE} ({made.pairs:,} pairs; {told}) {len(taken):,} webhooks were learned: median "
        f"{taken[len(taken) // 2] * 1000:.0f} ms, 95 of 100 below {taken[len(taken) * 95 // 100] * 1000:.0f} ms, longest {taken[-1] * 1000:.0f} ms\n"
    )


def _in_a_process(lines: int, engine: str) -> Run:
    """So that what it holds in memory is its own."""
    with TemporaryDirectory(prefix="tandem-bench-") as folder:
        _make(Path(folder), lines, engine == "sqlite")
        child = subprocess.Popen(  # noqa: S603  # ourselves
            [sys.executable, "-m", "tests.benchmarks.rebuilding", engine, folder],
            stdout=subprocess.PIPE,
            text=True,
        )
        most, worked = 0, 0.0
        while child.poll() is None:
            megabytes, seconds = _holds(child.pid)
            most, worked = max(most, megabytes), max(worked, seconds)
            sleep(0.2)
        told, _ = child.communicate()
    if child.returncode:
        raise SystemExit(f"{engine}, {lines:,} lines: ended with {child.returncode}")
    made = json.loads(told.splitlines()[-1])
    return Run(lines, engine, made["seconds"], made["pairs"], most, worked, tuple(map(tuple, made["checks"])))


def _make(folder: Path, lines: int, csv: bool) -> None:
    import duckdb

    orders = lines // LINES_PER_ORDER
    products = min(100_000, max(2_400, lines // 100))
    with duckdb.connect(folder / "made.duckdb", config={"memory_limit": "2GB"}) as db:
        db.execute(RANDOM)
        db.execute(
            ORDERS.format(
                orders=orders,
                buyers=int(orders / 1.7),
                lines=LINES_PER_ORDER,
                groups=products // 24,
                folder=folder / "export",
            )
        )
        if csv:
            db.execute(f"copy (from '{folder}/export/*.parquet') to '{folder}/orders.csv'")
    if csv:
        rmtree(folder / "export")
    (folder / "made.duckdb").unlink()


def _holds(process: int) -> tuple[int, float]:
    """Megabytes that this process and its children hold, and seconds of processor time they have taken."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
        ticks = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11:15]
    except OSError:
        return 0, 0.0
    own = next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")), 0)
    of_children = [_holds(int(child)) for child in children]
    seconds = sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
    return own // 1024 + sum(held for held, _ in of_children), seconds + sum(s for _, s in of_children)


def _alone(name: str, folder: Path) -> None:
    """What the child does: rebuild, and print what it took and what it counted."""
    room = Room(folder / "room", MEMORY, "local[2]")
    room.folder.mkdir()
    with a_tandem() as (tandem, installation), tandem.shop(installation) as shop:
        shop.db.conn.execute("insert into channels (id, slug) values (?, 'default-channel')", [CHANNEL])
        engine = MADE[name](room)
        with closing(engine):
            path = folder / ("orders.csv" if name == "sqlite" else "export")
            made = rebuild_from_export(
                shop, engine, Export([str(path)]), False, NOW, lambda _what, _rows: None
            )
        # numbers of products are given in the order in which an engine finds them: compared by what they stand for
        shop.db.conn.execute(
            "create temp table named as select number, cast(substr(id, 9) as integer) as name from products"
        )
        shop.db.conn.execute("create unique index temp.named_number on named (number, name)")
        checks = [shop.db.conn.execute(_by_name(check)).fetchone() for check in CHECKS]
    print(json.dumps({"seconds": made.seconds, "pairs": made.pairs, "checks": checks}))


def _by_name(check: str) -> str:
    for column, table in (("beside", "pairs"), ("product", "bought")):
        check = check.replace(f"({column} ", f"((select name from named where number = {table}.{column}) ")
    return check


if __name__ == "__main__":
    _alone(sys.argv[1], Path(sys.argv[2]))
