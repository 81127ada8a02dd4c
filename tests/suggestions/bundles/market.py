"""Generated markets: goods with awkward prices, bundles that overlap, baskets with several lines; and what they cost."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from hypothesis import strategies as st

from plugin.suggestions.bundles.market import Market
from plugin.suggestions.bundles.model import (
    ACTIVE,
    AMOUNT,
    PERCENT,
    PRICE,
    Bundle,
    BundleId,
    Goods,
    Member,
    Rule,
)
from plugin.suggestions.bundles.pricing import PricedLine, Pricing
from plugin.suggestions.bundles.promotion import NONE, Promotion
from plugin.suggestions.model import ChannelId, ProductId, VariantId

HERE = ChannelId("here")


def a_variant(name: str) -> VariantId:
    """ "camera/black" is the black variant of the camera; "camera" its only one."""
    return VariantId(name)


def product_of(name: str) -> ProductId:
    """The product of a variant."""
    return ProductId(name.split("/")[0])


def goods(
    prices: Mapping[str, int], promotions: Mapping[str, Promotion] | None = None
) -> dict[VariantId, Goods]:
    """Variants by name with their list prices; under promotions where there are any."""
    promotions = promotions or {}
    return {
        VariantId(name): Goods(
            VariantId(name), product_of(name), price, promotions.get(name, NONE).after(price)
        )
        for name, price in prices.items()
    }


def a_bundle(number: int, rule: Rule, members: Mapping[str, int], **facts: object) -> Bundle:
    """A bundle of these: a name with "/" or "!" at its end is that variant, else the product."""
    named = tuple(
        Member(count, variant=VariantId(name.rstrip("!"))) if name[-1] == "!" or "/" in name
        else Member(count, product=ProductId(name))
        for name, count in members.items()
    )  # fmt: skip
    return Bundle(BundleId(number), 1, ACTIVE, f"set {number}", named, rule, (HERE,), **facts)  # type: ignore[arg-type]


def percent(value: str) -> Rule:
    """So many percent off."""
    return Rule(PERCENT, percent=Decimal(value))


def off(value: str) -> Rule:
    """So much off."""
    return Rule(AMOUNT, amounts={HERE: Decimal(value)})


def price(value: str) -> Rule:
    """A set price."""
    return Rule(PRICE, amounts={HERE: Decimal(value)})


def a_market(
    sold: Mapping[VariantId, Goods],
    *bundles: Bundle,
    promotions: Mapping[str, Promotion] | None = None,
    order: Promotion = NONE,
    currency: str = "EUR",
) -> Market:
    """The market with these."""
    return Market(
        HERE,
        currency,
        bundles,
        sold,
        {VariantId(name): found for name, found in (promotions or {}).items()},
        order,
    )


def basket(*lines: tuple[str, int]) -> list[PricedLine]:
    """Lines in this order, each with an id of its own."""
    return [PricedLine(f"line-{place}", VariantId(name), count) for place, (name, count) in enumerate(lines)]


def without(lines: list[PricedLine], market: Market) -> int:
    """What the basket costs without bundles, before the order promotion."""
    return sum(market.goods[line.variant].price * line.quantity for line in lines)


def with_bundles(pricing: Pricing) -> int:
    """What it costs with them, before the order promotion."""
    return sum(pricing.line_totals.values())


NAMES = ("a", "b", "c", "d/1", "d/2", "e/1", "e/2", "e/3")

discounts = st.one_of(
    st.just(NONE),
    st.integers(1, 60).map(lambda value: Promotion(percent=Decimal(value))),
    st.integers(1, 300).map(lambda value: Promotion(fixed=value)),
)


@st.composite
def markets(draw: st.DrawFn, order: bool = False) -> Market:
    """Up to eight variants of five products, up to five bundles among them, promotions on some, in any kind of currency."""
    prices = {name: draw(st.integers(1, 4_000)) for name in NAMES}
    promotions = {name: draw(discounts) for name in NAMES}
    currency = draw(st.sampled_from(("EUR", "JPY", "KWD")))
    exponent = {"EUR": 2, "JPY": 0, "KWD": 3}[currency]
    rules = st.one_of(
        st.integers(1, 99).map(lambda value: percent(str(value))),
        st.integers(1, 500).map(lambda value: off(str(Decimal(value).scaleb(-exponent)))),
        st.integers(1, 5_000).map(lambda value: price(str(Decimal(value).scaleb(-exponent)))),
    )
    members = st.dictionaries(
        st.sampled_from(("a", "b", "c", "d", "e", "d/1", "e/2", "a!")),
        st.integers(1, 2),
        min_size=2,
        max_size=3,
    )
    bundles = [
        a_bundle(number, draw(rules), draw(members), most_sets=draw(st.sampled_from((None, 1, 2))))
        for number in range(1, draw(st.integers(1, 5)) + 1)
    ]
    whole = draw(discounts) if order else NONE
    return a_market(
        goods(prices, promotions), *bundles, promotions=promotions, order=whole, currency=currency
    )


baskets = st.lists(st.tuples(st.sampled_from(NAMES), st.integers(1, 4)), min_size=1, max_size=6).map(
    lambda lines: basket(*lines)
)
