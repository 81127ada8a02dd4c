"""A basket that is shipped asks apps which methods it may use: also inside checkoutComplete, when its lines changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from plugin.sandbox.app_facts import App
from plugin.sandbox.ids import global_id
from plugin.sandbox.rejected import Rejected
from plugin.sandbox.saleor import SandboxSaleor
from plugin.sandbox.sales_facts import Checkout
from plugin.sandbox.toy_shop import POST, toy_shop, variant
from tests.sandbox.conftest import MANIFEST
from tests.sandbox.probe import Probe, Seen

ADDRESS = {"country": "DE"}

FILTER = (
    "subscription { event { ... on CheckoutFilterShippingMethods { checkout { id lines { id quantity"
    " variant { id } } } shippingMethods { id name active price { amount currency } } } } }"
)

RESET = (
    "mutation Reset($id: ID!, $lines: [CheckoutLineUpdateInput!]!) { checkoutLinesUpdate(id: $id, lines: $lines)"
    " { errors { code } } }"
)

OPTIONS = (
    "mutation Options($id: ID!) { deliveryOptionsCalculate(id: $id) { deliveries { id shippingMethod { id name"
    " active message price { amount } } } errors { code } } }"
)


@pytest.fixture
def saleor(probe: Probe) -> Iterator[SandboxSaleor]:
    """A toy shop that sends pots by post."""
    http = httpx.Client(transport=httpx.WSGITransport(app=probe.app()))
    with http, SandboxSaleor(toy_shop(shipped=("pot",)), http=http) as sandbox:
        yield sandbox


@pytest.fixture
def app(saleor: SandboxSaleor, probe: Probe) -> App:
    """An app that sets prices, and wants to be asked about shipping methods."""
    probe.permissions.append("HANDLE_CHECKOUTS")
    installed = saleor.apps.install(MANIFEST)
    wanted = {
        "name": "guard",
        "targetUrl": "http://probe.example.com/webhooks/guard",
        "query": FILTER,
        "syncEvents": ["CHECKOUT_FILTER_SHIPPING_METHODS"],
        "isActive": True,
    }
    made = saleor.ask(
        "mutation M($input: WebhookCreateInput!) { webhookCreate(input: $input) { webhook { syncEvents { eventType }"
        " asyncEvents { eventType } } errors { code message } } }",
        {"input": wanted},
        installed.token,
    )
    told = {"syncEvents": [{"eventType": "CHECKOUT_FILTER_SHIPPING_METHODS"}], "asyncEvents": []}
    assert made["data"]["webhookCreate"] == {"webhook": told, "errors": []}
    return installed


def _ready(saleor: SandboxSaleor, *goods: str) -> Checkout:
    """One piece of each, to be sent by post; nothing is stale."""
    checkout = saleor.checkouts.create(
        "default-channel",
        {variant(name): 1 for name in goods},
        email="ann@example.com",
        billing_address=ADDRESS,
        shipping_address=ADDRESS,
    )
    return saleor.deliveries.choose(checkout.id, POST.id)


def _guarded(probe: Probe) -> list[Seen]:
    return probe.webhooks("checkout_filter_shipping_methods")


def _overridden(saleor: SandboxSaleor, checkout: Checkout, app: App, price: str = "5") -> Checkout:
    wanted = [{"line_id": line.id, "price": Decimal(price)} for line in checkout.lines]
    return saleor.checkouts.update_lines(checkout.id, wanted, by=app.principal)


def test_prices_reset_inside_the_completion_are_what_is_paid(
    saleor: SandboxSaleor, app: App, probe: Probe
) -> None:
    checkout = _overridden(saleor, _ready(saleor, "pot", "tea"), app)

    def reset(seen: Seen) -> None:
        if seen.path == "/webhooks/guard":
            lines = [{"lineId": line["id"], "price": None} for line in seen.json["checkout"]["lines"]]
            asked = {"query": RESET, "variables": {"id": seen.json["checkout"]["id"], "lines": lines}}
            headers = {"Authorization": f"Bearer {app.token}"}
            with httpx.Client(transport=httpx.WSGITransport(app=saleor.wsgi)) as back:
                back.post(saleor.api_url, json=asked, headers=headers).raise_for_status()

    probe.on_webhook = reset
    probe.replies["guard"] = {"excluded_methods": []}
    order = saleor.ask(
        "mutation C($id: ID!) { checkoutComplete(id: $id) { order { total { gross { amount } } lines"
        " { isPriceOverridden unitPrice { gross { amount } } } } errors { code } } }",
        {"id": checkout.id},
    )["data"]["checkoutComplete"]["order"]

    pot, tea = ({"isPriceOverridden": False, "unitPrice": {"gross": {"amount": it}}} for it in (25.0, 9.0))
    assert order == {"total": {"gross": {"amount": 38.9}}, "lines": [pot, tea]}


def test_what_the_app_is_told(saleor: SandboxSaleor, app: App, probe: Probe) -> None:
    checkout = saleor.checkouts.create(
        "default-channel", {variant("pot"): 2}, shipping_address=ADDRESS, email="ann@example.com"
    )

    saleor.ask(OPTIONS, {"id": checkout.id})

    (seen,) = _guarded(probe)
    (line,) = checkout.lines
    method = {"id": POST.id, "name": "Post", "active": True, "price": {"amount": 4.9, "currency": "EUR"}}
    assert seen.json == {
        "checkout": {
            "id": checkout.id,
            "lines": [{"id": line.id, "quantity": 2, "variant": {"id": variant("pot")}}],
        },
        "shippingMethods": [method],
    }
    assert seen.headers["Saleor-Signature"] == saleor.keys.signature(seen.body)


def test_the_app_is_asked_only_when_something_is_stale(saleor: SandboxSaleor, app: App, probe: Probe) -> None:
    fresh, changed, bought_later = (_ready(saleor, "pot", "tea") for _ in range(3))
    probe.seen.clear()

    saleor.checkouts.complete(fresh.id)
    after_fresh = len(_guarded(probe))
    saleor.checkouts.delete_lines(changed.id, [changed.lines[1].id])
    saleor.checkouts.complete(changed.id)
    after_changed = len(_guarded(probe))
    saleor.kernel.clock = lambda: datetime.now(UTC) + timedelta(hours=25)
    saleor.checkouts.complete(bought_later.id)

    assert (after_fresh, after_changed, len(_guarded(probe))) == (0, 1, 2)


def test_nothing_to_send_asks_nobody(saleor: SandboxSaleor, app: App, probe: Probe) -> None:
    checkout = saleor.checkouts.create(
        "default-channel", {variant("tea"): 1}, email="ann@example.com", billing_address=ADDRESS
    )
    saleor.checkouts.add_lines(checkout.id, {variant("mug"): 1})

    saleor.checkouts.complete(checkout.id)

    assert _guarded(probe) == []


@pytest.mark.parametrize("answer", ["a list", "an error", "no permission", "no JSON", "switched off"])
def test_without_a_proper_answer_the_order_is_made(
    saleor: SandboxSaleor, app: App, probe: Probe, answer: str
) -> None:
    checkout = _overridden(saleor, _ready(saleor, "pot"), app)
    if answer == "a list":
        probe.replies["guard"] = ["nonsense"]
    elif answer == "an error":
        probe.statuses.append(500)
    elif answer == "no permission":
        saleor.apps.withdraw(app.id, "MANAGE_CHECKOUTS")
    elif answer == "switched off":
        saleor.apps.set_active(app.id, False)

    order = saleor.checkouts.complete(checkout.id)

    assert (order.lines[0].unit_price.gross.amount, order.lines[0].is_price_overridden) == (Decimal(5), True)


def test_methods_excluded_inside_the_completion_stop_the_next_one_only(
    saleor: SandboxSaleor, app: App, probe: Probe
) -> None:
    probe.replies["guard"] = {"excluded_methods": []}
    first, second = (_overridden(saleor, _ready(saleor, "pot"), app) for _ in range(2))
    probe.replies["guard"] = {"excluded_methods": [{"id": POST.id, "reason": "settle first"}]}

    saleor.checkouts.complete(first.id)
    shown = saleor.ask(OPTIONS, {"id": second.id})["data"]["deliveryOptionsCalculate"]["deliveries"]

    assert [(it["shippingMethod"]["active"], it["shippingMethod"]["message"]) for it in shown] == [
        (False, "settle first")
    ]
    with pytest.raises(Rejected, match="INVALID_SHIPPING_METHOD"):
        saleor.checkouts.complete(second.id)


def test_shipping_methods_in_a_query_ask_the_app_when_stale(
    saleor: SandboxSaleor, app: App, probe: Probe
) -> None:
    checkout = _ready(saleor, "pot")
    probe.seen.clear()
    query = "query Q($id: ID!) { checkout(id: $id) { isShippingRequired delivery { shippingMethod { name } } shippingMethods { name } } }"

    def ask() -> Any:
        return saleor.ask(query, {"id": checkout.id})["data"]["checkout"]

    first = ask()
    saleor.checkouts.add_lines(checkout.id, {variant("tea"): 1})
    second = ask()

    post = {"name": "Post"}
    assert first == {
        "isShippingRequired": True,
        "delivery": {"shippingMethod": post},
        "shippingMethods": [post],
    }
    assert (second, len(_guarded(probe))) == (first, 1)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"shipping_address": None}, "SHIPPING_ADDRESS_NOT_SET"),
        ({"delivery": None}, "SHIPPING_METHOD_NOT_SET"),
    ],
)
def test_a_parcel_needs_an_address_and_a_method(
    saleor: SandboxSaleor, change: dict[str, Any], code: str
) -> None:
    checkout = saleor.checkouts.write(_ready(saleor, "pot").id, **change)

    with pytest.raises(Rejected, match=code):
        saleor.checkouts.complete(checkout.id)


@pytest.mark.parametrize(
    ("kind", "code"), [("ShippingMethod", "DELIVERY_METHOD_NOT_APPLICABLE"), ("Product", "INVALID")]
)
def test_a_delivery_nobody_offers_is_refused(saleor: SandboxSaleor, kind: str, code: str) -> None:
    checkout = saleor.checkouts.create("default-channel", {variant("pot"): 1}, shipping_address=ADDRESS)

    with pytest.raises(Rejected, match=code):
        saleor.deliveries.choose(checkout.id, global_id(kind, 99))
