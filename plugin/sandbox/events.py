"""Saleor's webhook events: which permission each needs, and what happened to whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from plugin.sandbox.app_facts import App, Principal, Webhook

PERMISSIONS: Mapping[str, str | None] = {
    "ORDER": "MANAGE_ORDERS",
    "CHECKOUT": "MANAGE_CHECKOUTS",
    "PRODUCT": "MANAGE_PRODUCTS",
    "CATEGORY": "MANAGE_PRODUCTS",
    "COLLECTION": "MANAGE_PRODUCTS",
    "CHANNEL": "MANAGE_CHANNELS",
    "PROMOTION": "MANAGE_DISCOUNTS",
    "VOUCHER": "MANAGE_DISCOUNTS",
    "SHIPPING": "MANAGE_SHIPPING",
    "APP": None,
}
"""By the first word of the event's name."""


def permission_for(event: str) -> str | None:
    """What an app needs to be told this; without it the event is silently not delivered."""
    return PERMISSIONS[event.partition("_")[0]]


def type_name(event: str) -> str:
    """ORDER_CREATED is the type OrderCreated."""
    return event.title().replace("_", "")


def is_about_apps(event: str) -> bool:
    """Life-cycle events go to the app they are about, and to nobody else."""
    return event.startswith("APP_")


@dataclass(frozen=True, slots=True)
class Fired:
    """Something happened. `about` has the event's own fields: a global id is looked up when the body is made."""

    name: str
    by: Principal
    about: Mapping[str, object] = field(default_factory=dict)
    to: tuple[tuple[App, Webhook], ...] | None = None
    """Receivers fixed beforehand: an app that is being deleted has no rows afterwards."""
