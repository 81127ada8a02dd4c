"""What a merchant wants to know of a proposed set beside its counts: prices, margins, stock, revenue."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from decimal import Decimal

from plugin.shop import Shop
from plugin.store import bought_sets, catalogue, channels, faces, preferences
from plugin.store.faces import Face
from plugin.suggestions.bundles.earnings import InChannel, in_channel
from plugin.suggestions.bundles.model import Goods
from plugin.suggestions.bundles.proposal import Proposal
from plugin.suggestions.bundles.proposals import Finding
from plugin.suggestions.bundles.set_counts import Products, Sought
from plugin.suggestions.catalogue import Channel
from plugin.suggestions.counting import WHOLE_SHOP
from plugin.suggestions.model import ChannelId, ProductId, ProductNumber, VariantId

PageDone = Callable[[int, int], None]

Earnings = Mapping[Products, Sequence[InChannel]]

Members = tuple[ProductId, ...]


def earnings(shop: Shop, scope: ChannelId, found: Iterable[Finding]) -> Earnings:
    """Per set what it earns in each channel of the scope; sets that none of them could sell now are left out."""
    sets = [one.products for one in found]
    known = _faces(shop, sets)
    ids = {tuple(ProductId(known[number].id) for number in products): products for products in sets}
    made: dict[Products, list[InChannel]] = {}
    for channel in channels.every(shop.db):
        if channel.active and scope in (WHOLE_SHOP, channel.id):
            for members, there in in_one_channel(shop, channel, ids).items():
                made.setdefault(ids[members], []).append(there)
    return {
        products: several for products, several in made.items() if any(map(InChannel.can_be_sold, several))
    }


def in_one_channel(shop: Shop, channel: Channel, sets: Collection[Members]) -> dict[Members, InChannel]:
    """The sets as that channel could sell them; those without a price there are left out."""
    margin = preferences.get(shop.db).bundle_margin
    of_product: dict[ProductId, dict[VariantId, Goods]] = {}
    for variant, goods in catalogue.goods(
        shop.db, channel.id, {one for members in sets for one in members}
    ).items():
        of_product.setdefault(goods.product, {})[variant] = goods
    found = {}
    for members in sets:
        sold = {variant: goods for one in members for variant, goods in of_product.get(one, {}).items()}
        there = in_channel(members, channel, sold, margin)
        if there is not None:
            found[members] = there
    return found


def described(
    shop: Shop, scope: ChannelId, chosen: Sequence[Finding], earned: Earnings, page_done: PageDone
) -> list[Proposal]:
    """The proposals in full, in this order. Looks through the orders once more, for what they came to."""
    known = _faces(shop, [one.products for one in chosen])
    revenues = _revenues(shop, scope, chosen, known, page_done)
    return [
        _proposal(number, one, known, revenues[one.products], earned[one.products])
        for number, one in enumerate(chosen, start=1)
    ]


def _proposal(
    number: int,
    one: Finding,
    known: Mapping[ProductNumber, Face],
    revenue: Mapping[str, Decimal],
    there: Sequence[InChannel],
) -> Proposal:
    shown = [known[product] for product in one.dearest_first]
    return Proposal(
        number=number,
        id="-".join(map(str, one.products)),
        products=tuple(ProductId(face.id) for face in shown),
        names=tuple(face.name for face in shown),
        orders=one.orders,
        buyers=one.buyers,
        induced=one.induced,
        support=one.support,
        confidence=one.confidence,
        anchor=ProductId(known[one.anchor].id),
        lift=one.lift,
        score=one.score,
        revenue=revenue,
        channels=tuple(there),
    )


def _revenues(
    shop: Shop,
    scope: ChannelId,
    chosen: Sequence[Finding],
    known: Mapping[ProductNumber, Face],
    page_done: PageDone,
) -> dict[Products, dict[str, Decimal]]:
    """Per set and currency what its lines came to in its organic orders."""
    sought = Sought([one.products for one in chosen])
    held: dict[Products, list[int]] = {one.products: [] for one in chosen}
    for order in bought_sets.counting(shop.db, scope, sought.products, page_done) if chosen else ():
        for products in sought.within(order.products):
            if order.induced.isdisjoint(products):
                held[products].append(order.number)
    return {
        products: bought_sets.sales(shop.db, orders, {known[product].id for product in products})
        for products, orders in held.items()
    }


def _faces(shop: Shop, sets: Iterable[Products]) -> dict[ProductNumber, Face]:
    return faces.of_numbers(shop.db, {product for products in sets for product in products})
