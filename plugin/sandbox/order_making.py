"""A checkout, or a wish, turned into an order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from plugin.sandbox.catalogue_facts import Channel
from plugin.sandbox.checkout_totals import authorized_for, line_unit_price, nothing, paid_for, times, total_of
from plugin.sandbox.kernel import Kernel
from plugin.sandbox.money import TaxedMoney
from plugin.sandbox.sales_facts import Checkout, CheckoutLine, Order, OrderLine
from plugin.sandbox.selling import unit_price


def order_line(
    kernel: Kernel, variant_id: str, quantity: int, price: TaxedMoney, gift: bool = False
) -> OrderLine:
    """A line as it is written into an order: names are copied, they outlive the product."""
    variant = kernel.state.variants[variant_id]
    product = kernel.state.products[variant.product_id]
    return OrderLine(
        id=kernel.new_id("OrderLine"),
        product_variant_id=variant_id,
        product_name=product.name,
        variant_name=variant.name,
        product_sku=variant.sku,
        quantity=quantity,
        unit_price=price,
        total_price=times(price, quantity),
        is_gift=gift,
    )


def _copied(kernel: Kernel, line: CheckoutLine, channel: Channel) -> OrderLine:
    bare = order_line(
        kernel, line.variant_id, line.quantity, line_unit_price(kernel.state, line, channel), line.is_gift
    )
    return replace(
        bare,
        is_price_overridden=line.price_override is not None,
        price_override_reason=line.price_override_reason,
        metadata=line.metadata,
        private_metadata=line.private_metadata,
    )


def order_from_checkout(kernel: Kernel, checkout: Checkout, metadata: Mapping[str, str]) -> Order:
    """checkoutComplete's order: metadata goes along, public to public, private to private."""
    state, now = kernel.state, kernel.clock()
    channel = state.channels[checkout.channel_id]
    lines = tuple(_copied(kernel, line, channel) for line in checkout.lines)
    gid = kernel.new_id("Order")
    return Order(
        id=gid,
        number=next_number(kernel),
        created=now,
        updated_at=now,
        status=first_status(kernel),
        channel_id=channel.id,
        lines=lines,
        total=total_of([line.total_price for line in lines], channel.currency_code),
        user_email=checkout.email or "",
        user_id=checkout.user_id,
        charged=paid_for(state, checkout),
        authorized=authorized_for(state, checkout),
        transaction_ids=checkout.transaction_ids,
        checkout_id=checkout.id,
        display_gross_prices=channel.display_gross_prices,
        shipping_address=checkout.shipping_address,
        billing_address=checkout.billing_address,
        metadata={**checkout.metadata, **metadata},
        private_metadata=checkout.private_metadata,
    )


def order_of(
    kernel: Kernel,
    channel: Channel,
    lines: Mapping[str, int],
    created: datetime | None = None,
    gifts: tuple[str, ...] = (),
) -> Order:
    """An unpaid order of these variants at list price, without a checkout before it."""
    state, now = kernel.state, kernel.clock()
    bought = [
        order_line(kernel, variant_id, quantity, unit_price(state.variants[variant_id], channel, None))
        for variant_id, quantity in lines.items()
    ]
    bought += [order_line(kernel, it, 1, nothing(channel.currency_code), gift=True) for it in gifts]
    return Order(
        id=kernel.new_id("Order"),
        number=next_number(kernel),
        created=created or now,
        updated_at=now,
        status=first_status(kernel),
        channel_id=channel.id,
        lines=tuple(bought),
        total=total_of([line.total_price for line in bought], channel.currency_code),
        display_gross_prices=channel.display_gross_prices,
    )


def first_status(kernel: Kernel) -> str:
    """What a new order starts as."""
    return "UNFULFILLED" if kernel.settings.confirm_orders_automatically else "UNCONFIRMED"


def next_number(kernel: Kernel) -> str:
    """Orders count up."""
    return str(len(kernel.state.orders) + 1)


def share_of(line: OrderLine, quantity: int) -> Decimal:
    """Gross price of some pieces of a line."""
    return line.unit_price.gross.amount * quantity
