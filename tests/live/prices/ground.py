"""The channels, goods, promotions and vouchers of the price matrix on a real Saleor; taken away again afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.live.real_saleor import OPERATIONS, RealSaleor
from tests.sandbox.prices.playing import ADDRESS, Answer
from tests.sandbox.prices.world import (
    CATALOGUE,
    CODES,
    ORDERS,
    PLACES,
    RATE,
    SCARCE,
    SCARCE_STOCK,
    SHIPPABLE,
    SHIPPING,
    SHIPPING_METHOD,
    STOCK,
    Code,
    OnCatalogue,
    OnOrder,
    Place,
    price_of,
    variants,
)

HERE = Path(__file__).parent

APP = "Matrix recorder"
PERMISSIONS = ["HANDLE_CHECKOUTS", "MANAGE_CHECKOUTS", "MANAGE_ORDERS"]

DROPPED_WITH = {
    "apps": "delete_app",
    "vouchers": "drop_voucher",
    "promotions": "delete_promotion",
    "products": "delete_product",
    "productTypes": "delete_product_type",
    "categories": "delete_category",
    "shippingZones": "delete_zone",
    "warehouses": "delete_warehouse",
    "taxClasses": "drop_tax_class",
}
"""What a run makes, in the order it can be taken away."""


@dataclass
class Ground:
    """Everything is named "Matrix …", so that a run that broke off is cleaned up by the next."""

    saleor: RealSaleor
    token: str = ""
    names: dict[str, str] = field(default_factory=dict)
    """Stable name by global id."""
    channels: dict[str, str] = field(default_factory=dict)
    """Id by slug."""
    tax_class: str = ""

    def make(self, name: str, **variables: Any) -> Answer:
        """Run an operation of this folder, or of the other live tests, as staff."""
        folder = HERE if (HERE / f"{name}.graphql").exists() else OPERATIONS
        return self.saleor.ask(str(folder / name), **variables)

    def ask(self, query: str, variables: dict[str, Any], who: str) -> Answer:
        """A request of a case, as the app, as staff or as a shopper."""
        token = {"app": self.token, "staff": self.saleor.staff_token(), "shopper": ""}[who]
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        asked = {"query": query, "variables": variables}
        answer: Answer = self.saleor.http.post(self.saleor.api_url, json=asked, headers=headers).json()
        return answer

    def lay(self) -> None:
        """Build it all; catalogue promotions take most of a minute to be felt after this."""
        made = self.make("create_app", input={"name": APP, "permissions": PERMISSIONS})["appCreate"]
        self.token = made["authToken"]
        for place in PLACES:
            self._channel(place)
        warehouse = self._shipping()
        self._goods(warehouse)
        for promotion in CATALOGUE:
            self._catalogue(promotion)
        for code in CODES:
            self._voucher(code)

    def start(self, names: Iterable[str]) -> list[str]:
        """Let these order promotions run; their ids."""
        return [self._order_promotion(it) for it in ORDERS if it.name in names]

    def stop(self, promotions: Iterable[str]) -> None:
        """Order promotions end."""
        for gid in promotions:
            self.make("delete_promotion", id=gid)

    def clear(self) -> None:
        """Take everything away; the channels stay, switched off, for they have orders."""
        found = self.make("leftovers")
        for kind, operation in DROPPED_WITH.items():
            for edge in found[kind]["edges"]:
                if edge["node"]["name"].lower().startswith("matrix"):
                    self.make(operation, id=edge["node"]["id"])
        for place in PLACES:
            known = self.make("channel", slug=place.slug)["channel"]
            if known and known["isActive"]:
                self.make("close_channel", id=known["id"])

    def _channel(self, place: Place) -> None:
        settings = {
            "allowUnpaidOrders": True,
            "markAsPaidStrategy": "TRANSACTION_FLOW",
            "useLegacyLineDiscountPropagation": place.legacy_propagation,
        }
        wanted = {
            "name": f"Matrix {place.slug}", "slug": place.slug, "currencyCode": place.currency, "defaultCountry": "PL",
            "isActive": True, "orderSettings": settings,
        }  # fmt: skip
        known = self.make("channel", slug=place.slug)["channel"]
        if known:
            self.make("update_channel", id=known["id"], input={"orderSettings": settings})
            if not known["isActive"]:
                self.make("open_channel", id=known["id"])
        else:
            self.make("create_channel", input=wanted)
            known = self.make("channel", slug=place.slug)["channel"]
        self.channels[place.slug] = known["id"]
        taxes = {
            "chargeTaxes": True, "taxCalculationStrategy": "FLAT_RATES",
            "displayGrossPrices": place.entered_with_tax, "pricesEnteredWithTax": place.entered_with_tax,
        }  # fmt: skip
        self.make("tax", id=known["taxConfiguration"]["id"], input=taxes)

    def _shipping(self) -> str:
        place = {
            "name": "matrix store",
            "slug": "matrix-store",
            "address": {**ADDRESS, "companyName": "Matrix"},
        }
        warehouse: str = self.make("create_warehouse", input=place)["createWarehouse"]["warehouse"]["id"]
        for channel in self.channels.values():
            self.make("update_channel", id=channel, input={"addWarehouses": [warehouse]})
        zone = {
            "name": "Matrix zone", "countries": ["PL"], "addChannels": list(self.channels.values()),
            "addWarehouses": [warehouse],
        }  # fmt: skip
        zone_id = self.make("create_zone", input=zone)["shippingZoneCreate"]["shippingZone"]["id"]
        rate = {"createCountryRates": [{"countryCode": "PL", "rate": RATE}]}
        self.tax_class = self.make("make_tax_class", input={"name": "Matrix tax", **rate})["taxClassCreate"]["taxClass"]["id"]  # fmt: skip
        wanted = {
            "name": SHIPPING_METHOD,
            "type": "PRICE",
            "shippingZone": zone_id,
            "taxClass": self.tax_class,
        }
        method = self.make("make_method", input=wanted)["shippingPriceCreate"]["shippingMethod"]["id"]
        listed = [{"channelId": self.channels[it.slug], "price": SHIPPING[it.currency]} for it in PLACES]
        self.make("list_method", id=method, input={"addChannels": listed})
        return warehouse

    def _goods(self, warehouse: str) -> None:
        category = self.make("create_category", input={"name": "Matrix"})["categoryCreate"]["category"]["id"]
        kinds = {}
        for shipped in (False, True):
            kind = {"name": f"Matrix {shipped}", "isShippingRequired": shipped, "taxClass": self.tax_class}
            kinds[shipped] = self.make("create_product_type", input=kind)["productTypeCreate"]["productType"]["id"]  # fmt: skip
        places = {"isPublished": True, "isAvailableForPurchase": True, "visibleInListings": True}
        wanted = [
            {
                "name": f"Matrix {name}", "productType": kinds[name == SHIPPABLE], "category": category, "attributes": [],
                "channelListings": [{"channelId": it, **places} for it in self.channels.values()],
                "variants": [{
                    "attributes": [], "name": name, "trackInventory": True,
                    "stocks": [{"warehouse": warehouse, "quantity": SCARCE_STOCK if name == SCARCE else STOCK}],
                    "channelListings": [
                        {"channelId": self.channels[it.slug], "price": price_of(name, it.currency)} for it in PLACES
                    ],
                }],
            }
            for name in variants()
        ]  # fmt: skip
        made = self.make("create_products", products=wanted)["productBulkCreate"]["results"]
        for name, result in zip(variants(), made, strict=True):
            self.names[result["product"]["variants"][0]["id"]] = name

    def _by_currency(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for place in PLACES:
            found.setdefault(place.currency, []).append(self.channels[place.slug])
        return found

    def _catalogue(self, promotion: OnCatalogue) -> None:
        goods = [gid for gid, name in self.names.items() if name.rpartition("-")[0] in promotion.groups]
        rules = [
            {
                "name": f"in {currency}", "channels": channels, "rewardValueType": promotion.reward.kind,
                "rewardValue": promotion.reward.value(currency),
                "cataloguePredicate": {"variantPredicate": {"ids": goods}},
            }
            for currency, channels in self._by_currency().items()
        ]  # fmt: skip
        wanted = {"name": f"Matrix {promotion.name}", "type": "CATALOGUE", "rules": rules}
        self._note(self.make("make_promotion", input=wanted), promotion.name)

    def _order_promotion(self, promotion: OnOrder) -> str:
        rules = [
            {
                "name": f"in {currency}", "channels": channels, "rewardValueType": promotion.reward.kind,
                "rewardValue": promotion.reward.value(currency), "rewardType": "SUBTOTAL_DISCOUNT",
                "orderPredicate": {
                    "discountedObjectPredicate": {"baseSubtotalPrice": {"range": {"gte": promotion.least[currency]}}}
                },
            }
            for currency, channels in self._by_currency().items()
        ]  # fmt: skip
        wanted = {"name": f"Matrix {promotion.name}", "type": "ORDER", "rules": rules}
        return self._note(self.make("make_promotion", input=wanted), promotion.name)

    def _note(self, made: Answer, name: str) -> str:
        gid: str = made["promotionCreate"]["promotion"]["id"]
        self.names[gid] = name
        return gid

    def _voucher(self, code: Code) -> None:
        ids = {name: gid for gid, name in self.names.items()}
        wanted = {
            "name": f"Matrix {code.code}", "addCodes": [code.code], "type": code.kind, "discountValueType": code.reward.kind,
            "applyOncePerOrder": code.once, "variants": [ids[it] for it in code.variants],
            "minCheckoutItemsQuantity": code.least_quantity,
        }  # fmt: skip
        gid = self.make("make_voucher", input=wanted)["voucherCreate"]["voucher"]["id"]
        self.names[gid] = code.code
        listed = [
            {
                "channelId": self.channels[it.slug], "discountValue": code.reward.value(it.currency),
                "minAmountSpent": (code.least or {}).get(it.currency, "0"),
            }
            for it in PLACES
        ]  # fmt: skip
        self.make("list_voucher", id=gid, input={"addChannels": listed})
