"""What shoppers do: checkouts, orders and what comes back, named as Saleor names them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from plugin.sandbox.discount_facts import Discount
from plugin.sandbox.money import NOTHING, Money, TaxedMoney


@dataclass(frozen=True, slots=True)
class CheckoutLine:
    """A variant in a basket."""

    id: str
    variant_id: str
    quantity: int
    price_override: Decimal | None = None
    price_override_reason: str | None = None
    is_gift: bool = False
    discounts: tuple[Discount, ...] = ()
    """By catalogue promotions, as last worked out; a gift has one that takes off its whole price."""
    metadata: Mapping[str, str] = field(default_factory=dict)
    private_metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LinePrices:
    """What a line costs after everything, and one piece of it before any discount, not rounded yet."""

    total: TaxedMoney
    undiscounted: Decimal


@dataclass(frozen=True, slots=True)
class Prices:
    """What a checkout was found to cost; Saleor looks again when it was changed, or after an hour."""

    lines: Mapping[str, LinePrices]
    """By line id."""
    subtotal: TaxedMoney
    shipping: TaxedMoney
    until: datetime

    @property
    def total(self) -> TaxedMoney:
        """With shipping."""
        return self.subtotal.plus(self.shipping)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A shipping method offered to a checkout, with its price then."""

    id: str
    method_id: str
    name: str
    price: Decimal
    active: bool = True
    """False when an app excluded it."""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Checkout:
    """A basket about to be bought."""

    id: str
    token: str
    channel_id: str
    created: datetime
    updated_at: datetime
    lines: tuple[CheckoutLine, ...] = ()
    email: str | None = None
    user_id: str | None = None
    shipping_address: Mapping[str, str] | None = None
    billing_address: Mapping[str, str] | None = None
    transaction_ids: tuple[str, ...] = ()
    voucher_code: str | None = None
    discount: Decimal = NOTHING
    """Of the voucher or the order promotion."""
    discount_name: str | None = None
    order_discount: Discount | None = None
    """By an order promotion; while a voucher is on there is none."""
    discounts_until: datetime | None = None
    """How long discounts count as worked out; None when it was changed since."""
    prices: Prices | None = None
    """None when it was changed since they were worked out."""
    delivery: Delivery | None = None
    """The chosen one."""
    offered: tuple[Delivery, ...] = ()
    deliveries_stale_at: datetime | None = None
    """From then on Saleor asks again which shipping methods there are; None before it ever asked."""
    metadata: Mapping[str, str] = field(default_factory=dict)
    private_metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def quantity(self) -> int:
        """Pieces over all lines."""
        return sum(line.quantity for line in self.lines)


@dataclass(frozen=True, slots=True)
class TransactionItem:
    """Money promised or paid."""

    id: str
    created_at: datetime
    modified_at: datetime
    currency: str
    charged: Decimal = NOTHING
    authorized: Decimal = NOTHING
    refunded: Decimal = NOTHING
    name: str = ""
    psp_reference: str = ""
    checkout_id: str | None = None
    order_id: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    private_metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A variant that was bought. Keeps the variant's id after the variant is gone."""

    id: str
    product_variant_id: str
    product_name: str
    variant_name: str
    product_sku: str | None
    quantity: int
    unit_price: TaxedMoney
    total_price: TaxedMoney
    is_gift: bool = False
    is_price_overridden: bool = False
    price_override_reason: str | None = None
    undiscounted_unit_price: TaxedMoney | None = None
    """None when there was no discount; so it is with the total."""
    undiscounted_total_price: TaxedMoney | None = None
    unit_discount: Decimal = NOTHING
    unit_discount_reason: str | None = None
    discounts: tuple[Discount, ...] = ()
    voucher_code: str | None = None
    is_shipping_required: bool = False
    metadata: Mapping[str, str] = field(default_factory=dict)
    private_metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FulfillmentLine:
    """Pieces of an order line that were sent or came back."""

    id: str
    order_line_id: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Fulfillment:
    """A parcel out, or one back, by its status."""

    id: str
    fulfillment_order: int
    status: str
    created: datetime
    lines: tuple[FulfillmentLine, ...]


@dataclass(frozen=True, slots=True)
class OrderGrantedRefundLine:
    """Pieces of an order line whose money goes back."""

    id: str
    order_line_id: str
    quantity: int
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class OrderGrantedRefund:
    """Money the merchant agreed to give back."""

    id: str
    created_at: datetime
    updated_at: datetime
    amount: Money
    status: str
    lines: tuple[OrderGrantedRefundLine, ...]
    reason: str | None = None
    shipping_costs_included: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """What was bought together."""

    id: str
    number: str
    created: datetime
    updated_at: datetime
    status: str
    channel_id: str
    lines: tuple[OrderLine, ...]
    total: TaxedMoney
    user_email: str = ""
    user_id: str | None = None
    charged: Decimal = NOTHING
    authorized: Decimal = NOTHING
    refunded: Decimal = NOTHING
    fulfillments: tuple[Fulfillment, ...] = ()
    granted_refunds: tuple[OrderGrantedRefund, ...] = ()
    transaction_ids: tuple[str, ...] = ()
    origin: str = "CHECKOUT"
    original: str | None = None
    checkout_id: str | None = None
    display_gross_prices: bool = True
    subtotal: TaxedMoney | None = None
    """None when it is the total; so it is with the undiscounted one."""
    undiscounted_total: TaxedMoney | None = None
    shipping_price: TaxedMoney | None = None
    shipping_method_name: str | None = None
    voucher_code: str | None = None
    discounts: tuple[Discount, ...] = ()
    shipping_address: Mapping[str, str] | None = None
    billing_address: Mapping[str, str] | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    private_metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def granted(self) -> Decimal:
        """All money promised back."""
        return sum((refund.amount.amount for refund in self.granted_refunds), NOTHING)

    @property
    def due(self) -> Decimal:
        """What the buyer has to pay after granted refunds."""
        return max(self.total.gross.amount - self.granted, NOTHING)

    @property
    def charge_status(self) -> str:
        """As Saleor's update_order_charge_status decides it."""
        if self.charged == self.due:
            return "FULL"
        if self.charged <= 0:
            return "NONE"
        return "PARTIAL" if self.charged < self.due else "OVERCHARGED"

    @property
    def authorize_status(self) -> str:
        """As Saleor's update_order_authorize_status decides it."""
        covered = self.charged + self.authorized
        if not covered:
            return "NONE" if self.total.gross.amount else "FULL"
        return "FULL" if covered >= self.due else "PARTIAL"
