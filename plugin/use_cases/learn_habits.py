"""Once a day, and after the history import: what people choose and keep, buy again, buy together or instead; from the kept orders."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice

from plugin.shop import Shop
from plugin.store import affinities, facts, learned_habits, placed_orders, preferences
from plugin.store.database import writing
from plugin.store.placed_orders import PageDone
from plugin.suggestions.habits import choices, counting, findings
from plugin.suggestions.habits.natures import Nature
from plugin.suggestions.habits.relations import Relation
from plugin.suggestions.model import VariantId

MOST_CATEGORIES = 1_000
"""The most bought ones: pairs of more would not fit into memory, and the rest is bought too seldom to tell anything."""

WRITTEN_AT_ONCE = 5_000
"""Variants written in one transaction: a webhook waits that long, and no longer."""


def learn_habits(shop: Shop, now: datetime, progress: PageDone | None = None) -> None:
    """Reckon everything anew; what orders do not say any more is gone. Put down half-way, the next look begins anew.

    `progress`: told between two pages how far it is, so many of so many; may raise to stop.
    """
    told = progress or _nobody_is_told

    _learn_choices(shop, _part(told, 0, 45))
    natures, relations = _counted(shop, _part(told, 45, 100))

    with writing(shop.db):
        learned_habits.keep_natures(shop.db, natures)
        learned_habits.keep_relations(shop.db, relations)
        affinities.note_leaders(shop.db)
        facts.keep(shop.db, "habits", {"at": now.astimezone(UTC).isoformat(timespec="seconds")})


def learned_at(shop: Shop) -> datetime | None:
    """When habits were last learned; None before that."""
    kept = facts.get(shop.db, "habits")
    return None if kept is None else datetime.fromisoformat(kept["at"])


def _learn_choices(shop: Shop, told: PageDone) -> None:
    counts: dict[VariantId, int] = {}
    for lines, refunded in placed_orders.lines(shop.db, preferences.get(shop.db), told):
        choices.add(counts, lines, refunded)
    variants, after = iter(sorted(counts)), ""
    while portion := list(islice(variants, WRITTEN_AT_ONCE)):
        _keep_choices(shop, counts, portion, after, portion[-1])
        after = portion[-1]
    _keep_choices(shop, counts, [], after, None)


def _keep_choices(
    shop: Shop, counts: dict[VariantId, int], portion: list[VariantId], after: str, until: str | None
) -> None:
    with writing(shop.db):
        chosen = [(variant, choices.choice(counts[variant])) for variant in portion]
        learned_habits.keep_choices(shop.db, chosen, after, until)


def _counted(shop: Shop, told: PageDone) -> tuple[dict[str, Nature], dict[tuple[str, str], Relation]]:
    """What the orders say of categories. A pair the merchant spoke of is counted even when nothing is learned of it."""
    names = placed_orders.categories(shop.db, MOST_CATEGORIES)
    place = {category: at for at, category in enumerate(names)}
    category_of = placed_orders.products_of(shop.db, place)
    wanted = [
        (min(place[one], place[other]), max(place[one], place[other]))
        for one, other in learned_habits.relation_choices(shop.db)
        if one in place and other in place
    ]
    counts = counting.count(placed_orders.buyers(shop.db, told), category_of)
    related = findings.relations(counts, category_of, wanted)
    return (
        {names[at]: nature for at, nature in findings.natures(counts).items()},
        {(names[one], names[other]): relation for (one, other), relation in related.items()},
    )


def _part(told: PageDone, begin: int, end: int) -> PageDone:
    """A part of the work told as a part of the whole."""
    return lambda done, of: told(begin + (end - begin) * done // max(of, 1), 100)


def _nobody_is_told(_done: int, _total: int) -> None:
    pass
