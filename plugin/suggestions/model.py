"""The words Tandem thinks in: orders, baskets, offers, evidence, suggestions. Facts only, no behaviour that touches the world."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple, NewType

ProductId = NewType("ProductId", str)
"""Saleor's global id of a product."""

VariantId = NewType("VariantId", str)
"""Saleor's global id of a product variant."""

ChannelId = NewType("ChannelId", str)
"""Saleor's global id of a channel."""

ProductNumber = NewType("ProductNumber", int)
"""Our own short number of a product, stable within one shop's file."""


@dataclass(frozen=True, slots=True)
class OrderLine:
    """What was bought in one line.

    `product` is None when Saleor no longer knows it (deleted variant). `kept` is the quantity neither returned nor
    refunded. `amount` is the line's total in the order's currency. `bundled` is the note we left on a line that we priced;
    `overridden` lines had a price set, by us or others. `unit_gross` and `unit_net` are the price of one piece before any
    discount; where Saleor recorded none and still took less, what it took.
    """

    variant: VariantId
    product: ProductId | None
    quantity: int
    kept: int
    amount: Decimal
    gift: bool = False
    id: str = ""
    bundled: str | None = None
    overridden: bool = False
    unit_gross: Decimal | None = None
    unit_net: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """A snapshot of an order, whole. The newest by `issued_at` wins.

    `buyer` is a keyed hash, never a name or address; None when Saleor knows neither e-mail nor account.
    """

    id: str
    channel: ChannelId
    buyer: str | None
    ordered_at: datetime
    issued_at: datetime
    status: str
    paid: bool
    refunded: bool
    reissue: bool
    lines: tuple[OrderLine, ...]
    checkout: str | None = None
    currency: str = ""
    voucher: bool = False


@dataclass(frozen=True, slots=True)
class BasketLine:
    """One line about to be bought. `attributes` are (attribute slug, value slug) of the variant."""

    variant: VariantId
    quantity: int
    product: ProductNumber | None = None
    name: str = ""
    category: str | None = None
    attributes: frozenset[tuple[str, str]] = frozenset()
    gift: bool = False


@dataclass(frozen=True, slots=True)
class Basket:
    """The set of products about to be bought, in one channel."""

    channel: ChannelId
    lines: tuple[BasketLine, ...]


class Neighbour(NamedTuple):
    """How often `product` was bought in one order with `beside`, a product of the basket.

    `together`, `beside_orders`, `product_orders` count orders; the `_now` twins are the same with time decay, in orders
    of today's weight. `buyers` are the distinct buyers of the pair. A tuple, for one suggestion looks at hundreds,
    and a dataclass takes five times as long to make.
    """

    product: ProductNumber
    beside: ProductNumber
    together: int
    buyers: int
    beside_orders: int
    product_orders: int
    together_now: float
    beside_now: float
    product_now: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A product the basket speaks for: its score and the neighbour that says most."""

    product: ProductNumber
    score: float
    because: Neighbour


@dataclass(frozen=True, slots=True)
class OfferedVariant:
    """One purchasable variant with its price as displayed in the channel."""

    id: VariantId
    name: str
    amount: Decimal
    currency: str
    attributes: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Offer:
    """A product as it can be bought in one channel now. Without variants it cannot be bought."""

    product: ProductNumber
    id: ProductId
    name: str
    variants: tuple[OfferedVariant, ...]
    category: str | None = None
    collections: frozenset[str] = frozenset()
    thumbnail: str | None = None
    alt: str = ""


@dataclass(frozen=True, slots=True)
class PopularProduct:
    """A product much bought in its category."""

    product: ProductNumber
    category: str
    category_name: str
    buyers: int
    orders_now: float


@dataclass(frozen=True, slots=True)
class BundlePiece:
    """A member of a set on offer: the variant, how many the set holds, and how many of them are still missing."""

    offer: Offer
    variant: OfferedVariant
    quantity: int
    missing: int


@dataclass(frozen=True, slots=True)
class BundleOffer:
    """A set that can be completed. `price`: of the whole set, `separately`: of its pieces one by one now, as displayed.

    `saving` is None where it is not positive, or we may not set prices.
    """

    id: int
    name: str
    translations: Mapping[str, str]
    pieces: tuple[BundlePiece, ...]
    price: Decimal
    separately: Decimal
    saving: Decimal | None
    currency: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """Every fact a suggester may see."""

    basket: Basket
    candidates: tuple[Candidate, ...] = ()
    popular: tuple[PopularProduct, ...] = ()
    offers: Mapping[ProductNumber, Offer] = field(default_factory=dict)
    bundles: tuple[BundleOffer, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: a key a storefront can translate, its parameters, and the English text."""

    key: str
    parameters: Mapping[str, str | int]
    text: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One product offered, with the reason."""

    kind: str
    rung: str
    offer: Offer
    variant: OfferedVariant
    reason: Reason
    score: float
    bundle: BundleOffer | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of suggestion: its name in the document, its title for people, and how it proposes."""

    name: str
    title: str
    suggest: Callable[[Evidence], list[Suggestion]]
