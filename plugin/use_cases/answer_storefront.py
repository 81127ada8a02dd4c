"""What a storefront is told after its checkout was changed: every line with its price, and what a set costs and saves."""

from __future__ import annotations

from typing import Any

from plugin.suggestions.money import money
from plugin.use_cases.hold_prices import Held


def checkout_answer(held: Held) -> dict[str, Any]:
    """The checkout's lines as Saleor has them now, with tax."""
    currency = held.checkout.currency
    return {
        "checkout": held.checkout.id,
        "lines": [
            {
                "lineId": line.id,
                "variantId": line.variant,
                "quantity": line.quantity,
                "isGift": line.gift,
                "totalPrice": _money(line.total_gross, currency),
            }
            for line in held.checkout.lines
        ],
    }


def bundle_answer(held: Held, number: str) -> dict[str, Any]:
    """The same with the sets of one bundle: what they cost and save together, with tax; null without a discount."""
    sets = [found for found in held.pricing.promised if str(found.bundle) == number]
    taxed = _taxed(held, {line for found in sets for line in found.pieces})
    currency = held.checkout.currency
    return {
        **checkout_answer(held),
        "bundle": number,
        "price": _money(round(sum(found.price for found in sets) * taxed), currency) if sets else None,
        "saving": _money(round(sum(found.saving for found in sets) * taxed), currency) if sets else None,
    }


def _taxed(held: Held, lines: set[str]) -> float:
    """What tax makes of the prices of these lines, where they are entered without it."""
    found = [line for line in held.checkout.lines if line.id in lines]
    entered = sum(line.total for line in found)
    return sum(line.total_gross for line in found) / entered if entered else 1.0


def _money(smallest: int, currency: str) -> dict[str, str]:
    return {"amount": f"{money(smallest, currency):f}", "currency": currency}
