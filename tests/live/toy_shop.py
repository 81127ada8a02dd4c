"""A small shop inside the real Saleor, with an obvious answer: camera people buy a card. Made for one run, removed after it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.live.real_saleor import RealSaleor

ADDRESS = {
    "firstName": "Toy", "lastName": "Buyer", "streetAddress1": "Unter den Linden 1",
    "city": "Berlin", "postalCode": "10117", "country": "DE",
}  # fmt: skip

PRICES = {"camera": 900, "card": 20, "bag": 60, "tripod": 120, "cloth": 5}

ARCHIVE = "tandem-live-archive"
"""Orders cannot be deleted: those of a run end in this channel, which sells nothing."""

Basket = tuple[str, tuple[str, ...]]
"""A buyer's e-mail and the names of what was bought."""


@dataclass(frozen=True, slots=True)
class Good:
    """One product with its only variant."""

    product: str
    variant: str
    price: int | str


@dataclass
class ToyShop:
    """Its own channel, warehouse, category and goods."""

    saleor: RealSaleor
    run: str = field(default_factory=lambda: secrets.token_hex(3))
    goods: dict[str, Good] = field(default_factory=dict)
    channel: str = ""
    warehouse: str = ""
    shipping: list[tuple[str, str]] = field(default_factory=list)
    category: str = ""
    product_type: str = ""
    tax_class: str = ""

    @property
    def slug(self) -> str:
        """Of its channel."""
        return f"tandem-live-{self.run}"

    def open(self) -> None:
        """Everything a shop needs before its first product."""
        ask = self.saleor.ask
        channel = {
            "name": self.slug, "slug": self.slug, "currencyCode": "EUR", "defaultCountry": "DE", "isActive": True,
            "orderSettings": {"allowUnpaidOrders": True, "markAsPaidStrategy": "TRANSACTION_FLOW"},
        }  # fmt: skip
        self.channel = ask("create_channel", input=channel)["channelCreate"]["channel"]["id"]
        self.warehouse = self.ship_to("DE")
        category = ask("create_category", input={"name": f"Cameras {self.run}"})
        self.category = category["categoryCreate"]["category"]["id"]
        self.tax_class = ask("tax_classes")["taxClasses"]["edges"][0]["node"]["id"]
        kind = {"name": self.slug, "hasVariants": False, "isShippingRequired": False}
        self.product_type = ask("create_product_type", input=kind)["productTypeCreate"]["productType"]["id"]

    def ship_to(self, country: str) -> str:
        """A warehouse for that country; its id. Its stock counts there, and where no country is known yet."""
        name = f"{self.slug}-{country.lower()}"
        place = {"name": name, "slug": name, "address": {**ADDRESS, "companyName": "Tandem"}}
        made = self.saleor.ask("create_warehouse", input=place)
        warehouse: str = made["createWarehouse"]["warehouse"]["id"]
        self.saleor.ask("update_channel", id=self.channel, input={"addWarehouses": [warehouse]})
        zone = {
            "name": name,
            "countries": [country],
            "addChannels": [self.channel],
            "addWarehouses": [warehouse],
        }
        made = self.saleor.ask("create_zone", input=zone)
        self.shipping.append((warehouse, made["shippingZoneCreate"]["shippingZone"]["id"]))
        return warehouse

    def close(self) -> None:
        """Take everything away again; the orders go to the archive."""
        ask = self.saleor.ask
        for good in self.goods.values():
            if ask("find_product", id=good.product)["product"]:
                ask("delete_product", id=good.product)
        ask("delete_product_type", id=self.product_type)
        ask("delete_category", id=self.category)
        ask("delete_channel", id=self.channel, input={"channelId": archive(self.saleor)})
        for warehouse, zone in self.shipping:
            ask("delete_zone", id=zone)
            ask("delete_warehouse", id=warehouse)

    def stock(
        self, *names: str, prices: Mapping[str, int | str] = PRICES, product_type: str = ""
    ) -> list[Good]:
        """Put these on sale, a thousand pieces each; nothing has to be sent, but for those of another product type."""
        price = {name: prices.get(name, 10) for name in names}
        wanted = [
            self._product(name, price[name]) | {"productType": product_type or self.product_type}
            for name in names
        ]
        made = self.saleor.ask("create_products", products=wanted)["productBulkCreate"]["results"]
        for name, result in zip(names, made, strict=True):
            product = result["product"]
            self.goods[name] = Good(product["id"], product["variants"][0]["id"], price[name])
        return [self.goods[name] for name in names]

    def import_orders(self, baskets: Sequence[Basket], days_ago: int = 0) -> list[str]:
        """Several orders at once, as a merchant moves his history into Saleor. Their ids."""
        at = (datetime.now(UTC) - timedelta(days=days_ago)).isoformat()
        wanted = [self._order(buyer, names, at) for buyer, names in baskets]
        made = self.saleor.ask("bulk_orders", orders=wanted)["orderBulkCreate"]["results"]
        assert all(result["order"] for result in made), made
        return [result["order"]["id"] for result in made]

    def order(self, buyer: str, *names: str, complete: bool = True) -> str:
        """One order made by staff: a draft, completed. Its id."""
        wanted = {
            "channelId": self.channel, "userEmail": buyer, "billingAddress": ADDRESS,
            "lines": [{"variantId": self.goods[name].variant, "quantity": 1} for name in names],
        }  # fmt: skip
        order: str = self.saleor.ask("draft_order", input=wanted)["draftOrderCreate"]["order"]["id"]
        if complete:
            self.saleor.ask("complete_draft", id=order)
        return order

    def checkout(self, *names: str, email: str = "shopper@example.com") -> str:
        """A shopper's basket. Its id."""
        wanted = {"channel": self.slug, "email": email, "lines": self.lines(*names)}
        made = self.saleor.ask("create_checkout", staff=False, input=wanted)
        checkout: str = made["checkoutCreate"]["checkout"]["id"]
        return checkout

    def unpaid_checkout(self, email: str, *names: str) -> str:
        """A basket ready to be ordered without paying. Its id."""
        checkout = self.checkout(*names, email=email)
        self.saleor.ask("set_billing_address", staff=False, id=checkout, address=ADDRESS)
        return checkout

    def add(self, checkout: str, *names: str) -> None:
        """The shopper adds one of each."""
        self.saleor.ask("add_lines", staff=False, id=checkout, lines=self.lines(*names))

    def pay(self, checkout: str) -> None:
        """The payment app tells Saleor that the whole amount was charged."""
        self.saleor.ask("set_billing_address", staff=False, id=checkout, address=ADDRESS)
        total = self.saleor.ask("checkout_total", staff=False, id=checkout)["checkout"]["totalPrice"]["gross"]
        charged = {"name": "Card", "pspReference": secrets.token_hex(6), "amountCharged": total}
        self.saleor.ask("create_transaction", id=checkout, transaction=charged)

    def place(self, checkout: str) -> str:
        """The shopper places the order. Its id."""
        made = self.saleor.ask("complete_checkout", staff=False, id=checkout)
        order: str = made["checkoutComplete"]["order"]["id"]
        return order

    def lines(self, *names: str) -> list[dict[str, Any]]:
        """Checkout lines, one of each."""
        return [{"variantId": self.goods[name].variant, "quantity": 1} for name in names]

    def variants(self, *names: str) -> list[str]:
        """Their ids."""
        return [self.goods[name].variant for name in names]

    def _product(self, name: str, price: int | str) -> dict[str, Any]:
        listed = {
            "channelId": self.channel,
            "isPublished": True,
            "isAvailableForPurchase": True,
            "visibleInListings": True,
        }
        return {
            "name": f"{name.capitalize()} {self.run}", "slug": f"{name}-{self.run}".replace(" ", "-"),
            "category": self.category, "attributes": [], "channelListings": [listed],
            "variants": [{
                "attributes": [], "name": name, "trackInventory": True, "stocks": [{"warehouse": self.warehouse, "quantity": 1000}],
                "channelListings": [{"channelId": self.channel, "price": price}],
            }],
        }  # fmt: skip

    def _order(self, buyer: str, names: Sequence[str], at: str) -> dict[str, Any]:
        return {
            "channel": self.slug, "createdAt": at, "status": "UNFULFILLED", "user": {"email": buyer}, "currency": "EUR",
            "billingAddress": ADDRESS, "languageCode": "EN", "lines": [self._order_line(name, at) for name in names],
        }  # fmt: skip

    def _order_line(self, name: str, at: str) -> dict[str, Any]:
        price = {"gross": self.goods[name].price, "net": self.goods[name].price}
        return {
            "variantId": self.goods[name].variant, "createdAt": at, "isShippingRequired": False, "isGiftCard": False,
            "quantity": 1, "totalPrice": price, "undiscountedTotalPrice": price, "warehouse": self.warehouse, "taxClassId": self.tax_class,
        }  # fmt: skip


def archive(saleor: RealSaleor) -> str:
    """The channel where the orders of past runs are. Its id."""
    found = saleor.ask("find_channel", slug=ARCHIVE)["channel"]
    if found is None:
        wanted = {
            "name": ARCHIVE,
            "slug": ARCHIVE,
            "currencyCode": "EUR",
            "defaultCountry": "DE",
            "isActive": False,
        }
        found = saleor.ask("create_channel", input=wanted)["channelCreate"]["channel"]
    kept: str = found["id"]
    return kept


def buyers(count: int, of: str = "buyer") -> list[str]:
    """That many distinct people."""
    return [f"{of}-{number}@example.com" for number in range(1, count + 1)]


HISTORY: list[Basket] = [
    *((buyer, ("camera", "card", "cloth")) for buyer in buyers(6, of="photo")),
    *((buyer, ("camera", "card")) for buyer in buyers(4, of="snap")),
    *((buyer, ("camera", "bag")) for buyer in buyers(2, of="walk")),
    *((buyer, ("tripod", "cloth")) for buyer in buyers(2, of="still")),
    *((buyer, ("cloth",)) for buyer in buyers(12, of="clean")),
    *((buyer, ("tripod",)) for buyer in buyers(4, of="stand")),
]
"""Camera people buy a card. A cloth is in two of three baskets, whatever else is in them. Only two bought a bag beside."""
