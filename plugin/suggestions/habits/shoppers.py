"""What is known of one buyer from their own earlier orders: what they own, spend, and send back. Guests are never joined."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from typing import NamedTuple

from plugin.suggestions.model import ProductNumber

LEAST_ORDERS = 3
"""Before any label, and before anything is usual: twice is an accident."""

USUAL = Decimal("0.9")
"""Nine of ten orders come to no more than what is usual."""

RETURNS_MOST = "returns_most"
PROMOTION_ONLY = "promotion_only"


class EarlierOrder(NamedTuple):
    """One placed order: what it came to (as charged, with tax), its pieces, those sent back, and whether it was discounted.

    `owned`: products kept; none where it does not count. `total`: None where it does not count, or in another currency.
    A tuple, for a regular has a hundred of them while a shopper waits.
    """

    total: Decimal | None
    pieces: int
    returned: int
    discounted: bool
    owned: Sequence[ProductNumber]


@dataclass(frozen=True, slots=True)
class Shopper:
    """A buyer by their newest orders. `ninetieth`: the 90th percentile of what they came to, None below LEAST_ORDERS."""

    orders: int
    ninetieth: Decimal | None
    owned: frozenset[ProductNumber]
    pieces: int
    returned: int
    promoted_orders: int


NEVER_SEEN = Shopper(0, None, frozenset(), 0, 0, 0)


def known_by(earlier: Iterable[EarlierOrder]) -> Shopper:
    """All the orders say together."""
    orders = list(earlier)
    return Shopper(
        orders=len(orders),
        ninetieth=ninetieth([order.total for order in orders if order.total is not None]),
        owned=frozenset().union(*(order.owned for order in orders)),
        pieces=sum(order.pieces for order in orders),
        returned=sum(order.returned for order in orders),
        promoted_orders=sum(order.discounted for order in orders),
    )


def ninetieth(totals: Iterable[Decimal]) -> Decimal | None:
    """The smallest total that nine of ten do not exceed (nearest rank); None of fewer than LEAST_ORDERS."""
    ordered = sorted(totals)
    return ordered[ceil(USUAL * len(ordered)) - 1] if len(ordered) >= LEAST_ORDERS else None


def label(shopper: Shopper) -> str | None:
    """returns_most, promotion_only or None. Never before LEAST_ORDERS orders."""
    if shopper.orders < LEAST_ORDERS:
        return None
    if shopper.returned * 2 > shopper.pieces:
        return RETURNS_MOST
    return PROMOTION_ONLY if shopper.promoted_orders == shopper.orders else None
