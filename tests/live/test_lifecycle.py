"""Tandem switched off, stopped, killed, cut off, removed and installed again: nothing is lost, nothing is counted twice."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from plugin.store import orders
from plugin.use_cases import plan_work
from tests.live.conftest import IDENTIFIER
from tests.live.real_saleor import RealSaleor
from tests.live.running_tandem import RunningTandem
from tests.live.toy_shop import Good, ToyShop
from tests.live.waiting import settle, soon

pytestmark = pytest.mark.live

RETRIED_WITHIN = 60.0
"""Seconds: Saleor tries again after 10, 20, 40, 80 and 160 s."""

Pair = tuple[Good, Good, list[str]]


def test_switched_off_it_writes_nothing_and_switched_on_it_catches_up(
    saleor: RealSaleor, tandem: RunningTandem, toys: ToyShop, pair: Pair
) -> None:
    lens, _, _ = pair
    app = _app_id(saleor)
    saleor.ask("switch_off", id=app)
    soon(lambda: not tandem.suggested(toys.slug, lens.variant), what="an inactive app suggests nothing")
    checkout = toys.checkout("camera")
    toys.order("meanwhile@example.com", *_names(toys, pair))
    settle()
    assert tandem.asked("WriteSuggestions", checkout) == []

    saleor.ask("switch_on", id=app)

    _, took = soon(lambda: _orders_with_both(tandem, toys, lens) == 4)
    print(f"switched on -> what was missed is learned: {took:.2f} s")


def test_an_order_placed_while_tandem_was_down_for_a_moment_is_learned(
    tandem: RunningTandem, toys: ToyShop, pair: Pair
) -> None:
    lens, _, _ = pair
    tandem.stop()
    toys.order("early-bird@example.com", *_names(toys, pair))
    settle()

    tandem.start()

    _, took = soon(lambda: _orders_with_both(tandem, toys, lens) == 4, within=RETRIED_WITHIN)
    print(f"started again -> learned: {took:.2f} s")


def test_killed_in_the_middle_of_a_storm_it_loses_and_doubles_nothing(
    tandem: RunningTandem, toys: ToyShop, pair: Pair
) -> None:
    lens, _, _ = pair
    for number in range(4):
        toys.order(f"before-{number}@example.com", *_names(toys, pair))
    tandem.kill()
    for number in range(3):
        toys.order(f"after-{number}@example.com", *_names(toys, pair))

    tandem.start()

    soon(lambda: _orders_with_both(tandem, toys, lens) == 10, within=RETRIED_WITHIN)
    settle(RETRIED_WITHIN / 2)
    assert _orders_with_both(tandem, toys, lens) == 10


def test_an_order_whose_event_was_lost_for_good_is_found_by_reconciliation(
    saleor: RealSaleor, tandem: RunningTandem, toys: ToyShop, pair: Pair
) -> None:
    lens, _, _ = pair
    with _deaf_to_orders(saleor):
        toys.order("unheard@example.com", *_names(toys, pair))
        settle()
    assert _orders_with_both(tandem, toys, lens) == 3

    tandem.do_now(plan_work.RECONCILE)

    soon(lambda: _orders_with_both(tandem, toys, lens) == 4)


def test_what_was_lost_in_a_long_outage_is_found_when_tandem_starts(
    saleor: RealSaleor, tandem: RunningTandem, toys: ToyShop, pair: Pair
) -> None:
    lens, _, _ = pair
    tandem.stop()
    with _deaf_to_orders(saleor):
        toys.order("long-ago@example.com", *_names(toys, pair))
        settle()

    tandem.start()

    _, took = soon(lambda: _orders_with_both(tandem, toys, lens) == 4)
    print(f"started again -> what Saleor had given up is learned: {took:.2f} s")


def test_what_saleor_gave_up_telling_is_taken_up_when_tandem_starts(
    saleor: RealSaleor, tandem: RunningTandem, toys: ToyShop, pair: Pair
) -> None:
    lens, cap, _ = pair
    tandem.stop()
    with _refusing(tandem.port):
        unpublished = {"updateChannels": [{"channelId": toys.channel, "isPublished": False}]}
        saleor.ask("list_product", id=cap.product, input=unpublished)
        settle()

    tandem.start()
    assert cap.variant in tandem.suggested(toys.slug, lens.variant)

    _, took = soon(lambda: cap.variant not in tandem.suggested(toys.slug, lens.variant))
    print(f"started again -> a failed delivery about a product is taken up: {took:.2f} s")


def test_a_webhook_switched_off_by_mistake_is_mended(saleor: RealSaleor, tandem: RunningTandem) -> None:
    webhook = saleor.ask("app_webhooks", id=_app_id(saleor))["app"]["webhooks"][0]
    saleor.ask("update_webhook", id=webhook["id"], input={"isActive": False})

    tandem.do_now(plan_work.MEND)

    def mended() -> bool:
        webhooks = saleor.ask("app_webhooks", id=_app_id(saleor))["app"]["webhooks"]
        return all(webhook["isActive"] for webhook in webhooks)

    soon(mended)


def test_the_doctor_finds_nothing_wrong(tandem: RunningTandem) -> None:
    findings = tandem.command("doctor")[tandem.api_url]

    assert [(found["what"], found["found"]) for found in findings if not found["well"]] == []


def test_removed_and_installed_again_it_still_knows_what_it_learned(
    saleor: RealSaleor, tandem: RunningTandem, toys: ToyShop
) -> None:
    with tandem.opened() as (_, shop):
        learned = orders.count(shop.db)
        file = shop.db.conn.execute("pragma database_list").fetchone()[2]
    saleor.uninstall(IDENTIFIER)
    soon(
        lambda: not tandem.suggested(toys.slug, *toys.variants("camera")),
        what="a removed app suggests nothing",
    )

    saleor.install(f"{tandem.url}/api/manifest")

    _, took = soon(lambda: tandem.suggested(toys.slug, *toys.variants("camera")) == toys.variants("card"))
    print(f"installed again -> suggesting: {took:.2f} s")
    with tandem.opened() as (_, shop):
        assert orders.count(shop.db) == learned
        assert shop.db.conn.execute("pragma database_list").fetchone()[2] == file


@contextmanager
def _deaf_to_orders(saleor: RealSaleor) -> Iterator[None]:
    """Saleor makes no deliveries about orders meanwhile: for Tandem they are lost for good."""
    webhooks = saleor.ask("app_webhooks", id=_app_id(saleor))["app"]["webhooks"]
    about_orders = [webhook["id"] for webhook in webhooks if " order " in webhook["name"]]
    for webhook in about_orders:
        saleor.ask("update_webhook", id=webhook, input={"isActive": False})
    yield
    for webhook in about_orders:
        saleor.ask("update_webhook", id=webhook, input={"isActive": True})


@contextmanager
def _refusing(port: int) -> Iterator[None]:
    """In Tandem's place somebody answers 400: Saleor gives these deliveries up at once."""

    class Refusal(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(400)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # http.server's name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Refusal)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield
    server.shutdown()
    server.server_close()
    thread.join()


def _app_id(saleor: RealSaleor) -> str:
    found: str = next(app["id"] for app in saleor.apps() if app["identifier"] == IDENTIFIER)
    return found


def _names(toys: ToyShop, pair: Pair) -> list[str]:
    return [name for name, good in toys.goods.items() if good in pair[:2]]


def _orders_with_both(tandem: RunningTandem, toys: ToyShop, good: Good) -> int:
    """As the first suggestion's reason says; 0 when there is none."""
    found = tandem.suggestions(toys.slug, good.variant)["suggestions"]
    told = found[0]["reason"]["parameters"] if found else {}
    return int(told.get("together", 0))
