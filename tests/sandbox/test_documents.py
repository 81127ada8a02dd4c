"""Documents are read as Saleor's old parser reads them, and refused with HTTP 400."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from plugin.saleor import documents
from plugin.sandbox.app_facts import App
from plugin.sandbox.saleor import SandboxSaleor
from plugin.sandbox.toy_shop import product, variant


def _post(saleor: SandboxSaleor, body: Any, **headers: str) -> httpx.Response:
    with httpx.Client(transport=httpx.WSGITransport(app=saleor.wsgi)) as client:
        return client.post(saleor.api_url, json=body, headers=headers)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("{ shop { nothing } }", "Cannot query field 'nothing' on type 'Shop'."),
        ("{ checkout(id: null) { id } }", 'Unexpected Name "null"'),
        ('{ checkout(id: """x""") { id } }', "Unterminated string"),
        ("{ shop { name ", "Syntax Error"),
        ("query Q($id: ID!) { checkout(id: $id) { id } }", "Variable '$id' has invalid value"),
    ],
)
def test_what_cannot_be_executed_is_a_400(saleor: SandboxSaleor, query: str, words: str) -> None:
    answer = _post(saleor, {"query": query})

    assert answer.status_code == 400
    assert words in answer.json()["errors"][0]["message"]


def test_a_variable_may_be_null(saleor: SandboxSaleor) -> None:
    answer = _post(
        saleor, {"query": "query Q($id: ID) { checkout(id: $id) { id } }", "variables": {"id": None}}
    )

    assert (answer.status_code, answer.json()["data"]) == (200, {"checkout": None})


def test_a_request_that_is_too_large_is_a_413(saleor: SandboxSaleor) -> None:
    answer = _post(saleor, {"query": "{ shop { name } }", "variables": {"x": "x" * 2_700_000}})

    assert (answer.status_code, answer.text) == (413, "Request body exceeds maximum size.")


def test_five_mutations_in_one_request_are_too_many(saleor: SandboxSaleor) -> None:
    five = " ".join(f'm{n}: checkoutComplete(id: "x") {{ errors {{ code }} }}' for n in range(5))

    assert _post(saleor, {"query": f"mutation {{ {five} }}"}).status_code == 400


@pytest.mark.parametrize("header", ["Authorization", "Authorization-Bearer"])
def test_both_headers_carry_the_token(saleor: SandboxSaleor, app: App, header: str) -> None:
    value = f"Bearer {app.token}" if header == "Authorization" else app.token

    answer = _post(saleor, {"query": "{ app { id } }"}, **{header: value})

    assert answer.json()["data"] == {"app": {"id": app.id}}


def test_the_apps_own_operations_are_answered(saleor: SandboxSaleor, app: App) -> None:
    checkout = saleor.checkouts.create("default-channel", {variant("mug"): 1})
    saleor.orders.place({variant("mug"): 1, variant("beans"): 2})
    saleor.apps.grant(app.id, "HANDLE_CHECKOUTS", "MANAGE_SHIPPING")
    hook = next(iter(saleor.state.webhooks))
    query = "subscription { event { ... on OrderPaid { order { id } } } }"
    new = {"name": "n", "targetUrl": "http://probe.example.com/webhooks/n", "query": query}
    saleor.discounts.add_voucher("TEN", percent=10)
    variables: dict[str, dict[str, Any]] = {
        "add_lines": {"id": checkout.id, "lines": [{"variantId": variant("tea"), "quantity": 1}]},
        "add_promo_code": {"id": checkout.id, "code": "TEN"},
        "channel_deliveries": {"channel": "default-channel"},
        "channels": {},
        "checkout": {"id": checkout.id},
        "checkout_line_notes": {"id": checkout.id},
        "checkout_prices": {"id": checkout.id},
        "checkout_with_candidates": {
            "id": checkout.id,
            "variants": [variant("beans")],
            "channel": "default-channel",
        },
        "create_webhook": {"input": new},
        "delete_webhook": {"id": hook},
        "dismiss_problems": {"input": {"byApp": {"keys": ["bundle-12"]}}},
        "failed_deliveries": {"first": 20},
        "listings": {"first": 100, "channel": "default-channel", "filter": {"ids": [product("mug")]}},
        "note_on_line": {"id": checkout.lines[0].id, "input": [{"key": "tandem.bundle", "value": "{}"}]},
        "orders": {
            "first": 100,
            "sortBy": {"field": "LAST_MODIFIED_AT", "direction": "ASC"},
            "filter": {"updatedAt": {"gte": "2020-01-01T00:00:00Z"}},
        },
        "products": {"first": 100},
        "raise_problem": {"input": {"key": "bundle-12", "message": "It leaks."}},
        "set_line_prices": {"id": checkout.id, "lines": [{"lineId": checkout.lines[0].id, "price": 5}]},
        "shipping_zones": {"first": 100},
        "swap_line": {
            "id": checkout.id,
            "lines": [
                {"lineId": checkout.lines[0].id, "quantity": 0},
                {"variantId": variant("beans"), "quantity": 1, "metadata": []},
            ],
        },
        "update_webhook": {"id": hook, "input": {"isActive": True}},
        "variant_listing": {"variants": [variant("beans")], "channel": "default-channel"},
        "webhooks": {},
        "who_am_i": {},
        "write_suggestions": {"id": checkout.id, "input": [{"key": "tandem", "value": "{}"}]},
    }

    answers = {
        name: saleor.ask(documents.operation(name), asked, app.token) for name, asked in variables.items()
    }

    assert [name for name, answer in answers.items() if "errors" in answer] == []
    known = {path.stem for path in documents.OPERATIONS.glob("*.graphql") if not path.stem.endswith("_facts")}
    assert known <= set(variables), "give the new operation variables here"
