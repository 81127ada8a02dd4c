"""A shopper says "not this one", or "no more suggestions": remembered, and what is written in the checkout follows."""

from __future__ import annotations

from datetime import datetime

from plugin.shop import Shop
from plugin.store import responses, suggestions_shown
from plugin.store.database import writing
from plugin.use_cases import plan_work
from plugin.use_cases.refresh_catalogue import stamp


def decline(shop: Shop, checkout_id: str, kind: str, product: str, now: datetime) -> None:
    """Not this one. What was never offered in this checkout is passed over: nobody can decline for others."""
    with writing(shop.db):
        if responses.decline(shop.db, checkout_id, kind, product, stamp(now)):
            suggestions_shown.withdraw(shop.db, checkout_id, product)
            plan_work.inject(shop, checkout_id, now)


def dismiss(shop: Shop, checkout_id: str, now: datetime) -> None:
    """No more of them in this checkout. One that we never looked at is passed over."""
    with writing(shop.db):
        if responses.dismiss(shop.db, checkout_id, stamp(now)):
            suggestions_shown.withdraw(shop.db, checkout_id)
            plan_work.inject(shop, checkout_id, now)
