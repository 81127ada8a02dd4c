"""What Tandem could do with a permission it was not given: said where it matters, with a button that asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, render_template

from plugin.errors import NotFound
from plugin.shop import Shop
from plugin.store import facts
from plugin.use_cases import plan_work
from plugin.web.dashboard.door import staff
from plugin.web.dashboard.staff import shop_of, wake

blueprint = Blueprint("permitting", __name__)


@dataclass(frozen=True, slots=True)
class Permission:
    """One that the manifest does not ask for. `fact`: what remembers whether it was given; `page`: where it is spoken of.

    `needed`: something set up by the merchant waits for it.
    """

    name: str
    fact: str
    code: str
    title: str
    told: str
    page: str
    needed: bool = False


PRICES = Permission(
    "prices", "may_price", "HANDLE_CHECKOUTS", "Tandem may not change prices yet.",
    "Bundles are shown to shoppers without a discount until this shop grants the permission “Handle checkouts”. "
    "Somebody who manages apps can grant it.", "/bundles", needed=True,
)  # fmt: skip

DELIVERIES = Permission(
    "deliveries", "may_read_deliveries", "MANAGE_SHIPPING", "Tandem may not read your shipping zones.",
    "It knows prices of delivery as your storefront does, without postal codes and excluded products. "
    "The permission “Manage shipping” makes it exact.", "/preferences",
)  # fmt: skip

SHOPPERS = Permission(
    "shoppers", "may_read_shoppers", "MANAGE_USERS", "Tandem does not see who is signed in.",
    "What shoppers own, usually spend or send back is not considered in the checkout. "
    "With the permission “Manage customers” it is; Tandem keeps a keyed hash, never a name or an address.", "/preferences",
)  # fmt: skip

PERMISSIONS = (PRICES, DELIVERIES, SHOPPERS)


@blueprint.get("/permissions/<name>")
def missing(name: str) -> str:
    """That the permission is missing; nothing as soon as it is granted."""
    for permission in PERMISSIONS:
        if permission.name == name:
            with shop_of(staff()) as shop:
                return render_template("dashboard/permission.html", missing=lacking(shop, permission))
    raise NotFound(f"there is no permission {name[:40]!r}")


def lacking(shop: Shop, permission: Permission) -> Permission | None:
    """The permission when it is known to be missing."""
    return permission if facts.get(shop.db, permission.fact) is False else None


def ask_anew(shop: Shop, *missing: Permission | None) -> None:
    """Saleor is asked again where something is missing: it may be granted by now."""
    if any(missing):
        plan_work.mend(shop, datetime.now(UTC))
        wake(staff())
