"""All the sandbox Saleor holds: frozen facts in maps that change."""

from __future__ import annotations

from dataclasses import dataclass, field

from plugin.sandbox.app_facts import App, AppInstallation, AppProblem, Delivery, User, Webhook
from plugin.sandbox.catalogue_facts import (
    Attribute,
    Catalogue,
    Category,
    Channel,
    Collection,
    Product,
    ProductType,
    ProductVariant,
    Warehouse,
)
from plugin.sandbox.discount_facts import Promotion, Voucher
from plugin.sandbox.sales_facts import Checkout, Order, TransactionItem
from plugin.sandbox.shipping_facts import ShippingMethodType, ShippingZone


class Counted(dict[str, Order]):
    """The orders, counting every write, so that a sorted listing knows when it is stale."""

    version = 0

    def __setitem__(self, gid: str, order: Order) -> None:
        self.version += 1
        super().__setitem__(gid, order)


@dataclass(slots=True)
class State:
    """Every map goes from global id to fact; attributes go by slug."""

    channels: dict[str, Channel] = field(default_factory=dict)
    categories: dict[str, Category] = field(default_factory=dict)
    collections: dict[str, Collection] = field(default_factory=dict)
    product_types: dict[str, ProductType] = field(default_factory=dict)
    attributes: dict[str, Attribute] = field(default_factory=dict)
    warehouses: dict[str, Warehouse] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)
    variants: dict[str, ProductVariant] = field(default_factory=dict)
    shipping_zones: dict[str, ShippingZone] = field(default_factory=dict)
    shipping_methods: dict[str, ShippingMethodType] = field(default_factory=dict)
    promotions: dict[str, Promotion] = field(default_factory=dict)
    vouchers: dict[str, Voucher] = field(default_factory=dict)
    checkouts: dict[str, Checkout] = field(default_factory=dict)
    orders: Counted = field(default_factory=Counted)
    transactions: dict[str, TransactionItem] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    apps: dict[str, App] = field(default_factory=dict)
    installations: dict[str, AppInstallation] = field(default_factory=dict)
    webhooks: dict[str, Webhook] = field(default_factory=dict)
    deliveries: dict[str, Delivery] = field(default_factory=dict)
    problems: dict[str, AppProblem] = field(default_factory=dict)

    def stock(self, catalogue: Catalogue) -> None:
        """Fill the shelves."""
        self.channels.update((it.id, it) for it in catalogue.channels)
        self.categories.update((it.id, it) for it in catalogue.categories)
        self.collections.update((it.id, it) for it in catalogue.collections)
        self.product_types.update((it.id, it) for it in catalogue.product_types)
        self.attributes.update((it.slug, it) for it in catalogue.attributes)
        self.warehouses.update((it.id, it) for it in catalogue.warehouses)
        self.products.update((it.id, it) for it in catalogue.products)
        self.variants.update((it.id, it) for it in catalogue.variants)
        self.shipping_zones.update((it.id, it) for it in catalogue.shipping_zones)
        self.shipping_methods.update((it.id, it) for it in catalogue.shipping_methods)

    def channel(self, slug: str) -> Channel | None:
        """The channel of this slug."""
        return next((it for it in self.channels.values() if it.slug == slug), None)

    def subject(self, gid: str) -> object | None:
        """The fact of a global id, whatever its type."""
        for facts in (
            self.checkouts,
            self.orders,
            self.products,
            self.variants,
            self.categories,
            self.collections,
            self.channels,
            self.apps,
            self.transactions,
            self.users,
            self.product_types,
            self.promotions,
            self.shipping_methods,
            self.shipping_zones,
        ):
            if gid in facts:
                return facts[gid]
        return None
