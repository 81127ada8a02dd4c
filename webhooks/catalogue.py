"""Products, stock, categories, channels: what must stop at once stops at once, the rest is asked for right after.

The payloads are small on purpose. Prices and availability differ per channel, and only the API tells them per channel.
"""

from __future__ import annotations

from plugin.suggestions.model import ChannelId, ProductId, VariantId
from plugin.use_cases import change_goods, plan_work
from webhooks.event import Delivery, WebhookEvent


def product_changed(delivery: Delivery) -> None:
    """Ask for the product."""
    plan_work.refresh_products(delivery.shop, [delivery.body["product"]["id"]], delivery.now)


def product_deleted(delivery: Delivery) -> None:
    """Its payload lists no variants."""
    change_goods.forget_product(delivery.shop, ProductId(delivery.body["product"]["id"]), delivery.now)


def variant_changed(delivery: Delivery) -> None:
    """Ask for the product of this variant."""
    _variant, product = _variant_and_product(delivery)
    plan_work.refresh_products(delivery.shop, [product], delivery.now)


def variant_deleted(delivery: Delivery) -> None:
    """Never suggest it again."""
    change_goods.forget_variant(delivery.shop, *_variant_and_product(delivery), delivery.now)


def variant_ran_out(delivery: Delivery) -> None:
    """Somewhere: its payload does not say where."""
    change_goods.run_out(delivery.shop, *_variant_and_product(delivery), delivery.now)


def category_updated(delivery: Delivery) -> None:
    """Call it by its new name."""
    category = delivery.body["category"]
    change_goods.rename_category(delivery.shop, category["id"], category["name"] or "")


def category_deleted(delivery: Delivery) -> None:
    """Forget it, but not its products."""
    change_goods.forget_category(delivery.shop, delivery.body["category"]["id"], delivery.now)


def channel_changed(delivery: Delivery) -> None:
    """Ask for all channels: there are few."""
    plan_work.refresh_channels(delivery.shop, delivery.now)


def channel_deleted(delivery: Delivery) -> None:
    """It sells nothing any more."""
    change_goods.close_channel(delivery.shop, ChannelId(delivery.body["channel"]["id"]), delivery.now)


def _variant_and_product(delivery: Delivery) -> tuple[VariantId, ProductId]:
    variant = delivery.body["productVariant"]
    return VariantId(variant["id"]), ProductId(variant["product"]["id"])


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
