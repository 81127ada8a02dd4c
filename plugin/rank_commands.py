"""tandem rank: the model judged from outside. tandem fit: the model of a shop fitted now."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from plugin.errors import BadFile, BadPayload
from plugin.operator import of_shop, opened, plainly, shown_on
from plugin.saleor.translate import moment
from plugin.shop import Shop
from plugin.store.database import open_file
from plugin.store.installations import Installation
from plugin.store.order_file import NEEDED, rows_of
from plugin.suggestions.placements import BASKET
from plugin.suggestions.placements import PRODUCT as ON_PRODUCT
from plugin.use_cases.fit_model import fit_model
from plugin.use_cases.learn_from_file import learn_from_file
from plugin.use_cases.rank_for_basket import ANY, NEXT, PRODUCT
from plugin.use_cases.rank_products import Question, Wanted, known_products, rank_products

told = Console(stderr=True)

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

JUDGES_KEY = "6a" * 32
"""Buyers of a file are hashed as those of a shop are, and forgotten with it."""

NOBODYS = "https://judge.example.com/graphql/"


@click.command()
@click.option(
    "--orders",
    type=FILE,
    required=True,
    help="Past orders, a line each product (CSV; columns in the README).",
)
@click.option("--products", type=FILE, help="The catalogue: product_id, name, category (CSV).")
@click.option("--baskets", type=FILE, required=True, help="Baskets to rank for, a JSON object a line.")
@click.option(
    "--k", default=10, show_default=True, type=click.IntRange(1, 100), help="Products per ranking, at most."
)
@click.option(
    "--own-history/--no-own-history", default=False, show_default=True, help="Hear the buyers' own purchases."
)
@click.option(
    "--min-buyers",
    type=click.IntRange(0, 100),
    default=0,
    show_default=True,
    help="Only products that so many distinct buyers bought with one of the basket; 0: whatever the model ranks.",
)
@click.option(
    "--placement",
    type=click.Choice([BASKET, ON_PRODUCT]),
    default=BASKET,
    show_default=True,
    help="What is asked: a basket, or a product page.",
)
@click.option(
    "--next",
    "is_next",
    is_flag=True,
    help="The baskets are being filled: look for what is added next; the lines added later say more.",
)
def rank(orders: Path, products: Path | None, baskets: Path, **chosen: Any) -> None:
    """Learn the orders as a shop would, and print one ranking per basket, as JSON lines."""
    looking_for = PRODUCT if chosen["placement"] == ON_PRODUCT else NEXT if chosen["is_next"] else ANY
    wanted = Wanted(looking_for, chosen["k"], chosen["own_history"], chosen["min_buyers"])
    with plainly(), _empty_shop() as shop, _bar() as bar:
        asked = list(_questions(baskets))
        now = _learn(shop, orders, products, bar)
        fitting = bar.add_task("fitting", total=100)
        fit_model(shop, now, lambda done, of: bar.update(fitting, completed=done, total=of))
        known = known_products(shop)
        ranking = bar.add_task("ranking", total=len(asked))
        for one in asked:
            click.echo(json.dumps({"products": rank_products(shop, one, known, wanted)}))
            bar.advance(ranking)


@click.command()
@of_shop
def fit(api_url: str | None) -> None:
    """Fit the shop's model now: how loud each ingredient is, and every product's rows."""
    with plainly(), opened(api_url) as (_tandem, shop), _bar() as bar:
        task = bar.add_task("fitting", total=100)
        fit_model(shop, datetime.now(UTC), lambda done, of: bar.update(task, completed=done, total=of))


def _learn(shop: Shop, orders: Path, products: Path | None, bar: Progress) -> datetime:
    """Learn the file. The day of its newest order is today: what is judged are the days after it."""
    now = _newest(orders)
    learn_from_file(shop, orders, products, now, shown_on(bar))
    return now


def _newest(orders: Path) -> datetime:
    with rows_of(orders, NEEDED, NEEDED) as (columns, rows):
        at = columns.places["ordered_at"]
        newest = max((row[at] for row in rows), default="")
    try:
        return moment(newest)
    except BadPayload:  # no orders, or one without a time, which learning tells
        return datetime.now(UTC)


def _questions(baskets: Path) -> Iterator[Question]:
    with baskets.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield _question(line, f"{baskets.name}, line {number}")


def _question(line: bytes, where: str) -> Question:
    try:
        told: Mapping[str, Any] = json.loads(line.decode("utf-8-sig"))
        basket, buyer = told["basket"], told.get("buyer")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadFile(
            f'{where}: expected {{"basket": [product ids], "at": time, "buyer": id or null}}'
        ) from error
    if not isinstance(basket, list) or not all(isinstance(product, str) for product in basket):
        raise BadFile(f"{where}: a basket is a list of product ids")
    return Question(tuple(basket), None if buyer is None else str(buyer))


@contextmanager
def _empty_shop() -> Iterator[Shop]:
    """A shop of its own, with nothing in it, gone afterwards."""
    installation = Installation(NOBODYS, "judge", "", "", JUDGES_KEY, {}, "", "", "", True, "", None)
    with TemporaryDirectory(prefix="tandem-rank-") as folder:
        db = open_file(Path(folder) / "shop.sqlite3")
        try:
            yield Shop(installation, db, _no_saleor)
        finally:
            db.close()


def _no_saleor() -> Any:
    raise BadFile("there is no Saleor behind a file of orders")


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description:>10}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=told,
    )
