"""A merchant changes preferences: checked, kept with who and when, and what was learned brought up to date."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from plugin.shop import Shop
from plugin.store import directions, preferences
from plugin.store.database import writing
from plugin.suggestions.preferences import RELEARN_AFTER, Preferences, changed
from plugin.use_cases import plan_work
from plugin.use_cases.free_delivery import check_typed
from plugin.use_cases.watch_floors import watch_all_floors


def change_preferences(shop: Shop, changes: Mapping[str, object], who: str, now: datetime) -> Preferences:
    """The preferences after these changes. Raises BadPreference and changes nothing when one of them is wrong."""
    check_typed(shop, changes)
    with writing(shop.db):
        before = preferences.get(shop.db)
        after = changed(before, changes)
        if after == before:
            return after
        preferences.keep(shop.db, after, who, now.astimezone(UTC).isoformat())
        if any(getattr(before, name) != getattr(after, name) for name in RELEARN_AFTER):
            plan_work.learn_again(shop, now)
        if _window(before) != _window(after):
            directions.mark_all(shop.db)
            plan_work.learn_directions(shop, now)
        if before.bundle_margin != after.bundle_margin:
            watch_all_floors(shop, now)
        plan_work.look_again(shop, now)
        if before.guard != after.guard:
            plan_work.mend(shop, now)
    return after


def _window(chosen: Preferences) -> tuple[int, int]:
    """How much dearer an upgrade may be: by it steps up are found beforehand."""
    return chosen.upgrade_least_percent, chosen.upgrade_most_percent
