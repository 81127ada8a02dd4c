"""What is taken back in Saleor is taken back in what Tandem learned. Every pair here stands on the least number of buyers."""

from __future__ import annotations

import secrets
from typing import Any

import pytest

from tests.live.probe import Probe
from tests.live.real_saleor import RealSaleor
from tests.live.recount import counted, recounted
from tests.live.running_tandem import RunningTandem
from tests.live.toy_shop import Good, ToyShop, buyers
from tests.live.waiting import settle, soon

pytestmark = pytest.mark.live

FAST_ENOUGH = 5.0
"""Seconds from a change of an order to a changed suggestion that we promise."""

LONGEST_EXPIRY = 420.0
"""Seconds: Saleor looks for expired orders every five minutes, and they must be a minute old."""

Pair = tuple[Good, Good, list[str]]


def test_a_cancelled_order_is_unlearned(
    saleor: RealSaleor, tandem: RunningTandem, toys: ToyShop, pair: Pair
) -> None:
    _, _, orders = pair

    saleor.ask("cancel_order", id=orders[0])

    _gone(tandem, toys, pair, "cancelled")


def test_an_order_to_be_confirmed_counts_once_it_is(
    saleor: RealSaleor, tandem: RunningTandem, toys: ToyShop
) -> None:
    names, tent, rope = _two_new_ones(toys)
    saleor.ask(
        "update_channel",
        id=toys.channel,
        input={"orderSettings": {"automaticallyConfirmAllNewOrders": False}},
    )
    try:
        orders = [toys.order(buyer, *names) for buyer in buyers(3, of="careful")]
    finally:
        saleor.ask(
            "update_channel",
            id=toys.channel,
            input={"orderSettings": {"automaticallyConfirmAllNewOrders": True}},
        )
    settle()
    assert rope.variant not in tandem.suggested(toys.slug, tent.variant)

    for order in orders:
        saleor.ask("confirm_order", id=order)

    _, took = soon(lambda: rope.variant in tandem.suggested(toys.slug, tent.variant), within=FAST_ENOUGH)
    print(f"confirmed -> suggested: {took:.2f} s")


def test_a_fully_refunded_order_is_unlearned(
    saleor: RealSaleor, tandem: RunningTandem, toys: ToyShop, pair: Pair
) -> None:
    _, _, orders = pair
    total, transaction = _paid(saleor, orders[0])

    saleor.ask(
        "report_transaction",
        id=transaction,
        type="REFUND_SUCCESS",
        amount=total,
        reference=secrets.token_hex(4),
    )

    _gone(tandem, toys, pair, "fully refunded")


def test_half_a_refund_unlearns_nothing(
    saleor: RealSaleor, tandem: RunningTandem, toys: ToyShop, pair: Pair
) -> None:
    lens, cap, orders = pair
    total, transaction = _paid(saleor, orders[0])

    saleor.ask(
        "report_transaction",
        id=transaction,
        type="REFUND_SUCCESS",
        amount=total / 2,
        reference=secrets.token_hex(4),
    )

    settle()
    assert cap.variant in tandem.suggested(toys.slug, lens.variant)


def test_a_returned_line_is_unlearned(
    saleor: RealSaleor, tandem: RunningTandem, toys: ToyShop, pair: Pair
) -> None:
    _, cap, orders = pair
    order = saleor.ask("order", id=orders[0])["order"]
    _paid(saleor, order["id"])
    sent = [
        {"orderLineId": line["id"], "stocks": [{"quantity": 1, "warehouse": toys.warehouse}]}
        for line in order["lines"]
    ]
    made = saleor.ask("fulfil_order", order=order["id"], input={"lines": sent, "notifyCustomer": False})
    settle()
    assert cap.variant in tandem.suggested(toys.slug, pair[0].variant)
    line = _line_of(order, cap)
    fulfilled = next(
        found
        for found in made["orderFulfill"]["fulfillments"][0]["lines"]
        if found["orderLine"]["id"] == line
    )

    returned = {"fulfillmentLines": [{"fulfillmentLineId": fulfilled["id"], "quantity": 1}], "refund": False}
    saleor.ask("return_products", order=order["id"], input=returned)

    _gone(tandem, toys, pair, "partially returned")


def test_a_line_with_a_granted_and_given_refund_is_unlearned(
    saleor: RealSaleor, tandem: RunningTandem, toys: ToyShop, pair: Pair, probe: Probe
) -> None:
    lens, cap, orders = pair
    order = saleor.ask("order", id=orders[0])["order"]
    _, transaction = _paid(saleor, order["id"], by=probe.token)
    granted = {"lines": [{"id": _line_of(order, cap), "quantity": 1}], "transactionId": transaction}
    made = saleor.ask("grant_refund", id=order["id"], input=granted, token=probe.token)
    refund = made["orderGrantRefundCreate"]["grantedRefund"]
    settle()
    assert cap.variant in tandem.suggested(toys.slug, lens.variant)

    saleor.ask("request_granted_refund", id=transaction, granted=refund["id"])

    _gone(tandem, toys, pair, "refund granted and given")


def test_an_expired_order_is_unlearned(saleor: RealSaleor, tandem: RunningTandem, toys: ToyShop) -> None:
    names, tent, rope = _two_new_ones(toys)
    tandem.prefer(unpaid_orders="always")
    saleor.ask("update_channel", id=toys.channel, input={"orderSettings": {"expireOrdersAfter": 1}})
    try:
        for buyer in buyers(3, of="forgetful"):
            toys.place(toys.unpaid_checkout(buyer, *names))
        soon(lambda: rope.variant in tandem.suggested(toys.slug, tent.variant), within=FAST_ENOUGH)

        _, took = soon(
            lambda: rope.variant not in tandem.suggested(toys.slug, tent.variant), within=LONGEST_EXPIRY
        )

        print(f"placed and never paid -> expired and un-learned: {took:.0f} s")
    finally:
        saleor.ask("update_channel", id=toys.channel, input={"orderSettings": {"expireOrdersAfter": 0}})
        tandem.prefer(unpaid_orders="confirmed")


def test_after_all_that_the_counts_equal_a_recount_of_the_orders_saleor_has(tandem: RunningTandem) -> None:
    settle()

    with tandem.opened() as (_, shop):
        assert counted(shop) == recounted(shop)


def _gone(tandem: RunningTandem, toys: ToyShop, pair: Pair, why: str) -> None:
    """Two buyers are too few: the pair is not suggested any more, in either direction."""
    lens, cap, _ = pair
    _, took = soon(
        lambda: cap.variant not in tandem.suggested(toys.slug, lens.variant), within=FAST_ENOUGH, what=why
    )
    assert lens.variant not in tandem.suggested(toys.slug, cap.variant)
    print(f"{why} -> un-learned: {took:.2f} s")


def _two_new_ones(toys: ToyShop) -> tuple[tuple[str, str], Good, Good]:
    mark = secrets.token_hex(2)
    names = (f"tent {mark}", f"rope {mark}")
    tent, rope = toys.stock(*names)
    return names, tent, rope


def _paid(saleor: RealSaleor, order: str, by: str | None = None) -> tuple[float, str]:
    """The order's total, charged, and the transaction's id. `by`: the token of the payment app."""
    total = saleor.ask("order", id=order)["order"]["total"]["gross"]["amount"]
    charged = {
        "name": "Card", "pspReference": secrets.token_hex(6), "availableActions": ["REFUND"],
        "amountCharged": {"amount": total, "currency": "EUR"},
    }  # fmt: skip
    made = saleor.ask("create_transaction", id=order, transaction=charged, token=by)
    return total, made["transactionCreate"]["transaction"]["id"]


def _line_of(order: dict[str, Any], good: Good) -> str:
    line: str = next(line["id"] for line in order["lines"] if line["variant"]["id"] == good.variant)
    return line
