"""A product or variant looked at from one channel: prices and stock depend on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from plugin.sandbox.catalogue_facts import Channel

SEEN_IN_A_CHANNEL = frozenset(
    {"CheckoutLine", "Product", "ProductVariant", "Collection", "ShippingZone", "ShippingMethodType"}
)
"""Types whose GraphQL objects carry the channel they were asked in."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A fact, and the channel it is seen in; without a channel there is no price."""

    fact: Any
    channel: Channel | None = None
    within: Any = None
    """The checkout of a line: its price depends on the others."""

    @property
    def type_name(self) -> str:
        """The GraphQL type: facts are named as Saleor's types."""
        return type(self.fact).__name__
