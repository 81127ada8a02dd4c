"""A merchant knows better than the counts: what lasts, what completes or replaces what. Kept with who and when."""

from __future__ import annotations

from datetime import UTC, datetime

from plugin.errors import BadPreference, NotFound
from plugin.shop import Shop
from plugin.store import learned_habits
from plugin.store.database import writing
from plugin.suggestions.habits.natures import NATURES
from plugin.suggestions.habits.relations import KINDS
from plugin.use_cases import plan_work


def choose_nature(shop: Shop, category: str, nature: str | None, who: str, now: datetime) -> None:
    """Say whether a category's products last (durable) or are used up (consumable); None: what is learned counts again.

    Raises:
        BadPreference: there is no such nature.
        NotFound: there is no such category.
    """
    if nature is not None and nature not in NATURES:
        raise BadPreference("nature", f"must be one of {', '.join(NATURES)}")
    with writing(shop.db):
        _check_categories(shop, category)
        if learned_habits.nature_choices(shop.db).get(category) != nature:
            learned_habits.choose_nature(shop.db, category, nature, who, now.astimezone(UTC).isoformat())


def choose_relation(shop: Shop, one: str, other: str, kind: str | None, who: str, now: datetime) -> None:
    """Say what two categories are to each other, in both directions: complement, substitute, never or nothing; None: as learned.

    Raises:
        BadPreference: there is no such relation.
        NotFound: there is no such category.
    """
    if kind is not None and kind not in KINDS:
        raise BadPreference("relation", f"must be one of {', '.join(KINDS)}")
    with writing(shop.db):
        _check_categories(shop, one, other)
        pair = (min(one, other), max(one, other))
        if learned_habits.relation_choices(shop.db).get(pair) != kind:
            learned_habits.choose_relation(shop.db, pair, kind, who, now.astimezone(UTC).isoformat())
            plan_work.look_again(shop, now)


def _check_categories(shop: Shop, *wanted: str) -> None:
    known = learned_habits.category_names(shop.db)
    for category in wanted:
        if category not in known:
            raise NotFound(f"there is no category {category[:40]!r}")
