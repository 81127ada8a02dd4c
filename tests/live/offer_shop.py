"""Better options, ways of delivery and habits in the toy shop, and shoppers who take or turn down what they are offered."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

import httpx

from plugin.store import catalogue
from plugin.store.installations import shop_key
from plugin.suggestions.document import lines_hash
from plugin.suggestions.model import BasketLine, ChannelId, VariantId
from plugin.use_cases import plan_work
from plugin.use_cases.change_rules import remove_rule, save_rule
from tests.live.real_saleor import RealSaleor
from tests.live.running_tandem import RunningTandem
from tests.live.toy_shop import ADDRESS, Good, ToyShop, buyers
from tests.live.waiting import soon

WHO = "live tests"

ATTRIBUTES: Mapping[str, tuple[str, Sequence[str]]] = {
    "Memory": ("DROPDOWN", ("64 GB", "128 GB", "256 GB")),
    "Colour": ("SWATCH", ("Black", "Gold")),
    "Farbe": ("DROPDOWN", ("Schwarz", "Silber", "Gold")),
}

VIENNA = {
    **ADDRESS,
    "streetAddress1": "Stephansplatz 1",
    "city": "Wien",
    "postalCode": "1010",
    "country": "AT",
}
"""Where delivery is paid for below 50: other tests deliver to Berlin, for nothing."""

POST = "Post"
FREE = "Free from 50"

Variants = Mapping[str, tuple[int | str, Mapping[str, str]]]
"""Price and attribute values, by name."""


@dataclass
class OfferShop:
    """What merchant and shoppers do about offers."""

    toys: ToyShop
    tandem: RunningTandem
    attributes: dict[str, str] = field(default_factory=dict)
    values: dict[tuple[str, str], str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    in_austria: str = ""
    numbers: count[int] = field(default_factory=lambda: count(1))

    @property
    def saleor(self) -> RealSaleor:
        """The driver."""
        return self.toys.saleor

    def open(self) -> None:
        """Attributes with their product types, and a country where delivery is free from 50 on."""
        for name, (kind, values) in ATTRIBUTES.items():
            self._attribute(name, kind, values)
        self._type("phones", "Memory", "Colour")
        self._type("cases", "Farbe")
        self._type("parcels")
        self.in_austria = self.toys.ship_to("AT")
        self._deliver(POST, "4.90")
        self._deliver(FREE, "0", minimumOrderPrice="50")
        self.tandem.do_now(plan_work.DELIVERIES)

    def close(self) -> None:
        """Goods go with their product types, ways of delivery with their zone."""
        for gid in self.types.values():
            self.saleor.ask("delete_product_type", id=gid)
        for gid in self.attributes.values():
            self.saleor.ask("delete_attribute", id=gid)

    # the merchant

    def put_on_sale(self, kind: str, variants: Variants) -> list[str]:
        """A new product of that type. The names of its variants, once Tandem knows them and what is better."""
        number = next(self.numbers)
        stocks = [{"warehouse": place, "quantity": 1000} for place in (self.toys.warehouse, self.in_austria)]
        listed = {"channelId": self.toys.channel, "isPublished": True, "isAvailableForPurchase": True}
        wanted = {
            "name": f"{kind.capitalize()} {number} {self.toys.run}", "slug": f"{kind}-{number}-{self.toys.run}",
            "category": self.toys.category, "productType": self.types[kind], "attributes": [],
            "channelListings": [{**listed, "visibleInListings": True}],
            "variants": [
                {
                    "attributes": [self._valued(*pair) for pair in values.items()], "name": name, "trackInventory": True,
                    "stocks": stocks, "channelListings": [{"channelId": self.toys.channel, "price": price}],
                }
                for name, (price, values) in variants.items()
            ],
        }  # fmt: skip
        made = self.saleor.ask("create_products", products=[wanted])["productBulkCreate"]["results"][0][
            "product"
        ]
        names = [f"{name} {number}" for name in variants]
        for name, sold, (price, _values) in zip(names, made["variants"], variants.values(), strict=True):
            self.toys.goods[name] = Good(made["id"], sold["id"], price)
        with self.tandem.opened() as (_, shop):
            soon(
                lambda: (
                    len(catalogue.goods(shop.db, ChannelId(self.toys.channel), self.toys.variants(*names)))
                    == len(names)
                ),
                within=60,
                what="goods that Tandem knows",
            )
        self.tandem.do_now(plan_work.DIRECTIONS)
        return names

    def parcels(self, *prices: str) -> list[str]:
        """New goods that have to be sent, at these prices. The names."""
        return [name for price in prices for name in self.put_on_sale("parcels", {"parcel": (price, {})})]

    def bought(self, *names: str, by: int = 5) -> None:
        """So many people bought these together; Tandem has learned it."""
        orders = [(buyer, names) for buyer in buyers(by, of=f"offer-{next(self.numbers)}")]
        self.toys.import_orders(orders)
        wanted = set(self.toys.variants(*names[1:]))
        soon(
            lambda: wanted & set(self.tandem.suggested(self.toys.slug, *self.toys.variants(names[0]))),
            what="the habit is learned",
        )

    def sold_out(self, name: str) -> None:
        """No piece of it is left anywhere."""
        stocks = [{"warehouse": place, "quantity": 0} for place in (self.toys.warehouse, self.in_austria)]
        self.saleor.ask("set_stock", id=self.toys.goods[name].variant, stocks=stocks)

    def exclude(self, name: str) -> int:
        """A rule: never again. Its number."""
        draft = {"kind": "exclude", "what": {"product": self.toys.goods[name].product}}
        with self.tandem.opened() as (_, shop):
            return save_rule(shop, draft, WHO, datetime.now(UTC)).id

    def allow(self, rule: int) -> None:
        """Without that rule."""
        with self.tandem.opened() as (_, shop):
            remove_rule(shop, rule, WHO, datetime.now(UTC))

    # the shopper

    def basket(self, *names: str, quantity: int = 1, note: str = "", address: object = ADDRESS) -> str:
        """A checkout with an address, so many of each, with a note on the lines. Its id."""
        noted = {"metadata": [{"key": "engraving", "value": note}]} if note else {}
        lines = [
            {"variantId": variant, "quantity": quantity, **noted} for variant in self.toys.variants(*names)
        ]
        wanted = {
            "channel": self.toys.slug,
            "email": "shopper@example.com",
            "lines": lines,
            "shippingAddress": address,
        }
        made = self.saleor.ask("create_checkout", staff=False, input=wanted)
        checkout: str = made["checkoutCreate"]["checkout"]["id"]
        return checkout

    def lines(self, checkout: str) -> list[tuple[str, int, dict[str, str]]]:
        """Variant, quantity and public notes of every line."""
        found = self.saleor.ask("noted_lines", staff=False, id=checkout)["checkout"]["lines"]
        return [
            (
                line["variant"]["id"],
                line["quantity"],
                {note["key"]: note["value"] for note in line["metadata"]},
            )
            for line in found
        ]

    def deliveries(self, checkout: str) -> set[str]:
        """Names of the ways of delivery that Saleor lets the shopper choose from."""
        made = self.saleor.ask("open_deliveries", staff=False, id=checkout)["deliveryOptionsCalculate"]
        return {one["shippingMethod"]["name"] for one in made["deliveries"]}

    def offered(self, checkout: str) -> list[dict[str, Any]]:
        """What is written in the checkout, once it is for the lines that are there."""
        made, _ = soon(lambda: self._written(checkout), what="suggestions for these lines")
        found: list[dict[str, Any]] = made["suggestions"]
        return found

    def offers(self, checkout: str, name: str) -> bool:
        """Whether this product is among them."""
        return self.toys.goods[name].product in [told["productId"] for told in self.offered(checkout)]

    # the storefront

    def take(self, checkout: str, old: str, new: str) -> httpx.Response:
        """The upgrade, through the door."""
        old, new = self.toys.variants(old, new)
        return self._post(f"checkouts/{checkout}/upgrade", {"from": old, "to": new})

    def decline(self, checkout: str, kind: str, name: str) -> httpx.Response:
        """Not this one, through the door."""
        product = self.toys.goods[name].product
        return self._post(f"checkouts/{checkout}/decline", {"kind": kind, "productId": product})

    def _post(self, path: str, told: Mapping[str, object]) -> httpx.Response:
        key = shop_key(self.saleor.api_url)
        return httpx.post(f"{self.tandem.url}/storefront/{key}/{path}", json=told, timeout=30)

    def _written(self, checkout: str) -> dict[str, Any]:
        found = self.saleor.ask("read_checkout", staff=False, id=checkout)["checkout"]
        made: dict[str, Any] = json.loads(found["metafield"] or "{}")
        lines = [
            BasketLine(VariantId(line["variant"]["id"]), line["quantity"], gift=line["isGift"])
            for line in found["lines"]
        ]
        return made if made.get("linesHash") == lines_hash(lines) else {}

    def _attribute(self, name: str, kind: str, values: Sequence[str]) -> None:
        wanted = {
            "name": name, "slug": f"{name.lower()}-{self.toys.run}", "type": "PRODUCT_TYPE", "inputType": kind,
            "values": [{"name": value} for value in values],
        }  # fmt: skip
        made = self.saleor.ask("create_attribute", input=wanted)["attributeCreate"]["attribute"]
        self.attributes[name] = made["id"]
        for edge in made["choices"]["edges"]:
            self.values[name, edge["node"]["name"]] = edge["node"]["id"]

    def _valued(self, attribute: str, value: str) -> dict[str, object]:
        kind = ATTRIBUTES[attribute][0].lower()
        return {"id": self.attributes[attribute], kind: {"id": self.values[attribute, value]}}

    def _type(self, name: str, *attributes: str) -> None:
        wanted = {
            "name": f"{self.toys.slug}-{name}", "hasVariants": bool(attributes), "isShippingRequired": name == "parcels",
            "variantAttributes": [self.attributes[one] for one in attributes],
        }  # fmt: skip
        self.types[name] = self.saleor.ask("create_product_type", input=wanted)["productTypeCreate"][
            "productType"
        ]["id"]

    def _deliver(self, name: str, price: str, **limits: str) -> None:
        method = {"name": name, "type": "PRICE", "shippingZone": self.toys.shipping[-1][1]}
        gid = self.saleor.ask("create_method", input=method)["shippingPriceCreate"]["shippingMethod"]["id"]
        listed = {"addChannels": [{"channelId": self.toys.channel, "price": price, **limits}]}
        self.saleor.ask("list_method", id=gid, input=listed)
