"""What is missing to free delivery: Saleor's own limits, or those a merchant typed, against what a basket is worth."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from plugin.errors import BadPreference
from plugin.suggestions.model import DeliveryGap
from plugin.suggestions.money import is_exact, money, units

PREFERENCE = "free_delivery_from"

BY_HAND = re.compile(r"([^\s:,]{1,255})\s*:\s*([^\s,]+)(?:,\s+([^\s,]+))?")

AMOUNT = re.compile(r"(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,3})?")


@dataclass(frozen=True, slots=True)
class DeliveryMethod:
    """One way to deliver to one country of a channel, and for which subtotals it is open; both limits are inclusive.

    `restricted`: open to some baskets or addresses only, by more than the subtotal (weight, postal codes, excluded products).
    """

    id: str
    name: str
    price: Decimal
    minimum: Decimal = Decimal()
    maximum: Decimal | None = None
    restricted: bool = False

    def is_open(self, subtotal: Decimal) -> bool:
        """Whether a basket worth this may choose it, as far as its worth decides."""
        return self.minimum <= subtotal and (self.maximum is None or subtotal <= self.maximum)


@dataclass(frozen=True, slots=True)
class ByHand:
    """What a merchant typed for a channel: delivery is free from `threshold` on, and costs `below` under it, where told."""

    threshold: Decimal
    below: Decimal | None = None

    def methods(self) -> tuple[DeliveryMethod, ...]:
        """The same as methods of delivery."""
        free = DeliveryMethod("", "", Decimal(), self.threshold)
        return (free,) if self.below is None else (free, DeliveryMethod("", "", self.below))


def gap(methods: Sequence[DeliveryMethod], subtotal: Decimal, currency: str) -> DeliveryGap | None:
    """What is missing to the nearest free delivery; None when nothing honest can be said.

    That is when delivery is, or may be, free already, and when no further purchase would make it free for certain. A free
    method that ends at some subtotal is not promised: what closes the gap may carry the basket past its end.
    """
    free = [method for method in methods if not method.price]
    if any(method.is_open(subtotal) for method in free):
        return None
    promised = [method.minimum for method in free if not method.restricted and method.maximum is None]
    if not promised:
        return None
    threshold = min(promised)
    paid = [method.price for method in methods if method.price and method.is_open(subtotal)]
    return DeliveryGap(
        gap=_money(threshold - subtotal, currency),
        threshold=_money(threshold, currency),
        saves=_money(min(paid), currency) if paid else None,
        currency=currency,
    )


@lru_cache(maxsize=64)
def by_hand(lines: tuple[str, ...]) -> Mapping[str, ByHand]:
    """The preference `free_delivery_from` by channel slug. One line a channel: "default-channel: 50.00, 4.90".

    Raises:
        BadPreference: a line that is not of this form, or two for one channel.
    """
    found: dict[str, ByHand] = {}
    for line in lines:
        slug, typed = _read(line)
        if slug in found:
            raise BadPreference(PREFERENCE, f"“{slug}” is named twice")
        found[slug] = typed
    return found


def check_by_hand(lines: tuple[str, ...], currencies: Mapping[str, str]) -> None:
    """The same, and whether every channel exists and can be paid such amounts. `currencies`: of every channel, by slug.

    Raises:
        BadPreference: it is not so.
    """
    for slug, typed in by_hand(lines).items():
        if slug not in currencies:
            known = ", ".join(sorted(currencies)) or "none"
            raise BadPreference(PREFERENCE, f"there is no channel “{slug}”; the channels are: {known}")
        for amount in (typed.threshold, typed.below):
            if amount is not None and not is_exact(amount, currencies[slug]):
                raise BadPreference(PREFERENCE, f"“{slug}”: nobody can pay {amount:f} {currencies[slug]}")


def _read(line: str) -> tuple[str, ByHand]:
    match = BY_HAND.fullmatch(line.strip())
    if match is None:
        raise BadPreference(
            PREFERENCE, f"“{line[:100]}” must be like default-channel: 50.00, 4.90 (amounts with a point)"
        )
    slug, threshold, below = match.group(1), match.group(2), match.group(3)
    typed = ByHand(_amount(line, threshold), _amount(line, below) if below else None)
    if typed.below is not None and typed.below >= typed.threshold:
        raise BadPreference(PREFERENCE, f"“{line[:100]}”: delivery must cost less than what makes it free")
    return slug, typed


def _amount(line: str, text: str) -> Decimal:
    if not AMOUNT.fullmatch(text) or not Decimal(text):
        raise BadPreference(PREFERENCE, f"“{line[:100]}”: “{text[:30]}” is no amount like 50.00 above 0")
    return Decimal(text)


def _money(amount: Decimal, currency: str) -> Decimal:
    return money(units(amount, currency), currency)
