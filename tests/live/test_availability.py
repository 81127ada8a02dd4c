"""What cannot be bought is not suggested, and what changed is shown as it is now."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.live.real_saleor import RealSaleor
from tests.live.running_tandem import RunningTandem
from tests.live.toy_shop import Good, ToyShop
from tests.live.waiting import soon

pytestmark = pytest.mark.live

FAST_ENOUGH = 5.0
"""Seconds in which Tandem follows the catalogue."""

Pair = tuple[Good, Good, list[str]]

Seen = Callable[[bool], None]


@pytest.fixture
def suggested(tandem: RunningTandem, toys: ToyShop, pair: Pair) -> Seen:
    """Waits until the filter is, or is not, suggested beside the lens."""
    lens, cap, _ = pair

    def wait(wanted: bool) -> None:
        _, took = soon(
            lambda: (cap.variant in tandem.suggested(toys.slug, lens.variant)) == wanted, within=FAST_ENOUGH
        )
        print(f"{'suggested' if wanted else 'not suggested'} after {took:.2f} s")

    return wait


def test_what_is_sold_out_is_not_suggested_until_it_is_back(
    saleor: RealSaleor, toys: ToyShop, pair: Pair, suggested: Seen
) -> None:
    _, cap, _ = pair

    saleor.ask("set_stock", id=cap.variant, stocks=[{"warehouse": toys.warehouse, "quantity": 0}])
    suggested(False)

    saleor.ask("set_stock", id=cap.variant, stocks=[{"warehouse": toys.warehouse, "quantity": 7}])
    suggested(True)


def test_the_last_piece_sold_is_not_suggested_to_the_next_shopper(
    saleor: RealSaleor, toys: ToyShop, pair: Pair, suggested: Seen
) -> None:
    _, cap, _ = pair
    name = next(name for name, good in toys.goods.items() if good == cap)
    saleor.ask("set_stock", id=cap.variant, stocks=[{"warehouse": toys.warehouse, "quantity": 5}])
    left = saleor.ask("variant", id=cap.variant, channel=toys.slug)["productVariant"]["quantityAvailable"]
    saleor.ask("set_stock", id=cap.variant, stocks=[{"warehouse": toys.warehouse, "quantity": 6 - left}])
    suggested(True)

    checkout = toys.checkout(name)
    toys.pay(checkout)
    toys.place(checkout)

    suggested(False)


def test_an_unpublished_product_is_not_suggested_until_it_is_published(
    saleor: RealSaleor, toys: ToyShop, pair: Pair, suggested: Seen
) -> None:
    _, cap, _ = pair

    _list(saleor, toys, cap, isPublished=False)
    suggested(False)

    _list(saleor, toys, cap, isPublished=True)
    suggested(True)


def test_a_product_not_for_sale_in_the_channel_is_not_suggested(
    saleor: RealSaleor, toys: ToyShop, pair: Pair, suggested: Seen
) -> None:
    _, cap, _ = pair

    saleor.ask("list_product", id=cap.product, input={"removeChannels": [toys.channel]})

    suggested(False)


def test_a_deleted_product_is_not_suggested(saleor: RealSaleor, pair: Pair, suggested: Seen) -> None:
    _, cap, _ = pair

    saleor.ask("delete_product", id=cap.product)

    suggested(False)


def test_a_deleted_variant_is_not_suggested(saleor: RealSaleor, pair: Pair, suggested: Seen) -> None:
    _, cap, _ = pair

    saleor.ask("delete_variant", id=cap.variant)

    suggested(False)


def test_a_new_price_and_a_new_name_are_shown(
    saleor: RealSaleor, tandem: RunningTandem, toys: ToyShop, pair: Pair
) -> None:
    lens, cap, _ = pair

    saleor.ask("list_variant", id=cap.variant, input=[{"channelId": toys.channel, "price": 12.5}])
    saleor.ask("update_product", id=cap.product, input={"name": "Filter, polarised"})

    def shown() -> bool:
        found = tandem.suggestions(toys.slug, lens.variant)["suggestions"]
        return [(one["name"], one["price"]["amount"]) for one in found] == [("Filter, polarised", "12.50")]

    soon(shown, within=FAST_ENOUGH)


def test_a_closed_channel_suggests_nothing_until_it_opens(
    saleor: RealSaleor, toys: ToyShop, suggested: Seen
) -> None:
    saleor.ask("close_channel", id=toys.channel)
    try:
        suggested(False)
    finally:
        saleor.ask("open_channel", id=toys.channel)
    suggested(True)


def _list(saleor: RealSaleor, toys: ToyShop, good: Good, **how: bool) -> None:
    saleor.ask(
        "list_product", id=good.product, input={"updateChannels": [{"channelId": toys.channel, **how}]}
    )
