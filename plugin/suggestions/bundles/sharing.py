"""A discount shared over lines: in proportion to price, one whole unit price per line, exact in total where that can be."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Share:
    """A line that takes part: its quantity, unit price now, and its part of the discount before rounding (smallest units)."""

    quantity: int
    price: int
    discount: float


def unit_prices(shares: Sequence[Share], total: int) -> list[int]:
    """A unit price per line so that the lines together cost `total`, none more than now and none below zero.

    Where whole unit prices cannot express the total (three pieces at 10.00 together), it is missed in the shopper's favour
    by less than the greatest common divisor of the quantities, so by less than one smallest unit per piece.
    """
    prices = [_lower(share) for share in shares]
    missing = total - _sum(shares, prices)
    for place in sorted(range(len(shares)), key=lambda at: (-shares[at].quantity, -shares[at].price, at)):
        quantity = shares[place].quantity
        if quantity > 1 and missing >= quantity and prices[place] < shares[place].price:
            prices[place] += 1
            missing -= quantity
    for place, change in enumerate(_changes(shares, prices, missing)):
        prices[place] += change
    return prices


def _lower(share: Share) -> int:
    price = int((share.quantity * share.price - share.discount) // share.quantity)
    return min(max(price, 0), share.price)


def _sum(shares: Sequence[Share], prices: Sequence[int]) -> int:
    return sum(share.quantity * price for share, price in zip(shares, prices, strict=True))


def _changes(shares: Sequence[Share], prices: Sequence[int], missing: int) -> list[int]:
    """Fewest single steps of unit prices, up or down, after which least is missing. A line of one piece takes what is left."""
    none = [0] * len(shares)
    single = next(
        (
            place
            for place in sorted(range(len(shares)), key=lambda at: (-shares[at].price, at))
            if shares[place].quantity == 1 and 0 <= prices[place] + missing <= shares[place].price
        ),
        None,
    )
    if missing == 0:
        return none
    if single is not None:
        none[single] = missing
        return none
    return _walked(shares, prices, missing)


def _walked(shares: Sequence[Share], prices: Sequence[int], missing: int) -> list[int]:
    """Breadth first over what is missing; every step changes one unit price by one smallest unit."""
    reach = 2 * max(share.quantity for share in shares) + abs(missing)
    came: dict[int, tuple[int, int, int]] = {missing: (missing, -1, 0)}
    waiting = deque([missing])
    while waiting and 0 not in came:
        here = waiting.popleft()
        taken = _steps(came, here, len(shares))
        for place, share in enumerate(shares):
            for step in (1, -1):
                there, price = here - step * share.quantity, prices[place] + taken[place] + step
                if abs(there) <= reach and there not in came and 0 <= price <= share.price:
                    came[there] = (here, place, step)
                    waiting.append(there)
    return _steps(came, min((found for found in came if found >= 0), default=missing), len(shares))


def _steps(came: dict[int, tuple[int, int, int]], there: int, lines: int) -> list[int]:
    steps = [0] * lines
    while came[there][1] >= 0:
        there, place, step = came[there]
        steps[place] += step
    return steps
