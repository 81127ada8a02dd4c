"""From a table of order lines to a prepared folder: split by time, and something hidden of each later basket."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import duckdb
import numpy as np

from tests.benchmarks.quality.folders import (
    Basket,
    Hidden,
    OrderRow,
    write_baskets,
    write_orders,
    write_products,
)
from tests.benchmarks.quality.judge import SEED

TEST_SHARE = 0.1
MOST_BASKETS = 5000
NO_TIME = datetime(2025, 1, 1)
"""When nothing says when: all at once, split by a seeded permutation."""

READ = """
select order_id::varchar, customer_id::varchar, item_id::varchar, quantity, unit_price, ts::timestamp,
       item_name::varchar, category::varchar, line_no
from read_parquet(?)
"""


class Line(NamedTuple):
    """One line of the table: a product of an order. `place` is its place among the lines as they were added."""

    order: str
    buyer: str | None
    product: str
    quantity: float | None
    unit_price: float | None
    at: datetime | None
    name: str | None
    category: str | None
    place: int | None


def lines_in(parquet: Path) -> list[Line]:
    """The lines of a Parquet file, in its order."""
    with duckdb.connect() as connection:
        return [Line._make(row) for row in connection.execute(READ, [str(parquet)]).fetchall()]


def knows_places(lines: Sequence[Line]) -> bool:
    """Whether it is known in which order lines were added."""
    return any(line.place is not None for line in lines)


def knows_buyers(lines: Sequence[Line]) -> bool:
    """Whether it is known who bought."""
    return any(line.buyer for line in lines)


def prepare(
    lines: Sequence[Line], folder: Path, hide: str = "random", orders_to_learn: int | None = None
) -> None:
    """Write the folder. The oldest nine of ten orders (or `orders_to_learn`) are learned, of the others is asked."""
    dice = np.random.default_rng(SEED)
    orders = _orders(lines, dice)
    split = int(len(orders) * (1 - TEST_SHARE)) if orders_to_learn is None else orders_to_learn
    baskets: list[Basket] = []
    hidden: list[Hidden] = []
    for order in _chosen([order for order in orders[split:] if len(order) >= 2], dice):
        products = [line.product for line in order]
        one = products.pop(len(products) - 1 if hide == "last" else int(dice.integers(len(products))))
        at, buyer = _written(order[0].at), order[0].buyer
        baskets.append(Basket((one,) if hide == "rest" else tuple(products), at, buyer))
        hidden.append(products if hide == "rest" else one)

    folder.mkdir(parents=True, exist_ok=True)
    write_orders(folder, (_row(line) for order in orders[:split] for line in order))
    write_products(folder, _catalogue(orders))
    write_baskets(folder, baskets, hidden)


def _orders(lines: Sequence[Line], dice: np.random.Generator) -> list[list[Line]]:
    """All orders, oldest first, each with every product once; lines as added, or by product where that is unknown."""
    lines = list({(line.order, line.product): line for line in reversed(lines)}.values())[::-1]
    placed, timed = knows_places(lines), any(line.at is not None for line in lines)
    lines.sort(
        key=lambda line: (line.order, line.place or 0, "") if placed else (line.order, 0, line.product)
    )
    orders = [list(order) for _, order in groupby(lines, key=lambda line: line.order)]
    if not timed:
        order_of = dice.permutation(np.array([order[0].order for order in orders]))
        place = {str(number): at for at, number in enumerate(order_of)}
        orders.sort(key=lambda order: place[order[0].order])
        return orders
    starts = {order[0].order: min(line.at for line in order if line.at) for order in orders}
    orders = [[line._replace(at=starts[line.order]) for line in order] for order in orders]
    return sorted(orders, key=lambda order: starts[order[0].order])


def _chosen(orders: Sequence[list[Line]], dice: np.random.Generator) -> Sequence[list[Line]]:
    if len(orders) <= MOST_BASKETS:
        return orders
    return [orders[number] for number in np.sort(dice.choice(len(orders), MOST_BASKETS, replace=False))]


def _row(line: Line) -> OrderRow:
    price = "" if line.unit_price is None else str(line.unit_price)
    quantity = "1.0" if line.quantity is None else str(line.quantity)
    return OrderRow(line.order, _written(line.at), line.buyer or "", line.product, quantity, price)


def _catalogue(orders: Sequence[Sequence[Line]]) -> list[tuple[str, str, str]]:
    """Every product as it was called first."""
    first = {line.product: line for order in reversed(orders) for line in reversed(order)}
    return [(product, first[product].name or "", first[product].category or "") for product in sorted(first)]


def _written(at: datetime | None) -> str:
    return (at or NO_TIME).strftime("%Y-%m-%dT%H:%M:%SZ")
