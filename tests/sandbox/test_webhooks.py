"""Webhooks are signed, delivered and retried exactly as Saleor does it."""

from __future__ import annotations

import hashlib
import json
import random
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from typing import Any

import httpx
import jwt
import pytest

from plugin.sandbox.app_facts import App
from plugin.sandbox.courier import wait_before
from plugin.sandbox.ids import kind_and_key
from plugin.sandbox.saleor import SandboxSaleor
from plugin.sandbox.toy_shop import product, toy_shop, variant
from tests.sandbox.conftest import MANIFEST
from tests.sandbox.probe import Probe, Seen

FAILED = """
{ app { webhooks { name eventDeliveries(first: 20, filter: { status: FAILED }) { edges { node {
  eventType status payload attempts(first: 10) { edges { node { responseStatusCode response } } } } } } } } }
"""


def _verified(saleor: SandboxSaleor, seen: Seen) -> bytes:
    """The body, if its signature fits one of the published keys."""
    signature = seen.headers["Saleor-Signature"]
    kid = jwt.get_unverified_header(signature)["kid"]
    key = next(it for it in saleor.keys.jwks()["keys"] if it["kid"] == kid)
    payload: bytes = jwt.api_jws.decode(
        signature, key=jwt.PyJWK(key, algorithm="RS256").key, algorithms=["RS256"], detached_payload=seen.body
    )
    return payload


def test_a_webhook_is_signed_as_saleor_signs(saleor: SandboxSaleor, probe: Probe, app: App) -> None:
    saleor.orders.place({variant("mug"): 1})
    seen = probe.webhooks("order_created")[0]

    header, body, signature = seen.headers["Saleor-Signature"].split(".")
    key = saleor.keys.jwks()["keys"][0]

    assert _verified(saleor, seen) == seen.body
    assert (body, bool(signature)) == ("", True)
    assert json.loads(urlsafe_b64decode(header + "==")) == {
        "alg": "RS256",
        "b64": False,
        "crit": ["b64"],
        "kid": key["kid"],
        "typ": "JWT",
    }
    canonical = json.dumps({it: key[it] for it in ("e", "kty", "n")}, separators=(",", ":")).encode()
    thumbprint = urlsafe_b64encode(hashlib.sha256(canonical).digest()).rstrip(b"=").decode()
    assert (key["kid"], key["use"], key["alg"]) == (thumbprint, "sig", "RS256")


def test_a_changed_body_does_not_fit_the_signature(saleor: SandboxSaleor, probe: Probe, app: App) -> None:
    saleor.orders.place({variant("mug"): 1})
    seen = probe.webhooks("order_created")[0]

    with pytest.raises(jwt.InvalidSignatureError):
        _verified(saleor, Seen(seen.path, seen.headers, seen.body.replace(b"UNFULFILLED", b"FULFILLED")))


def test_after_a_key_rotation_only_the_new_key_is_published(
    saleor: SandboxSaleor, probe: Probe, app: App
) -> None:
    saleor.orders.place({variant("mug"): 1})
    saleor.keys.rotate()
    saleor.orders.place({variant("mug"): 1})
    old, new = probe.webhooks("order_created")

    assert _verified(saleor, new)
    with pytest.raises(StopIteration):
        _verified(saleor, old)


def test_the_headers_are_saleors(saleor: SandboxSaleor, probe: Probe, app: App) -> None:
    saleor.orders.place({variant("mug"): 1})
    headers = probe.webhooks("order_created")[0].headers

    signature = headers["Saleor-Signature"]
    assert {name: it for name, it in headers.items() if name not in ("Host", "Content-Length")} == {
        "User-Agent": "Saleor/3.23",
        "Accept-Encoding": "gzip, deflate",
        "Accept": "*/*",
        "Connection": "keep-alive",
        "Content-Type": "application/json",
        "X-Saleor-Event": "order_created",
        "X-Saleor-Domain": "saleor.sandbox",
        "X-Saleor-Signature": signature,
        "Saleor-Event": "order_created",
        "Saleor-Domain": "saleor.sandbox",
        "Saleor-Signature": signature,
        "Saleor-Api-Url": "http://saleor.sandbox/graphql/",
    }


def test_the_body_is_the_subscription_at_top_level(saleor: SandboxSaleor, probe: Probe, app: App) -> None:
    order = saleor.orders.place({variant("mug"): 2}, by=saleor.staff)

    body = probe.webhooks("order_created")[0].json
    assert datetime.fromisoformat(body.pop("issuedAt")) >= order.updated_at
    assert body == {
        "__typename": "OrderCreated",
        "recipient": {"id": app.id},
        "issuingPrincipal": {"__typename": "User", "id": saleor.admin.id},
        "order": {
            "id": order.id,
            "status": "UNFULFILLED",
            "updatedAt": order.updated_at.isoformat(),
            "lines": [{"quantity": 2, "productVariantId": variant("mug")}],
        },
    }


def test_bodies_are_ascii(saleor: SandboxSaleor, probe: Probe, app: App) -> None:
    saleor.apps.update(app.id, name="Tändem")

    assert b"T\\u00e4ndem" in probe.webhooks("app_updated")[0].body


def test_a_filterable_root_keeps_its_data_around_it(saleor: SandboxSaleor, probe: Probe) -> None:
    query = 'subscription { orderCreated(channels: ["channel-us"]) { order { id } } }'
    probe.manifest = {
        "webhooks": [{"name": "us", "targetUrl": "http://probe.example.com/webhooks/us", "query": query}]
    }
    saleor.apps.install(MANIFEST)

    saleor.orders.place({variant("mug"): 1})
    order = saleor.orders.place({variant("mug"): 1}, channel="channel-us")

    assert [it.json for it in probe.webhooks()] == [{"data": {"orderCreated": {"order": {"id": order.id}}}}]


@pytest.mark.parametrize(
    ("statuses", "attempts", "failed"),
    [([], 1, 0), ([500, 503], 3, 0), ([500] * 6, 6, 1), ([400], 1, 1), ([302], 1, 1), ([401], 1, 1)],
)
def test_5xx_is_tried_six_times_and_everything_else_once(
    saleor: SandboxSaleor, probe: Probe, app: App, statuses: list[int], attempts: int, failed: int
) -> None:
    probe.statuses = list(statuses)
    saleor.checkouts.create("channel-us")
    seen = probe.webhooks("checkout_created")

    assert len(seen) == attempts
    assert len({(it.body, it.headers["Saleor-Signature"]) for it in seen}) == 1
    assert sum(it.status == "FAILED" for it in saleor.state.deliveries.values()) == failed


def test_the_waits_between_attempts_double() -> None:
    assert [wait_before(attempts) for attempts in range(1, 6)] == [10, 20, 40, 80, 160]


def test_a_refused_connection_is_tried_six_times() -> None:
    probe = Probe()

    def refuse(request: httpx.Request) -> httpx.Response:
        if "/webhooks/" in request.url.path:
            raise httpx.ConnectError("Connection refused")
        return httpx.WSGITransport(app=probe.app()).handle_request(request)

    with (
        httpx.Client(transport=httpx.MockTransport(refuse)) as http,
        SandboxSaleor(toy_shop(), http=http) as saleor,
    ):
        saleor.apps.install(MANIFEST)
        attempts = [it.attempts for it in saleor.state.deliveries.values()]

    assert [[it.response for it in tries] for tries in attempts] == [["Connection refused"] * 6]


def test_an_app_lists_its_failed_deliveries(saleor: SandboxSaleor, probe: Probe, app: App) -> None:
    probe.statuses = [400]
    checkout = saleor.checkouts.create("default-channel")

    hooks = saleor.ask(FAILED, token=app.token)["data"]["app"]["webhooks"]
    node = next(it for it in hooks if it["name"] == "checkouts")["eventDeliveries"]["edges"][0]["node"]
    assert json.loads(node.pop("payload"))["checkout"]["id"] == checkout.id
    assert node == {
        "eventType": "CHECKOUT_CREATED",
        "status": "FAILED",
        "attempts": {"edges": [{"node": {"responseStatusCode": 400, "response": "noted"}}]},
    }


def test_held_deliveries_come_shuffled_and_twice(saleor: SandboxSaleor, probe: Probe, app: App) -> None:
    saleor.outbox.mode = "hold"
    order = saleor.orders.place({variant("mug"): 1})
    saleor.orders.cancel(order.id)
    in_order = [it.payload for it in saleor.outbox.held]
    assert probe.webhooks("order_created") == []

    sent = saleor.outbox.flush(order=random.Random(4), duplicates=2)

    came = [it.body for it in probe.webhooks() if it.path == "/webhooks/orders"]
    assert sent == len(came) == len(in_order) + 2
    assert set(came) == set(in_order)
    assert came[: len(in_order)] != in_order
    issued = [json.loads(it)["issuedAt"] for it in in_order]
    assert issued == sorted(issued)
    assert len(set(issued)) == len(issued)


def test_in_a_thread_a_slow_receiver_does_not_stop_the_others(
    saleor: SandboxSaleor, probe: Probe, app: App
) -> None:
    saleor.settings.time_scale = 0.001
    saleor.outbox.mode = "thread"
    probe.statuses = [500, 500]
    saleor.checkouts.create("default-channel")
    saleor.orders.place({variant("mug"): 1})

    assert saleor.outbox.wait_until_idle(5)
    while any(it.status == "PENDING" for it in saleor.state.deliveries.values()):
        assert saleor.outbox.wait_until_idle(5)
    assert {"checkout_created", "order_created", "order_updated"} <= {
        it.headers["Saleor-Event"] for it in probe.webhooks()
    }


def test_a_delivery_about_a_checkout_that_is_gone_fails_unsent(
    saleor: SandboxSaleor, probe: Probe, app: App
) -> None:
    paid: dict[str, Any] = {"email": "ann@example.com", "billing_address": {"country": "DE"}}
    checkout = saleor.checkouts.create("default-channel", {variant("mug"): 1}, **paid)
    probe.seen.clear()

    with saleor.kernel.change():
        saleor.checkouts.add_lines(checkout.id, {variant("beans"): 1})
        saleor.checkouts.complete(checkout.id)

    assert probe.webhooks("checkout_updated") == []
    failed = [it for it in saleor.state.deliveries.values() if it.status == "FAILED"]
    assert [(it.event_type, it.attempts) for it in failed] == [("CHECKOUT_UPDATED", ())]


def test_the_app_may_call_back_while_it_is_told(saleor: SandboxSaleor, probe: Probe, app: App) -> None:
    answers: list[Any] = []

    def call_back(seen: Seen) -> None:
        if seen.json["__typename"] == "CheckoutCreated":
            write = (
                'mutation W($id: ID!) { updateMetadata(id: $id, input: [{ key: "tandem", value: "{}" }])'
                " { errors { code } } }"
            )
            answers.append(saleor.ask(write, {"id": seen.json["checkout"]["id"]}, app.token)["data"])

    probe.on_webhook = call_back
    saleor.checkouts.create("default-channel", {variant("mug"): 1})

    own = {"__typename": "App", "id": app.id}
    assert answers == [{"updateMetadata": {"errors": []}}]
    assert [
        (it.json["__typename"], it.json["issuingPrincipal"])
        for it in probe.webhooks()
        if "issuingPrincipal" in it.json
    ] == [
        ("CheckoutCreated", None),
        ("CheckoutMetadataUpdated", own),
        ("CheckoutUpdated", own),
    ]


def test_a_deleted_product_is_told_once_and_without_variants(
    saleor: SandboxSaleor, probe: Probe, app: App
) -> None:
    saleor.shelves.delete_product(product("tea"))

    assert [it.json for it in probe.webhooks("product_deleted")] == [
        {"__typename": "ProductDeleted", "product": {"id": product("tea"), "variants": []}}
    ]
    assert saleor.events() == ["APP_INSTALLED", "PRODUCT_DELETED"]


def test_dashboard_tokens_have_saleors_claims(saleor: SandboxSaleor, app: App) -> None:
    query = "query Q($id: ID!) { app(id: $id) { accessToken extensions { accessToken } } }"
    asked = saleor.ask(query, {"id": app.id}, saleor.staff_token())["data"]["app"]

    page, widget = (
        jwt.decode(token, options={"verify_signature": False})
        for token in (asked["accessToken"], asked["extensions"][0]["accessToken"])
    )
    assert {name: it for name, it in page.items() if name not in ("iat", "exp", "user_permissions")} == {
        "owner": "saleor",
        "iss": "http://saleor.sandbox/graphql/",
        "token": "2jaqD5T5SdBV",
        "email": "admin@example.com",
        "type": "thirdparty",
        "user_id": saleor.admin.id,
        "is_staff": True,
        "app": app.id,
        "permissions": ["MANAGE_CHECKOUTS", "MANAGE_ORDERS", "MANAGE_PRODUCTS"],
    }
    assert page["exp"] - page["iat"] == 300
    assert set(page["user_permissions"]) == saleor.admin.permissions
    assert (widget["permissions"], kind_and_key(widget["app_extension"])[0]) == (
        ["MANAGE_PRODUCTS"],
        "AppExtension",
    )
