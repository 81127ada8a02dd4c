"""The guard over real ports: the app calls back from another thread while the completion waits, and may be too slow."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from decimal import Decimal

import httpx
import pytest
from werkzeug.serving import make_server

from plugin.sandbox.app_facts import App
from plugin.sandbox.saleor import SandboxSaleor
from plugin.sandbox.settings import Settings
from plugin.sandbox.toy_shop import POST, toy_shop, variant
from tests.sandbox.probe import Probe, Seen
from tests.sandbox.test_guard import FILTER, RESET

ADDRESS = {"country": "DE"}

COMPLETE = "mutation C($id: ID!) { checkoutComplete(id: $id) { order { total { gross { amount } } } errors { code } } }"


@pytest.fixture
def saleor() -> Iterator[SandboxSaleor]:
    """A shop on a port, its deliveries sent by threads, with little patience for apps."""
    settings = Settings(sync_timeout=0.5)
    with (
        httpx.Client() as http,
        SandboxSaleor(toy_shop(shipped=("pot",)), deliver="thread", http=http, settings=settings) as sandbox,
    ):
        sandbox.serve()
        yield sandbox


@pytest.fixture
def app(saleor: SandboxSaleor, probe: Probe) -> Iterator[App]:
    """The probe on a port, asked about shipping methods."""
    server = make_server("localhost", 0, probe.app(), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://localhost:{server.server_port}"
    probe.permissions.append("HANDLE_CHECKOUTS")
    hook = {
        "name": "guard",
        "targetUrl": f"{url}/webhooks/guard",
        "query": FILTER,
        "syncEvents": ["CHECKOUT_FILTER_SHIPPING_METHODS"],
    }
    probe.manifest = {"webhooks": [hook], "tokenTargetUrl": f"{url}/register"}
    yield saleor.apps.install(f"{url}/manifest.json")
    server.shutdown()
    server.server_close()


def _completed(saleor: SandboxSaleor, app: App) -> float:
    """What is paid for a pot of which the price was set to 5, post included."""
    checkout = saleor.checkouts.create(
        "default-channel",
        {variant("pot"): 1},
        email="ann@example.com",
        billing_address=ADDRESS,
        shipping_address=ADDRESS,
    )
    saleor.deliveries.choose(checkout.id, POST.id)
    cheap = [{"line_id": checkout.lines[0].id, "price": Decimal(5)}]
    saleor.checkouts.update_lines(checkout.id, cheap, by=app.principal)
    asked = {"query": COMPLETE, "variables": {"id": checkout.id}}
    answer = httpx.post(saleor.api_url, json=asked, timeout=10).json()
    total: float = answer["data"]["checkoutComplete"]["order"]["total"]["gross"]["amount"]
    return total


def test_the_app_may_call_back_before_it_answers(saleor: SandboxSaleor, app: App, probe: Probe) -> None:
    def reset(seen: Seen) -> None:
        (line,) = seen.json["checkout"]["lines"]
        variables = {"id": seen.json["checkout"]["id"], "lines": [{"lineId": line["id"], "price": None}]}
        headers = {"Authorization": f"Bearer {app.token}"}
        asked = {"query": RESET, "variables": variables}
        httpx.post(saleor.api_url, json=asked, headers=headers, timeout=10).raise_for_status()

    probe.on_webhook = reset
    probe.replies["guard"] = {"excluded_methods": []}

    assert _completed(saleor, app) == 29.9


def test_an_app_that_is_too_slow_is_not_waited_for(saleor: SandboxSaleor, app: App, probe: Probe) -> None:
    probe.on_webhook = lambda _seen: time.sleep(1.5)

    assert _completed(saleor, app) == 9.9
