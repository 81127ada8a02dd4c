"""What Saleor's events say of the catalogue and holds at once: what is gone, sold out or renamed.

An answer of Saleor that was on its way meanwhile may be older than the event, and undo it. So Saleor is asked once more
after each: a job written again while it is being done is done again.
"""

from __future__ import annotations

from datetime import datetime

from plugin.shop import Shop
from plugin.store import catalogue
from plugin.store.database import writing
from plugin.suggestions.model import ChannelId, ProductId, VariantId
from plugin.use_cases import plan_work
from plugin.use_cases.refresh_catalogue import stamp


def forget_product(shop: Shop, product: ProductId, now: datetime) -> None:
    """Never suggest it again, in any variant: our own map knows them."""
    with writing(shop.db):
        catalogue.delete_product(shop.db, product, stamp(now))
        plan_work.refresh_products(shop, [product], now)


def forget_variant(shop: Shop, variant: VariantId, product: ProductId, now: datetime) -> None:
    """Never suggest it again; its product goes on without it."""
    with writing(shop.db):
        catalogue.delete_variant(shop.db, variant)
        plan_work.refresh_products(shop, [product], now)


def run_out(shop: Shop, variant: VariantId, product: ProductId, now: datetime) -> None:
    """Stop suggesting it now; whether another channel still has some, the refresh tells."""
    with writing(shop.db):
        catalogue.run_out(shop.db, variant)
        plan_work.refresh_products(shop, [product], now)


def rename_category(shop: Shop, category: str, name: str) -> None:
    """Its name is part of reasons."""
    with writing(shop.db):
        catalogue.rename_category(shop.db, category, name)


def forget_category(shop: Shop, category: str, now: datetime) -> None:
    """Its products stay, without a category."""
    with writing(shop.db):
        plan_work.refresh_products(shop, catalogue.in_category(shop.db, category), now)
        catalogue.forget_category(shop.db, category)


def close_channel(shop: Shop, channel: ChannelId, now: datetime) -> None:
    """It sells nothing any more."""
    with writing(shop.db):
        catalogue.close_channel(shop.db, channel)
        plan_work.refresh_channels(shop, now)
