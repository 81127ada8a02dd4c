"""Which sets of two and three a merchant should think of selling as a bundle, best first.

A set is proposed when, by the orders that we did not cause,
- enough distinct buyers bought it whole,
- that happened clearly more often than chance: of a pair as for suggestions; of three products each one must be met with
  the other two more often than chance, so that a bestseller beside a pair makes no trio;
- none of its products look like alternatives of one another (one category, one product type), or they are met so much more
  often than chance that they are none;
- it can be sold now, and still earns something at the usual discount where its costs are known.

Orders we caused count nowhere: for a set, the world is all orders without those induced for that set.

The score is orders beyond coincidence times money:
- the orders that held the whole set, less their standard deviation (a few orders may be luck), less those chance explains;
- counted with the merchant's half-life, so that what was bought together lately stands before what was years ago;
- at most halved by how often it is bought whole anyway: there the discount would mostly be given away;
- times the root of what a set at the usual discount earns (list price times margin, the shop's usual margin where costs are
  unknown): ten times as dear counts three times, for dear sets are taken less readily.

A pair that is nearly always bought with a third product is no set without it. A trio of which two pairs are sets themselves
has told everything, unless each of its products is likelier beside both others than beside either alone, or nearly always
there. A pair stands beside a trio that holds it only when most of its orders went without the third. What a bundle of the
merchant holds already is not proposed again, and no product is in more than MOST_WITH_ONE.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from statistics import median

from plugin.suggestions.affinity import LEAST_LIFT, is_surprising
from plugin.suggestions.bundles.candidates import Market, pairs_of
from plugin.suggestions.bundles.organic import Counts, World, world_of
from plugin.suggestions.bundles.set_counts import Products
from plugin.suggestions.model import Neighbour, ProductNumber

MOST_PROPOSALS = 20

MOST_WITH_ONE = 5
"""Proposals with the same product: one camera that goes with everything must not fill the list."""

GIVEN_AWAY = 0.5
"""How much of the score a set loses that everybody buys whole anyway."""

NEARLY_ALWAYS = 0.9
"""A product this often beside others cannot become much likelier, and they are hardly bought without it."""

MOSTLY = 0.5
"""A pair of which a larger part was bought with the third product is that trio."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A set and what the orders say of it. `anchor`: the product of whose orders the largest part, `confidence`, held it whole.

    `orders` are organic ones, `induced` those beside them that we caused. `support` and `lift` are over organic orders.
    `dearest_first`: the products in the order to name them.
    """

    products: Products
    orders: int
    buyers: int
    induced: int
    support: float
    confidence: float
    anchor: ProductNumber
    lift: float
    score: float
    dearest_first: Products


def findings(counts: Counts, market: Market) -> list[Finding]:
    """The sets that hold together, by what they are worth at list price, best first. Ties by number."""
    found = [_finding(products, counts, market) for products in counts if _holds(products, counts, market)]
    return _best_first(found)


def earning(found: Iterable[Finding], shares: Mapping[Products, float | None]) -> list[Finding]:
    """The same by what they earn. `shares`: of the sets that can be sold, what part of the price stays; None where unknown."""
    known = [share for share in shares.values() if share is not None]
    usual = median(known) if known else 1.0
    scored = [
        replace(one, score=one.score * sqrt(max(usual if share is None else share, 0.0)))
        for one in found
        if one.products in shares
        for share in [shares[one.products]]
    ]
    return _best_first(scored)


def chosen(
    ranked: Sequence[Finding], counts: Counts, market: Market, bundles: Collection[frozenset[ProductNumber]]
) -> list[Finding]:
    """The proposals, best first: without repetition, and without what a bundle holds. `bundles`: the products of each."""
    trios = [one.products for one in ranked if len(one.products) > 2]
    parts: set[Products] = {
        pair for trio in trios for pair in pairs_of(trio) if _part(trio, pair, counts) >= NEARLY_ALWAYS
    }
    pairs: set[Products] = {one.products for one in ranked if len(one.products) == 2}
    pairs = (pairs - parts) | {tuple(sorted(bundle)) for bundle in bundles}
    taken: list[Finding] = []
    for one in ranked:
        if (
            one.products not in parts
            and not is_covered(one.products, bundles)
            and not _is_told(one.products, pairs, counts, market)
            and not _is_mostly_one_of(one.products, taken, counts)
            and not any(_times(product, taken) >= MOST_WITH_ONE for product in one.products)
        ):
            taken.append(one)
    return taken[:MOST_PROPOSALS]


def is_covered(products: Iterable[ProductNumber], bundles: Iterable[frozenset[ProductNumber]]) -> bool:
    """Whether one of these bundles holds the whole set."""
    members = frozenset(products)
    return any(members <= bundle for bundle in bundles)


def named(products: Sequence[str], longest: int) -> str:
    """A name for the set: its products', each cut short where together they are too long."""
    for most in range(longest, 0, -1):
        name = " + ".join(
            product if len(product) <= most else product[: most - 1] + "…" for product in products
        )
        if len(name) <= longest:
            return name
    return ""


def _best_first(found: Iterable[Finding]) -> list[Finding]:
    return sorted((one for one in found if one.score > 0), key=lambda one: (-one.score, one.products))


def _holds(products: Products, counts: Counts, market: Market) -> bool:
    if counts[products].buyers < market.min_buyers:
        return False
    world = world_of(products, counts, market)
    return all(is_surprising(near, world.orders) for near in world.splits()) and all(
        world_of(pair, counts, market).lift() >= market.lift_needed(*pair)
        for pair in pairs_of(products) or [products]
    )


def _finding(products: Products, counts: Counts, market: Market) -> Finding:
    counted, world = counts[products], world_of(products, counts, market)
    confidences = {product: world.together / world.bought[product] for product in products}
    anchor = max(products, key=lambda product: (confidences[product], -product))
    anyway = min(confidences.values())
    recent = counted.weight / counted.orders / market.weight_now
    beyond = counted.orders - sqrt(counted.orders) - world.by_chance()
    return Finding(
        products=products,
        orders=counted.orders,
        buyers=counted.buyers,
        induced=counted.induced,
        support=counted.orders / world.orders,
        confidence=confidences[anchor],
        anchor=anchor,
        lift=world.lift(),
        score=beyond * recent * (1 - GIVEN_AWAY * anyway) * sqrt(market.value(products)),
        dearest_first=tuple(sorted(products, key=lambda product: (-market.traits[product].value, product))),
    )


def _part(trio: Products, pair: Products, counts: Counts) -> float:
    """What part of the pair's orders held the trio. Organic ones of each: a third product that we added proves nothing."""
    return counts[trio].orders / max(counts[pair].orders, 1)


def _is_told(products: Products, pairs: Collection[Products], counts: Counts, market: Market) -> bool:
    """Whether a trio says nothing beyond its pairs."""
    told = [pair for pair in pairs_of(products) if pair in pairs]
    return len(told) > 1 and not _adds_something(world_of(products, counts, market))


def _is_mostly_one_of(products: Products, trios: Iterable[Finding], counts: Counts) -> bool:
    """Whether a pair was mostly bought as one of these trios."""
    return any(
        set(products) < set(trio.products) and _part(trio.products, products, counts) >= MOSTLY
        for trio in trios
    )


def _times(product: ProductNumber, taken: Iterable[Finding]) -> int:
    return sum(product in one.products for one in taken)


def _adds_something(trio: World) -> bool:
    return all(_is_likelier_beside_both(near, trio) for near in trio.splits())


def _is_likelier_beside_both(near: Neighbour, trio: World) -> bool:
    beside_one = max(
        orders / trio.bought[other]
        for pair, orders in trio.pairs.items()
        if near.product in pair
        for other in pair
        if other != near.product
    )
    return near.together / near.beside_orders >= min(beside_one * LEAST_LIFT, NEARLY_ALWAYS)
