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

    `buyer` is a keyed hash, never a name or address; None when Saleor knows neither e-mail nor account. `discounted`: a
    voucher was used, or something that was kept was sold below its undiscounted price. `account`: the buyer was signed in.
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
    discounted: bool = False
    account: bool = False


@dataclass(frozen=True, slots=True)
class BasketLine:
    """One line about to be bought. `attributes` are (attribute slug, value slug) of the variant, `traits` of its product.

    `amount` is the price of one piece as displayed in the channel, None where unknown. `categories`: its own, then those
    above it. `id`: of the checkout's line, where there is a checkout. `priced`: its price is set, by a bundle of ours or by
    somebody else.
    """

    variant: VariantId
    quantity: int
    product: ProductNumber | None = None
    name: str = ""
    category: str | None = None
    attributes: frozenset[tuple[str, str]] = frozenset()
    gift: bool = False
    product_id: ProductId | None = None
    variant_name: str = ""
    product_type: str = ""
    categories: tuple[str, ...] = ()
    collections: frozenset[str] = frozenset()
    traits: frozenset[tuple[str, str]] = frozenset()
    amount: Decimal | None = None
    id: str = ""
    priced: bool = False


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
    """A product the basket speaks for: its score, the neighbour that says most, and the share of such baskets that hold it
    because of that, as far as the orders tell."""

    product: ProductNumber
    score: float
    because: Neighbour
    chance: float = 0.0


@dataclass(frozen=True, slots=True)
class OfferedVariant:
    """One purchasable variant with its price as displayed in the channel.

    `quantity`: pieces that can be bought now, None where unknown. `cost`: what the merchant pays for one, where known, and
    `net`: its price without tax; the cost never leaves the server.
    """

    id: VariantId
    name: str
    amount: Decimal
    currency: str
    attributes: frozenset[tuple[str, str]] = frozenset()
    quantity: int | None = None
    cost: Decimal | None = None
    net: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A product as it can be bought in one channel now. Without variants it cannot be bought.

    `categories`: its own, then those above it. `traits`: (attribute slug, value slug) of the product itself.
    """

    product: ProductNumber
    id: ProductId
    name: str
    variants: tuple[OfferedVariant, ...]
    category: str | None = None
    collections: frozenset[str] = frozenset()
    thumbnail: str | None = None
    alt: str = ""
    product_type: str = ""
    categories: tuple[str, ...] = ()
    traits: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class PopularProduct:
    """A product many people bought, in a category or (without one) in a whole channel.

    `buyers`: distinct ones ever; `buyers_now`: the same, decayed, so that a buyer of today counts one.
    """

    product: ProductNumber
    category: str
    category_name: str
    buyers: int
    buyers_now: float


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
class BetterFact:
    """One comparable fact in which two variants differ, as people read it: "128 GB" instead of "64 GB".

    `attribute` is its slug, `name` its name. Not `better`: the new one is worse in it, and says so.
    """

    attribute: str
    name: str
    old: str
    new: str
    better: bool = True


@dataclass(frozen=True, slots=True)
class UpgradeOffer:
    """A better option of the same thing, for one line of the basket.

    `difference`: what one piece costs more, as displayed. `chosen` of `of` orders that chose this variant or the one it
    replaces chose this one; `kept`: those of them that did not send it back. `replaces_cost`: what the merchant pays for a
    piece of the old one, where known.
    """

    replaces: BasketLine
    offer: Offer
    variant: OfferedVariant
    facts: tuple[BetterFact, ...]
    difference: Decimal
    chosen: int = 0
    kept: int = 0
    of: int = 0
    replaces_cost: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ChosenProduct:
    """A product the merchant wants shown: beside one product of the basket (`beside`: its name), or wherever it fits.

    `position`: from 1, where it has to stand; None where it competes.
    """

    product: ProductNumber
    beside: str = ""
    position: int | None = None


@dataclass(frozen=True, slots=True)
class FittingProduct:
    """A product that no order holds beside the basket, and that its category or name still speaks for. `beside`: the name of a
    product of the basket."""

    product: ProductNumber
    beside: str


@dataclass(frozen=True, slots=True)
class DeliveryGap:
    """What is missing to free delivery, as displayed. `saves`: what the cheapest delivery open now costs, None if none is."""

    gap: Decimal
    threshold: Decimal
    saves: Decimal | None
    currency: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """Every fact a suggester may see."""

    basket: Basket
    candidates: tuple[Candidate, ...] = ()
    popular: tuple[PopularProduct, ...] = ()
    offers: Mapping[ProductNumber, Offer] = field(default_factory=dict)
    bundles: tuple[BundleOffer, ...] = ()
    upgrades: tuple[UpgradeOffer, ...] = ()
    delivery: DeliveryGap | None = None
    chosen: tuple[ChosenProduct, ...] = ()
    fitting: tuple[FittingProduct, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: a key a storefront can translate, its parameters, and the English text."""

    key: str
    parameters: Mapping[str, str | int]
    text: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One product offered, with the reason. `chance`: the share of shoppers expected to take it, before any answers.

    `score` orders suggestions of one kind and rung; across kinds only `chance` compares. `position`: where the merchant
    wants it, from 1.
    """

    kind: str
    rung: str
    offer: Offer
    variant: OfferedVariant
    reason: Reason
    score: float
    bundle: BundleOffer | None = None
    upgrade: UpgradeOffer | None = None
    delivery: DeliveryGap | None = None
    chance: float = 0.0
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of suggestion: its name in the document, its title for people, and how it proposes."""

    name: str
    title: str
    suggest: Callable[[Evidence], list[Suggestion]]
