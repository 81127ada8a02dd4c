"""A bundle began, ended or changed: checkouts that hold its price are looked at again, and the guard stands or goes."""

from __future__ import annotations

from datetime import datetime

from plugin.shop import Shop, Tandem
from plugin.store import bundles
from plugin.suggestions.bundles.model import BundleId
from plugin.use_cases import plan_work
from plugin.use_cases.mend_webhooks import mend_guard


def put_bundles_into_effect(tandem: Tandem, shop: Shop, bundle: BundleId, now: datetime) -> None:
    """Plan the look at every checkout concerned; register or remove the guard; tell problems."""
    plan_work.hold_prices(shop, bundles.holding(shop.db, bundle), now)
    mend_guard(tandem, shop, now)
    plan_work.tell_problems(shop, now)
