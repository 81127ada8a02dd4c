"""Pieces on the shelves: reserved by orders, given back, run out."""

from __future__ import annotations

from dataclasses import replace

from plugin.sandbox.catalogue_facts import Channel, ProductVariant, Stock
from plugin.sandbox.kernel import Kernel
from plugin.sandbox.rejected import Rejected
from plugin.sandbox.selling import pieces


def allocate(kernel: Kernel, variant_id: str, quantity: int, channel: Channel) -> None:
    """Reserve pieces for an order (a negative number gives them back). Called inside a change.

    Raises:
        Rejected: there is not enough.
    """
    state = kernel.state
    variant = state.variants.get(variant_id)
    if variant is None or not variant.track_inventory:
        return
    if quantity > pieces(state, variant, channel):
        raise Rejected("lines", "INSUFFICIENT_STOCK", f"Insufficient product stock: {variant.name}")
    left, stocks = quantity, []
    for stock in variant.stocks:
        serves = channel.slug in state.warehouses[stock.warehouse_id].channels
        room = max(stock.quantity - stock.quantity_allocated, 0)
        taken = 0 if not serves else min(left, room) if left > 0 else max(left, -stock.quantity_allocated)
        left -= taken
        stocks.append(replace(stock, quantity_allocated=stock.quantity_allocated + taken))
    restocked(kernel, variant, tuple(stocks))


def restocked(kernel: Kernel, variant: ProductVariant, stocks: tuple[Stock, ...]) -> ProductVariant:
    """The variant with this stock; reaching or leaving zero fires. Called inside a change."""
    state = kernel.state
    changed = replace(variant, stocks=stocks)
    before, after = pieces(state, variant, None), pieces(state, changed, None)
    state.variants[variant.id] = changed
    if before and not after:
        kernel.fire("PRODUCT_VARIANT_OUT_OF_STOCK", product_variant=variant.id)
    if after and not before:
        kernel.fire("PRODUCT_VARIANT_BACK_IN_STOCK", product_variant=variant.id)
    return changed
