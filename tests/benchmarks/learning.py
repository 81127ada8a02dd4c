"""How many orders a second are learned: from the history, from webhooks, of a buyer with thousands; peer: SQLite alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import permutations
from time import perf_counter
from typing import Any, cast

from rich.console import Console
from rich.table import Table
from sqlite_utils import Database

from plugin.saleor.gateway import SaleorGateway
from plugin.saleor.translate import order_from
from plugin.shop import Shop
from plugin.store.database import writing
from plugin.suggestions.model import Order
from plugin.use_cases.learn_from_order import learn_from_order, learn_from_orders
from plugin.use_cases.learn_from_past_orders import learn_from_past_orders
from tests.benchmarks import file_import
from tests.benchmarks.filled_file import fill_catalogue, fill_orders, rows
from tests.benchmarks.made_up_orders import MadeUpOrder, made_up_orders
from tests.benchmarks.made_up_shop import BUYER_KEY, NOW, node, number_of
from tests.benchmarks.shops import MIDDLE, SEED, SMALL, Size, a_shop, a_tandem
from tests.benchmarks.timing import Times, in_turns, ms

NEW_ORDERS = 2_000
FIRST_NEW = 10_000_000
"""Numbers of orders that no file holds yet."""

A_PAGE = 100
REGULAR_ORDERS = 3_000
"""Orders of one business customer: each new one is compared with all of them, for distinct buyers."""

COUNT = """
insert into bench_pairs values (?, ?, ?, 1, 1, 65536) on conflict do update set
orders = orders + excluded.orders, buyers = buyers + excluded.buyers, weight = weight + excluded.weight
"""


@dataclass(slots=True)
class Pages:
    """Stands in for the connection to Saleor: its answers are made already, so that only our own work is timed."""

    answers: Sequence[Mapping[str, Any]]
    answered_at: datetime | None = NOW

    def pages(self, _name: str, _variables: Mapping[str, Any], _after: str | None = None) -> Iterator[Any]:
        """The history, page by page."""
        yield from self.answers


def run(console: Console, full: bool) -> None:
    """Print the tables, and whether a file filled in bulk is the same as one that learned."""
    table = Table(title="Learning")
    for column in ("what", "orders/s", "peer: pairs only", "ratio", "median", "p95", "processor"):
        table.add_column(column, justify="left" if column == "what" else "right")
    _history(console, table, SMALL)
    for size in (SMALL, MIDDLE):
        _webhooks(table, size)
    _regular(table)
    console.print(table)
    file_import.measure(console, full)
    console.print(
        "Peer: upserts of the same pairs, both directions and both scopes, into a table of the same file; "
        "nothing else, in turns, as many in a transaction.\n"
    )


def _history(console: Console, table: Table, size: Size) -> None:
    """The import use case from start to end, and its result against the bulk filling the other benchmarks stand on."""
    made = list(made_up_orders(size.orders, size.products, SEED))
    nodes = [node(number, order) for number, order in enumerate(made)]
    total = len(nodes)
    pages = [
        {"nodes": nodes[start : start + A_PAGE], "cursor": str(start), "total": total}
        for start in range(0, total, A_PAGE)
    ]
    with (
        a_tandem() as (tandem, installation),
        a_tandem() as (other, _),
        tandem.shop(installation) as learned,
        other.shop(installation) as filled,
    ):
        fill_catalogue(learned.db, size.products)
        started = perf_counter()
        for _progress in learn_from_past_orders(_reading(learned, pages), NOW):
            pass
        seconds = perf_counter() - started
        fill_catalogue(filled.db, size.products)
        fill_orders(filled.db, made)
        same = rows(learned.db) == rows(filled.db)
    console.print(
        f"A file filled in bulk equals one that learned {total:,} orders: {'yes' if same else 'NO'}"
    )
    if not same:
        raise SystemExit(1)
    table.add_row(
        f"history import, {total:,} orders, empty at first", f"{total / seconds:,.0f}", "", "", "", "", ""
    )


def _webhooks(table: Table, size: Size) -> None:
    orders = _new_orders(made_up_orders(NEW_ORDERS * 2, size.products, SEED + 1))
    single, hundreds = orders[:NEW_ORDERS], orders[NEW_ORDERS:]
    with a_shop(size) as (tandem, installation), tandem.shop(installation) as shop:
        _make_peer(shop.db)
        times = in_turns(
            NEW_ORDERS - A_PAGE,
            [
                lambda n: learn_from_order(shop, single[n], NOW),
                lambda n: _pairs_alone(shop.db, single[n : n + 1]),
            ],
            A_PAGE,
        )
        _row(table, f"one order a transaction, into {size}", 1, times)

        def page(number: int) -> list[Order]:
            return hundreds[number * A_PAGE : (number + 1) * A_PAGE]

        times = in_turns(
            NEW_ORDERS // A_PAGE - 1,
            [lambda n: learn_from_orders(shop, page(n), NOW), lambda n: _pairs_alone(shop.db, page(n))],
            1,
        )
        _row(table, f"{A_PAGE} orders a transaction, into {size}", A_PAGE, times)


def _regular(table: Table) -> None:
    """One buyer, thousands of orders, ever different baskets."""
    made = [
        replace(order, buyer=0) for order in made_up_orders(REGULAR_ORDERS + 200, SMALL.products, SEED + 2)
    ]
    with a_tandem() as (tandem, installation), tandem.shop(installation) as shop:
        fill_catalogue(shop.db, SMALL.products)
        fill_orders(shop.db, made[:REGULAR_ORDERS])
        _make_peer(shop.db)
        orders = _new_orders(iter(made[REGULAR_ORDERS:]))
        times = in_turns(
            len(orders) - 20,
            [
                lambda n: learn_from_order(shop, orders[n], NOW),
                lambda n: _pairs_alone(shop.db, orders[n : n + 1]),
            ],
            20,
        )
        _row(table, f"one order of a buyer who has {REGULAR_ORDERS:,}", 1, times)


def _row(table: Table, what: str, orders: int, times: list[Times]) -> None:
    ours, peer = times
    table.add_row(
        what, f"{orders * ours.per_second:,.0f}", f"{orders * peer.per_second:,.0f}", f"{ours.median / peer.median:.2f}",
        ms(ours.median), ms(ours.p95), ms(ours.worked),
    )  # fmt: skip


def _reading(shop: Shop, pages: Sequence[Mapping[str, Any]]) -> Shop:
    return replace(shop, open_saleor=lambda: cast(SaleorGateway, Pages(pages)))


def _new_orders(made: Iterator[MadeUpOrder]) -> list[Order]:
    return [order_from(node(FIRST_NEW + n, order), NOW, BUYER_KEY) for n, order in enumerate(made)]


def _make_peer(db: Database) -> None:
    """A copy of the counts without their index."""
    db.executescript("""
        create table bench_pairs (
            beside integer, product integer, scope integer, orders integer, buyers integer, weight integer,
            primary key (beside, product, scope)
        ) without rowid;
        insert into bench_pairs select beside, product, scope, orders, buyers, weight from pairs order by 1, 2, 3;
        pragma wal_checkpoint(truncate);
    """)


def _pairs_alone(db: Database, orders: Sequence[Order]) -> None:
    with writing(db):
        upserts = [
            (first, second, scope)
            for order in orders
            for first, second in permutations({number_of(line.variant) for line in order.lines}, 2)
            for scope in (0, 1)
        ]
        db.conn.executemany(COUNT, sorted(upserts))
