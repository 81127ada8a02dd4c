"""Where a suggestion is shown: on a product page, on the basket page, at the checkout, at the payment step."""

from __future__ import annotations

from plugin.suggestions.preferences import Preferences

PRODUCT = "product"
BASKET = "basket"
CHECKOUT = "checkout"
PAYMENT = "payment"
PLACEMENTS = (PRODUCT, BASKET, CHECKOUT, PAYMENT)


def limits(preferences: Preferences) -> dict[str, int]:
    """How many suggestions each place shows at most."""
    return {
        PRODUCT: preferences.most_on_product,
        BASKET: preferences.most_suggestions,
        CHECKOUT: preferences.most_on_checkout,
        PAYMENT: preferences.most_on_payment,
    }


def most(preferences: Preferences, placement: str) -> int:
    """How many this place shows at most."""
    return limits(preferences)[placement]
