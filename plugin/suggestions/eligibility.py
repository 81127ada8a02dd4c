"""Never what is unavailable, in the basket already, or excluded."""

from __future__ import annotations

from plugin.suggestions.model import Basket, Offer
from plugin.suggestions.preferences import Preferences


def is_welcome(offer: Offer, basket: Basket, preferences: Preferences) -> bool:
    """Whether the product can be bought here, is not in the basket in any variant (gifts included), and is not excluded."""
    return (
        bool(offer.variants)
        and offer.product not in {line.product for line in basket.lines}
        and offer.id not in preferences.excluded_products
        and offer.category not in preferences.excluded_categories
    )
