"""A tiny app that writes down everything a Saleor sends it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, jsonify, make_response, request

SUBSCRIPTIONS = {
    "orders": (
        ["ORDER_CREATED", "ORDER_UPDATED", "ORDER_CANCELLED", "ORDER_EXPIRED", "ORDER_FULLY_REFUNDED"],
        "subscription { event { __typename issuedAt recipient { id } issuingPrincipal { __typename ... on App { id }"
        " ... on User { id } } ... on OrderCreated { order { ...Facts } } ... on OrderUpdated { order { ...Facts } }"
        " ... on OrderCancelled { order { ...Facts } } ... on OrderExpired { order { ...Facts } }"
        " ... on OrderFullyRefunded { order { ...Facts } } } } fragment Facts on Order { id status updatedAt"
        " lines { quantity productVariantId } }",
    ),
    "checkouts": (
        ["CHECKOUT_CREATED", "CHECKOUT_UPDATED", "CHECKOUT_METADATA_UPDATED"],
        "subscription { event { __typename issuedAt issuingPrincipal { __typename ... on App { id } }"
        " ... on CheckoutCreated { checkout { ...Facts } } ... on CheckoutUpdated { checkout { ...Facts } }"
        " ... on CheckoutMetadataUpdated { checkout { ...Facts } } } }"
        ' fragment Facts on Checkout { id metafield(key: "tandem") lines { quantity variant { id } } }',
    ),
    "products": (
        ["PRODUCT_DELETED", "PRODUCT_VARIANT_OUT_OF_STOCK"],
        "subscription { event { __typename ... on ProductDeleted { product { id variants { id } } }"
        " ... on ProductVariantOutOfStock { productVariant { id } } } }",
    ),
    "life": (
        ["APP_INSTALLED", "APP_UPDATED", "APP_STATUS_CHANGED", "APP_DELETED"],
        "subscription { event { __typename ... on AppInstalled { app { id } } ... on AppUpdated { app { id name } }"
        " ... on AppStatusChanged { app { id isActive } } ... on AppDeleted { app { id isActive } } } }",
    ),
}


@dataclass
class Seen:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, decoded."""
        return json.loads(self.body)


@dataclass
class Probe:
    """Answers as told, remembers what came."""

    permissions: list[str] = field(
        default_factory=lambda: ["MANAGE_ORDERS", "MANAGE_CHECKOUTS", "MANAGE_PRODUCTS"]
    )
    seen: list[Seen] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    """Statuses of the next webhook answers; 200 when there is none left."""
    on_register: Callable[[str], tuple[Any, int]] = lambda _token: ({"success": True}, 200)
    on_webhook: Callable[[Seen], None] = lambda _seen: None
    replies: dict[str, Any] = field(default_factory=dict)
    """JSON answered to webhooks of these names, instead of "noted"."""
    manifest: dict[str, Any] = field(default_factory=dict)
    """Overwrites parts of the manifest."""
    token: str = ""

    def webhooks(self, event: str | None = None) -> list[Seen]:
        """What came to the webhook doors."""
        return [
            it
            for it in self.seen
            if it.path.startswith("/webhooks/") and event in (None, it.headers["Saleor-Event"])
        ]

    def app(self) -> Flask:
        """The WSGI side."""
        flask = Flask("probe")

        @flask.get("/manifest.json")
        def manifest() -> Response:
            self._note()
            return jsonify({**self._manifest(), **self.manifest})

        @flask.post("/register")
        def register() -> Response:
            self._note()
            self.token = request.get_json()["auth_token"]
            body, status = self.on_register(self.token)
            return make_response(jsonify(body), status)

        @flask.post("/webhooks/<name>")
        def webhook(name: str) -> tuple[str, int]:
            seen = self._note()
            self.on_webhook(seen)
            said = json.dumps(self.replies[name]) if name in self.replies else "noted"
            return said, self.statuses.pop(0) if self.statuses else 200

        return flask

    def _note(self) -> Seen:
        seen = Seen(request.path, dict(request.headers), request.get_data())
        self.seen.append(seen)
        return seen

    def _manifest(self) -> dict[str, Any]:
        return {
            "id": "probe",
            "version": "1.0.0",
            "name": "Probe",
            "permissions": self.permissions,
            "appUrl": "http://probe.example.com/dashboard",
            "tokenTargetUrl": "http://probe.example.com/register",
            "requiredSaleorVersion": ">=3.21 <4",
            "webhooks": [
                {
                    "name": name,
                    "targetUrl": f"http://probe.example.com/webhooks/{name}",
                    "query": query,
                    "asyncEvents": events,
                }
                for name, (events, query) in SUBSCRIPTIONS.items()
            ],
            "extensions": [
                {
                    "label": "With this product",
                    "mount": "PRODUCT_DETAILS_WIDGETS",
                    "target": "WIDGET",
                    "url": "/widgets/product",
                    "permissions": self.permissions[-1:],
                }
            ],
        }
