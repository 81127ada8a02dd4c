"""Baskets change, are refused and become orders as in Saleor."""

from __future__ import annotations

from typing import Any

import pytest

from plugin.sandbox.rejected import Rejected
from plugin.sandbox.saleor import SandboxSaleor
from plugin.sandbox.sales_facts import Checkout
from plugin.sandbox.toy_shop import product, variant

ADDRESS = {"country": "DE"}

PAID_EVENTS = ["ORDER_CREATED", "ORDER_PAID", "ORDER_FULLY_PAID", "ORDER_UPDATED", "ORDER_CONFIRMED"]


def _lines(checkout: Checkout) -> list[tuple[str, int]]:
    return [(line.variant_id, line.quantity) for line in checkout.lines]


def _basket(saleor: SandboxSaleor, **lines: int) -> Checkout:
    pieces = {variant(name): count for name, count in lines.items()}
    return saleor.checkouts.create(
        "default-channel", pieces, email="ann@example.com", billing_address=ADDRESS
    )


def test_the_same_variant_merges_into_its_line(saleor: SandboxSaleor) -> None:
    checkout = _basket(saleor, mug=1)

    merged = saleor.checkouts.add_lines(checkout.id, {variant("mug"): 2, variant("beans"): 1})

    assert _lines(merged) == [(variant("mug"), 3), (variant("beans"), 1)]
    assert saleor.events() == ["CHECKOUT_CREATED", "CHECKOUT_UPDATED"]


def test_a_forced_new_line_stays_apart_and_then_the_variant_is_ambiguous(saleor: SandboxSaleor) -> None:
    checkout = _basket(saleor, mug=1)
    forced = [{"variant_id": variant("mug"), "quantity": 1, "force_new_line": True}]

    apart = saleor.checkouts.add_lines(checkout.id, forced)
    again = saleor.checkouts.add_lines(checkout.id, {variant("mug"): 5})

    assert _lines(apart) == [(variant("mug"), 1), (variant("mug"), 1)]
    assert _lines(again) == [(variant("mug"), 1), (variant("mug"), 1), (variant("mug"), 5)]
    with pytest.raises(Rejected, match="Variant occurs in multiple lines"):
        saleor.checkouts.update_lines(checkout.id, {variant("mug"): 2})


def test_a_swap_in_one_update_removes_and_adds(saleor: SandboxSaleor) -> None:
    checkout = _basket(saleor, mug=1, tea=1)
    swap: list[dict[str, Any]] = [
        {"line_id": checkout.lines[0].id, "quantity": 0},
        {"variant_id": variant("pot"), "quantity": 2, "metadata": [{"key": "from", "value": "tandem"}]},
    ]

    swapped = saleor.checkouts.update_lines(checkout.id, swap)

    assert _lines(swapped) == [(variant("tea"), 1), (variant("pot"), 2)]
    assert swapped.lines[1].metadata == {"from": "tandem"}


def test_an_update_is_all_or_nothing(saleor: SandboxSaleor) -> None:
    checkout = _basket(saleor, mug=1)
    saleor.shelves.set_stock(variant("pot"), 1)
    swap: list[dict[str, Any]] = [
        {"lineId": checkout.lines[0].id, "quantity": 0},
        {"variantId": variant("pot"), "quantity": 2},
    ]

    answer = saleor.ask(
        "mutation U($id: ID!, $lines: [CheckoutLineUpdateInput!]!) { checkoutLinesUpdate(id: $id, lines: $lines)"
        " { checkout { id } errors { field code message } } }",
        {"id": checkout.id, "lines": swap},
    )

    assert answer["data"]["checkoutLinesUpdate"] == {
        "checkout": None,
        "errors": [
            {
                "field": "quantity",
                "code": "INSUFFICIENT_STOCK",
                "message": "Could not add items Tea pot. Only 1 remaining in stock.",
            }
        ],
    }
    assert saleor.state.checkouts[checkout.id] == checkout
    assert "CHECKOUT_UPDATED" not in saleor.events()


@pytest.mark.parametrize(
    ("quantity", "code"),
    [(0, "ZERO_QUANTITY"), (51, "QUANTITY_GREATER_THAN_LIMIT"), (31, "INSUFFICIENT_STOCK")],
)
def test_a_quantity_that_cannot_be_is_refused(saleor: SandboxSaleor, quantity: int, code: str) -> None:
    saleor.shelves.set_stock(variant("mug"), 30)

    with pytest.raises(Rejected) as refused:
        saleor.checkouts.create("default-channel", {variant("mug"): quantity})

    assert refused.value.trouble.code == code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"is_published": False}, "PRODUCT_NOT_PUBLISHED"),
        ({"is_available_for_purchase": False}, "PRODUCT_UNAVAILABLE_FOR_PURCHASE"),
    ],
)
def test_what_is_not_for_sale_is_refused(saleor: SandboxSaleor, change: dict[str, Any], code: str) -> None:
    saleor.shelves.list_product(product("mug"), "default-channel", **change)

    with pytest.raises(Rejected) as refused:
        saleor.checkouts.create("default-channel", {variant("mug"): 1})

    assert refused.value.trouble.code == code
    assert saleor.checkouts.create("channel-us", {variant("mug"): 1}).quantity == 1


def test_stock_is_shown_up_to_the_limit_per_checkout(saleor: SandboxSaleor) -> None:
    query = (
        "query Q($id: ID!, $channel: String) { productVariant(id: $id, channel: $channel) { quantityAvailable"
        " pricing { price { gross { amount } net { amount } } } } }"
    )

    def shown(channel: str | None) -> Any:
        token = saleor.staff_token()
        return saleor.ask(query, {"id": variant("mug"), "channel": channel}, token)["data"]["productVariant"]

    price = {"gross": {"amount": 8.0}, "net": {"amount": 6.67}}
    assert shown("default-channel") == {"quantityAvailable": 50, "pricing": {"price": price}}
    saleor.orders.place({variant("mug"): 97})
    price = {"gross": {"amount": 8.64}, "net": {"amount": 8.0}}
    assert shown("channel-us") == {"quantityAvailable": 3, "pricing": {"price": price}}
    saleor.shelves.change_variant(variant("mug"), track_inventory=False)
    assert shown(None) == {"quantityAvailable": 50, "pricing": None}


def test_a_paid_checkout_becomes_an_order_and_is_gone_without_an_event(saleor: SandboxSaleor) -> None:
    checkout = _basket(saleor, mug=2)
    saleor.labels.write(checkout.id, {"tandem": "{}"})
    saleor.labels.write(checkout.lines[0].id, {"att": "1"}, private=True)
    saleor.payments.pay(checkout.id)
    before = len(saleor.events())

    order = saleor.checkouts.complete(checkout.id, {"done": "1"})

    assert saleor.events()[before:] == PAID_EVENTS
    assert saleor.events("CHECKOUT_FULLY_PAID", "CHECKOUT_FULLY_AUTHORIZED") == [
        "CHECKOUT_FULLY_PAID",
        "CHECKOUT_FULLY_AUTHORIZED",
    ]
    assert saleor.state.checkouts == {}
    assert (order.checkout_id, order.charge_status, order.metadata) == (
        checkout.id,
        "FULL",
        {"tandem": "{}", "done": "1"},
    )
    assert order.lines[0].private_metadata == {"att": "1"}


def test_an_unpaid_checkout_becomes_an_order_that_is_confirmed_first(saleor: SandboxSaleor) -> None:
    order = saleor.checkouts.complete(_basket(saleor, mug=1).id)

    assert saleor.events() == ["CHECKOUT_CREATED", "ORDER_CONFIRMED", "ORDER_CREATED"]
    assert (order.status, order.charge_status) == ("UNFULFILLED", "NONE")


@pytest.mark.parametrize(
    ("change", "code"),
    [({"email": None}, "EMAIL_NOT_SET"), ({"billing_address": None}, "BILLING_ADDRESS_NOT_SET")],
)
def test_an_incomplete_checkout_is_refused(saleor: SandboxSaleor, change: dict[str, Any], code: str) -> None:
    checkout = saleor.checkouts.write(_basket(saleor, mug=1).id, **change)

    with pytest.raises(Rejected) as refused:
        saleor.checkouts.complete(checkout.id)

    assert refused.value.trouble.code == code


def test_a_gift_line_costs_nothing_and_cannot_be_edited(saleor: SandboxSaleor) -> None:
    checkout = saleor.checkouts.add_gift(_basket(saleor, mug=1).id, variant("bag"))
    gift = checkout.lines[1]

    query = (
        "query Q($id: ID!) { checkout(id: $id) { totalPrice { gross { amount } } lines { isGift"
        " unitPrice { gross { amount } } undiscountedUnitPrice { amount } } } }"
    )
    shown = saleor.ask(query, {"id": checkout.id})["data"]["checkout"]

    assert shown["totalPrice"] == {"gross": {"amount": 8.0}}
    assert shown["lines"][1] == {
        "isGift": True,
        "unitPrice": {"gross": {"amount": 0.0}},
        "undiscountedUnitPrice": {"amount": 0.5},
    }
    with pytest.raises(Rejected, match="NON_EDITABLE_GIFT_LINE"):
        saleor.checkouts.update_lines(checkout.id, [{"line_id": gift.id, "quantity": 2}])
    with pytest.raises(Rejected, match="NON_REMOVABLE_GIFT_LINE"):
        saleor.checkouts.delete_lines(checkout.id, [gift.id])


@pytest.mark.parametrize("legacy", [True, False])
def test_changed_metadata_fires_checkout_updated_only_with_legacy_emission(
    saleor: SandboxSaleor, legacy: bool
) -> None:
    saleor.settings.legacy_webhook_emission = legacy
    checkout = _basket(saleor, mug=1)

    saleor.labels.write(checkout.id, {"tandem": "1"})
    saleor.labels.write(checkout.id, {"tandem": "1"})
    saleor.labels.remove(checkout.id, ["nothing"])
    saleor.labels.write(checkout.lines[0].id, {"tandem": "1"})

    expected = ["CHECKOUT_METADATA_UPDATED", *(["CHECKOUT_UPDATED"] if legacy else [])]
    assert saleor.events() == ["CHECKOUT_CREATED", *expected]


def test_a_blank_metadata_key_is_refused(saleor: SandboxSaleor) -> None:
    with pytest.raises(Rejected, match="REQUIRED"):
        saleor.labels.write(_basket(saleor, mug=1).id, {" ": "x"})
