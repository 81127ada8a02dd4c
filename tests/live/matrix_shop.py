"""Six channels for the price matrix: three currencies, prices entered with tax and without, goods under every kind of promotion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import product
from typing import Any

from plugin.store import catalogue
from plugin.suggestions.bundles.model import Bundle
from plugin.suggestions.model import ChannelId
from plugin.suggestions.money import money, units
from tests.live.bundle_shop import BundleShop
from tests.live.toy_shop import ADDRESS
from tests.live.waiting import soon

SLUG = "matrixtandem"

Amounts = Mapping[str, str]
"""By currency."""

BIG: Amounts = {"USD": "33.35", "JPY": "3335", "KWD": "9.995"}
SMALL: Amounts = {"USD": "9.99", "JPY": "999", "KWD": "3.333"}
EXTRA: Amounts = {"USD": "12.34", "JPY": "1234", "KWD": "4.321"}
PROMISE: Amounts = {"USD": "44.44", "JPY": "4444", "KWD": "13.997"}
"""For one big piece and three small ones: no whole unit price shares it."""

OFF_PIECE: Amounts = {"USD": "1.11", "JPY": "111", "KWD": "0.333"}
OFF_ORDER: Amounts = {"USD": "5.55", "JPY": "555", "KWD": "1.555"}

CURRENCIES = ("USD", "JPY", "KWD")
TAXES = ("with tax", "without tax")
PROMOTIONS = ("none", "12.5 %", "fixed")

VOUCHER = "MATRIXTANDEM-TENTH"

PROMOTED_WITHIN = 240.0
"""Saleor's clock looks for started catalogue promotions every half minute, and works through all channels."""


@dataclass(frozen=True, slots=True)
class Place:
    """A channel."""

    currency: str
    taxes: str

    @property
    def slug(self) -> str:
        """As Saleor calls it."""
        return f"{SLUG}-{self.currency.lower()}-{'gross' if self.entered == 'gross' else 'net'}"

    @property
    def entered(self) -> str:
        """Which side of a price is entered there."""
        return "gross" if self.taxes == "with tax" else "net"


PLACES = [Place(*one) for one in product(CURRENCIES, TAXES)]


@dataclass
class MatrixShop:
    """Goods by promotion: (big, small); the same for all channels, and one beside, under none."""

    shop: BundleShop
    channels: dict[str, str] = field(default_factory=dict)
    variants: dict[str, str] = field(default_factory=dict)
    products: dict[str, str] = field(default_factory=dict)
    bundles: dict[str, str] = field(default_factory=dict)
    made: list[tuple[str, str]] = field(default_factory=list)
    """What to delete, and by which operation."""

    def ask(self, name: str, **variables: Any) -> dict[str, Any]:
        """As staff."""
        return self.shop.saleor.ask(name, **variables)

    def open(self) -> None:
        """Build it all, and wait until promotions are in the prices and Tandem knows them."""
        for found in self.ask("ground")["channels"]:
            if found["slug"].startswith(SLUG):
                self.ask("delete_channel", id=found["id"])
        for place in PLACES:
            self._channel(place)
        self._goods()
        self._catalogue_promotions()
        self._voucher()
        soon(self._is_cheaper, PROMOTED_WITHIN, "promotions in the prices")
        soon(self._is_known, PROMOTED_WITHIN, "prices that Tandem knows")

    def close(self) -> None:
        """Take it all away."""
        for operation, gid in reversed(self.made):
            self.ask(operation, id=gid)

    def offer(self, vouchers: str) -> None:
        """One bundle for every promotion, with this voucher policy."""
        amounts = {place.slug: PROMISE[place.currency] for place in PLACES}
        for promotion in PROMOTIONS:
            members = [
                {"product": self.products[f"{promotion} big"], "quantity": 1},
                {"product": self.products[f"{promotion} small"], "quantity": 3},
            ]
            draft = {
                "name": f"Matrix {promotion}", "state": "active", "members": members, "vouchers": vouchers,
                "rule": {"kind": "price", "amounts": amounts}, "channels": list(amounts),
            }  # fmt: skip
            known = self.bundles.get(promotion)
            bundle: Bundle = self.shop.keep(draft | ({"id": known} if known else {}))
            self.bundles[promotion] = str(bundle.id)

    @contextmanager
    def order_promotion(self, kind: str) -> Iterator[None]:
        """10 % or an amount off every subtotal, for a while."""
        rules = [
            {
                "name": f"in {currency}", "channels": channels, "rewardType": "SUBTOTAL_DISCOUNT", "rewardValueType": kind,
                "rewardValue": "10" if kind == "PERCENTAGE" else OFF_ORDER[currency],
                "orderPredicate": {"discountedObjectPredicate": {"baseSubtotalPrice": {"range": {"gte": "1"}}}},
            }
            for currency, channels in self._by_currency()
        ]  # fmt: skip
        gid = self._promotion("ORDER", rules)
        try:
            yield
        finally:
            self.ask("delete_promotion", id=gid)

    def basket(self, place: Place, promotion: str, *, beside: bool, voucher: bool) -> str:
        """A set, alone or with something beside it. The checkout's id."""
        wanted = [(f"{promotion} big", 1), (f"{promotion} small", 3), *([("extra", 1)] if beside else [])]
        lines = [{"variantId": self.variants[name], "quantity": quantity} for name, quantity in wanted]
        asked = {
            "channel": place.slug,
            "email": "matrix@example.com",
            "lines": lines,
            "shippingAddress": ADDRESS,
        }
        made = self.shop.saleor.ask("create_checkout", staff=False, input=asked)
        checkout: str = made["checkoutCreate"]["checkout"]["id"]
        if voucher:
            self.shop.saleor.ask("add_promo_code", staff=False, id=checkout, code=VOUCHER)
        return checkout

    def totals(self, place: Place, checkout: str) -> tuple[int, int]:
        """What the set's lines and what all lines cost, in smallest units of the entered side."""
        lines = self.shop.read(checkout)["lines"]
        paid = {
            line["variant"]["id"]: _units(line["totalPrice"][place.entered], place.currency) for line in lines
        }
        return sum(total for gid, total in paid.items() if gid != self.variants["extra"]), sum(paid.values())

    def one_by_one(self, place: Place, promotion: str, *, beside: bool) -> int:
        """What the basket costs without bundles and vouchers."""
        pieces = [f"{promotion} big", *[f"{promotion} small"] * 3, *(["extra"] if beside else [])]
        return sum(self._displayed(place, name)[0] for name in pieces)

    def _displayed(self, place: Place, name: str) -> tuple[int, int]:
        found = self.shop.saleor.ask(
            "displayed_price", staff=False, id=self.variants[name], channel=place.slug
        )
        pricing = found["productVariant"]["pricing"]
        price, before = (_units(pricing[key][place.entered], place.currency) for key in ("price", "priceUndiscounted"))  # fmt: skip
        return price, before

    def _promoted(self) -> Iterator[tuple[Place, str]]:
        for place, promotion, size in product(PLACES, PROMOTIONS[1:], ("big", "small")):
            yield place, f"{promotion} {size}"

    def _is_cheaper(self) -> bool:
        return all(price < before for price, before in (self._displayed(*one) for one in self._promoted()))

    def _is_known(self) -> bool:
        with self.shop.tandem.opened() as (_, shop):
            for place, name in self._promoted():
                channel = ChannelId(self.channels[place.slug])
                known = catalogue.goods(shop.db, channel, [self.variants[name], self.variants["extra"]])
                if len(known) < len(("it", "extra")) or known[self.variants[name]].price >= known[self.variants[name]].list_price:  # type: ignore[index]  # ids as Saleor writes them  # fmt: skip
                    return False
        return True

    def _channel(self, place: Place) -> None:
        wanted = {
            "name": place.slug, "slug": place.slug, "currencyCode": place.currency, "defaultCountry": "DE", "isActive": True,
            "orderSettings": {"allowUnpaidOrders": True, "markAsPaidStrategy": "TRANSACTION_FLOW"},
            "addWarehouses": [self.shop.toys.warehouse],
        }  # fmt: skip
        channel = self.ask("create_channel", input=wanted)["channelCreate"]["channel"]["id"]
        self.made.append(("delete_channel", channel))
        self.channels[place.slug] = channel
        taxes = {
            "chargeTaxes": True, "taxCalculationStrategy": "FLAT_RATES",
            "displayGrossPrices": place.entered == "gross", "pricesEnteredWithTax": place.entered == "gross",
        }  # fmt: skip
        self.ask("../prices/tax", id=self.ask("../prices/channel", slug=place.slug)["channel"]["taxConfiguration"]["id"], input=taxes)  # fmt: skip
        self.ask("update_channel", id=channel, input={"name": f"Matrix {place.currency} {place.taxes}"})

    def _goods(self) -> None:
        rate = {"createCountryRates": [{"countryCode": "DE", "rate": 19}]}
        made = self.ask("../prices/make_tax_class", input={"name": SLUG, **rate})
        tax = made["taxClassCreate"]["taxClass"]["id"]
        self.made.append(("../prices/drop_tax_class", tax))
        kind = {"name": SLUG, "isShippingRequired": False, "taxClass": tax}
        type_id = self.ask("create_product_type", input=kind)["productTypeCreate"]["productType"]["id"]
        self.made.append(("delete_product_type", type_id))
        prices = {"extra": EXTRA}
        for promotion in PROMOTIONS:
            prices |= {f"{promotion} big": BIG, f"{promotion} small": SMALL}
        wanted = [self._good(name, amounts, type_id) for name, amounts in prices.items()]
        results = self.ask("create_products", products=wanted)["productBulkCreate"]["results"]
        for name, result in zip(prices, results, strict=True):
            self.products[name] = result["product"]["id"]
            self.variants[name] = result["product"]["variants"][0]["id"]

    def _good(self, name: str, amounts: Amounts, type_id: str) -> dict[str, Any]:
        places = {"isPublished": True, "isAvailableForPurchase": True, "visibleInListings": True}
        return {
            "name": f"{SLUG} {name}", "productType": type_id, "category": self.shop.toys.category, "attributes": [],
            "channelListings": [{"channelId": gid, **places} for gid in self.channels.values()],
            "variants": [{
                "attributes": [], "name": name, "trackInventory": False,
                "stocks": [{"warehouse": self.shop.toys.warehouse, "quantity": 1000}],
                "channelListings": [
                    {"channelId": self.channels[place.slug], "price": amounts[place.currency]} for place in PLACES
                ],
            }],
        }  # fmt: skip

    def _by_currency(self) -> Iterator[tuple[str, list[str]]]:
        for currency in CURRENCIES:
            yield currency, [self.channels[place.slug] for place in PLACES if place.currency == currency]

    def _catalogue_promotions(self) -> None:
        for promotion, kind in zip(PROMOTIONS[1:], ("PERCENTAGE", "FIXED"), strict=True):
            goods = [self.variants[f"{promotion} {size}"] for size in ("big", "small")]
            rules = [
                {
                    "name": f"in {currency}", "channels": channels, "rewardValueType": kind,
                    "rewardValue": "12.5" if kind == "PERCENTAGE" else OFF_PIECE[currency],
                    "cataloguePredicate": {"variantPredicate": {"ids": goods}},
                }
                for currency, channels in self._by_currency()
            ]  # fmt: skip
            self.made.append(("delete_promotion", self._promotion("CATALOGUE", rules)))

    def _promotion(self, kind: str, rules: Sequence[Mapping[str, Any]]) -> str:
        wanted = {"name": SLUG, "type": kind, "rules": list(rules)}
        gid: str = self.ask("create_promotion", input=wanted)["promotionCreate"]["promotion"]["id"]
        return gid

    def _voucher(self) -> None:
        wanted = {
            "name": VOUCHER,
            "addCodes": [VOUCHER],
            "type": "ENTIRE_ORDER",
            "discountValueType": "PERCENTAGE",
        }
        gid = self.ask("create_voucher", input=wanted)["voucherCreate"]["voucher"]["id"]
        self.made.append(("delete_voucher", gid))
        listed = [{"channelId": channel, "discountValue": 10} for channel in self.channels.values()]
        self.ask("list_voucher", id=gid, input={"addChannels": listed})


def promised(place: Place) -> int:
    """In smallest units."""
    return units(Decimal(PROMISE[place.currency]), place.currency)


def written(smallest: int, place: Place) -> str:
    """As people write it."""
    return f"{money(smallest, place.currency):f}"


def _units(amount: Mapping[str, Any], currency: str) -> int:
    return units(Decimal(str(amount["amount"])), currency)
