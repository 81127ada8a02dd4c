"""Orders from a local file: how many a second, where the time goes, how much memory; peer: SQLite alone writing the same rows."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from subprocess import run as run_command
from sys import argv, executable
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from rich.console import Console
from rich.table import Table
from sqlite_utils import Database

from plugin.store import many_rows
from plugin.store.database import open_file, size, spacious
from plugin.use_cases.count_anew import Step
from plugin.use_cases.learn_from_file import learn_from_file
from tests.benchmarks.made_up_orders import made_up_orders
from tests.benchmarks.made_up_shop import NOW, email, order_id, ordered_at, price, product_id
from tests.benchmarks.shops import LARGE, SEED, Size, a_tandem

MANY = Size(100_000, 30_000)

COPIED = ("products", "variants", "channels", "orders", "bought", "pairs", "totals")

AT_ONCE = 200_000
"""Rows the peer writes in one transaction."""


def measure(console: Console, full: bool) -> None:
    """A table per size. Each import runs in a process of its own, so that the memory is its own."""
    for shop in (MANY, LARGE) if full else (MANY,):
        with TemporaryDirectory(prefix="tandem-bench-") as folder:
            path = Path(folder) / "orders.csv"
            write_file(path, shop)
            told = run_command(  # noqa: S603  # ourselves
                [executable, "-m", "tests.benchmarks.file_import", str(path)],
                check=True,
                capture_output=True,
                text=True,
            ).stdout
        console.print(_table(shop, told))


def write_file(path: Path, shop: Size) -> None:
    """The made-up orders as a shop would export them."""
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("order_id", "ordered_at", "buyer", "product_id", "quantity", "unit_price"))
        for number, order in enumerate(made_up_orders(shop.orders, shop.products, SEED)):
            named = (order_id(number), ordered_at(order).isoformat(), email(order))
            rows.writerows((*named, product_id(rank), 1, price(rank)) for rank in order.products)


def _table(shop: Size, told: str) -> Table:
    table = Table("what", "seconds", "of the processor", "orders/s", title=f"From a file: {shop}")
    for line in told.splitlines():
        what, *figures = line.split("\t")
        table.add_row(what, *figures)
    return table


def _import(path: Path) -> None:
    """Tab-separated lines for `_table`: each phase, all of it, the peer, and the memory."""
    spent: dict[str, list[float]] = {}
    last = [perf_counter(), process_time()]

    def look(step: Step) -> None:
        now = [perf_counter(), process_time()]
        sums = spent.setdefault(step.doing, [0.0, 0.0])
        spent[step.doing] = [sums[0] + now[0] - last[0], sums[1] + now[1] - last[1]]
        last[:] = now

    with a_tandem() as (tandem, installation), tandem.shop(installation) as shop:
        started = [perf_counter(), process_time()]
        last[:] = started
        made = learn_from_file(shop, path, None, NOW, look)
        whole = [perf_counter() - started[0], process_time() - started[1]]
        memory = _most_memory()
        for doing, (seconds, worked) in spent.items():
            print(f"{doing}\t{seconds:.1f}\t{worked:.1f}\t")
        print(f"all of it\t{whole[0]:.1f}\t{whole[1]:.1f}\t{made.orders / whole[0]:,.0f}")
        rows, alone = _sqlite_alone(shop.db, tandem.file_of(installation).with_name("peer.sqlite3"))
        print(
            f"peer: SQLite alone, the same {rows:,} rows\t{alone[0]:.1f}\t{alone[1]:.1f}\t{made.orders / alone[0]:,.0f}"
        )
        print(f"most memory {memory / 1e6:.0f} MB, file {size(shop.db) / 1e6:.0f} MB\t\t\t")


def _most_memory() -> int:
    """Bytes this process ever held at once: of its own, not of the one it was forked from."""
    told = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(told["VmHWM"].split()[0]) * 1024


def _sqlite_alone(db: Database, path: Path) -> tuple[int, list[float]]:
    """Write the finished rows, in the order of their tables, into a file with the same schema: nothing is reckoned."""
    written, seconds, worked = 0, 0.0, 0.0
    with closing(open_file(path)) as peer, spacious(peer):
        for name in COPIED:
            found = db.conn.execute(f"select * from {name}")
            columns = [column[0] for column in found.description]
            while rows := found.fetchmany(AT_ONCE):
                started = perf_counter(), process_time()
                peer.conn.execute("begin immediate")
                many_rows.insert(peer, name, columns, rows)
                peer.conn.execute("commit")
                seconds, worked = seconds + perf_counter() - started[0], worked + process_time() - started[1]
                written += len(rows)
    return written, [seconds, worked]


def main(words: Sequence[str]) -> None:
    """In a process of its own."""
    _import(Path(words[0]))


if __name__ == "__main__":
    main(argv[1:])
