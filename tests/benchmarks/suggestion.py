"""How long a suggestion for a five-line basket takes, from small shops to large ones; peer: the plain co-occurrence query."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle, islice

from rich.console import Console
from rich.table import Table

from plugin.shop import Shop, Tandem
from plugin.store.installations import Installation
from plugin.suggestions.model import BasketLine, VariantId
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

NOBODY_BOUGHT = VariantId("new")
"""A product nobody has bought yet, in a category of hundreds or thousands: what is popular there has to be found."""

BAR = 10

COLUMNS = (
    "shop",
    "file",
    "per 100,000 orders",
    "median",
    "p95",
    "processor",
    "opened anew",
    "popular",
    "peer",
    "ratio",
)


def run(console: Console, full: bool) -> None:
    """Print the table."""
    table = Table(title=f"Suggestion for a basket of {LINES} lines, in the process, shop open")
    for column in (*COLUMNS, ""):
        plain = column in ("shop", "")
        table.add_column(column, justify="left" if plain else "right", no_wrap=plain)
    for size in (SMALL, MIDDLE, DENSE, *((LARGE,) if full else ())):
        with a_shop(size) as (tandem, installation):
            _row(table, tandem, installation, size)
    console.print(table)
    console.print(
        f"Aim: flat, below {ms(AIM)} (a bar of {BAR}). Opened anew: with taking up and putting back the shop's file, as a "
        "request does. Popular: a basket nobody bought from yet. Peer: plain co-occurrence on the same file, in turns.\n"
    )


def _row(table: Table, tandem: Tandem, installation: Installation, size: Size) -> None:
    megabytes = tandem.file_of(installation).stat().st_size / 1e6
    ours, anew, popular, peer = _measure(tandem, installation, baskets_of(size))
    table.add_row(
        str(size), f"{megabytes:,.0f} MB", f"{megabytes / size.orders * 100_000:,.0f} MB", ms(ours.median), ms(ours.p95),
        ms(ours.worked), ms(anew.median), ms(popular.median), ms(peer.median), f"{ours.median / peer.median:.2f}",
        "█" * min(2 * BAR, round(ours.median / AIM * BAR)),
    )  # fmt: skip


def _measure(
    tandem: Tandem, installation: Installation, baskets: Sequence[Sequence[BasketLine]]
) -> list[Times]:
    def anew(number: int) -> None:
        with tandem.shop(installation) as opened:
            suggest_for_basket(opened, CHANNEL, baskets[number], NOW)

    with tandem.shop(installation) as shop:
        shop.db.conn.execute(
            "insert into variants (id, product) select ?, max(number) + 1 from products", [NOBODY_BOUGHT]
        )
        shop.db.conn.execute(
            "insert into products (id, name, category) select 'new', 'new', category from products where number = 1"
        )
        unknown = [BasketLine(NOBODY_BOUGHT, 1)]
        works = [
            lambda number: suggest_for_basket(shop, CHANNEL, baskets[number], NOW),
            anew,
            lambda _number: suggest_for_basket(shop, CHANNEL, unknown, NOW),
            lambda number: peer_of(shop, baskets[number]),
        ]
        if [found.rung for found in suggest_for_basket(shop, CHANNEL, unknown, NOW)][:1] != ["popular"]:
            raise SystemExit("a product nobody bought must be answered by what is popular")
        return in_turns(BASKETS, works, WARM_UP)


def baskets_of(size: Size, seed: int = SEED) -> list[list[BasketLine]]:
    """Baskets of LINES lines from the shop of this size, WARM_UP of them twice."""
    made = made_up_baskets(BASKETS, LINES, size.products, seed)
    baskets = [[BasketLine(variant_id(rank), 1) for rank in basket] for basket in made]
    return list(islice(cycle(baskets), BASKETS + WARM_UP))


def peer_of(shop: Shop, basket: Sequence[BasketLine]) -> None:
    """Plain co-occurrence for the basket."""
    numbers = [number_of(line.variant) for line in basket]
    shop.db.conn.execute(CO_OCCURRENCE, [*numbers, *numbers]).fetchall()
