"""What a set costs in the end, read back from Saleor: its promise to the smallest unit, whatever else is going on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest

from plugin.suggestions.money import percent_of
from tests.live.bundle_shop import BundleShop
from tests.live.matrix_shop import (
    CURRENCIES,
    PLACES,
    PROMISE,
    PROMOTIONS,
    MatrixShop,
    Place,
    promised,
    written,
)
from tests.live.waiting import soon

pytestmark = pytest.mark.live

TABLE = Path(__file__).parent / "results" / "matrix.md"

ORDER_PROMOTIONS = {"order promotion 10 %": "PERCENTAGE", "order promotion fixed": "FIXED"}
VOUCHERS = {"voucher 10 %, stacks": "stack", "voucher 10 %, withdraws": "withdraw"}
LEVELS = ("nothing else", *ORDER_PROMOTIONS, *VOUCHERS)

CORRECTED_WITHIN = 10.0


@dataclass(frozen=True, slots=True)
class Case:
    """One basket. `beside`: there is something else in it."""

    place: Place
    promotion: str
    level: str
    beside: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was paid and what should be, in smallest units."""

    paid: int
    due: int


EVERY = [Case(*one) for one in product(PLACES, PROMOTIONS, LEVELS, (False, True))]


@pytest.fixture(scope="module")
def matrix(bundle_shop: BundleShop) -> Iterator[MatrixShop]:
    """Set up once: catalogue promotions take their time."""
    bundle_shop.permit()
    matrix = MatrixShop(bundle_shop)
    try:
        matrix.open()
        yield matrix
    finally:
        bundle_shop.pause_all()
        matrix.close()


@pytest.fixture(scope="module")
def outcomes(bundle_shop: BundleShop) -> Iterator[dict[Case, Outcome]]:
    """Filled by the tests, and kept as a table when all of them ran."""
    outcomes: dict[Case, Outcome] = {}
    yield outcomes
    if outcomes.keys() == set(EVERY):
        text = _table(outcomes, bundle_shop.saleor.ask("settings")["shop"]["version"])
        print(text)
        TABLE.write_text(text)


@pytest.fixture(scope="module", params=LEVELS)
def level(matrix: MatrixShop, request: pytest.FixtureRequest) -> Iterator[str]:
    """What is going on beside catalogue promotions; tests under the same come together."""
    level: str = request.param
    matrix.offer(VOUCHERS.get(level, "stack"))
    kind = ORDER_PROMOTIONS.get(level)
    with matrix.order_promotion(kind) if kind else nullcontext():
        yield level


@pytest.mark.parametrize("beside", [False, True], ids=["alone", "beside another"])
@pytest.mark.parametrize("promotion", PROMOTIONS, ids=[f"promotion {name}" for name in PROMOTIONS])
@pytest.mark.parametrize("place", PLACES, ids=[place.slug for place in PLACES])
def test_a_set_costs_its_promise_to_the_smallest_unit(
    matrix: MatrixShop, outcomes: dict[Case, Outcome], level: str, place: Place, promotion: str, beside: bool
) -> None:
    case = Case(place, promotion, level, beside)
    checkout = matrix.basket(place, promotion, beside=beside, voucher=level in VOUCHERS)
    matrix.shop.settle(checkout)

    outcomes[case] = outcome = _outcome(matrix, case, checkout)

    assert outcome.paid == outcome.due


def _outcome(matrix: MatrixShop, case: Case, checkout: str) -> Outcome:
    """Of the set; under a voucher of the whole basket, for Saleor alone says which line bears which part of a voucher."""
    place, due = case.place, promised(case.place)
    if case.level in VOUCHERS:
        separately = matrix.one_by_one(place, case.promotion, beside=case.beside)
        extra = matrix.one_by_one(place, case.promotion, beside=True) - matrix.one_by_one(place, case.promotion, beside=False)  # fmt: skip
        held = VOUCHERS[case.level] == "stack"
        before = due + (extra if case.beside else 0) if held else separately
        due = before - percent_of(before, TENTH)

    def paid() -> int:
        return matrix.totals(place, checkout)[1 if case.level in VOUCHERS else 0]

    try:
        soon(lambda: paid() == due, CORRECTED_WITHIN)
    except AssertionError:
        return Outcome(paid(), due)
    return Outcome(due, due)


def _table(outcomes: dict[Case, Outcome], version: str) -> str:
    exact = sum(outcome.paid == outcome.due for outcome in outcomes.values())
    day = datetime.now(UTC).strftime("%Y-%m-%d")
    promises = ", ".join(f"{PROMISE[currency]} {currency}" for currency in CURRENCIES)
    lines = [
        "# What a set costs under everything else that makes prices",
        "",
        f"Recorded {day} on Saleor {version}: {len(outcomes)} cases, {exact} exact to the smallest unit.",
        "",
        f"A set of one big piece and three small ones for {promises}, in every case alone in the basket and beside another",
        "product; 19 % tax. Under a voucher the whole basket is judged: what Saleor makes of the promise (stacks), or of the",
        "prices without the bundle (withdraws), with 10 % off.",
        "",
        f"| prices entered | catalogue promotion | {' | '.join(LEVELS)} |",
        "|---|---|" + "---|" * len(LEVELS),
    ]
    for place, promotion in product(PLACES, PROMOTIONS):
        cells = [_cell(outcomes, place, promotion, level) for level in LEVELS]
        lines.append(f"| {place.currency} {place.taxes} | {promotion} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _cell(outcomes: dict[Case, Outcome], place: Place, promotion: str, level: str) -> str:
    found = [outcomes[Case(place, promotion, level, beside)] for beside in (False, True)]
    off = [one for one in found if one.paid != one.due]
    return (
        ", ".join(f"{written(one.paid, place)} for {written(one.due, place)}" for one in off)
        or "2 of 2 exact"
    )


TENTH = Decimal(10)
