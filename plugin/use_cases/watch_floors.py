"""Prices and costs change under a bundle: one that would sell below cost pauses itself, and the merchant is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from plugin.shop import Shop
from plugin.store import bundles, catalogue, channels, preferences
from plugin.suggestions.bundles import floor
from plugin.suggestions.bundles.model import ACTIVE, PAUSED, Bundle
from plugin.suggestions.model import ChannelId, ProductId, VariantId
from plugin.use_cases import plan_work
from plugin.use_cases.change_bundles import change_state
from plugin.use_cases.tell_problems import TANDEM

Prices = Mapping[tuple[ChannelId, VariantId], tuple[int, int]]
"""List price and price now, per channel and variant, in smallest units."""


def watch_floors(shop: Shop, members: Iterable[str], now: datetime) -> list[Bundle]:
    """Pause every active bundle with one of these products or variants that sells below cost by now. Those paused."""
    paused = []
    for bundle in bundles.with_member(shop.db, members):
        if bundle.state == ACTIVE and (where := below_cost_in(shop, bundle)):
            why = f"in {', '.join(where)} it would sell below cost, or with less than the margin you keep."
            paused.append(change_state(shop, bundle.id, PAUSED, TANDEM, now, why))
    return paused


def bundled_prices(shop: Shop, products: Sequence[ProductId]) -> Prices:
    """What these products cost now, as far as a bundle holds them; nothing where there are no bundles."""
    if not bundles.are_any(shop.db) or not bundles.with_member(shop.db, _members(shop, products)):
        return {}
    return {
        (channel.id, variant): (goods.list_price, goods.price)
        for channel in channels.every(shop.db)
        for variant, goods in catalogue.goods(shop.db, channel.id, products).items()
    }


def follow_prices(shop: Shop, products: Sequence[ProductId], before: Prices, now: datetime) -> None:
    """After these products were read anew: floors are watched, and open checkouts with another price by now looked at again."""
    watch_floors(shop, _members(shop, products), now)
    after = bundled_prices(shop, products)
    changed = {
        variant
        for place, price in after.items()
        if before.get(place, price) != price
        for variant in [place[1]]
    }
    if changed:
        plan_work.hold_prices(shop, bundles.holding_variants(shop.db, changed), now)


def _members(shop: Shop, products: Sequence[ProductId]) -> list[str]:
    return [*products, *catalogue.variants_of(shop.db, products)]


def watch_all_floors(shop: Shop, now: datetime) -> list[Bundle]:
    """The same for every bundle: after the whole catalogue was read, or the margin to keep was changed."""
    return watch_floors(shop, floor.member_ids(bundles.every(shop.db)), now)


def below_cost_in(shop: Shop, bundle: Bundle) -> list[str]:
    """Names of the channels in which the bundle would sell below cost, by what we know now."""
    margin = preferences.get(shop.db).bundle_margin
    members = floor.member_ids([bundle])
    return [
        channel.name or channel.slug
        for channel in channels.every(shop.db)
        if channel.id in bundle.channels
        and floor.is_below_cost(bundle, channel, catalogue.goods(shop.db, channel.id, members), margin)
    ]
