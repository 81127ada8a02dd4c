"""Asking for a checkout, with the signed-in customer where we may read who that is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plugin.errors import SaleorRefused
from plugin.shop import Shop
from plugin.store import facts
from plugin.store.database import writing

READS_SHOPPERS = frozenset({"MANAGE_USERS", "HANDLE_PAYMENTS", "HANDLE_TAXES"})
"""Any of them lets an app read `checkout.user` (seen on 3.23). None is asked for; a merchant may grant one."""


def ask_for_checkout(
    shop: Shop, name: str, asked: Mapping[str, Any], seconds: float | None = None
) -> dict[str, Any]:
    """Run an operation that reads CheckoutFacts. A permission withdrawn unheard costs one more question, not the answer."""
    recognise = facts.get(shop.db, "may_read_shoppers") is True
    try:
        return shop.saleor.ask(name, {**asked, "recognise": recognise}, seconds)
    except SaleorRefused as error:
        if not recognise or not error.permission_denied:
            raise
    with writing(shop.db):
        facts.keep(shop.db, "may_read_shoppers", False)
    return shop.saleor.ask(name, {**asked, "recognise": False}, seconds)
