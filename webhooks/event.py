"""What a webhook event is: Saleor's name for it, what we ask to be told, and what we do with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from plugin.saleor.documents import with_fragments
from plugin.saleor.manifest import OLDEST, Subscription, Version
from plugin.shop import Shop, Tandem


@dataclass(frozen=True, slots=True)
class Delivery:
    """One verified delivery. `own`: we caused it ourselves. `issued_at`: when Saleor took the snapshot it carries."""

    tandem: Tandem
    shop: Shop
    body: dict[str, Any]
    issued_at: datetime
    own: bool
    now: datetime


@dataclass(frozen=True, slots=True)
class WebhookEvent:
    """An event we subscribe to. `name` is Saleor's; the query lies beside, as <name>.graphql in lower case.

    `since` is the first Saleor that knows every field of the query. Saleor waits for the answer of an event that `asks`,
    which `handle` returns; such an event is registered only while it is needed.
    """

    name: str
    handle: Callable[[Delivery], dict[str, object] | None]
    since: Version = OLDEST
    asks: bool = False

    @property
    def slug(self) -> str:
        """The event as Saleor writes it in headers, and the end of our path."""
        return self.name.lower()

    @property
    def typename(self) -> str:
        """The GraphQL type of the payload: ORDER_CREATED is an OrderCreated."""
        return self.name.title().replace("_", "")

    @property
    def subscription(self) -> Subscription:
        """What the manifest and the mending of webhooks need to know."""
        text = (Path(__file__).parent / f"{self.slug}.graphql").read_text()
        return Subscription(
            self.name, f"/api/webhooks/{self.slug}", with_fragments(text), self.since, self.asks
        )
