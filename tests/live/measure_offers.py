"""How long a shopper waits for an upgrade, and how soon an answer and a merchant's rule show, on a real Saleor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.live.measure_bundles import timing
from tests.live.offer_shop import OfferShop
from tests.live.waiting import settle, soon

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
    with timing(found[WRITTEN]):
        assert shop.offered(checkout)[0]["kind"] == "upgrade"
    with timing(found[UPGRADED]):
        answer = shop.take(checkout, *phone[:2])
    assert answer.json()["status"] == "upgraded", answer.text
    settle(1)


def _decline(shop: OfferShop, desk: str, chair: str, found: Mapping[str, list[float]]) -> None:
    checkout = shop.basket(desk)
    assert shop.offers(checkout, chair)
    with timing(found[DECLINED]):
        shop.decline(checkout, "also_bought", chair)
        soon(lambda: not shop.offers(checkout, chair))
    settle(1)


def _rule(shop: OfferShop, desk: str, chair: str, found: Mapping[str, list[float]]) -> None:
    opened = shop.basket(desk)
    assert shop.offers(opened, chair)
    settle(1)
    rule = shop.exclude(chair)
    with timing(found[FOLLOWED]):
        soon(lambda: not shop.offers(opened, chair))
    shop.allow(rule)
    settle(1)
    rule = shop.exclude(chair)
    with timing(found[RULED]):
        checkout = shop.basket(desk)
        soon(lambda: not shop.offers(checkout, chair))
    shop.allow(rule)
    settle(1)
