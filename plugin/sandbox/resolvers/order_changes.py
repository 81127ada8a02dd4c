"""order… mutations of staff."""

from __future__ import annotations

from typing import Any

from plugin.sandbox.asking import Info, Resolvers, asking
from plugin.sandbox.mutation import mutation
from plugin.sandbox.order_views import granted_refunds, parcels
from plugin.sandbox.rejected import not_found
from plugin.sandbox.sales_facts import Order

STAFF = ("MANAGE_ORDERS",)


def _order(info: Info, gid: str) -> Order:
    return asking(info).verbs.orders.known(gid)


def _fulfill(info: Info, input: dict[str, Any], order: str | None = None) -> dict[str, Any]:  # noqa: A002  # Saleor's name
    context = asking(info)
    pieces = {
        line["order_line_id"]: sum(stock["quantity"] for stock in line["stocks"]) for line in input["lines"]
    }
    changed = context.verbs.orders.fulfill(order or "", pieces, context.who)
    return {"order": changed, "fulfillments": parcels(changed)[-1:]}


def _give_back(info: Info, order: str, input: dict[str, Any]) -> dict[str, Any]:  # noqa: A002  # Saleor's name
    context = asking(info)
    known = _order(info, order)
    of_parcel = {line.id: line.order_line_id for parcel in known.fulfillments for line in parcel.lines}
    pieces: dict[str, int] = {}
    for line in input.get("order_lines") or ():
        pieces[line["order_line_id"]] = pieces.get(line["order_line_id"], 0) + line["quantity"]
    for line in input.get("fulfillment_lines") or ():
        if line["fulfillment_line_id"] not in of_parcel:
            raise not_found(line["fulfillment_line_id"], "fulfillmentLineId")
        line_id = of_parcel[line["fulfillment_line_id"]]
        pieces[line_id] = pieces.get(line_id, 0) + line["quantity"]
    changed = context.verbs.refunds.give_back(order, pieces, bool(input.get("refund")), context.who)
    return {"order": changed, "return_fulfillment": parcels(changed)[-1]}


def _grant(info: Info, id: str, input: dict[str, Any]) -> dict[str, Any]:  # noqa: A002  # Saleor's names
    context = asking(info)
    pieces = {line["id"]: line["quantity"] for line in input.get("lines") or ()}
    changed = context.verbs.refunds.grant(id, pieces, amount=input.get("amount"), by=context.who)
    return {"order": changed, "granted_refund": granted_refunds(changed)[-1]}


def _report(info: Info, type: str, **asked: Any) -> dict[str, Any]:  # noqa: A002  # Saleor's name
    """transactionEventReport: the kinds that move money on an order."""
    context = asking(info)
    transaction = context.state.transactions.get(asked.get("id") or "")
    if transaction is None:
        raise not_found(asked.get("id") or "")
    if type == "REFUND_SUCCESS" and transaction.order_id:
        context.verbs.refunds.refund(transaction.order_id, asked.get("amount"), context.who)
    return {"transaction": context.state.transactions[transaction.id], "already_processed": False}


def _cancel(info: Info, id: str) -> dict[str, Any]:  # noqa: A002  # Saleor's name
    return {"order": asking(info).verbs.orders.cancel(id, asking(info).who)}


def _confirm(info: Info, id: str) -> dict[str, Any]:  # noqa: A002  # Saleor's name
    return {"order": asking(info).verbs.orders.confirm(id, asking(info).who)}


def _mark_as_paid(info: Info, id: str, **_: Any) -> dict[str, Any]:  # noqa: A002  # Saleor's name
    return {"order": asking(info).verbs.orders.mark_as_paid(id, asking(info).who)}


RESOLVERS: Resolvers = {
    "Mutation": {
        "orderCancel": mutation(_cancel, *STAFF),
        "orderConfirm": mutation(_confirm, *STAFF),
        "orderMarkAsPaid": mutation(_mark_as_paid, *STAFF),
        "orderFulfill": mutation(_fulfill, *STAFF),
        "orderFulfillmentReturnProducts": mutation(_give_back, *STAFF),
        "orderGrantRefundCreate": mutation(_grant, *STAFF),
        "transactionEventReport": mutation(_report, "HANDLE_PAYMENTS"),
    }
}
