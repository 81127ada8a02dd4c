"""How a fitted shop grows: time of a suggestion, bytes of its file, memory of who serves it, seconds of the fit; peer: plain co-occurrence."""

from __future__ import annotations

import multiprocessing
import resource
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TypeVar

from rich.console import Console
from rich.table import Table

from plugin.config import Config
from plugin.shop import Tandem
from plugin.store.installations import Installation
from plugin.use_cases.fit_model import fit_model
from plugin.use_cases.suggest_for_basket import suggest_for_basket
from tests.benchmarks.made_up_shop import CHANNEL, NOW, an_installation
from tests.benchmarks.quality.results import markdown, write_section
from tests.benchmarks.shops import LARGE, MIDDLE, SMALL, Size, a_shop
from tests.benchmarks.suggestion import BASKETS, LINES, WARM_UP, baskets_of, peer_of
from tests.benchmarks.timing import Times, in_turns, ms

AIM_MS, AIM_MB, AIM_MEMORY_MB = 2.0, 3_000.0, 300.0
WIDTH = 40

STRETCH = 50
"""Baskets answered one after the other, as a server does, before the peer has its turn: it reads thousands of rows, and would leave
no cache to us."""

COLUMNS = (
    "shop",
    "median",
    "p95",
    "processor",
    "plain co-occurrence",
    "file",
    "serving",
    "fitted in",
    "fit's memory",
)

PASSES = 8
"""All baskets of every shop are answered so many times, one shop after the other, and of ours and of the peer's the quietest pass is
shown: others work on these machines too, and no shop has the quiet hours for itself."""

OTHERS = (101, 102, 103)
"""Seeds of baskets answered before. A pass is of a process of its own that has been up for a while, and has not seen the baskets measured."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Grown:
    """What was measured of one size. Memory is resident, of processes of their own: `fitting` at its peak."""

    size: Size
    ours: Times
    peer: Times
    file: int
    serving: int
    fitted_in: float
    fitting: int


def run(console: Console, full: bool) -> None:
    """Print the table and the charts of growth; both go into RESULTS.md."""
    grown = _grown((SMALL, MIDDLE, *((LARGE,) if full else ())))
    rows = [_row(one) for one in grown]
    table = Table(
        *COLUMNS,
        title=f"A fitted shop: a suggestion for {LINES} lines, in the process, shop open; the quietest of {PASSES} passes",
    )
    for row in rows:
        table.add_row(*row)
    console.print(table)
    charts = [
        *_chart("Median of a suggestion, ms", [one.ours.median * 1e3 for one in grown], AIM_MS, grown),
        *_chart("File, MB", [one.file / 1e6 for one in grown], AIM_MB, grown),
        *_chart(
            "Memory of a serving process, MB", [one.serving / 1e6 for one in grown], AIM_MEMORY_MB, grown
        ),
    ]
    console.print("\n".join(charts))
    if full:
        text = f"## Growth\n\n`make bench-scale FULL=1`: a suggestion for {LINES} lines, in the process; the quietest of {PASSES} passes over {BASKETS} baskets, each in a process that has answered other baskets.\n\n{markdown(COLUMNS, rows)}\n\n```\n{chr(10).join(charts)}\n```"
        write_section("scale", text)


def _grown(sizes: Sequence[Size]) -> list[Grown]:
    with ExitStack() as open_:
        shops = [open_.enter_context(a_shop(size)) for size in sizes]
        folders = [tandem.config.data_dir for tandem, _installation in shops]
        fits = [_apart(_fit, folder) for folder in folders]
        memory = [_apart(_memory, folder, size) for folder, size in zip(folders, sizes, strict=True)]
        passes: list[list[tuple[Times, Times]]] = [[] for _ in sizes]
        for _ in range(PASSES):
            for one, folder, size in zip(passes, folders, sizes, strict=True):
                one.append(_apart(_serve, folder, size))
        files = [tandem.file_of(installation).stat().st_size for tandem, installation in shops]
    served = [tuple(min(each, key=_median) for each in zip(*one, strict=True)) for one in passes]
    return [
        Grown(size, ours, peer, file, serving, *fit)
        for size, (ours, peer), file, serving, fit in zip(sizes, served, files, memory, fits, strict=True)
    ]


def _median(times: Times) -> float:
    return times.median


def _apart(work: Callable[..., T], *told: object) -> T:
    """Done in a process of its own, whose memory is nobody else's."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as one:
        return one.submit(work, *told).result()


def _fit(folder: Path) -> tuple[float, int]:
    tandem, installation = _opened(folder)
    with tandem.shop(installation) as shop:
        started = perf_counter()
        fit_model(shop, NOW)
        seconds = perf_counter() - started
        shop.db.conn.execute("pragma wal_checkpoint(truncate)")
    tandem.close()
    return seconds, _peak()


def _memory(folder: Path, size: Size) -> int:
    """Of a process that has answered every basket, with no peer beside it."""
    tandem, installation = _opened(folder)
    with tandem.shop(installation) as shop:
        for basket in baskets_of(size):
            suggest_for_basket(shop, CHANNEL, basket, NOW)
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    tandem.close()
    return pages * resource.getpagesize()


def _serve(folder: Path, size: Size) -> tuple[Times, Times]:
    """One pass over the baskets, ours and the peer's."""
    tandem, installation = _opened(folder)
    baskets = baskets_of(size)
    with tandem.shop(installation) as shop:
        if not any(suggest_for_basket(shop, CHANNEL, basket, NOW) for basket in baskets[:20]):
            raise SystemExit("nothing is suggested: this measures nothing")
        for other in (basket for seed in OTHERS for basket in baskets_of(size, seed)):
            suggest_for_basket(shop, CHANNEL, other, NOW)
        works = [
            lambda number: suggest_for_basket(shop, CHANNEL, baskets[number], NOW),
            lambda number: peer_of(shop, baskets[number]),
        ]
        ours, peer = in_turns(BASKETS, works, WARM_UP, STRETCH)
    tandem.close()
    return ours, peer


def _opened(folder: Path) -> tuple[Tandem, Installation]:
    return Tandem(
        Config(secret_key=("k" * 32,), data_dir=folder, allowed_saleor_urls=("*",))
    ), an_installation(None)


def _peak() -> int:
    """Of this process alone: getrusage begins with what its parent had."""
    told = next(
        line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")
    )
    return int(told.split()[1]) * 1024


def _row(one: Grown) -> list[str]:
    return [
        str(one.size), ms(one.ours.median), ms(one.ours.p95), ms(one.ours.worked), ms(one.peer.median), f"{one.file / 1e6:,.0f} MB",
        f"{one.serving / 1e6:,.0f} MB", f"{one.fitted_in:,.0f} s", f"{one.fitting / 1e6:,.0f} MB",
    ]  # fmt: skip


def _chart(title: str, values: Sequence[float], aim: float, grown: Sequence[Grown]) -> list[str]:
    longest = max(*values, aim)
    bars = [(str(one.size), value) for one, value in zip(grown, values, strict=True)] + [("aim", aim)]
    return [
        title,
        *(f"{name:>36} {'█' * round(value / longest * WIDTH)} {value:,.1f}" for name, value in bars),
    ]
