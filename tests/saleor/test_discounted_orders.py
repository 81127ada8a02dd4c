"""An order counts as discounted when a voucher was used, or something that stayed with the buyer was sold below its price."""

from __future__ import annotations

from typing import Any

from plugin.saleor.translate import order_from
from tests.benchmarks.made_up_orders import MadeUpOrder
from tests.benchmarks.made_up_shop import BUYER_KEY, NOW, node

FULL, LESS = "10.0", "8.0"


def is_discounted(line: dict[str, Any], **facts: Any) -> bool:
    made = node(1, MadeUpOrder((0,), 1, 0))
    made["lines"][0] |= line
    return order_from(made | facts, NOW, BUYER_KEY).discounted


def sold_at(unit: str, recorded: str = "0.0", **more: Any) -> dict[str, Any]:
    def price(amount: str) -> dict[str, Any]:
        return {"gross": {"amount": amount}, "net": {"amount": amount}}

    return {
        "unitPrice": price(unit), "undiscountedUnitPrice": price(FULL), "unitDiscount": {"amount": recorded},
        "isPriceOverridden": False, **more,
    }  # fmt: skip


def test_the_full_price_is_no_discount() -> None:
    assert is_discounted(sold_at(FULL)) is False


def test_a_promotion_is_one() -> None:
    assert is_discounted(sold_at(LESS, "2.0")) is True


def test_a_voucher_is_one_whatever_the_lines_say() -> None:
    assert is_discounted(sold_at(FULL), voucherCode="SPRING") is True


def test_what_was_sent_back_and_what_was_a_gift_is_none() -> None:
    back = [
        {
            "status": "RETURNED",
            "lines": [
                {"quantity": 1, "orderLine": {"id": node(1, MadeUpOrder((0,), 1, 0))["lines"][0]["id"]}}
            ],
        }
    ]

    assert [
        is_discounted(sold_at(LESS, "2.0"), fulfillments=back),
        is_discounted(sold_at(LESS, "2.0", isGift=True)),
    ] == [False, False]


def test_what_an_older_subscription_does_not_tell_is_none() -> None:
    assert is_discounted({}) is False
