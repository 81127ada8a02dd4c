"""How long a suggestion for a five-line basket takes, from small shops to large ones; peer: the plain co-occurrence query."""

from __future__ import annotations

from itertools import cycle, islice

from rich.console import Console
from rich.table import Table

from plugin.shop import Shop, Tandem
from plugin.store.installations import Installation
from plugin.suggestions.model import BasketLine
from plugin.use_cases.suggest_for_basket import suggest_for_basket
from tests.benchmarks.made_up_orders import made_up_baskets
from tests.benchmarks.made_up_shop import CHANNEL, NOW, number_of, variant_id
from tests.benchmarks.shops import DENSE, LARGE, MIDDLE, SMALL, Size, a_shop
from tests.benchmarks.timing import Times, in_turns, ms

BASKETS = 600
WARM_UP = 60
LINES = 5
SEED = 99

AIM = 0.002
"""Seconds at the median, however large the shop."""

CO_OCCURRENCE = """
select product, sum(orders) as together from pairs
where scope = 1 and beside in (?, ?, ?, ?, ?) and product not in (?, ?, ?, ?, ?)
group by product order by together desc, product limit 3
"""
"""What most recommenders for shops come down to: what was bought most with any of these."""

BAR = 24


def run(console: Console, full: bool) -> None:
    """Print the table."""
    table = Table(title=f"Suggestion for a basket of {LINES} lines, in the process, shop open")
    for column in (
        "shop",
        "file",
        "MB per 100,000 orders",
        "median",
        "p95",
        "processor",
        "opened anew",
        "peer",
        "ratio",
        "",
    ):
        table.add_column(column, justify="left" if column in ("shop", "") else "right")
    for size in (SMALL, MIDDLE, DENSE, *((LARGE,) if full else ())):
        with a_shop(size) as (tandem, installation):
            _row(table, tandem, installation, size)
    console.print(table)
    console.print(
        f"Aim: flat, below {ms(AIM)} (a full bar). Opened anew: with taking up and putting back the shop's file, as a request does. "
        "Peer: the plain co-occurrence query on the same file, in turns.\n"
    )


def _row(table: Table, tandem: Tandem, installation: Installation, size: Size) -> None:
    bytes_ = tandem.file_of(installation).stat().st_size
    ours, anew, peer = _measure(tandem, installation, size)
    bar = "█" * min(2 * BAR, round(ours.median / AIM * BAR))
    table.add_row(
        str(size), f"{bytes_ / 1e6:,.0f} MB", f"{bytes_ / 10 / size.orders:,.0f}", ms(ours.median), ms(ours.p95),
        ms(ours.worked), ms(anew.median), ms(peer.median), f"{ours.median / peer.median:.2f}", bar,
    )  # fmt: skip


def _measure(tandem: Tandem, installation: Installation, size: Size) -> list[Times]:
    made = made_up_baskets(BASKETS, LINES, size.products, SEED)
    baskets = list(
        islice(cycle([BasketLine(variant_id(rank), 1) for rank in basket] for basket in made), 2 * BASKETS)
    )

    def anew(number: int) -> None:
        with tandem.shop(installation) as shop:
            suggest_for_basket(shop, CHANNEL, baskets[number], NOW)

    with tandem.shop(installation) as shop:

        def ours(number: int) -> None:
            suggest_for_basket(shop, CHANNEL, baskets[number], NOW)

        return in_turns(BASKETS, [ours, anew, lambda number: _peer(shop, baskets[number])], WARM_UP)


def _peer(shop: Shop, basket: list[BasketLine]) -> None:
    numbers = [number_of(line.variant) for line in basket]
    shop.db.conn.execute(CO_OCCURRENCE, [*numbers, *numbers]).fetchall()
