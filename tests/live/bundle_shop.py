"""Bundles in the toy shop: goods that have to be sent, sets of them, and shoppers who put these together and apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from typing import Any

import httpx

from plugin.jobs import run_due
from plugin.store import audits, bundles, catalogue, facts
from plugin.store.audits import Audit
from plugin.store.installations import shop_key
from plugin.suggestions.bundles.model import Bundle
from plugin.suggestions.model import ChannelId
from plugin.use_cases import plan_work
from plugin.use_cases.change_bundles import change_state, save_bundle
from tests.live.real_saleor import RealSaleor
from tests.live.running_tandem import RunningTandem
from tests.live.toy_shop import ADDRESS, ToyShop
from tests.live.waiting import soon

WHO = "live tests"

PERMISSIONS = ("MANAGE_ORDERS", "MANAGE_PRODUCTS", "MANAGE_CHECKOUTS", "MANAGE_CHANNELS")
"""What the manifest asks for; HANDLE_CHECKOUTS is granted beside by the merchant."""

GUARD = "CHECKOUT_FILTER_SHIPPING_METHODS"


@dataclass
class BundleShop:
    """What merchant and shoppers do about bundles."""

    toys: ToyShop
    tandem: RunningTandem
    shipped: str = ""
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def saleor(self) -> RealSaleor:
        """The driver."""
        return self.toys.saleor

    def open(self) -> None:
        """What is sent needs a way to be sent: for nothing."""
        kind = {"name": f"{self.toys.slug}-sent", "hasVariants": False, "isShippingRequired": True}
        made = self.saleor.ask("create_product_type", input=kind)
        self.shipped = made["productTypeCreate"]["productType"]["id"]
        post = {"name": "Post", "type": "PRICE", "shippingZone": self.toys.shipping[0][1]}
        method = self.saleor.ask("create_method", input=post)["shippingPriceCreate"]["shippingMethod"]["id"]
        listed = {"addChannels": [{"channelId": self.toys.channel, "price": "0"}]}
        self.saleor.ask("list_method", id=method, input=listed)

    def close(self) -> None:
        """Its product type goes with all goods of it."""
        self.saleor.ask("delete_product_type", id=self.shipped)

    # the merchant

    def goods(self, *prices: int | str) -> list[str]:
        """New goods at these prices. Their names, once Tandem knows them."""
        names = [f"piece {next(self.numbers)}" for _ in prices]
        by_name = dict(zip(names, prices, strict=True))
        self.toys.stock(*names, prices=by_name, product_type=self.shipped)
        variants = self.toys.variants(*names)
        with self.tandem.opened() as (_, shop):
            soon(
                lambda: len(catalogue.goods(shop.db, ChannelId(self.toys.channel), variants)) == len(names),
                within=60,
                what="goods that Tandem knows",
            )
        return names

    def draft(self, *members: str, price: str = "", **more: Any) -> dict[str, Any]:
        """An active bundle of these, ten percent off or at this price; "piece 1*2" is two of them."""
        named = [name.partition("*") for name in members]
        rule = {"kind": "price", "amounts": {self.toys.slug: price}} if price else TENTH
        return {
            "name": "Set of " + ", ".join(members),
            "state": "active",
            "members": [
                {"product": self.toys.goods[name].product, "quantity": int(number or 1)}
                for name, _, number in named
            ],
            "rule": rule,
            "channels": [self.toys.slug],
            **more,
        }

    def keep(self, draft: Mapping[str, Any]) -> Bundle:
        """Saved by the merchant, and in effect."""
        with self.tandem.opened() as (tandem, shop):
            bundle = save_bundle(shop, draft, WHO, datetime.now(UTC))
            run_due(tandem, shop.installation, plan_work.QUICK)
        return bundle

    def put(self, bundle: Bundle, state: str) -> None:
        """Activated, paused or drafted by the merchant, and in effect."""
        with self.tandem.opened() as (tandem, shop):
            change_state(shop, bundle.id, state, WHO, datetime.now(UTC))
            run_due(tandem, shop.installation, plan_work.QUICK)

    def pause_all(self) -> None:
        """No test sees another's bundles."""
        with self.tandem.opened() as (tandem, shop):
            for bundle in bundles.every(shop.db):
                change_state(shop, bundle.id, "paused", WHO, datetime.now(UTC))
            run_due(tandem, shop.installation, plan_work.QUICK)

    def guard(self, wanted: bool) -> None:
        """Switched on or off by the merchant, and in effect."""
        self.tandem.prefer(guard=wanted)
        self.tandem.do_now(plan_work.MEND)

    def permit(self, wanted: bool = True) -> None:
        """The merchant lets Tandem set prices, or no longer; Tandem has heard of it."""
        granted = [*PERMISSIONS, *(["HANDLE_CHECKOUTS"] if wanted else [])]
        if set(granted) != {found["code"] for found in self.state()["permissions"]}:
            self.saleor.ask("update_app", id=self.app_id, permissions=granted)
        with self.tandem.opened() as (_, shop):
            soon(lambda: facts.get(shop.db, "may_price") is wanted, what=f"heard: {wanted}")

    @contextmanager
    def voucher(self, code: str, percent: int) -> Iterator[None]:
        """A voucher on the whole order, for a while."""
        wanted = {"name": code, "addCodes": [code], "type": "ENTIRE_ORDER", "discountValueType": "PERCENTAGE"}
        gid = self.saleor.ask("create_voucher", input=wanted)["voucherCreate"]["voucher"]["id"]
        listed = {"addChannels": [{"channelId": self.toys.channel, "discountValue": percent}]}
        self.saleor.ask("list_voucher", id=gid, input=listed)
        try:
            yield
        finally:
            self.saleor.ask("delete_voucher", id=gid)

    @contextmanager
    def promotion(self, kind: str, *rules: Mapping[str, Any]) -> Iterator[None]:
        """A promotion in this channel, for a while."""
        made = [
            {"name": f"rule {number}", "channels": [self.toys.channel], **rule}
            for number, rule in enumerate(rules)
        ]
        wanted = {"name": f"Tandem {self.toys.run}", "type": kind, "rules": made}
        gid = self.saleor.ask("create_promotion", input=wanted)["promotionCreate"]["promotion"]["id"]
        try:
            yield
        finally:
            self.saleor.ask("delete_promotion", id=gid)

    def displayed(self, name: str) -> Decimal:
        """What a shopper pays for one piece now."""
        variant = self.toys.goods[name].variant
        found = self.saleor.ask("displayed_price", staff=False, id=variant, channel=self.toys.slug)
        return Decimal(str(found["productVariant"]["pricing"]["price"]["gross"]["amount"]))

    # what the merchant sees

    @property
    def app_id(self) -> str:
        """Of Tandem in Saleor."""
        found: str = next(app["id"] for app in self.saleor.apps() if app["identifier"] == "tandem.cross-sell")
        return found

    def state(self) -> dict[str, Any]:
        """Tandem as Saleor knows it: permissions, problems, webhooks."""
        found: dict[str, Any] = self.saleor.ask("app_state", id=self.app_id)["app"]
        return found

    def problems(self) -> set[str]:
        """Keys of the problems that the Dashboard shows."""
        return {found["key"] for found in self.state()["problems"] if found["dismissed"] is None}

    def is_guarded(self) -> bool:
        """Whether Saleor asks Tandem inside checkoutComplete."""
        return any(
            event["eventType"] == GUARD
            for webhook in self.state()["webhooks"]
            if webhook["isActive"]
            for event in webhook["syncEvents"]
        )

    def audited(self) -> dict[str, Audit]:
        """Every order with bundle prices that leaked, by id."""
        with self.tandem.opened() as (_, shop):
            return {leak.order: leak for leak in audits.leaks(shop.db, most=10_000)}

    # the shopper

    def basket(self, *names: str, email: str = "shopper@example.com") -> str:
        """A checkout with an address. Its id."""
        wanted = {
            "channel": self.toys.slug, "email": email, "lines": self.lines(*names), "billingAddress": ADDRESS,
            "shippingAddress": ADDRESS,
        }  # fmt: skip
        made = self.saleor.ask("create_checkout", staff=False, input=wanted)
        checkout: str = made["checkoutCreate"]["checkout"]["id"]
        return checkout

    def lines(self, *names: str) -> list[dict[str, Any]]:
        """Checkout lines; "piece 1*2" is two of them."""
        named = [name.partition("*") for name in names]
        return [
            {"variantId": self.toys.goods[name].variant, "quantity": int(number or 1)}
            for name, _, number in named
        ]

    def add(self, checkout: str, *names: str) -> None:
        """Add these."""
        self.saleor.ask("add_lines", staff=False, id=checkout, lines=self.lines(*names))

    def change(self, checkout: str, *names: str) -> None:
        """Set quantities: "piece 1*3"."""
        self.saleor.ask("update_lines", staff=False, id=checkout, lines=self.lines(*names))

    def take_out(self, checkout: str, *names: str) -> None:
        """Remove these lines."""
        gone = [self.line_of(checkout, name) for name in names]
        self.saleor.ask("delete_lines", staff=False, id=checkout, lines=gone)

    def line_of(self, checkout: str, name: str) -> str:
        """The first line with this."""
        variant = self.toys.goods[name].variant
        found: str = next(
            line["id"] for line in self.read(checkout)["lines"] if line["variant"]["id"] == variant
        )
        return found

    def read(self, checkout: str) -> dict[str, Any]:
        """As the shopper's page reads it."""
        found: dict[str, Any] = self.saleor.ask("basket", staff=False, id=checkout)["checkout"]
        return found

    def costs(self, checkout: str) -> dict[str, Decimal]:
        """What the lines cost, by name; lines of one product together."""
        names = {good.variant: name for name, good in self.toys.goods.items()}
        totals: dict[str, Decimal] = {}
        for line in self.read(checkout)["lines"]:
            name = names[line["variant"]["id"]]
            totals[name] = totals.get(name, Decimal()) + Decimal(str(line["totalPrice"]["gross"]["amount"]))
        return totals

    def will_cost(self, checkout: str, total: str, within: float = 20.0) -> float:
        """Wait until all lines together cost this. Returns the seconds it took."""
        return soon(
            lambda: sum(self.costs(checkout).values()) == Decimal(total),
            within,
            f"{total}, not {self.costs(checkout)}",
        )[1]

    def order(self, checkout: str) -> dict[str, Any]:
        """Sent for nothing, not paid yet: the order, with its lines."""
        self.choose_delivery(checkout)
        return self.sold(self.toys.place(checkout))

    def choose_delivery(self, checkout: str) -> None:
        """The only one there is."""
        made = self.saleor.ask("delivery_options", staff=False, id=checkout)
        delivery = made["deliveryOptionsCalculate"]["deliveries"][0]["id"]
        self.saleor.ask("deliver", staff=False, id=checkout, delivery=delivery)

    def sold(self, order: str) -> dict[str, Any]:
        """An order with its lines."""
        found: dict[str, Any] = self.saleor.ask("sold_lines", id=order)["order"]
        return found

    # the storefront

    def add_set(self, checkout: str, bundle: Bundle) -> dict[str, Any]:
        """Through the door."""
        return self._ask(f"bundles/{bundle.id}/add", {"checkout": checkout})

    def settle(self, checkout: str) -> dict[str, Any]:
        """Through the door, before paying."""
        return self._ask(f"checkouts/{checkout}/settle", {})

    def _ask(self, path: str, told: Mapping[str, Any]) -> dict[str, Any]:
        key = shop_key(self.saleor.api_url)
        answer = httpx.post(f"{self.tandem.url}/storefront/{key}/{path}", json=told, timeout=30)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


TENTH = {"kind": "percent", "percent": "10"}
