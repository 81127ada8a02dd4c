"""How long a shopper waits for an upgrade, and how soon an answer and a merchant's rule show, on a real Saleor."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from plugin.use_cases import plan_work
from tests.live.offer_shop import OfferShop
from tests.live.waiting import settle, soon

RESULTS = Path(__file__).parent / "results" / "offers.md"

WRITTEN = "checkout made -> offer readable in it"
UPGRADED = "upgrade taken through the door -> answered, line swapped"
DECLINED = "declined through the door -> gone from the checkout"
RULED = "rule saved -> gone from a checkout made next"
FOLLOWED = "rule saved -> gone from an open checkout"


def measure_offers(shop: OfferShop, times: int) -> dict[str, list[float]]:
    """Seconds, by what they are of."""
    shop.open()
    try:
        memory = ("64 GB", "128 GB", "256 GB")
        phone = shop.put_on_sale(
            "phones",
            {one: (price, {"Memory": one}) for one, price in zip(memory, (20, 25, 30), strict=True)},
        )
        shop.tandem.do_now(plan_work.DIRECTIONS)
        desk, *chairs = shop.parcels("45", "6", "7")
        shop.bought(desk, *chairs)
        found: dict[str, list[float]] = {one: [] for one in (WRITTEN, UPGRADED, DECLINED, RULED, FOLLOWED)}
        for _ in range(times):
            _upgrade(shop, phone, found)
            _decline(shop, desk, chairs[0], found)
            _rule(shop, desk, chairs[1], found)
        return found
    finally:
        shop.close()


def _upgrade(shop: OfferShop, phone: Sequence[str], found: Mapping[str, list[float]]) -> None:
    checkout = shop.basket(phone[0])
    with _timing(found[WRITTEN]):
        assert shop.offered(checkout)[0]["kind"] == "upgrade"
    with _timing(found[UPGRADED]):
        answer = shop.take(checkout, *phone[:2])
    assert answer.json()["status"] == "upgraded", answer.text
    settle(1)


def _decline(shop: OfferShop, desk: str, chair: str, found: Mapping[str, list[float]]) -> None:
    checkout = shop.basket(desk)
    assert shop.offers(checkout, chair)
    with _timing(found[DECLINED]):
        shop.decline(checkout, "also_bought", chair)
        soon(lambda: not shop.offers(checkout, chair))
    settle(1)


def _rule(shop: OfferShop, desk: str, chair: str, found: Mapping[str, list[float]]) -> None:
    opened = shop.basket(desk)
    assert shop.offers(opened, chair)
    settle(1)
    rule = shop.exclude(chair)
    with _timing(found[FOLLOWED]):
        soon(lambda: not shop.offers(opened, chair))
    shop.allow(rule)
    settle(1)
    rule = shop.exclude(chair)
    with _timing(found[RULED]):
        checkout = shop.basket(desk)
        soon(lambda: not shop.offers(checkout, chair))
    shop.allow(rule)
    settle(1)


@contextmanager
def _timing(into: list[float]) -> Iterator[None]:
    began = time.monotonic()
    yield
    into.append(time.monotonic() - began)


def keep(figures: Mapping[str, Sequence[float]], version: str) -> None:
    """As a table beside the other results."""
    day = datetime.now(UTC).strftime("%Y-%m-%d")
    rows = [
        f"| {what} | {len(seconds)} | {statistics.median(seconds):.2f} s | {_p95(seconds):.2f} s | {max(seconds):.2f} s |"
        for what, seconds in figures.items()
    ]
    RESULTS.write_text(
        f"# How soon offers follow\n\nRecorded {day} on Saleor {version}, Saleor, its database and Tandem on the same two cores "
        "(`python -m tests.live.measure`).\n\n| | n | median | p95 | most |\n|---|---|---|---|---|\n"
        + "\n".join(rows)
        + "\n"
    )


def _p95(seconds: Sequence[float]) -> float:
    return statistics.quantiles(sorted(seconds), n=20, method="inclusive")[-1]
