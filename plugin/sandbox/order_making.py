"""A checkout, or a wish, turned into an order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from plugin.sandbox.bought import bought, by_voucher
from plugin.sandbox.catalogue_facts import Channel
from plugin.sandbox.catalogue_prices import discounted_price
from plugin.sandbox.checkout_totals import authorized_for, nothing, paid_for, times, total_of
from plugin.sandbox.discount_facts import Discount
from plugin.sandbox.kernel import Kernel
from plugin.sandbox.money import TaxedMoney, taxed_money
from plugin.sandbox.rungs import rungs
from plugin.sandbox.sales_facts import Checkout, Order, OrderLine
from plugin.sandbox.till import Till, needs_shipping


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
        is_shipping_required=needs_shipping(kernel.state, variant_id),
    )


def order_from_checkout(kernel: Kernel, checkout: Checkout, metadata: Mapping[str, str]) -> Order:
    """checkoutComplete's order: metadata goes along, public to public, private to private. The checkout has prices."""
    state, now = kernel.state, kernel.clock()
    channel, voucher, prices = (
        state.channels[checkout.channel_id],
        Till(state, now).voucher(checkout),
        checkout.prices,
    )
    assert prices  # noqa: S101  # the caller saw to it
    lines = tuple(
        bought(
            order_line(kernel, it.line.variant_id, it.line.quantity, nothing(it.currency), it.line.is_gift),
            it,
            prices.lines[it.line.id].total,
            (channel, checkout, voucher),
        )
        for it in rungs(state, checkout, voucher)
    )
    discounts = _order_discounts(checkout, voucher is None or not voucher.is_for_lines)
    if channel.legacy_discount_propagation and not discounts:
        lines, discounts = by_voucher(lines)
    shipping = Till(state, now).shipping(checkout)
    undiscounted = total_of(
        [line.undiscounted_total_price or line.total_price for line in lines], channel.currency_code
    )
    return Order(
        id=kernel.new_id("Order"),
        number=next_number(kernel),
        created=now,
        updated_at=now,
        status=first_status(kernel),
        channel_id=channel.id,
        lines=lines,
        total=prices.total,
        subtotal=prices.subtotal,
        undiscounted_total=undiscounted.plus(taxed_money(shipping, shipping, channel.currency_code)),
        shipping_price=prices.shipping,
        shipping_method_name=checkout.delivery.name if checkout.delivery else None,
        voucher_code=checkout.voucher_code if voucher else None,
        discounts=discounts,
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


def _order_discounts(checkout: Checkout, by_order_voucher: bool) -> tuple[Discount, ...]:
    """An order promotion goes along; a voucher on the whole order is kept as the amount it was."""
    if checkout.order_discount:
        return (checkout.order_discount,)
    amount = checkout.discount
    if not amount or not by_order_voucher:
        return ()
    return (Discount("VOUCHER", checkout.discount_name, "FIXED", amount, amount),)


def order_of(
    kernel: Kernel,
    channel: Channel,
    lines: Mapping[str, int],
    created: datetime | None = None,
    gifts: tuple[str, ...] = (),
) -> Order:
    """An unpaid order of these variants at today's prices, without a checkout before it."""
    state, now, tax = kernel.state, kernel.clock(), channel.tax
    bought_lines = [
        order_line(
            kernel,
            variant_id,
            quantity,
            tax.taxed(discounted_price(state, variant_id, channel), channel.currency_code),
        )
        for variant_id, quantity in lines.items()
    ]
    bought_lines += [order_line(kernel, it, 1, nothing(channel.currency_code), gift=True) for it in gifts]
    return Order(
        id=kernel.new_id("Order"),
        number=next_number(kernel),
        created=created or now,
        updated_at=now,
        status=first_status(kernel),
        channel_id=channel.id,
        lines=tuple(bought_lines),
        total=total_of([line.total_price for line in bought_lines], channel.currency_code),
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
