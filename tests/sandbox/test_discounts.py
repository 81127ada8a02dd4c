"""Promotions and vouchers are felt as in Saleor, and change no basket that nobody touches."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from plugin.sandbox.app_facts import App
from plugin.sandbox.saleor import SandboxSaleor
from plugin.sandbox.sales_facts import Checkout
from plugin.sandbox.toy_shop import variant

HERE = "default-channel"


def _total(saleor: SandboxSaleor, checkout: Checkout) -> float:
    query = "query Q($id: ID!) { checkout(id: $id) { totalPrice { gross { amount } } } }"
    found: float = saleor.ask(query, {"id": checkout.id})["data"]["checkout"]["totalPrice"]["gross"]["amount"]
    return found


def _pricing(saleor: SandboxSaleor, name: str) -> Any:
    query = (
        "query Q($id: ID!) { productVariant(id: $id, channel: \"default-channel\") { pricing { onSale price { gross"
        " { amount } } priceUndiscounted { gross { amount } } discount { gross { amount } } } } }"
    )  # fmt: skip
    return saleor.ask(query, {"id": variant(name)})["data"]["productVariant"]["pricing"]


def test_a_promotion_is_told_of_and_shown(saleor: SandboxSaleor) -> None:
    promotion = saleor.discounts.start_promotion("Sale", [variant("mug")], percent=10, channels=[HERE])
    during = _pricing(saleor, "mug")
    saleor.discounts.end_promotion(promotion.id)

    assert during == {
        "onSale": True,
        "price": {"gross": {"amount": 7.2}},
        "priceUndiscounted": {"gross": {"amount": 8.0}},
        "discount": {"gross": {"amount": 0.8}},
    }
    assert _pricing(saleor, "mug")["onSale"] is False
    assert saleor.events() == ["PRODUCT_VARIANT_DISCOUNTED_PRICE_UPDATED"] * 2
    prices = [
        (it.about["previous_price"].amount, it.about["new_price"].amount)  # type: ignore[attr-defined]  # Money
        for it in saleor.kernel.fired
    ]
    assert prices == [(Decimal(8), Decimal("7.2")), (Decimal("7.2"), Decimal(8))]


def test_a_basket_somebody_looked_at_keeps_its_prices_for_an_hour(saleor: SandboxSaleor) -> None:
    checkout = saleor.checkouts.create(HERE, {variant("mug"): 1})
    before = _total(saleor, checkout)
    saleor.discounts.start_promotion("Sale", [variant("mug")], percent=10)
    meanwhile = _total(saleor, checkout)
    saleor.kernel.clock = lambda: datetime.now(UTC) + timedelta(minutes=61)

    assert (before, meanwhile, _total(saleor, checkout)) == (8.0, 8.0, 7.2)


def test_a_touched_basket_has_the_new_price_at_once(saleor: SandboxSaleor) -> None:
    checkout = saleor.checkouts.create(HERE, {variant("mug"): 1})
    _total(saleor, checkout)
    saleor.shelves.set_price(variant("mug"), HERE, Decimal(9))
    saleor.discounts.start_promotion("Sale", [variant("mug")], percent=10)

    saleor.checkouts.add_lines(checkout.id, {variant("tea"): 1})

    assert _total(saleor, checkout) == 8.1 + 9


def test_a_voucher_that_has_ended_stops_the_order_until_the_basket_changes(saleor: SandboxSaleor) -> None:
    voucher = saleor.discounts.add_voucher("SPRING", percent=50)
    checkout = saleor.checkouts.create(
        HERE, {variant("mug"): 1}, email="ann@example.com", billing_address={"country": "DE"}
    )
    saleor.promo_codes.add(checkout.id, "SPRING")
    with_voucher = _total(saleor, checkout)
    saleor.discounts.end_voucher(voucher.id)
    complete = "mutation C($id: ID!) { checkoutComplete(id: $id) { errors { field code } } }"

    refused = saleor.ask(complete, {"id": checkout.id})["data"]["checkoutComplete"]["errors"]
    saleor.checkouts.add_lines(checkout.id, {variant("mug"): 1})
    order = saleor.checkouts.complete(checkout.id)

    assert refused == [{"field": "voucherCode", "code": "VOUCHER_NOT_APPLICABLE"}]
    assert (with_voucher, order.total.gross.amount, order.voucher_code) == (4.0, Decimal(16), None)


def test_a_voucher_for_single_use_is_spent_by_the_order(saleor: SandboxSaleor) -> None:
    saleor.discounts.add_voucher("ONCE", amount=1, single_use=True)
    first, second = (
        saleor.checkouts.create(
            HERE, {variant("mug"): 1}, email="ann@example.com", billing_address={"country": "DE"}
        )
        for _ in range(2)
    )
    saleor.promo_codes.add(first.id, "ONCE")
    saleor.checkouts.complete(first.id)
    add = "mutation A($id: ID!) { checkoutAddPromoCode(id: $id, promoCode: \"ONCE\") { errors { code } } }"  # fmt: skip

    answer = saleor.ask(add, {"id": second.id})["data"]["checkoutAddPromoCode"]

    assert answer == {"errors": [{"code": "INVALID"}]}


def test_granting_and_withdrawing_a_permission_tells_the_app(saleor: SandboxSaleor, app: App) -> None:
    granted = saleor.apps.grant(app.id, "HANDLE_CHECKOUTS")
    withdrawn = saleor.apps.withdraw(app.id, "HANDLE_CHECKOUTS", "MANAGE_ORDERS")

    assert ("HANDLE_CHECKOUTS" in granted.permissions, sorted(withdrawn.permissions)) == (
        True,
        ["MANAGE_CHECKOUTS", "MANAGE_PRODUCTS"],
    )
    assert saleor.events("APP_UPDATED") == ["APP_UPDATED"] * 2
