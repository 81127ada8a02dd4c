"""tandem evaluate: how well Tandem finds what a shop's people buy, beside bestsellers and plain "bought together"."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
from rich.table import Table

from plugin.operator import of_shop, opened, plainly, say
from plugin.store import evaluations
from plugin.suggestions.evaluating import chart, words
from plugin.suggestions.evaluating.model import LISTED, NEEDED, SHOWN, Estimate, Evaluation, Sample
from plugin.suggestions.model import ProductNumber
from plugin.use_cases.describe_evaluation import Names, names_in
from plugin.use_cases.evaluate_shop import MOST_BASKETS, evaluate_shop

console = Console()

told = Console(stderr=True)


@click.command()
@of_shop
@click.option("--json", "as_json", is_flag=True, help="All of it as JSON.")
@click.option(
    "--chart",
    "drawn",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the hit rates as a chart (SVG) into this file.",
)
@click.option(
    "--baskets",
    type=click.IntRange(min=NEEDED),
    default=MOST_BASKETS,
    show_default=True,
    help="At most so many test baskets.",
)
def evaluate(api_url: str | None, as_json: bool, drawn: Path | None, baskets: int) -> None:
    """A back-test on the shop's own orders: one product of each later order is hidden, and must be named."""
    with plainly(), opened(api_url) as (_tandem, shop):
        with Progress(
            TextColumn("asking"), BarColumn(), TaskProgressColumn(), console=told, transient=True
        ) as bar:
            task = bar.add_task("asking", total=100)
            made = evaluate_shop(
                shop,
                datetime.now(UTC),
                baskets,
                lambda done, of: bar.update(task, completed=100 * done // of),
            )
        names = names_in(shop, made)
    if drawn and made.enough:
        drawn.write_text(chart.file(made), encoding="utf-8")
    if as_json:
        say({**evaluations.as_json(made), "needed": NEEDED, "said": words.found(made), "names": names})
    else:
        _print(made, names, drawn)


def _print(made: Evaluation, names: Names, drawn: Path | None) -> None:
    console.print(words.found(made), soft_wrap=True)
    if made.figures is None:
        console.print(words.ASKED, soft_wrap=True)
        return
    console.print(words.compared(made), words.beyond(made), soft_wrap=True)
    console.print(_figures(made))
    console.print(f"{len(made.samples)} of these baskets, chosen blindly:")
    for sample in made.samples:
        console.print(_sample(sample, names))
    console.print(words.CAUTION, soft_wrap=True)
    if drawn:
        console.print(f"The chart is in {drawn}.", soft_wrap=True)


def _figures(made: Evaluation) -> Table:
    table = Table(
        "",
        f"first {SHOWN}",
        f"first {SHOWN}, no bestseller",
        f"first {LISTED}",
        f"NDCG@{LISTED}",
        "baskets answered",
        "products named",
    )
    for name, one in (made.figures or {}).items():
        table.add_row(
            words.NAMES[name], _estimate(one.first_three), _estimate(one.tail) if one.tail else "", _estimate(one.first_ten),
            f"{one.ndcg.value:.3f} ({one.ndcg.low:.3f} to {one.ndcg.high:.3f})",
            _estimate(one.answered), words.percent(one.catalogue),
        )  # fmt: skip
    return table


def _estimate(estimate: Estimate) -> str:
    return f"{words.percent(estimate.value)} ({words.interval(estimate)})"


def _sample(sample: Sample, names: Names) -> Table:
    basket = ", ".join(_name(product, names) for product in sample.basket)
    table = Table(title=f"{basket} + ?", title_justify="left", show_header=False)
    table.add_row("hidden", _name(sample.hidden, names))
    for ranker, products in sample.named.items():
        listed = (
            f"[green]{_name(product, names)}[/green]" if product == sample.hidden else _name(product, names)
            for product in products
        )
        table.add_row(words.NAMES[ranker], ", ".join(listed) or "nothing")
    return table


def _name(product: ProductNumber, names: Mapping[ProductNumber, str]) -> str:
    return names.get(product, f"product {product}").replace("[", r"\[")
