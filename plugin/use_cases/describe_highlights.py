"""What a merchant wants to see first: what belongs together most, and what was suggested most."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from plugin.shop import Shop
from plugin.store import affinities, faces, facts, preferences, suggestions_shown
from plugin.store.faces import Face
from plugin.suggestions import affinity
from plugin.suggestions.counting import WHOLE_SHOP
from plugin.suggestions.model import Neighbour

BESTSELLERS_LOOKED_AT = 60
"""Strong pairs are sought around the products bought most: all pairs of a large shop would take seconds to rank."""

MOST_SHOWN = 8

MONTH = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two products and how often: `together` of the `orders` that hold `beside`."""

    beside: Face
    product: Face
    together: int
    orders: int


@dataclass(frozen=True, slots=True)
class Often:
    """A product and in how many checkouts it was suggested."""

    product: Face
    checkouts: int


@dataclass(frozen=True, slots=True)
class Highlights:
    """What belongs together most, and what was suggested most in the last 30 days. `min_buyers` is what a pair needs."""

    pairs: tuple[Pair, ...]
    often: tuple[Often, ...]
    min_buyers: int


def highlights(shop: Shop, now: datetime) -> Highlights:
    """The strongest pairs among the bestsellers, and the products suggested most."""
    strongest = _strongest(shop, now)[:MOST_SHOWN]
    since = (now - MONTH).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    often = suggestions_shown.most_suggested(shop.db, since, MOST_SHOWN)

    known = faces.of_numbers(
        shop.db, [number for near in strongest for number in (near.beside, near.product)]
    )
    named = faces.of_products(shop.db, [product for product, _times in often])

    return Highlights(
        pairs=tuple(
            Pair(known[near.beside], known[near.product], near.together, near.beside_orders)
            for near in strongest
            if near.beside in known and near.product in known
        ),
        often=tuple(Often(named[product], times) for product, times in often if product in named),
        min_buyers=preferences.get(shop.db).min_buyers,
    )


def _strongest(shop: Shop, now: datetime) -> list[Neighbour]:
    """Surprising pairs, strongest first, each pair once, told from its more telling side."""
    chosen = preferences.get(shop.db)
    landmark = facts.landmark(shop.db, now.date())
    weight_now = float(affinity.weight(now.date(), landmark, chosen.half_life_days))
    total = affinities.totals(shop.db, WHOLE_SHOP).orders
    bestsellers = affinities.bestsellers(shop.db, WHOLE_SHOP, chosen.min_buyers, BESTSELLERS_LOOKED_AT)
    near = affinities.around(shop.db, WHOLE_SHOP, bestsellers, chosen.min_buyers, weight_now)

    telling = [found for found in near if affinity.is_surprising(found, total)]
    telling.sort(key=lambda found: (-affinity.strength(found), found.beside, found.product))

    return list(_once(telling))


def _once(neighbours: Iterable[Neighbour]) -> Iterable[Neighbour]:
    seen: set[frozenset[int]] = set()
    for found in neighbours:
        pair = frozenset((found.beside, found.product))
        if pair not in seen:
            seen.add(pair)
            yield found
