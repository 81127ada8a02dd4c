"""Record golden payloads: `python -m tests.live.record`, with SALEOR_API_URL set; takes up to ten minutes.

Makes a real Saleor send every event of webhooks.EVENTS to Tandem, and keeps one delivery of each in
tests/webhooks/payloads, as it came. Every buyer there is made up.
"""

from __future__ import annotations

import base64
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from plugin.saleor.gateway import fetch_jwks
from tests.live.bundle_shop import PERMISSIONS, BundleShop
from tests.live.probe import probing
from tests.live.real_saleor import RealSaleor
from tests.live.running_tandem import RunningTandem
from tests.live.toy_shop import HISTORY, ToyShop
from tests.live.waiting import settle, soon
from webhooks import EVENTS

PAYLOADS = Path(__file__).parents[1] / "webhooks" / "payloads"

LONGEST_EXPIRY = 420.0
LONGEST_PROMOTION = 120.0
"""Seconds: Saleor looks for expired orders every five minutes, for started promotions every half minute."""

Body = dict[str, Any]


def main() -> None:
    """Provoke, record, choose, keep."""
    saleor = RealSaleor()
    legacy = saleor.ask("settings")["shop"]["useLegacyUpdateWebhookEmission"]
    saleor.ask("legacy_emission", on=True)
    saleor.uninstall("tandem.cross-sell")
    with tempfile.TemporaryDirectory() as folder, probing(saleor):
        recorded = Path(folder) / "recorded"
        tandem = RunningTandem(saleor.api_url, Path(folder), record_into=recorded)
        toys = ToyShop(saleor)
        toys.open()
        tandem.start()
        try:
            saleor.install(f"{tandem.url}/api/manifest")
            _provoke(saleor, toys, lambda event: any(recorded.glob(f"*-{event}.json")))
            _bundle(BundleShop(toys, tandem))
        finally:
            toys.close()
        settle()
        _app_events(saleor)
        settle(5)
        tandem.stop()
        _keep(recorded)
    saleor.ask("legacy_emission", on=legacy)
    (PAYLOADS / "jwks.json").write_text(json.dumps(fetch_jwks(saleor.api_url), indent=1) + "\n")


def _provoke(saleor: RealSaleor, toys: ToyShop, heard: Callable[[str], bool]) -> None:
    saleor.ask("update_channel", id=toys.channel, input={"orderSettings": {"expireOrdersAfter": 1}})
    toys.stock("camera", "card", "bag", "tripod", "cloth")
    toys.import_orders(HISTORY[:2])
    toys.import_orders(HISTORY[2:12])
    toys.place(toys.unpaid_checkout("forgetful@example.com", "camera", "card"))
    _orders(saleor, toys)
    checkout = toys.checkout("camera")
    settle()
    toys.add(checkout, "tripod")
    settle()
    _deliveries(saleor, toys)
    promotion = _catalogue(saleor, toys)
    soon(lambda: heard("product_variant_discounted_price_updated"), within=LONGEST_PROMOTION)
    saleor.ask("delete_promotion", id=promotion)
    soon(lambda: heard("order_expired"), within=LONGEST_EXPIRY)


def _orders(saleor: RealSaleor, toys: ToyShop) -> None:
    saleor.ask("cancel_order", id=toys.order("undecided@example.com", "camera", "bag"))
    checkout = toys.checkout("camera", "card", "cloth", email="refunded@example.com")
    toys.pay(checkout)
    order = saleor.ask("order_with_transactions", id=toys.place(checkout))["order"]
    settle()
    sent = [
        {"orderLineId": line["id"], "stocks": [{"quantity": 1, "warehouse": toys.warehouse}]}
        for line in order["lines"]
    ]
    made = saleor.ask("fulfil_order", order=order["id"], input={"lines": sent, "notifyCustomer": False})
    line = made["orderFulfill"]["fulfillments"][0]["lines"][0]["id"]
    settle()
    returned = {"fulfillmentLines": [{"fulfillmentLineId": line, "quantity": 1}], "refund": False}
    saleor.ask("return_products", order=order["id"], input=returned)
    settle()
    refund = {"type": "REFUND_SUCCESS", "amount": order["total"]["gross"]["amount"], "reference": "refund"}
    saleor.ask("report_transaction", id=order["transactions"][0]["id"], **refund)


def _bundle(shop: BundleShop) -> None:
    """The permission is granted, a set is priced, the guard is asked, and it is ordered."""
    shop.open()
    shop.permit()
    body, strap = shop.goods("59.99", "40.01")
    shop.keep(shop.draft(body, strap, price="79.99"))
    checkout = shop.basket(body, strap)
    shop.will_cost(checkout, "79.99")
    settle()
    shop.order(checkout)
    settle()
    shop.close()


def _deliveries(saleor: RealSaleor, toys: ToyShop) -> None:
    """The permission is granted, and a zone with one method comes, changes and goes."""
    app = next(app["id"] for app in saleor.apps() if app["identifier"] == "tandem.cross-sell")
    saleor.ask("update_app", id=app, permissions=[*PERMISSIONS, "HANDLE_CHECKOUTS", "MANAGE_SHIPPING"])
    settle()
    wanted = {"name": f"far {toys.run}", "countries": ["NZ"], "addChannels": [toys.channel]}
    zone = saleor.ask("create_zone", input=wanted)["shippingZoneCreate"]["shippingZone"]["id"]
    free = {"name": "Free from 50", "shippingZone": zone, "type": "PRICE"}
    method = saleor.ask("create_method", input=free)["shippingPriceCreate"]["shippingMethod"]["id"]
    listed = {"channelId": toys.channel, "price": 0, "minimumOrderPrice": 50}
    saleor.ask("list_method", id=method, input={"addChannels": [listed]})
    saleor.ask("update_zone", id=zone, input={"name": f"farther {toys.run}"})
    settle()
    saleor.ask("delete_method", id=method)
    saleor.ask("delete_zone", id=zone)
    settle()


def _catalogue(saleor: RealSaleor, toys: ToyShop) -> str:
    """Returns the promotion that makes something cheaper, in a moment."""
    ask, card = saleor.ask, toys.goods["card"]
    ask("update_product", id=card.product, input={"name": "Card, fast"})
    ask("update_variant", id=card.variant, input={"name": "64 GB"})
    for quantity in (0, 40):
        ask("set_stock", id=card.variant, stocks=[{"warehouse": toys.warehouse, "quantity": quantity}])
        settle()
    ask("update_category", id=toys.category, input={"name": "Photography"})
    ask("close_channel", id=toys.channel)
    ask("open_channel", id=toys.channel)
    ask("update_channel", id=toys.channel, input={"name": "Toy shop"})
    second = {"name": "second", "slug": f"second-{toys.run}", "currencyCode": "EUR", "defaultCountry": "DE"}
    channel = ask("create_channel", input=second)["channelCreate"]["channel"]["id"]
    ask("delete_channel", id=channel)
    ask("delete_variant", id=toys.goods["cloth"].variant)
    rule = {
        "name": "a tenth off", "channels": [toys.channel], "rewardValueType": "PERCENTAGE", "rewardValue": 10,
        "cataloguePredicate": {"variantPredicate": {"ids": [card.variant]}},
    }  # fmt: skip
    wanted = {"name": f"Tandem {toys.run}", "type": "CATALOGUE", "rules": [rule]}
    promotion: str = ask("create_promotion", input=wanted)["promotionCreate"]["promotion"]["id"]
    return promotion


def _app_events(saleor: RealSaleor) -> None:
    app = next(app["id"] for app in saleor.apps() if app["identifier"] == "tandem.cross-sell")
    saleor.ask("switch_off", id=app)
    settle()
    saleor.ask("switch_on", id=app)
    settle()
    saleor.uninstall("tandem.cross-sell")


def _keep(recorded: Path) -> None:
    """One delivery of each event, and a second of those that come in two kinds."""
    deliveries = [json.loads(path.read_text()) for path in sorted(recorded.glob("*.json"))]
    for name, event, wanted in _choices():
        found = [found for found in deliveries if found["event"] == event and wanted(_body(found))]
        if found:
            (PAYLOADS / f"{name}.json").write_text(json.dumps(found[0], indent=1) + "\n")
        print(f"{name}: {len(found)} recorded{'' if found else ', NOTHING TO KEEP'}")


def _choices() -> list[tuple[str, str, Callable[[Body], bool]]]:
    """File name, event, and what the body must be like."""

    def anything(_body: Body) -> bool:
        return True

    def by_app(body: Body) -> bool:
        return (body["issuingPrincipal"] or {}).get("__typename") == "App"

    def refunded(body: Body) -> bool:
        return bool(body["order"]["totalRefunded"]["amount"])

    def returned(body: Body) -> bool:
        return not refunded(body) and any(
            made["status"] == "RETURNED" for made in body["order"]["fulfillments"]
        )

    def bundled(body: Body) -> bool:
        return all(line["isPriceOverridden"] and line["privateMetafield"] for line in body["order"]["lines"])

    plain = {"checkout_updated": lambda body: not by_app(body)}
    single: list[tuple[str, str, Callable[[Body], bool]]] = [
        (event.slug, event.slug, plain.get(event.slug, anything)) for event in EVENTS
    ]
    return [
        *single,
        ("checkout_updated-by_tandem", "checkout_updated", by_app),
        ("order_created-bundle", "order_created", bundled),
        ("order_updated-returned", "order_updated", returned),
        ("order_updated-refunded", "order_updated", refunded),
        ("app_status_changed-on", "app_status_changed", lambda body: bool(body["app"]["isActive"])),
    ]


def _body(delivery: dict[str, str]) -> Body:
    body: Body = json.loads(base64.b64decode(delivery["body"]))
    return body


if __name__ == "__main__":
    main()
