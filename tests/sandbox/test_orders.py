"""Orders move through Saleor's states, and the list can be paged for reconciliation."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from plugin.saleor import documents
from plugin.sandbox.app_facts import App
from plugin.sandbox.rejected import Rejected
from plugin.sandbox.saleor import SandboxSaleor
from plugin.sandbox.sales_facts import Order
from plugin.sandbox.toy_shop import variant
from tests.sandbox.probe import Probe


def _order(saleor: SandboxSaleor, **lines: int) -> Order:
    return saleor.orders.place({variant(name): count for name, count in lines.items()})


def _new(saleor: SandboxSaleor, before: int) -> list[str]:
    return saleor.events()[before:]


def _page(saleor: SandboxSaleor, app: App, **asked: Any) -> dict[str, Any]:
    connection: dict[str, Any] = saleor.ask(
        documents.operation("orders"), {"first": 100, **asked}, app.token
    )["data"]["orders"]
    return connection


def test_a_cancelled_order_gives_its_pieces_back(saleor: SandboxSaleor) -> None:
    order = _order(saleor, mug=100)
    before = len(saleor.events())

    cancelled = saleor.orders.cancel(order.id, by=saleor.staff)

    assert _new(saleor, before) == ["PRODUCT_VARIANT_BACK_IN_STOCK", "ORDER_CANCELLED", "ORDER_UPDATED"]
    assert (cancelled.status, cancelled.updated_at > order.updated_at) == ("CANCELED", True)
    with pytest.raises(Rejected, match="CANNOT_CANCEL_ORDER"):
        saleor.orders.cancel(order.id)


def test_the_last_piece_fires_out_of_stock_but_not_stock_updated(saleor: SandboxSaleor) -> None:
    _order(saleor, mug=100)

    assert saleor.events()[0] == "PRODUCT_VARIANT_OUT_OF_STOCK"
    with pytest.raises(Rejected, match="INSUFFICIENT_STOCK"):
        _order(saleor, mug=1)


def test_an_expired_order_keeps_its_updated_at(saleor: SandboxSaleor) -> None:
    order = saleor.orders.place({variant("mug"): 1}, paid=False)
    before = len(saleor.events())

    expired = saleor.orders.expire(order.id)

    assert (expired.status, expired.updated_at) == ("EXPIRED", order.updated_at)
    assert _new(saleor, before) == ["ORDER_EXPIRED", "ORDER_UPDATED"]


def test_refunds_in_two_parts_end_fully_refunded(saleor: SandboxSaleor) -> None:
    order = _order(saleor, mug=2)
    before = len(saleor.events())

    half = saleor.refunds.refund(order.id, Decimal(6))
    rest = saleor.refunds.refund(order.id)

    assert _new(saleor, before) == ["ORDER_REFUNDED", "ORDER_UPDATED"] * 2 + ["ORDER_FULLY_REFUNDED"]
    assert (half.charge_status, rest.charge_status, rest.refunded) == ("PARTIAL", "NONE", Decimal(16))


def test_returned_lines_move_into_a_parcel_that_came_back(saleor: SandboxSaleor, app: App) -> None:
    order = _order(saleor, mug=2, tea=1)
    saleor.orders.fulfill(order.id)
    mug, tea = order.lines

    partly = saleor.refunds.give_back(order.id, {mug.id: 1})
    wholly = saleor.refunds.give_back(order.id, {mug.id: 1, tea.id: 1}, refund=False)

    shown = _page(saleor, app)["edges"][0]["node"]
    parcels = [
        (it["status"], [(line["orderLine"]["id"], line["quantity"]) for line in it["lines"]])
        for it in shown["fulfillments"]
    ]
    assert (partly.status, wholly.status) == ("PARTIALLY_RETURNED", "RETURNED")
    assert parcels == [
        ("REFUNDED_AND_RETURNED", [(mug.id, 1)]),
        ("RETURNED", [(mug.id, 1), (tea.id, 1)]),
    ]
    assert shown["totalRefunded"] == {"amount": 8.0}


def test_a_granted_refund_bumps_updated_at_and_fires_nothing(saleor: SandboxSaleor) -> None:
    order = _order(saleor, mug=2)
    before = len(saleor.events())

    granted = saleor.refunds.grant(order.id, {order.lines[0].id: 1}, status="SUCCESS")

    assert _new(saleor, before) == []
    assert granted.updated_at > order.updated_at
    assert (granted.granted, granted.charge_status) == (Decimal(8), "OVERCHARGED")


def test_staff_mutations_do_what_the_verbs_do(saleor: SandboxSaleor) -> None:
    token = saleor.staff_token()
    order = saleor.orders.place({variant("mug"): 2}, paid=False)
    line = order.lines[0].id
    steps = (
        "mutation M($id: ID!, $line: ID!) {"
        " orderMarkAsPaid(id: $id) { errors { code } }"
        ' orderGrantRefundCreate(id: $id, input: { transactionId: "x", lines: [{ id: $line, quantity: 1 }] })'
        " { errors { code } grantedRefund { amount { amount } } }"
        " orderFulfillmentReturnProducts(order: $id, input: { orderLines: [{ orderLineId: $line, quantity: 2 }] })"
        " { errors { code } order { status } }"
        " orderCancel(id: $id) { errors { code } }"
        "}"
    )

    answer = saleor.ask(steps, {"id": order.id, "line": line}, token)

    assert answer["data"] == {
        "orderMarkAsPaid": {"errors": []},
        "orderGrantRefundCreate": {"errors": [], "grantedRefund": {"amount": {"amount": 8.0}}},
        "orderFulfillmentReturnProducts": {"errors": [], "order": {"status": "RETURNED"}},
        "orderCancel": {"errors": [{"code": "CANNOT_CANCEL_ORDER"}]},
    }


def test_orders_created_in_bulk_come_in_one_event(saleor: SandboxSaleor, probe: Probe, app: App) -> None:
    saleor.orders.bulk_create([saleor.orders.draft({variant("mug"): 1}) for _ in range(2)])

    assert saleor.events() == ["APP_INSTALLED", "ORDER_BULK_CREATED"]
    assert len(saleor.state.orders) == 2


def test_the_history_is_paged_without_gaps_or_repeats(saleor: SandboxSaleor, app: App) -> None:
    saleor.outbox.mode = "hold"
    placed = [saleor.orders.place({variant("mug"): 1}, user_email=f"{n}@example.com").id for n in range(7)]
    sort = {"field": "CREATED_AT", "direction": "ASC"}

    seen, after = [], None
    while True:
        page = _page(saleor, app, first=3, after=after, sortBy=sort)
        seen += [edge["node"]["id"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break

    newest = _page(saleor, app, first=2, sortBy={"field": "CREATED_AT", "direction": "DESC"})
    assert seen == placed
    assert [edge["node"]["id"] for edge in newest["edges"]] == placed[:-3:-1]
    assert newest["totalCount"] == 7


def test_changed_orders_are_found_by_updated_at_except_expired_ones(saleor: SandboxSaleor, app: App) -> None:
    first, second, third = (saleor.orders.place({variant("mug"): 1}, paid=False) for _ in range(3))
    since = saleor.kernel.clock().isoformat()
    saleor.orders.cancel(second.id)
    saleor.orders.expire(third.id)

    changed = _page(saleor, app, filter={"updatedAt": {"gte": since}})
    by_id = _page(saleor, app, filter={"ids": [first.id, third.id], "status": ["UNFULFILLED"]})

    assert [edge["node"]["id"] for edge in changed["edges"]] == [second.id]
    assert [edge["node"]["id"] for edge in by_id["edges"]] == [first.id]


def test_a_deleted_variant_leaves_its_id_on_the_order_line(saleor: SandboxSaleor, app: App) -> None:
    _order(saleor, mug=1)
    saleor.shelves.delete_variant(variant("mug"))

    line = _page(saleor, app)["edges"][0]["node"]["lines"][0]

    assert (line["variant"], line["productVariantId"]) == (None, variant("mug"))
