"""Switches of the sandbox Saleor; tests turn them at any time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Settings:
    """What an operator or a merchant of a real Saleor would choose."""

    version: str = "3.23.28"
    shop_name: str = "Tandem demo shop"
    legacy_webhook_emission: bool = True
    """shop.useLegacyUpdateWebhookEmission: a metadata change also fires CHECKOUT_UPDATED, PRODUCT_UPDATED, ..."""
    confirm_orders_automatically: bool = True
    allow_unpaid_orders: bool = True
    limit_quantity_per_checkout: int = 50
    mispairs_lines: bool = False
    """checkoutLinesUpdate may take the variants of its lines in a wrong order when it asks whether they are for sale (a coin
    toss of every process, seen on 3.23): then the variant of a line set to 0 is asked about instead of the new one."""
    sync_timeout: float = 18.0
    """Seconds an app may take over a synchronous webhook before Saleor goes on without its answer."""
    time_scale: float = 0.0
    """Shortens the waits between retries of webhooks: 1 is real time, 0 does not wait."""
    seed: int = 1
    """Of the dice ids and tokens are made with."""

    @property
    def schema_version(self) -> str:
        """3.23 of 3.23.28."""
        return ".".join(self.version.split(".")[:2])
