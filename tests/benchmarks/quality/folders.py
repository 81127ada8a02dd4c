"""Prepared folders, in the formats of the judge: orders.csv, products.csv, baskets.jsonl and hidden.json."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

ORDERS = ("order_id", "ordered_at", "buyer", "product_id", "quantity", "unit_price")
PRODUCTS = ("product_id", "name", "category")

Hidden = str | list[str]
"""What is to be found again: one product, or all the rest of the basket."""


class OrderRow(NamedTuple):
    """One line of orders.csv."""

    order: str
    ordered_at: str
    buyer: str
    product: str
    quantity: str
    unit_price: str


@dataclass(frozen=True, slots=True)
class Basket:
    """What is shown of a later order: products as they were added, when, and whose."""

    products: tuple[str, ...]
    at: str
    buyer: str | None


def order_rows(folder: Path) -> Iterator[OrderRow]:
    """The lines of all orders, oldest first."""
    with (folder / "orders.csv").open(newline="", encoding="utf-8") as file:
        rows = csv.reader(file)
        next(rows)
        yield from map(OrderRow._make, rows)


def orders_in(folder: Path) -> Iterator[tuple[str, str, list[str]]]:
    """Number, buyer (empty where unknown) and products of every order, oldest first."""
    for number, rows in groupby(order_rows(folder), key=lambda row: row.order):
        lines = list(rows)
        yield number, lines[0].buyer, [line.product for line in lines]


def baskets_in(folder: Path) -> list[Basket]:
    """The baskets to complete."""
    with (folder / "baskets.jsonl").open(encoding="utf-8") as file:
        facts = [json.loads(line) for line in file]
    return [Basket(tuple(fact["basket"]), fact["at"], fact["buyer"]) for fact in facts]


def hidden_in(folder: Path) -> list[Hidden]:
    """What was hidden of each basket."""
    hidden: list[Hidden] = json.loads((folder / "hidden.json").read_text(encoding="utf-8"))
    return hidden


def write_orders(folder: Path, rows: Iterable[OrderRow]) -> None:
    """The orders to learn from."""
    _write(folder / "orders.csv", ORDERS, rows)


def write_products(folder: Path, rows: Iterable[tuple[str, str, str]]) -> None:
    """The whole catalogue: id, name, category."""
    _write(folder / "products.csv", PRODUCTS, rows)


def write_baskets(folder: Path, baskets: Sequence[Basket], hidden: Sequence[Hidden]) -> None:
    """The questions, and in another file the answers."""
    facts = [{"basket": list(basket.products), "at": basket.at, "buyer": basket.buyer} for basket in baskets]
    (folder / "baskets.jsonl").write_text(
        "".join(json.dumps(fact) + "\n" for fact in facts), encoding="utf-8"
    )
    (folder / "hidden.json").write_text(json.dumps(hidden), encoding="utf-8")


def write_ranks(file: Path, ranks: Iterable[Sequence[str]]) -> None:
    """One answer a line, best product first."""
    file.write_text("".join(json.dumps({"products": list(one)}) + "\n" for one in ranks), encoding="utf-8")


def ranks_in(file: Path) -> list[list[str]]:
    """The answers of a recommender."""
    with file.open(encoding="utf-8") as lines:
        return [json.loads(line)["products"] for line in lines]


def _write(file: Path, names: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with file.open("w", newline="", encoding="utf-8") as opened:
        writer = csv.writer(opened, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(rows)
