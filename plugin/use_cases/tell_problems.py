"""What the merchant must know is told where they look: App Problems in the Dashboard, raised when they begin, dismissed when they end."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from plugin.errors import SaleorRefused
from plugin.saleor import manifest
from plugin.shop import Shop
from plugin.store import audits, bundles, facts
from plugin.store.database import writing
from plugin.suggestions.bundles.model import ACTIVE, PAUSED

log = logging.getLogger(__name__)

SINCE = (3, 22, 36)
"""The first Saleor that has App Problems."""

LEAKS_TOLD = timedelta(days=7)
"""A leak is spoken of this long."""

TANDEM = "Tandem"
"""Who changed a bundle, when nobody did."""


def problems(shop: Shop, now: datetime) -> dict[str, str]:
    """What is wrong now: key and the sentence the merchant reads."""
    found = {}
    every = bundles.every(shop.db)
    if facts.get(shop.db, "may_price") is False and any(bundle.state == ACTIVE for bundle in every):
        found["bundles-not-allowed"] = (
            "Bundles are shown without a discount: Tandem lacks the permission to set prices (HANDLE_CHECKOUTS). "
            "Open Tandem, Bundles, and grant it there."
        )
    for bundle in every:
        newest = bundles.versions(shop.db, bundle.id)[0]
        if bundle.state == PAUSED and newest.who == TANDEM:
            found[f"bundle-{bundle.id}-paused"] = f"The bundle “{bundle.name}” paused itself: {newest.why}"
    leaks = audits.leaks(shop.db, (now - LEAKS_TOLD).isoformat())
    if leaks:
        found["bundle-leaks"] = (
            f"{len(leaks)} orders of the last 7 days kept a bundle's price without the whole bundle. "
            "Open Tandem, Bundles, to see which and how much."
        )
    return found


def tell_problems(shop: Shop, now: datetime) -> None:
    """Bring what Saleor shows up to date: raise what is new or says something else, dismiss what is over."""
    told: dict[str, str] = facts.get(shop.db, "problems") or {}
    found = problems(shop, now)
    if manifest.version(shop.installation.saleor_version) < SINCE or told == found:
        return
    for key, message in found.items():
        if told.get(key) != message:
            shop.saleor.ask("raise_problem", {"input": {"key": key, "message": message}})
    over = sorted(told.keys() - found.keys())
    if over:
        try:
            shop.saleor.ask("dismiss_problems", {"input": {"byApp": {"keys": over}}})
        except SaleorRefused as error:
            log.info("%s: problems were dismissed already: %s", shop.installation.api_url, error)
    with writing(shop.db):
        facts.keep(shop.db, "problems", found)
