"""The world of prices, on the sandbox."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from plugin.sandbox.app_facts import App
from plugin.sandbox.catalogue_facts import (
    Catalogue,
    Category,
    Channel,
    Product,
    ProductListing,
    ProductType,
    ProductVariant,
    Stock,
    VariantListing,
    Warehouse,
)
from plugin.sandbox.countries import EVERYWHERE
from plugin.sandbox.discount_facts import PromotionRule, Reward, Voucher, VoucherListing
from plugin.sandbox.ids import global_id
from plugin.sandbox.money import TaxRule
from plugin.sandbox.saleor import SandboxSaleor
from plugin.sandbox.shipping_facts import ShippingListing, ShippingMethodType, ShippingZone
from tests.sandbox.prices import world
from tests.sandbox.prices.playing import Answer
from tests.sandbox.prices.world import CATALOGUE, CODES, ORDERS, PLACES, OnCatalogue, OnOrder, Place

CURRENCIES = ("USD", "JPY", "KWD")


@dataclass
class Ground:
    """The sandbox with the same goods, promotions and vouchers."""

    sandbox: SandboxSaleor = field(default_factory=lambda: SandboxSaleor(catalogue(), deliver="hold"))
    token: str = "recorder"
    names: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.names |= {global_id("ProductVariant", at): name for at, name in enumerate(world.variants())}
        permissions = frozenset({"HANDLE_CHECKOUTS", "MANAGE_CHECKOUTS", "MANAGE_ORDERS"})
        app = App("QXBwOjk=", "recorder", "Recorder", self.token, permissions, datetime.now(UTC))
        self.sandbox.state.apps[app.id] = app
        for promotion in CATALOGUE:
            self.start_catalogue(promotion)
        for code in CODES:
            self._voucher(code)

    def ask(self, query: str, variables: Mapping[str, Any], who: str) -> Answer:
        """As the app, as staff, or as a shopper."""
        token = {"app": self.token, "staff": self.sandbox.staff_token(), "shopper": None}[who]
        return self.sandbox.ask(query, dict(variables), token)

    def start(self, names: Iterable[str]) -> None:
        """Order promotions run."""
        for promotion in ORDERS:
            if promotion.name in names:
                self._start(promotion, "ORDER", {})

    def start_catalogue(self, promotion: OnCatalogue) -> None:
        """A catalogue promotion runs."""
        goods = [gid for gid, name in self.names.items() if name.rpartition("-")[0] in promotion.groups]
        self._start(promotion, "CATALOGUE", {"variant_ids": frozenset(goods)})

    def _start(self, promotion: OnCatalogue | OnOrder, kind: str, more: Mapping[str, Any]) -> None:
        least = promotion.least if isinstance(promotion, OnOrder) else world.ANY
        rules = tuple(
            PromotionRule(
                f"{promotion.name} {currency}",
                f"in {currency}",
                frozenset(_id(it) for it in PLACES if it.currency == currency),
                _reward(promotion.reward, currency),
                least=Decimal(least[currency]),
                **more,
            )
            for currency in CURRENCIES
        )
        made = self.sandbox.discounts.start(f"Matrix {promotion.name}", kind, rules)
        self.names[made.id] = promotion.name

    def _voucher(self, code: world.Code) -> None:
        ids = {name: gid for gid, name in self.names.items()}
        listings = {
            _id(it): VoucherListing(
                Decimal(code.reward.value(it.currency)), Decimal((code.least or world.ANY)[it.currency])
            )
            for it in PLACES
        }
        self.sandbox.discounts.keep_voucher(
            Voucher(
                id=global_id("Voucher", code.code),
                name=f"Matrix {code.code}",
                codes=(code.code,),
                type=code.kind,
                discount_value_type=code.reward.kind,
                listings=listings,
                apply_once_per_order=code.once,
                variant_ids=frozenset(ids[it] for it in code.variants),
                min_checkout_items_quantity=code.least_quantity,
            )
        )


def _id(place: Place) -> str:
    return global_id("Channel", PLACES.index(place))


def _reward(reward: world.Reward, currency: str) -> Reward:
    return Reward(reward.kind, Decimal(reward.value(currency)))


def _channel(place: Place) -> Channel:
    return Channel(
        id=_id(place),
        slug=place.slug,
        name=place.slug,
        currency_code=place.currency,
        display_gross_prices=place.entered_with_tax,
        tax=TaxRule(Decimal(world.RATE) / 100, place.entered_with_tax),
        country="PL",
        legacy_discount_propagation=place.legacy_propagation,
    )


def catalogue() -> Catalogue:
    """Every variant in a product of its own, in every channel."""
    channels = tuple(_channel(it) for it in PLACES)
    kinds = [
        ProductType(f"kind {shipped}", "Kind", "kind", is_shipping_required=shipped)
        for shipped in (False, True)
    ]
    warehouse = Warehouse("warehouse", "Store", "store", tuple(it.slug for it in PLACES))
    products, variants = [], []
    for at, name in enumerate(world.variants()):
        quantity = world.SCARCE_STOCK if name == world.SCARCE else world.STOCK
        variants.append(
            ProductVariant(
                id=global_id("ProductVariant", at),
                product_id=global_id("Product", at),
                name=name,
                sku=None,
                listings={
                    _id(it): VariantListing(Decimal(world.price_of(name, it.currency))) for it in PLACES
                },
                stocks=(Stock(f"stock {at}", warehouse.id, quantity),),
            )
        )
        products.append(
            Product(
                id=global_id("Product", at),
                name=f"Matrix {name}",
                slug=name,
                product_type_id=kinds[name == world.SHIPPABLE].id,
                category_id="category",
                variant_ids=(variants[-1].id,),
                listings=dict.fromkeys((it.id for it in channels), ProductListing()),
            )
        )
    zone = ShippingZone(global_id("ShippingZone", 1), "Matrix", EVERYWHERE, tuple(it.id for it in channels))
    post = ShippingMethodType(
        global_id("ShippingMethodType", 1),
        world.SHIPPING_METHOD,
        zone.id,
        {_id(it): ShippingListing(Decimal(world.SHIPPING[it.currency])) for it in PLACES},
    )
    return Catalogue(
        channels=channels,
        categories=(Category("category", "Matrix", "matrix"),),
        collections=(),
        product_types=tuple(kinds),
        attributes=(),
        warehouses=(warehouse,),
        products=tuple(products),
        variants=tuple(variants),
        shipping_zones=(zone,),
        shipping_methods=(post,),
    )
