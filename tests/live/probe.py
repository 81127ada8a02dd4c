"""A second app on the same Saleor: it witnesses what Tandem writes, and it is the payment app refunds need."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.live.real_saleor import RealSaleor

METADATA_UPDATED = """subscription { event { __typename issuedAt
  issuingPrincipal { __typename ... on App { id } ... on User { id } }
  ... on CheckoutMetadataUpdated { checkout { id metafield(key: "tandem") } } } }"""

CHECKOUT_UPDATED = """subscription { event { __typename issuedAt
  issuingPrincipal { __typename ... on App { id } ... on User { id } }
  ... on CheckoutUpdated { checkout { id } } } }"""

REFUND_REQUESTED = (
    "subscription { event { __typename ... on TransactionRefundRequested { action { amount } } } }"
)


class Probe:
    """What it was told, in the order it was told."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        self.token = ""
        self.app_id = ""

    def writes(self, checkout: str, by: str) -> list[dict[str, Any]]:
        """Every change of that checkout's public metadata made by that app, as Saleor told it."""
        return [event for event in self._about(checkout, "CheckoutMetadataUpdated") if _issuer(event) == by]

    def updates(self, checkout: str) -> list[dict[str, Any]]:
        """Every CHECKOUT_UPDATED of that checkout."""
        return self._about(checkout, "CheckoutUpdated")

    def answer(self, body: dict[str, Any]) -> dict[str, Any]:
        """Events are noted; a refund asked for is given at once."""
        if body.get("__typename") == "TransactionRefundRequested":
            amount = body["action"]["amount"]
            return {"pspReference": f"refund-{len(self.told)}", "result": "REFUND_SUCCESS", "amount": amount}
        self.told.append(body)
        return {}

    def _about(self, checkout: str, typename: str) -> list[dict[str, Any]]:
        return [
            event
            for event in self.told
            if event["__typename"] == typename and event["checkout"]["id"] == checkout
        ]


@contextmanager
def probing(saleor: RealSaleor) -> Iterator[Probe]:
    """The probe, installed and listening; gone afterwards."""
    probe = Probe()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _ear(probe))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    wanted = {
        "name": "Tandem live probe",
        "permissions": ["MANAGE_CHECKOUTS", "MANAGE_ORDERS", "HANDLE_PAYMENTS"],
    }
    made = saleor.ask("create_app", input=wanted)["appCreate"]
    probe.token, probe.app_id = made["authToken"], made["app"]["id"]
    target = {"targetUrl": f"http://localhost:{server.server_port}/", "app": probe.app_id, "isActive": True}
    for subscribed in (
        {"name": "writes", "query": METADATA_UPDATED, "asyncEvents": ["CHECKOUT_METADATA_UPDATED"]},
        {"name": "updates", "query": CHECKOUT_UPDATED, "asyncEvents": ["CHECKOUT_UPDATED"]},
        {"name": "refunds", "query": REFUND_REQUESTED, "syncEvents": ["TRANSACTION_REFUND_REQUESTED"]},
    ):
        saleor.ask("create_webhook", input={**target, **subscribed})
    try:
        yield probe
    finally:
        saleor.ask("delete_app", id=probe.app_id)
        server.shutdown()
        server.server_close()
        thread.join()


def _issuer(event: dict[str, Any]) -> str | None:
    principal = event["issuingPrincipal"] or {}
    found: str | None = principal.get("id")
    return found


def _ear(probe: Probe) -> type[BaseHTTPRequestHandler]:
    class Ear(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the name http.server calls
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answer = json.dumps(probe.answer(body)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # http.server's name
            """Say nothing."""

    return Ear
