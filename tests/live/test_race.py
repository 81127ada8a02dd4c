"""A shopper breaks a set and orders in the same moment: with the guard nothing leaks, without it every leak is found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.live.bundle_shop import BundleShop
from tests.live.race import HEAD, Race, race

pytestmark = pytest.mark.live

TIMES = 100
PARALLEL = 20

FIGURES = Path(__file__).parent / "results" / "race.md"


@pytest.fixture(scope="module")
def rows(bundle_shop: BundleShop) -> Iterator[list[str]]:
    """Filled by the tests, and kept as a table when all of them ran."""
    rows: list[str] = []
    yield rows
    if len(rows) == len(("guarded", "unguarded", "parallel")):
        version = bundle_shop.saleor.ask("settings")["shop"]["version"]
        day = datetime.now(UTC).strftime("%Y-%m-%d")
        told = f"Recorded {day} on Saleor {version}; {WHAT}\n\n{HEAD}\n" + "\n".join(rows) + "\n"
        FIGURES.write_text(f"# Remove a piece of a set, and order at once\n\n{told}")


def test_with_the_guard_nothing_leaks(shop: BundleShop, rows: list[str]) -> None:
    run = race(shop, TIMES)
    _tell(rows, run, "guard on, ordered when the removal is answered")

    assert run.leaks == {}
    assert run.made_up == 0


def test_without_the_guard_every_leak_is_found_by_the_audit(shop: BundleShop, rows: list[str]) -> None:
    shop.guard(False)
    try:
        run = race(shop, TIMES)
    finally:
        shop.guard(True)
    _tell(rows, run, "guard off, ordered when the removal is answered")

    assert run.audited == run.leaks


def test_where_saleor_itself_loses_the_race_every_leak_is_found_by_the_audit(
    shop: BundleShop, rows: list[str]
) -> None:
    """Removal and order truly at once: Saleor may never ask the guard."""
    run = race(shop, PARALLEL, parallel=True)
    _tell(rows, run, "guard on, removal and order sent within 0.1 s")

    assert run.audited == run.leaks


WHAT = (
    "a set of two pieces (60.00 + 40.00 for 80.00) that are delivered, one of them removed, ordered without payment. "
    "The truth is computed from the lines of every order in Saleor."
)


def _tell(rows: list[str], run: Race, what: str) -> None:
    rows.append(run.row(what))
    print(f"{HEAD}\n{run.row(what)}")
