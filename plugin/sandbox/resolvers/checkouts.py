"""Checkouts and their lines. Anybody who knows the id may read one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plugin.sandbox.asking import Info, Resolvers, asking, demand
from plugin.sandbox.checkout_totals import (
    authorized_for,
    checkout_total,
    line_unit_price,
    nothing,
    paid_for,
    times,
)
from plugin.sandbox.ids import global_id
from plugin.sandbox.money import Money, TaxedMoney
from plugin.sandbox.pages import Connection, listing, moment_key, page
from plugin.sandbox.sales_facts import Checkout, TransactionItem
from plugin.sandbox.seen import Seen
from plugin.sandbox.selling import unit_price

COUNTRIES = {"DE": "Germany", "US": "United States of America", "FR": "France", "PL": "Poland"}


def address(fields: Mapping[str, str] | None) -> dict[str, Any] | None:
    """An address with every field Saleor has, empty where nothing was given."""
    if not fields:
        return None
    names = [
        "first_name",
        "last_name",
        "company_name",
        "street_address1",
        "street_address2",
        "city",
        "city_area",
        "postal_code",
        "country_area",
    ]
    code = fields.get("country") or "DE"
    return {
        "id": global_id("Address", 1),
        **{name: fields.get(name) or "" for name in names},
        "phone": fields.get("phone"),
        "country": {"code": code, "country": COUNTRIES.get(code, code)},
    }


def _checkout(_root: Any, info: Info, id: str | None = None) -> Checkout | None:  # noqa: A002  # Saleor's name
    return asking(info).state.checkouts.get(id or "")


def _checkouts(_root: Any, info: Info, channel: str | None = None, **asked: Any) -> Connection:
    demand(info, "MANAGE_CHECKOUTS", "HANDLE_PAYMENTS")
    state = asking(info).state
    place = state.channel(channel) if channel else None
    rows = [it for it in state.checkouts.values() if not place or it.channel_id == place.id]
    return page(info, listing(rows, lambda it: moment_key(it.created)), asked, descending=True)


def _lines(source: Checkout, info: Info) -> list[Seen]:
    channel = asking(info).state.channels[source.channel_id]
    return [Seen(line, channel) for line in source.lines]


def _transactions(source: Checkout, info: Info) -> list[TransactionItem]:
    demand(info, "MANAGE_CHECKOUTS", "HANDLE_PAYMENTS")
    return [asking(info).state.transactions[it] for it in source.transaction_ids]


def _user(source: Any, info: Info) -> Any:
    if not source.user_id:
        return None
    if asking(info).who.id != source.user_id:
        demand(info, "MANAGE_USERS", "MANAGE_ORDERS", "MANAGE_CHECKOUTS")
    return asking(info).state.users.get(source.user_id)


def _total(source: Checkout, info: Info) -> TaxedMoney:
    return checkout_total(asking(info).state, source)


def _balance(source: Checkout, info: Info) -> Money:
    total = _total(source, info)
    return Money(paid_for(asking(info).state, source) - total.gross.amount, total.currency)


def _charge_status(source: Checkout, info: Info) -> str:
    due, paid = _total(source, info).gross.amount, paid_for(asking(info).state, source)
    if paid >= due:
        return ("OVERCHARGED" if paid > due else "FULL") if source.lines else "NONE"
    return "PARTIAL" if paid else "NONE"


def _authorize_status(source: Checkout, info: Info) -> str:
    state = asking(info).state
    due, covered = _total(source, info).gross.amount, paid_for(state, source) + authorized_for(state, source)
    if covered >= due:
        return "FULL" if source.lines else "NONE"
    return "PARTIAL" if covered else "NONE"


def _unit_price(source: Seen, info: Info) -> TaxedMoney:
    assert source.channel  # noqa: S101  # lines always know their channel
    return line_unit_price(asking(info).state, source.fact, source.channel)


def _undiscounted(source: Seen, info: Info) -> Money:
    assert source.channel  # noqa: S101  # as above
    variant = asking(info).state.variants[source.fact.variant_id]
    price = unit_price(variant, source.channel, source.fact.price_override)
    return price.gross if source.channel.display_gross_prices else price.net


def _prior(source: Seen, info: Info) -> Money | None:
    assert source.channel  # noqa: S101  # as above
    listed = asking(info).state.variants[source.fact.variant_id].listings.get(source.channel.id)
    prior = listed.prior_price if listed else None
    return None if prior is None else Money(prior, source.channel.currency_code)


def _override_reason(source: Seen, info: Info) -> str | None:
    demand(info, "MANAGE_CHECKOUTS", "HANDLE_CHECKOUTS")
    reason: str | None = source.fact.price_override_reason
    return reason


RESOLVERS: Resolvers = {
    "Query": {"checkout": _checkout, "checkouts": _checkouts},
    "Checkout": {
        "channel": lambda source, info: asking(info).state.channels[source.channel_id],
        "displayGrossPrices": lambda source, info: (
            asking(info).state.channels[source.channel_id].display_gross_prices
        ),
        "lines": _lines,
        "user": _user,
        "transactions": _transactions,
        "shippingAddress": lambda source, _info: address(source.shipping_address),
        "billingAddress": lambda source, _info: address(source.billing_address),
        "isShippingRequired": lambda _source, _info: False,
        "languageCode": lambda _source, _info: "EN",
        "subtotalPrice": _total,
        "totalPrice": _total,
        "shippingPrice": lambda source, info: nothing(
            asking(info).state.channels[source.channel_id].currency_code
        ),
        "totalBalance": _balance,
        "chargeStatus": _charge_status,
        "authorizeStatus": _authorize_status,
    },
    "CheckoutLine": {
        "variant": lambda source, info: Seen(
            asking(info).state.variants[source.fact.variant_id], source.channel
        ),
        "unitPrice": _unit_price,
        "totalPrice": lambda source, info: times(_unit_price(source, info), source.fact.quantity),
        "undiscountedUnitPrice": _undiscounted,
        "undiscountedTotalPrice": lambda source, info: Money(
            _undiscounted(source, info).amount * source.fact.quantity, source.channel.currency_code
        ),
        "priorUnitPrice": _prior,
        "requiresShipping": lambda _source, _info: False,
        "priceOverrideReason": _override_reason,
    },
    "TransactionItem": {
        "chargedAmount": lambda source, _info: Money(source.charged, source.currency),
        "authorizedAmount": lambda source, _info: Money(source.authorized, source.currency),
        "refundedAmount": lambda source, _info: Money(source.refunded, source.currency),
        "order": lambda source, info: asking(info).state.orders.get(source.order_id or ""),
        "checkout": lambda source, info: asking(info).state.checkouts.get(source.checkout_id or ""),
    },
}
