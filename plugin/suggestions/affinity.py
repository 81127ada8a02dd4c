"""How orders become counts, and counts become a score. The one place of the formula."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import permutations
from math import inf, sqrt

from plugin.suggestions.model import (
    Candidate,
    ChannelId,
    Neighbour,
    Order,
    OrderLine,
    ProductId,
    ProductNumber,
)
from plugin.suggestions.preferences import Preferences

MOST_LINES = 50
"""A basket of 300 lines says little about each pair and costs 45,000 of them; its 50 dearest lines say enough."""

WEIGHT_OF_TODAY = 1 << 16
"""Weight of an order made on the landmark day. Whole numbers, so that learning and un-learning cancel exactly."""

MOST_HALF_LIVES = 20
"""Past the landmark by more, weights would outgrow 64 bits in a shop of ten million orders: the landmark moves."""

NEVER_COUNTS = frozenset({"DRAFT", "CANCELED", "EXPIRED"})

POPULARITY_OF_BESIDE = 0.7
POPULARITY_OF_PRODUCT = 0.3
SHRINK = 5.0
SHARPEN = 1.25
"""A graph walk with popularity discount, RP3beta (Paudel et al. 2017); figures measured on ten real basket sets."""

IMAGINARY_ORDERS = 20
"""Orders without either product, added before surprise is judged: in a tiny shop one coincidence is not a habit."""

LEAST_LIFT = 1.2
"""A pair must be met this much more often than chance: a bestseller beside everything is no association."""

LEAST_SURPRISE = 3.0
"""... and by this many standard deviations: among thousands of pairs some always exceed chance by luck."""

LEADERS = 5
"""The strongest candidates say how often such a basket takes anything at all; the weaker ones follow by their score."""

ROUNDING = 1e-9
"""The sieve is this much wider than LEAST_LIFT, so that it never takes a pair that is_surprising would keep."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one order adds to the counts: its products, once each, and its weight. Nothing when `products` is empty."""

    channel: ChannelId
    buyer: str | None
    products: frozenset[ProductNumber]
    weight: int


def counts(order: Order, preferences: Preferences) -> bool:
    """Whether the order is placed, stands, and is paid or confirmed as the merchant wishes."""
    return not order.refunded and is_placed(order.status, order.paid, order.reissue, preferences)


def is_placed(status: str, paid: bool, reissue: bool, preferences: Preferences) -> bool:
    """The same, whether or not all of it was given back later: what was sent back was chosen once."""
    if status in NEVER_COUNTS or reissue:
        return False
    if preferences.unpaid_orders == "always" or paid:
        return True
    return preferences.unpaid_orders == "confirmed" and status != "UNCONFIRMED"


def bought(lines: Iterable[OrderLine]) -> tuple[ProductId, ...]:
    """The products kept, once each, dearest first, at most MOST_LINES. Gifts were not chosen and do not count."""
    amounts: dict[ProductId, object] = {}
    kept = [line for line in lines if line.product is not None and line.kept > 0 and not line.gift]
    for line in sorted(kept, key=lambda line: (-line.amount, line.variant)):
        if line.product is not None:
            amounts.setdefault(line.product, line.amount)
    return tuple(amounts)[:MOST_LINES]


def weight(ordered_on: date, landmark: date, half_life_days: int) -> int:
    """2^(age) in whole numbers, measured forward from a landmark day: nothing has to be rewritten as time passes."""
    if half_life_days == 0:
        return WEIGHT_OF_TODAY
    half_lives = (ordered_on - landmark).days / half_life_days
    factor: float = 2.0 ** min(half_lives, MOST_HALF_LIVES + 2.0)
    return round(WEIGHT_OF_TODAY * factor)


def pairs(products: Iterable[ProductNumber]) -> Iterator[tuple[ProductNumber, ProductNumber]]:
    """Every ordered pair of different products, both directions."""
    return permutations(sorted(set(products)), 2)


def sieve(orders: int) -> float:
    """What together * sieve must reach of beside_orders * product_orders for a pair to be surprising: the rest need not be read."""
    return (orders + IMAGINARY_ORDERS) / LEAST_LIFT * (1 + ROUNDING)


def is_surprising(neighbour: Neighbour, orders: int) -> bool:
    """Whether the pair is met clearly more often than chance among `orders`. Source: lift and its z-score under independence."""
    everything = orders + IMAGINARY_ORDERS
    share = neighbour.product_orders / everything
    expected = neighbour.beside_orders * share
    lift = neighbour.together / expected if expected else inf
    surprise = (neighbour.together - expected) / sqrt(expected * (1 - share)) if 0 < share < 1 else inf
    return lift >= LEAST_LIFT and surprise >= LEAST_SURPRISE


def strength(neighbour: Neighbour) -> float:
    """How strongly one product of the basket speaks for the neighbour; association, not popularity."""
    beside = (neighbour.beside_now + SHRINK) ** POPULARITY_OF_BESIDE
    product = (neighbour.product_now + SHRINK) ** POPULARITY_OF_PRODUCT
    return float((neighbour.together_now / (beside * product)) ** SHARPEN)


def ranked(
    neighbours: Iterable[Neighbour], orders: int, model: Mapping[ProductNumber, float] | None = None
) -> list[Candidate]:
    """The products the whole basket speaks for, strongest first, ties by number. `orders`: all orders of the scope.

    `model`: how likely each belongs into the basket, where that was fitted; it decides then, each held to the part of its orders
    that the basket explains: what is bought anyway need not be suggested.
    """
    scores: dict[ProductNumber, float] = {}
    strongest: dict[ProductNumber, tuple[float, Neighbour]] = {}
    for neighbour in neighbours:
        if is_surprising(neighbour, orders):
            said = strength(neighbour)
            scores[neighbour.product] = scores.get(neighbour.product, 0.0) + said
            best = strongest.get(neighbour.product)
            if best is None or (said, -neighbour.beside) > (best[0], -best[1].beside):
                strongest[neighbour.product] = (said, neighbour)
    if model is not None:
        beyond = {product: _beyond_chance(because, orders) for product, (_said, because) in strongest.items()}
        scores = {product: model[product] * beyond[product] for product in scores}
    order = sorted(scores, key=lambda product: (-scores[product], product))
    likely = max((_because_of(strongest[product][1], orders) for product in order[:LEADERS]), default=0.0)
    top = scores[order[0]] if order else 1.0
    return [
        Candidate(product, scores[product], strongest[product][1], likely * scores[product] / top)
        for product in order
    ]


def _beyond_chance(neighbour: Neighbour, orders: int) -> float:
    """The part of the orders together that chance does not explain: 1 - 1 / lift."""
    expected = neighbour.beside_orders * neighbour.product_orders / (orders + IMAGINARY_ORDERS)
    return max(0.0, 1 - expected / neighbour.together)


def _because_of(neighbour: Neighbour, orders: int) -> float:
    """The share of orders with the one product that hold the other one because of it: above what chance explains, shrunken."""
    by_chance = neighbour.product_orders / (orders + IMAGINARY_ORDERS)
    return max(0.0, neighbour.together / (neighbour.beside_orders + SHRINK) - by_chance)
