"""The merchant's side: products, prices, stock, categories and channels change."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from plugin.sandbox import stocking
from plugin.sandbox.app_facts import ANONYMOUS, Principal
from plugin.sandbox.catalogue_facts import (
    Category,
    Channel,
    Product,
    ProductListing,
    ProductVariant,
    VariantListing,
)
from plugin.sandbox.kernel import Kernel
from plugin.sandbox.rejected import not_found
from plugin.sandbox.seen import Seen


class Shelves:
    """Verbs on the catalogue; every change fires what Saleor fires."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel

    def change_product(self, product_id: str, by: Principal = ANONYMOUS, **changes: Any) -> Product:
        """productUpdate: PRODUCT_UPDATED, even when nothing changed."""
        with self._kernel.change(by):
            product = replace(self._product(product_id), updated_at=self._kernel.clock(), **changes)
            self._kernel.state.products[product_id] = product
            self._kernel.fire("PRODUCT_UPDATED", product=product_id)
            return product

    def list_product(
        self, product_id: str, channel: str, by: Principal = ANONYMOUS, **changes: Any
    ) -> Product:
        """productChannelListingUpdate: `is_published` or `is_available_for_purchase` in one channel."""
        place = self._channel(channel)
        product = self._product(product_id)
        listed = replace(product.listings.get(place.id, ProductListing()), **changes)
        return self.change_product(product_id, by, listings={**product.listings, place.id: listed})

    def delete_product(self, product_id: str, by: Principal = ANONYMOUS) -> Product:
        """productDelete: one PRODUCT_DELETED whose product has no variants left, nothing about the variants."""
        state = self._kernel.state
        with self._kernel.change(by):
            product = self._product(product_id)
            del state.products[product_id]
            for variant_id in product.variant_ids:
                del state.variants[variant_id]
            gone = replace(product, variant_ids=(), listings={})
            self._kernel.fire("PRODUCT_DELETED", product=Seen(gone))
            return gone

    def add_product(self, product: Product, *variants: ProductVariant, by: Principal = ANONYMOUS) -> Product:
        """productCreate and productVariantCreate."""
        state = self._kernel.state
        with self._kernel.change(by):
            state.products[product.id] = product
            self._kernel.fire("PRODUCT_CREATED", product=product.id)
            for variant in variants:
                state.variants[variant.id] = variant
                self._kernel.fire("PRODUCT_VARIANT_CREATED", product_variant=variant.id)
            return product

    def change_variant(self, variant_id: str, by: Principal = ANONYMOUS, **changes: Any) -> ProductVariant:
        """productVariantUpdate: PRODUCT_VARIANT_UPDATED."""
        with self._kernel.change(by):
            variant = replace(self._variant(variant_id), updated_at=self._kernel.clock(), **changes)
            self._kernel.state.variants[variant_id] = variant
            self._kernel.fire("PRODUCT_VARIANT_UPDATED", product_variant=variant_id)
            return variant

    def delete_variant(self, variant_id: str, by: Principal = ANONYMOUS) -> ProductVariant:
        """productVariantDelete."""
        state = self._kernel.state
        with self._kernel.change(by):
            variant = self._variant(variant_id)
            product = state.products[variant.product_id]
            rest = tuple(it for it in product.variant_ids if it != variant_id)
            state.products[product.id] = replace(product, variant_ids=rest)
            del state.variants[variant_id]
            self._kernel.fire("PRODUCT_VARIANT_DELETED", product_variant=Seen(variant))
            return variant

    def set_price(
        self, variant_id: str, channel: str, price: Decimal, by: Principal = ANONYMOUS, **more: Any
    ) -> ProductVariant:
        """productVariantChannelListingUpdate: PRODUCT_VARIANT_UPDATED only."""
        place = self._channel(channel)
        variant = self._variant(variant_id)
        listed = variant.listings.get(place.id, VariantListing(price))
        listings = {**variant.listings, place.id: replace(listed, price=price, **more)}
        return self.change_variant(variant_id, by, listings=listings)

    def set_stock(
        self, variant_id: str, quantity: int, by: Principal = ANONYMOUS, warehouse: str | None = None
    ) -> ProductVariant:
        """productVariantStocksUpdate: STOCK_UPDATED, and OUT_OF_STOCK or BACK_IN_STOCK at zero."""
        with self._kernel.change(by):
            variant = self._variant(variant_id)
            stocks = tuple(
                replace(stock, quantity=quantity) if warehouse in (None, stock.warehouse_id) else stock
                for stock in variant.stocks
            )
            changed = stocking.restocked(self._kernel, variant, stocks)
            self._kernel.fire("PRODUCT_VARIANT_STOCK_UPDATED", product_variant=variant_id)
            return changed

    def change_category(self, category_id: str, by: Principal = ANONYMOUS, **changes: Any) -> Category:
        """categoryUpdate; with `parent_id` it moves."""
        with self._kernel.change(by):
            known = self._kernel.state.categories.get(category_id)
            if known is None:
                raise not_found(category_id)
            category = replace(known, updated_at=self._kernel.clock(), **changes)
            above = self._kernel.state.categories.get(category.parent_id or "")
            category = replace(category, level=above.level + 1 if above else 0)
            self._kernel.state.categories[category_id] = category
            self._kernel.fire("CATEGORY_UPDATED", category=category_id)
            return category

    def delete_category(self, category_id: str, by: Principal = ANONYMOUS) -> Category:
        """categoryDelete: CATEGORY_DELETED, and PRODUCT_UPDATED for each product that was in it."""
        state = self._kernel.state
        with self._kernel.change(by):
            gone = state.categories.pop(category_id, None)
            if gone is None:
                raise not_found(category_id)
            self._kernel.fire("CATEGORY_DELETED", category=gone)
            for product in list(state.products.values()):
                if product.category_id == category_id:
                    self.change_product(product.id, category_id=None)
            return gone

    def change_channel(self, channel: str, by: Principal = ANONYMOUS, **changes: Any) -> Channel:
        """channelUpdate, or channelActivate and channelDeactivate when only `is_active` changes."""
        with self._kernel.change(by):
            known = self._channel(channel)
            changed = replace(known, **changes)
            self._kernel.state.channels[known.id] = changed
            status = changed.is_active != known.is_active
            self._kernel.fire("CHANNEL_STATUS_CHANGED" if status else "CHANNEL_UPDATED", channel=known.id)
            return changed

    def delete_channel(self, channel: str, by: Principal = ANONYMOUS) -> Channel:
        """channelDelete, its orders left aside."""
        with self._kernel.change(by):
            gone = self._channel(channel)
            del self._kernel.state.channels[gone.id]
            self._kernel.fire("CHANNEL_DELETED", channel=gone)
            return gone

    def _product(self, gid: str) -> Product:
        if gid not in self._kernel.state.products:
            raise not_found(gid)
        return self._kernel.state.products[gid]

    def _variant(self, gid: str) -> ProductVariant:
        if gid not in self._kernel.state.variants:
            raise not_found(gid)
        return self._kernel.state.variants[gid]

    def _channel(self, slug: str) -> Channel:
        channel = self._kernel.state.channel(slug)
        if channel is None:
            raise not_found(slug, "channel")
        return channel
