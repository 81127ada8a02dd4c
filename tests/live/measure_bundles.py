"""How long a shopper sees a wrong bundle price on a real Saleor, and how long the doors take."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from tests.live.bundle_shop import BundleShop
from tests.live.waiting import settle

RESULTS = Path(__file__).parent / "results"

BROKEN = "set broken (removal answered) -> own price readable"
WHOLE = "set made whole (addition answered) -> set price readable"
ADDED = "set added through the door -> answered, priced"
SETTLED = "broken set settled through the door -> answered, own price"
BASE = "for comparison: the shopper's removal itself"


def measure_bundles(shop: BundleShop, times: int) -> dict[str, list[float]]:
    """Seconds, by what they are of."""
    shop.open()
    shop.permit()
    body, strap = shop.goods("59.99", "40.01")
    bundle = shop.keep(shop.draft(body, strap, price="79.99"))
    found: dict[str, list[float]] = {what: [] for what in (BROKEN, WHOLE, ADDED, SETTLED, BASE)}
    for _ in range(times):
        checkout = shop.basket(body)
        with timing(found[ADDED]):
            answer = shop.add_set(checkout, bundle)
        assert answer["price"]["amount"] == "79.99", answer
        settle(1)
        _break_and_mend(shop, checkout, (body, strap), found)
    return found


def _break_and_mend(
    shop: BundleShop, checkout: str, names: tuple[str, str], found: Mapping[str, list[float]]
) -> None:
    body, strap = names
    line = shop.line_of(checkout, body)
    with timing(found[BASE]):
        shop.saleor.ask("delete_lines", staff=False, id=checkout, lines=[line])
    found[BROKEN].append(shop.will_cost(checkout, "40.01"))
    settle(1)

    shop.add(checkout, body)
    found[WHOLE].append(shop.will_cost(checkout, "79.99"))
    settle(1)

    shop.take_out(checkout, strap)
    with timing(found[SETTLED]):
        shop.settle(checkout)
    shop.will_cost(checkout, "59.99")


@contextmanager
def timing(into: list[float]) -> Iterator[None]:
    """The seconds of what is done inside."""
    began = time.monotonic()
    yield
    into.append(time.monotonic() - began)


def summed_up(seconds: Sequence[float]) -> str:
    """In one line."""
    ranked = sorted(seconds)
    return f"n {len(ranked)}, median {statistics.median(ranked):.2f} s, p95 {_p95(ranked):.2f} s, most {ranked[-1]:.2f} s"


def keep(figures: Mapping[str, Sequence[float]], version: str, name: str, title: str) -> None:
    """As a table beside the other results, in a file of that name."""
    day = datetime.now(UTC).strftime("%Y-%m-%d")
    rows = [
        f"| {what} | {len(seconds)} | {statistics.median(seconds):.2f} s | {_p95(seconds):.2f} s | {max(seconds):.2f} s |"
        for what, seconds in figures.items()
    ]
    (RESULTS / f"{name}.md").write_text(
        f"# {title}\n\nRecorded {day} on Saleor {version}, Saleor, its database and Tandem on the same "
        "two cores (`python -m tests.live.measure`).\n\n| | n | median | p95 | most |\n|---|---|---|---|---|\n"
        + "\n".join(rows)
        + "\n"
    )


def _p95(seconds: Sequence[float]) -> float:
    return statistics.quantiles(sorted(seconds), n=20, method="inclusive")[-1]
