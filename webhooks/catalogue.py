"""Products, stock, categories, channels: what must stop at once stops at once, the rest is asked for right after.

The payloads are small on purpose. Prices and availability differ per channel, and only the API tells them per channel.
"""

from __future__ import annotations

from plugin.store import catalogue
from plugin.store.database import writing
from plugin.suggestions.model import ChannelId, ProductId, VariantId
from plugin.use_cases import plan_work
from webhooks.event import Delivery, WebhookEvent


def product_changed(delivery: Delivery) -> None:
    """Ask for the product."""
    plan_work.refresh_products(delivery.shop, [delivery.body["product"]["id"]], delivery.now)


def product_deleted(delivery: Delivery) -> None:
    """Its payload lists no variants; our own map knows them."""
    with writing(delivery.shop.db):
        catalogue.delete_product(delivery.shop.db, ProductId(delivery.body["product"]["id"]))


def variant_changed(delivery: Delivery) -> None:
    """Ask for the product of this variant."""
    product = delivery.body["productVariant"]["product"]["id"]
    plan_work.refresh_products(delivery.shop, [product], delivery.now)


def variant_deleted(delivery: Delivery) -> None:
    """Never suggest it again."""
    with writing(delivery.shop.db):
        catalogue.delete_variant(delivery.shop.db, VariantId(delivery.body["productVariant"]["id"]))


def variant_ran_out(delivery: Delivery) -> None:
    """Stop suggesting it now; whether another channel still has some, the refresh tells."""
    with writing(delivery.shop.db):
        catalogue.run_out(delivery.shop.db, VariantId(delivery.body["productVariant"]["id"]))
        variant_changed(delivery)


def category_updated(delivery: Delivery) -> None:
    """Its name is part of reasons."""
    category = delivery.body["category"]
    with writing(delivery.shop.db):
        catalogue.rename_category(delivery.shop.db, category["id"], category["name"])


def category_deleted(delivery: Delivery) -> None:
    """Its products stay, without a category."""
    with writing(delivery.shop.db):
        catalogue.forget_category(delivery.shop.db, delivery.body["category"]["id"])


def channel_changed(delivery: Delivery) -> None:
    """Ask for all channels: there are few."""
    plan_work.refresh_channels(delivery.shop, delivery.now)


def channel_deleted(delivery: Delivery) -> None:
    """It sells nothing any more."""
    with writing(delivery.shop.db):
        catalogue.close_channel(delivery.shop.db, ChannelId(delivery.body["channel"]["id"]))


EVENTS = (
    WebhookEvent("PRODUCT_CREATED", product_changed),
    WebhookEvent("PRODUCT_UPDATED", product_changed),
    WebhookEvent("PRODUCT_DELETED", product_deleted),
    WebhookEvent("PRODUCT_VARIANT_CREATED", variant_changed),
    WebhookEvent("PRODUCT_VARIANT_UPDATED", variant_changed),
    WebhookEvent("PRODUCT_VARIANT_DELETED", variant_deleted),
    WebhookEvent("PRODUCT_VARIANT_STOCK_UPDATED", variant_changed),
    WebhookEvent("PRODUCT_VARIANT_OUT_OF_STOCK", variant_ran_out),
    WebhookEvent("PRODUCT_VARIANT_BACK_IN_STOCK", variant_changed),
    WebhookEvent("PRODUCT_VARIANT_DISCOUNTED_PRICE_UPDATED", variant_changed, since=(3, 23)),
    WebhookEvent("CATEGORY_UPDATED", category_updated),
    WebhookEvent("CATEGORY_DELETED", category_deleted),
    WebhookEvent("CHANNEL_CREATED", channel_changed),
    WebhookEvent("CHANNEL_UPDATED", channel_changed),
    WebhookEvent("CHANNEL_STATUS_CHANGED", channel_changed),
    WebhookEvent("CHANNEL_DELETED", channel_deleted),
)
