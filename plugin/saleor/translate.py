"""Saleor's payloads to our model, and the only place that knows its shapes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import wraps
from hashlib import blake2b
from typing import Any, ParamSpec, TypeVar

from plugin.errors import BadPayload
from plugin.suggestions.catalogue import Attribute, Channel, Listing, Product, Variant
from plugin.suggestions.deliveries import DeliveryMethod
from plugin.suggestions.model import BasketLine, ChannelId, Order, OrderLine, ProductId, VariantId
from plugin.suggestions.money import decimals, units

Asked = ParamSpec("Asked")
Read = TypeVar("Read")

GIVEN_BACK = frozenset({"REFUNDED", "RETURNED", "REFUNDED_AND_RETURNED"})
"""Fulfilments whose lines did not stay with the buyer. REPLACED ones did, as something alike."""

CHOICES = frozenset({"DROPDOWN", "MULTISELECT", "SWATCH"})
"""Attributes whose values are chosen from a list: their slugs are the same wherever they are chosen. The slug of any other
value (a number, a text, a reference) is made of the numbers of the product and the attribute (seen on 3.23)."""

ANSWER_TAKES = timedelta(minutes=1)
"""The time of an answer is never too late, so it may be too early by as long as the answer took. Saleor stamps what a
merchant publishes with that very moment, and a refresh right after must not take it for scheduled."""


@dataclass(frozen=True, slots=True)
class Checkout:
    """A checkout as Saleor describes it: what is in it, and whether it is being paid.

    `subtotal`: what its lines cost after every discount, as displayed. `discounted`: a voucher, or a discount on the whole
    order, is on it, so that one more product adds less to the subtotal than its price. `ships`: something in it has to be
    sent. `shopper`: the keyed hash that stands for the buyer in orders, of a signed-in customer only, and only where we may
    read who that is.
    """

    id: str
    channel: ChannelId
    channel_slug: str
    currency: str
    gross: bool
    country: str | None
    paying: bool
    written: str | None
    lines: tuple[BasketLine, ...]
    products: Mapping[VariantId, ProductId]
    subtotal: Decimal | None = None
    discounted: bool = False
    ships: bool = True
    shopper: str | None = None


@dataclass(frozen=True, slots=True)
class LinePrices:
    """A checkout line with its prices in smallest units, entered as the channel's are.

    `base`: the unit price before any discount: the price set on the line, else the list price. `total`: what the line costs
    after every discount. `list_price` and `price`: of the variant in this channel, without and with promotion; None when it
    has no price there any more. `note`: ours, in its private metadata.
    """

    id: str
    variant: VariantId
    product: ProductId
    quantity: int
    gift: bool
    base: int
    total: int
    total_gross: int
    list_price: int | None
    price: int | None
    note: str | None


@dataclass(frozen=True, slots=True)
class PricedCheckout:
    """A checkout with every price that matters. `discount`: on the whole order, by a voucher or an order promotion."""

    id: str
    channel: ChannelId
    channel_slug: str
    currency: str
    country: str | None
    gross: bool
    paying: bool
    voucher: str | None
    discount: int
    lines: tuple[LinePrices, ...]


def readable(read: Callable[Asked, Read]) -> Callable[Asked, Read]:
    """A payload of another shape than our query asked for is a BadPayload that says where."""

    @wraps(read)
    def checked(*args: Asked.args, **kwargs: Asked.kwargs) -> Read:
        try:
            return read(*args, **kwargs)
        except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation, OverflowError) as error:
            raise BadPayload(f"{read.__name__}: {type(error).__name__} {str(error)[:200]}") from error

    return checked


@readable
def moment(text: str) -> datetime:
    """Saleor's ISO time, in UTC."""
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


@readable
def order_from(node: Mapping[str, Any], issued_at: datetime, buyer_key: str) -> Order:
    """OrderFacts to an Order. `buyer_key` keys the hash that stands for the buyer; e-mail and account are dropped here."""
    given_back = _given_back(node)
    total, refunded = _amount(node["total"]["gross"]), _amount(node["totalRefunded"])
    return Order(
        id=_text(node["id"]),
        channel=ChannelId(_text(node["channel"]["id"])),
        buyer=_buyer(node, buyer_key),
        ordered_at=moment(node["created"]),
        issued_at=issued_at,
        status=_text(node["status"]),
        paid=node["chargeStatus"] in ("FULL", "OVERCHARGED") or node["authorizeStatus"] == "FULL",
        refunded=total > 0 and refunded >= total,
        reissue=node["original"] is not None,
        lines=tuple(
            _order_line(line, given_back.get(line["id"], 0), bool(node.get("discounts")))
            for line in node["lines"]
        ),
        checkout=node["checkoutId"],
        currency=_text(node["channel"]["currencyCode"]),
        voucher=bool(node.get("voucherCode")),
        discounted=_was_discounted(node, given_back),
        account=node["user"] is not None,
    )


@readable
def checkout_from(node: Mapping[str, Any], buyer_key: str = "") -> Checkout:
    """CheckoutFacts to a Checkout. `buyer_key`: as for orders; without it nobody is recognised."""
    address, gross = node["shippingAddress"], bool(node["displayGrossPrices"])
    currency = _text(node["channel"]["currencyCode"])
    subtotal, discount, customer = node.get("subtotalPrice"), node.get("discount"), node.get("user")
    return Checkout(
        id=_text(node["id"]),
        channel=ChannelId(_text(node["channel"]["id"])),
        channel_slug=_text(node["channel"]["slug"]),
        currency=currency,
        gross=gross,
        country=address["country"]["code"] if address else None,
        paying=bool(node["transactions"]),
        written=node["metafield"],
        lines=tuple(_basket_line(line, node["channel"], gross) for line in node["lines"]),
        products={
            VariantId(line["variant"]["id"]): ProductId(_text(line["variant"]["product"]["id"]))
            for line in node["lines"]
        },
        subtotal=_price(subtotal["gross" if gross else "net"], currency) if subtotal else None,
        discounted=bool(node.get("voucherCode")) or bool(discount and _amount(discount)),
        ships=bool(node.get("isShippingRequired", True)),
        shopper=_hashed(customer["email"], customer["id"], buyer_key) if customer and buyer_key else None,
    )


def _basket_line(line: Mapping[str, Any], channel: Mapping[str, Any], gross: bool) -> BasketLine:
    """A line, its price as displayed, and whether that is its own: set by us, by somebody else, or gone from the list."""
    pricing = line["variant"].get("pricing") or {}
    price, before = pricing.get("price"), pricing.get("priceUndiscounted")
    entered = "gross" if channel["taxConfiguration"]["pricesEnteredWithTax"] else "net"
    base, listed = line.get("undiscountedUnitPrice"), before[entered] if before else None
    changed = base is not None and listed is not None and _amount(base) != _amount(listed)
    return BasketLine(
        VariantId(_text(line["variant"]["id"])),
        int(line["quantity"]),
        gift=bool(line["isGift"]),
        product_id=ProductId(_text(line["variant"]["product"]["id"])),
        amount=_price(price["gross" if gross else "net"], channel["currencyCode"]) if price else None,
        id=_text(line["id"]),
        priced=bool(line["privateMetafield"]) or changed,
    )


@readable
def priced_checkout_from(node: Mapping[str, Any]) -> PricedCheckout:
    """CheckoutPriceFacts to a PricedCheckout; amounts in smallest units, with or without tax as the channel's prices are entered."""
    currency = _text(node["channel"]["currencyCode"])
    entered = "gross" if node["channel"]["taxConfiguration"]["pricesEnteredWithTax"] else "net"
    discount = node["discount"]
    return PricedCheckout(
        id=_text(node["id"]),
        channel=ChannelId(_text(node["channel"]["id"])),
        channel_slug=_text(node["channel"]["slug"]),
        currency=currency,
        country=node["shippingAddress"]["country"]["code"] if node["shippingAddress"] else None,
        gross=bool(node["displayGrossPrices"]),
        paying=bool(node["transactions"]),
        voucher=node["voucherCode"] or None,
        discount=units(_amount(discount), currency) if discount else 0,
        lines=tuple(_line_prices(line, entered, currency) for line in node["lines"]),
    )


def _line_prices(line: Mapping[str, Any], entered: str, currency: str) -> LinePrices:
    pricing = line["variant"]["pricing"] or {}
    price, before = pricing.get("price"), pricing.get("priceUndiscounted")
    return LinePrices(
        id=_text(line["id"]),
        variant=VariantId(_text(line["variant"]["id"])),
        product=ProductId(_text(line["variant"]["product"]["id"])),
        quantity=int(line["quantity"]),
        gift=bool(line["isGift"]),
        base=units(_amount(line["undiscountedUnitPrice"]), currency),
        total=units(_amount(line["totalPrice"][entered]), currency),
        total_gross=units(_amount(line["totalPrice"]["gross"]), currency),
        list_price=units(_amount(before[entered]), currency) if price and before else None,
        price=units(_amount(price[entered]), currency) if price and before else None,
        note=line["privateMetafield"] or None,
    )


@readable
def channel_from(node: Mapping[str, Any]) -> Channel:
    """A channel of operations/channels.graphql."""
    return Channel(
        id=ChannelId(_text(node["id"])),
        slug=_text(node["slug"]),
        name=_name(node["name"]),
        currency=_text(node["currencyCode"]),
        active=bool(node["isActive"]),
        gross=bool(node["taxConfiguration"]["displayGrossPrices"]),
        entered_with_tax=bool(node["taxConfiguration"]["pricesEnteredWithTax"]),
        country=node["defaultCountry"]["code"],
    )


@readable
def zone_deliveries(node: Mapping[str, Any]) -> list[tuple[ChannelId, str, DeliveryMethod]]:
    """A zone of operations/shipping_zones.graphql: which method serves which channel and country there."""
    here = {_text(channel["id"]) for channel in node["channels"]}
    return [
        (ChannelId(listed["channel"]["id"]), _text(country["code"]), _zone_method(method, listed))
        for method in node["shippingMethods"] or []
        for listed in method["channelListings"] or []
        if listed["channel"]["id"] in here and listed["price"]
        for country in node["countries"]
    ]


@readable
def channel_deliveries(node: Mapping[str, Any]) -> list[tuple[ChannelId, str, DeliveryMethod]]:
    """The same of operations/channel_deliveries.graphql: all that anybody may read."""
    return [
        (ChannelId(_text(node["id"])), _text(place["countryCode"]), _delivery_method(method, method, False))
        for place in node["availableShippingMethodsPerCountry"] or []
        for method in place["shippingMethods"] or []
    ]


def _zone_method(method: Mapping[str, Any], listed: Mapping[str, Any]) -> DeliveryMethod:
    restricted = bool(method["postalCodeRules"]) or bool((method["excludedProducts"] or {}).get("edges"))
    return _delivery_method(method, listed, restricted)


def _delivery_method(
    method: Mapping[str, Any], listed: Mapping[str, Any], restricted: bool
) -> DeliveryMethod:
    """Saleor looks at the limits of the subtotal, or of the weight, by the method's type; the others mean nothing there.

    A limit that was never set is an amount of 0 in one place and missing in another (seen on 3.23).
    """
    by_weight = method["type"] == "WEIGHT"
    most = _limit(listed["maximumOrderPrice"])
    heavy = any(_limit(method[name], "value") for name in ("minimumOrderWeight", "maximumOrderWeight"))
    return DeliveryMethod(
        id=_text(method["id"]),
        name=_name(method["name"]),
        price=_amount(listed["price"]),
        minimum=Decimal() if by_weight else _limit(listed["minimumOrderPrice"]),
        maximum=None if by_weight or not most else most,
        restricted=restricted or (by_weight and heavy),
    )


def _limit(measured: Mapping[str, Any] | None, name: str = "amount") -> Decimal:
    return _amount({"amount": measured[name]}) if measured else Decimal()


@readable
def product_from(node: Mapping[str, Any]) -> Product:
    """ProductFacts to a Product with all its variants."""
    category, thumbnail, described = node["category"], node["thumbnail"], _described(node)
    return Product(
        id=ProductId(_text(node["id"])),
        name=_name(node["name"]),
        slug=_text(node["slug"]),
        category=category["id"] if category else None,
        category_name=_name(category["name"]) if category else "",
        product_type=_text(node["productType"]["id"]),
        collections=tuple(collection["id"] for collection in node["collections"] or []),
        collection_names=tuple(
            (_text(collection["id"]), _name(collection["name"])) for collection in node["collections"] or []
        ),
        attributes=tuple(_values(node)),
        thumbnail=thumbnail["url"] if thumbnail else None,
        alt=(thumbnail["alt"] or "") if thumbnail else "",
        variants=tuple(_variant(variant) for variant in node["variants"] or []),
        product_type_name=_name(node["productType"]["name"]),
        above=tuple(_above(category)) if category else (),
        described=tuple(described.values()),
        values=frozenset(
            named for part in (node, *(node["variants"] or ())) for named in _values(part) if named[2]
        ),
    )


def _described(node: Mapping[str, Any]) -> dict[str, Attribute]:
    """Every attribute of a product and its variants, by slug."""
    return {
        attribute["slug"]: Attribute(
            _text(attribute["slug"]),
            _name(attribute["name"]),
            attribute["inputType"] or "",
            attribute["unit"] or "",
        )
        for part in (node, *(node["variants"] or ()))
        for attribute in (had["attribute"] for had in part["attributes"])
    }


def _values(node: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """(attribute, value, name of the value) of a product or a variant; a value is called the same wherever it is met."""
    for had in node["attributes"]:
        attribute = had["attribute"]
        for value in had["values"]:
            name = value["name"] or ""
            if attribute["inputType"] == "BOOLEAN":
                yield attribute["slug"], (value["slug"] or name).rpartition("_")[2].lower(), name
            elif attribute["inputType"] in CHOICES:
                yield attribute["slug"], value["slug"] or name, name
            else:
                yield attribute["slug"], name or value["slug"] or "", name


def _above(category: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Id and name of the categories above one, nearest first."""
    while category := category.get("parent") or {}:
        yield _text(category["id"]), _name(category["name"])


@readable
def listing_from(node: Mapping[str, Any], channel: ChannelId, at: datetime | None = None) -> Listing:
    """ListingFacts, asked for in this channel, to a Listing. Available: published, for sale, priced and in stock there.

    `at`: when Saleor answered; without it, now.
    """
    pricing = node["pricing"] or {}
    price, before = pricing.get("price"), pricing.get("priceUndiscounted")
    listed = [
        listing for listing in node["product"]["channelListings"] or [] if listing["channel"]["id"] == channel
    ]
    published = any(_is_published(listing, at or datetime.now(UTC)) for listing in listed)
    # unlike isPublished, this one is computed: true from the product's availableForPurchaseAt on, not before
    for_purchase = any(listing["isAvailableForPurchase"] for listing in listed)
    quantity = int(node["quantityAvailable"] or 0)
    return Listing(
        variant=VariantId(_text(node["id"])),
        product=ProductId(_text(node["product"]["id"])),
        gross=_price(price["gross"], price["currency"]) if price else None,
        net=_price(price["net"], price["currency"]) if price else None,
        currency=price["currency"] if price else "",
        available=published and for_purchase and price is not None and quantity > 0,
        quantity=quantity,
        published=published,
        available_for_purchase=for_purchase,
        list_gross=_price(before["gross"], price["currency"]) if price and before else None,
        list_net=_price(before["net"], price["currency"]) if price and before else None,
    )


def _is_published(listing: Mapping[str, Any], at: datetime) -> bool:
    """Saleor's isPublished is true from the moment a publication is scheduled; shoppers see the product from publishedAt on."""
    since = listing["publishedAt"]
    return bool(listing["isPublished"]) and (since is None or moment(since) <= at + ANSWER_TAKES)


def _variant(node: Mapping[str, Any]) -> Variant:
    """A variant without a name is given its own id as name by Saleor: no name for people."""
    return Variant(
        id=VariantId(_text(node["id"])),
        name="" if node["name"] == node["id"] else _name(node["name"]),
        attributes=frozenset((attribute, value) for attribute, value, _name in _values(node)),
        costs={
            ChannelId(listing["channel"]["id"]): _amount(listing["costPrice"])
            for listing in node["channelListings"] or []
            if listing["costPrice"]
        },
    )


def _order_line(line: Mapping[str, Any], given_back: int, discounted: bool) -> OrderLine:
    variant, base = line["variant"], _price_of_a_piece(line, discounted)
    return OrderLine(
        variant=VariantId(_text(line["productVariantId"] or (variant or {}).get("id") or line["id"])),
        product=ProductId(_text(variant["product"]["id"])) if variant else None,
        quantity=int(line["quantity"]),
        kept=max(0, int(line["quantity"]) - given_back),
        amount=_amount(line["totalPrice"]["gross"]),
        gift=bool(line["isGift"]),
        id=_text(line["id"]),
        # not asked for by a webhook that an older version of us registered, until it is mended
        bundled=line.get("privateMetafield") or None,
        overridden=bool(line.get("isPriceOverridden")),
        unit_gross=_amount(base["gross"]) if base else None,
        unit_net=_amount(base["net"]) if base else None,
    )


def _price_of_a_piece(line: Mapping[str, Any], discounted: bool) -> Mapping[str, Any] | None:
    """What a piece was sold at before any discount.

    A price reset in the very moment of the order leaves a line that was sold at the price set, with the list price written
    beside it and no discount recorded (seen on 3.23): then what was taken is what it was sold at. None when not asked for.
    """
    before: Mapping[str, Any] | None = line.get("undiscountedUnitPrice")
    if before is None or discounted or line.get("isPriceOverridden"):
        return before
    taken, recorded = line.get("unitPrice"), line.get("unitDiscount")
    unexplained = (
        taken and recorded and not _amount(recorded) and _amount(taken["net"]) < _amount(before["net"])
    )
    return taken if unexplained else before


def _was_discounted(node: Mapping[str, Any], given_back: Mapping[str, int]) -> bool:
    """Whether a voucher or a discount on the whole order was used, or a piece that was kept was sold below its price before."""
    if node.get("voucherCode") or node.get("discounts"):
        return True
    for line in node["lines"]:
        before, taken = _price_of_a_piece(line, discounted=False), line.get("unitPrice")
        kept = int(line["quantity"]) > given_back.get(line["id"], 0)
        if (
            before
            and taken
            and kept
            and not line["isGift"]
            and _amount(taken["net"]) < _amount(before["net"])
        ):
            return True
    return False


def _given_back(node: Mapping[str, Any]) -> dict[str, int]:
    """Per order line the quantity returned or refunded. A return and its refund speak of the same pieces: the larger counts."""
    returned: Counter[str] = Counter()
    refunded: Counter[str] = Counter()
    for fulfillment in node["fulfillments"]:
        if fulfillment["status"] in GIVEN_BACK:
            _add_lines(returned, fulfillment["lines"])
    for refund in node["grantedRefunds"]:
        if refund["status"] == "SUCCESS":
            _add_lines(refunded, refund["lines"])
    return {line: max(returned[line], refunded[line]) for line in {*returned, *refunded}}


def _add_lines(pieces: Counter[str], lines: list[Mapping[str, Any]] | None) -> None:
    for line in lines or []:
        if line["orderLine"]:
            pieces[line["orderLine"]["id"]] += int(line["quantity"])


def _buyer(node: Mapping[str, Any], buyer_key: str) -> str | None:
    """Who ordered, as a keyed hash."""
    return _hashed(node["userEmail"], (node["user"] or {}).get("id"), buyer_key)


def _hashed(email: str | None, account: str | None, buyer_key: str) -> str | None:
    """A keyed hash of the e-mail, so that a guest and the same person signed in are one buyer; else of the account."""
    who = (email or "").strip().casefold() or account or ""
    return buyer_hash(who, buyer_key) if who else None


def buyer_hash(who: str, buyer_key: str) -> str:
    """What stands for a buyer in the store."""
    return blake2b(who.encode(), key=bytes.fromhex(buyer_key)[:64], digest_size=10).hexdigest()


def _amount(money: Mapping[str, Any]) -> Decimal:
    amount = Decimal(str(money["amount"]))
    if not amount.is_finite():
        raise ValueError(f"{amount} is no amount of money")
    return amount


def _price(money: Mapping[str, Any], currency: str) -> Decimal:
    """Saleor's JSON says 8.0 where a price tag says 8.00, and 1500.0 where one in yen says 1500."""
    amount, places = _amount(money), Decimal(1).scaleb(-decimals(currency))
    rounded = amount.quantize(places)
    return rounded if rounded == amount else amount


def _name(value: object) -> str:
    """What people read may be blank."""
    return _text(value) if value else ""


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError(f"{value!r:.50} is not a text")
    return value
