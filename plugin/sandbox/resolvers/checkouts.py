"""Checkouts and their lines. Anybody who knows the id may read one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plugin.sandbox.asking import Info, Resolvers, asking, demand
from plugin.sandbox.catalogue_prices import list_price
from plugin.sandbox.checkout_totals import authorized_for, paid_for
from plugin.sandbox.countries import country
from plugin.sandbox.ids import global_id
from plugin.sandbox.looking import fresh, with_lines
from plugin.sandbox.money import Money, TaxedMoney, rounded
from plugin.sandbox.pages import Connection, listing, moment_key, page
from plugin.sandbox.sales_facts import Checkout, LinePrices, Prices, TransactionItem
from plugin.sandbox.seen import Seen
from plugin.sandbox.till import Till, needs_shipping

OWNER = "OWNER"
"""Saleor names it among the permissions; nobody is granted it."""


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
        "country": country(code),
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
    now = with_lines(asking(info).kernel, source, asking(info).remembered)
    return [Seen(line, channel, now) for line in now.lines]


def _transactions(source: Checkout, info: Info) -> list[TransactionItem]:
    demand(info, "MANAGE_CHECKOUTS", "HANDLE_PAYMENTS")
    return [asking(info).state.transactions[it] for it in source.transaction_ids]


def _user(source: Any, info: Info) -> Any:
    if not source.user_id:
        return None
    if asking(info).who.id != source.user_id:
        demand(info, "MANAGE_USERS", "HANDLE_PAYMENTS", "HANDLE_TAXES", OWNER)
    return asking(info).state.users.get(source.user_id)


def _email(source: Checkout, info: Info) -> str | None:
    """The customer's own, once there is a customer; anybody may read it."""
    user = asking(info).state.users.get(source.user_id or "")
    return user.email if user else source.email


def _prices(source: Checkout, info: Info) -> Prices:
    prices = fresh(asking(info).kernel, source, asking(info).remembered).prices
    assert prices  # noqa: S101  # fresh() saw to it
    return prices


def _total(source: Checkout, info: Info) -> TaxedMoney:
    return _prices(source, info).total


def _discount(source: Checkout, info: Info) -> Money:
    """As it was when the checkout was read: an order promotion that is found while reading shows the next time."""
    return Money(source.discount, asking(info).state.channels[source.channel_id].currency_code)


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


def _line_prices(source: Seen, info: Info) -> LinePrices:
    """Of the line in its basket; of a line that has just left it, the list price."""
    assert source.channel  # noqa: S101  # lines always know their channel
    found = _prices(source.within, info).lines.get(source.fact.id) if source.within else None
    if found:
        return found
    unit = list_price(asking(info).state, source.fact.variant_id, source.channel)
    currency = source.channel.currency_code
    return LinePrices(source.channel.tax.taxed(unit * source.fact.quantity, currency), unit)


def _unit_price(source: Seen, info: Info) -> TaxedMoney:
    return _line_prices(source, info).total.each(source.fact.quantity)


def _undiscounted(source: Seen, info: Info, quantity: int = 1) -> Money:
    assert source.channel  # noqa: S101  # as above
    currency = source.channel.currency_code
    return Money(rounded(_line_prices(source, info).undiscounted * quantity, currency), currency)


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
        "email": _email,
        "transactions": _transactions,
        "shippingAddress": lambda source, _info: address(source.shipping_address),
        "billingAddress": lambda source, _info: address(source.billing_address),
        "isShippingRequired": lambda source, info: Till(
            asking(info).state, asking(info).kernel.clock()
        ).is_shipped(source),
        "languageCode": lambda _source, _info: "EN",
        "subtotalPrice": lambda source, info: _prices(source, info).subtotal,
        "totalPrice": _total,
        "shippingPrice": lambda source, info: _prices(source, info).shipping,
        "discount": _discount,
        "totalBalance": _balance,
        "chargeStatus": _charge_status,
        "authorizeStatus": _authorize_status,
    },
    "CheckoutLine": {
        "variant": lambda source, info: Seen(
            asking(info).state.variants[source.fact.variant_id], source.channel
        ),
        "unitPrice": _unit_price,
        "totalPrice": lambda source, info: _line_prices(source, info).total,
        "undiscountedUnitPrice": _undiscounted,
        "undiscountedTotalPrice": lambda source, info: _undiscounted(source, info, source.fact.quantity),
        "priorUnitPrice": _prior,
        "requiresShipping": lambda source, info: needs_shipping(asking(info).state, source.fact.variant_id),
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
