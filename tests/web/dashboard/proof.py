"""What a back-test of the camera shop found, for tests of the pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from plugin.shop import Shop
from plugin.store import evaluations
from plugin.store.database import writing
from plugin.suggestions.evaluating.model import (
    BESTSELLERS,
    BOUGHT_TOGETHER,
    TANDEM,
    Estimate,
    Evaluation,
    Figures,
    Sample,
)
from plugin.suggestions.model import ProductNumber

FIGURES = {
    TANDEM: Figures(
        Estimate(0.312, 0.287, 0.338), Estimate(0.463, 0.435, 0.49), Estimate(0.291, 0.27, 0.313),
        Estimate(0.992, 0.987, 0.997), 0.81, Estimate(0.262, 0.231, 0.294),
    ),
    BOUGHT_TOGETHER: Figures(
        Estimate(0.241, 0.217, 0.266), Estimate(0.402, 0.374, 0.43), Estimate(0.233, 0.212, 0.255),
        Estimate(0.97, 0.96, 0.979), 0.52, Estimate(0.151, 0.127, 0.177),
    ),
    BESTSELLERS: Figures(
        Estimate(0.118, 0.1, 0.137), Estimate(0.236, 0.212, 0.261), Estimate(0.124, 0.107, 0.141), Estimate(1, 1, 1), 0.02,
        Estimate(0, 0, 0),
    ),
}  # fmt: skip

SAMPLES = (
    (("x100", "case"), "card", (("card", "battery", "cloth"), ("card", "cloth", "battery"), ("cloth", "card", "x100"))),
    (("z6", "prime"), "filter", (("filter", "card", "head"), ("cloth", "card", "tripod"), ("cloth", "card", "x100"))),
    (("tripod",), "cloth", (("head", "z6", "prime"), ("head", "cloth"), ("cloth", "card", "x100"))),
    (("gone",), "x100", ((), (), ("cloth", "card", "x100"))),
)  # fmt: skip
"""In the basket, hidden, and what each of the three names. One basket holds what the catalogue knows no more."""


def prove(shop: Shop, now: datetime | None = None, ahead: Estimate | None = None) -> Evaluation:
    """Keep a back-test with figures, made two hours ago."""
    now = now or datetime.now(UTC)
    numbers = {
        row[0]: ProductNumber(row[1]) for row in shop.db.conn.execute("select id, number from products")
    }
    numbers["gone"] = ProductNumber(987_654)

    def known(products: tuple[str, ...]) -> tuple[ProductNumber, ...]:
        return tuple(numbers[product] for product in products)

    made = Evaluation(
        at=now - timedelta(hours=2),
        orders=10_812,
        products=412,
        baskets=1_203,
        learned_until=datetime(2026, 11, 3, 9, tzinfo=UTC),
        figures=FIGURES,
        rival=BOUGHT_TOGETHER,
        ahead=ahead or Estimate(0.071, 0.05, 0.092),
        samples=tuple(
            Sample(known(basket), numbers[hidden], dict(zip(FIGURES, map(known, named), strict=True)))
            for basket, hidden, named in SAMPLES
        ),
    )
    with writing(shop.db):
        evaluations.keep(shop.db, made)
    return made


def prove_too_little(shop: Shop, baskets: int = 143) -> None:
    """Keep a back-test with too few baskets."""
    with writing(shop.db):
        evaluations.keep(shop.db, Evaluation(datetime.now(UTC) - timedelta(days=3), 1_420, 95, baskets))
