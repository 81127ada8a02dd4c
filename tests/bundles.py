"""Bundles of the toy shop, as tests set them up and look at what comes of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from plugin.sandbox.sales_facts import Checkout
from plugin.sandbox.toy_shop import product, variant
from plugin.suggestions.bundles.model import Bundle
from plugin.use_cases.change_bundles import change_state, save_bundle
from tests.house import EUROPE, House


def a_draft(*members: str, rule: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """An active bundle of these products, ten percent off; "mug*2" is two of them."""
    named = [name.partition("*") for name in members]
    return {
        "name": "Coffee set",
        "state": "active",
        "members": [{"product": product(name), "quantity": int(count or 1)} for name, _, count in named],
        "rule": rule or {"kind": "percent", "percent": "10"},
        "channels": [EUROPE],
        **more,
    }


def set_price(amount: str) -> dict[str, Any]:
    """A rule: the set costs this in Europe."""
    return {"kind": "price", "amounts": {EUROPE: amount}}


def allowed(house: House) -> House:
    """The merchant lets Tandem set prices; Tandem has put everything into effect."""
    house.sandbox.apps.grant(house.saleor_app.id, "HANDLE_CHECKOUTS")
    house.work()
    return house


def kept(house: House, draft: Mapping[str, Any]) -> Bundle:
    """Saved by a merchant, and in effect."""
    with house.shop() as shop:
        bundle = save_bundle(shop, draft, "merchant@example.com", datetime.now(UTC))
    house.work()
    return bundle


def put(house: House, bundle: Bundle, state: str) -> Bundle:
    """Activated, paused or drafted by a merchant, and in effect."""
    with house.shop() as shop:
        changed = change_state(shop, bundle.id, state, "merchant@example.com", datetime.now(UTC))
    house.work()
    return changed


def seen(house: House, checkout: Checkout) -> Checkout:
    """The checkout as Saleor has it now."""
    return house.sandbox.state.checkouts[checkout.id]


def paid(house: House, checkout: Checkout) -> dict[str, Decimal]:
    """What every line costs, by the name of its product; two lines of one product together."""
    query = """query Prices($id: ID!) { checkout(id: $id) { lines { variant { product { name } } totalPrice { gross { amount } } } } }"""
    answer = house.sandbox.ask(query, {"id": checkout.id})["data"]["checkout"]["lines"]
    totals: dict[str, Decimal] = {}
    for line in answer:
        name = line["variant"]["product"]["name"]
        totals[name] = totals.get(name, Decimal()) + Decimal(str(line["totalPrice"]["gross"]["amount"]))
    return totals


def line_of(house: House, checkout: Checkout, name: str) -> str:
    """The id of the line with this product."""
    return next(line.id for line in seen(house, checkout).lines if line.variant_id == variant(name))
