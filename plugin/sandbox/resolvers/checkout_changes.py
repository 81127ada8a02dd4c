"""checkout… and transaction… mutations."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from graphql import GraphQLError

from plugin.sandbox.asking import Info, Resolvers, asking
from plugin.sandbox.money import NOTHING
from plugin.sandbox.mutation import mutation, outside, pairs

OVERRIDES = ("price", "price_override_reason")


def _may_set_prices(info: Info, lines: list[dict[str, Any]]) -> None:
    """Only an app with HANDLE_CHECKOUTS; Saleor's message names the wrong permission, and so do we."""
    who = asking(info).who
    if any(name in line for line in lines for name in OVERRIDES) and not (
        who.kind == "app" and "HANDLE_CHECKOUTS" in who.permissions
    ):
        raise GraphQLError(
            "Setting the custom price is allowed only for apps with `MANAGE_CHECKOUTS` permission.",
            extensions={"exception": {"code": "PermissionDenied"}},
        )


def _create(info: Info, input: dict[str, Any]) -> dict[str, Any]:  # noqa: A002  # Saleor's name
    context = asking(info)
    _may_set_prices(info, input["lines"])
    checkout = context.verbs.checkouts.create(
        input.get("channel") or "default-channel",
        input["lines"],
        context.who,
        metadata=pairs(input.get("metadata")),
        email=input.get("email"),
        shipping_address=input.get("shipping_address"),
        billing_address=input.get("billing_address"),
    )
    return {"checkout": checkout, "created": True}


def _add(info: Info, lines: list[dict[str, Any]], **asked: Any) -> dict[str, Any]:
    context = asking(info)
    _may_set_prices(info, lines)
    return {"checkout": context.verbs.checkouts.add_lines(_id(asked), lines, context.who)}


def _update(info: Info, lines: list[dict[str, Any]], **asked: Any) -> dict[str, Any]:
    context = asking(info)
    _may_set_prices(info, lines)
    return {"checkout": context.verbs.checkouts.update_lines(_id(asked), lines, context.who)}


def _delete(info: Info, line_ids: list[str], **asked: Any) -> dict[str, Any]:
    context = asking(info)
    return {"checkout": context.verbs.checkouts.delete_lines(_id(asked), line_ids, context.who)}


def _write(info: Info, asked: dict[str, Any], **changes: Any) -> dict[str, Any]:
    context = asking(info)
    return {"checkout": context.verbs.checkouts.write(_id(asked), context.who, **changes)}


def _id(asked: dict[str, Any]) -> str:
    return asked.get("id") or asked.get("checkout_id") or ""


def _complete(info: Info, **asked: Any) -> dict[str, Any]:
    context = asking(info)
    order = context.verbs.checkouts.complete(_id(asked), pairs(asked.get("metadata")), context.who)
    return {"order": order}


def _pay(
    info: Info,
    id: str,  # noqa: A002  # Saleor's name
    transaction: dict[str, Any],
    **_: Any,
) -> dict[str, Any]:
    context = asking(info)

    def amount(name: str) -> Decimal:
        given: Decimal = (transaction.get(name) or {"amount": NOTHING})["amount"]
        return given

    made = context.verbs.payments.create(
        id,
        amount("amount_charged"),
        amount("amount_authorized"),
        context.who,
        name=transaction.get("name") or "",
        psp_reference=transaction.get("psp_reference") or "",
        metadata=pairs(transaction.get("metadata")),
    )
    return {"transaction": made}


RESOLVERS: Resolvers = {
    "Mutation": {
        "checkoutCreate": mutation(_create),
        "checkoutLinesAdd": mutation(_add),
        "checkoutLinesUpdate": mutation(_update),
        "checkoutLineDelete": mutation(
            lambda info, **asked: _delete(info, [asked.pop("line_id", None) or ""], **asked)
        ),
        "checkoutLinesDelete": mutation(lambda info, **asked: _delete(info, asked.pop("lines_ids"), **asked)),
        "checkoutEmailUpdate": mutation(lambda info, **asked: _write(info, asked, email=asked["email"])),
        "checkoutShippingAddressUpdate": mutation(
            lambda info, **asked: _write(info, asked, shipping_address=asked["shipping_address"])
        ),
        "checkoutBillingAddressUpdate": mutation(
            lambda info, **asked: _write(info, asked, billing_address=asked["billing_address"])
        ),
        "checkoutComplete": outside(_complete),
        "transactionCreate": mutation(_pay, "HANDLE_PAYMENTS"),
    },
    "CheckoutComplete": {"confirmationNeeded": lambda _source, _info: False},
}
