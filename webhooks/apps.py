"""The app itself: switched off, switched on, removed. Saleor 3.23.5 and newer tell the app about itself."""

from __future__ import annotations

from plugin.store import facts
from plugin.use_cases.forget_shop import forget_shop
from plugin.use_cases.install_shop import set_active
from plugin.use_cases.mend_webhooks import note_permissions
from webhooks.event import Delivery, WebhookEvent


def removed(delivery: Delivery) -> None:
    """Stop now; the data goes after the grace period."""
    if _is_about_us(delivery):
        forget_shop(delivery.tandem, delivery.shop.installation, delivery.now)


def switched(delivery: Delivery) -> None:
    """Off: write nothing. On: catch up. A late or repeated delivery must not undo a newer one."""
    issued_at = delivery.issued_at.isoformat()
    if _is_about_us(delivery) and issued_at > (facts.get(delivery.shop.db, "status_issued_at") or ""):
        facts.keep(delivery.shop.db, "status_issued_at", issued_at)
        active = bool(delivery.body["app"]["isActive"])
        set_active(delivery.tandem, delivery.shop.installation, active, delivery.now)


def updated(delivery: Delivery) -> None:
    """Permissions were granted or withdrawn: whether we may set prices may have changed."""
    if _is_about_us(delivery):
        note_permissions(delivery.shop, delivery.body["app"]["permissions"] or [], delivery.now)


def _is_about_us(delivery: Delivery) -> bool:
    return bool(delivery.body["app"]["id"] == delivery.shop.installation.app_id)


EVENTS = (
    WebhookEvent("APP_DELETED", removed),
    WebhookEvent("APP_STATUS_CHANGED", switched),
    WebhookEvent("APP_UPDATED", updated),
)
