"""Learn what better means per product type, and which few variants may be a step up from each one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial
from itertools import islice
from typing import TypeVar

from plugin.shop import Shop
from plugin.store import attributes, channels, directions, habits, preferences, steps_up
from plugin.store.database import writing
from plugin.suggestions.catalogue import Channel
from plugin.suggestions.upgrades.candidates import steps_up as found_steps_up
from plugin.suggestions.upgrades.comparing import Window
from plugin.suggestions.upgrades.directions import Known
from plugin.suggestions.upgrades.directions import learned as learned_from
from plugin.use_cases.refresh_catalogue import stamp

WRITTEN_AT_ONCE = 1_000
"""Variants whose steps up are written in one transaction: nobody waits long for the file."""

SUBSTITUTE = "substitute"

PageDone = Callable[[int, int], None]
"""Told how far it is: so many of so many. May raise to stop."""

Piece = TypeVar("Piece")


def learn_directions(shop: Shop, now: datetime, progress: PageDone | None = None) -> int:
    """Learn every product type anew that has changed. How many."""
    stale = directions.stale(shop.db)
    known = attributes.every(shop.db), attributes.every_name(shop.db), attributes.type_names(shop.db)
    for place, product_type in enumerate(stale):
        told = partial(progress or _nobody_is_told, place, len(stale))
        told()
        items = directions.items(shop.db, product_type)
        about = Known(known[2].get(product_type, ""), known[0], known[1])
        scales = learned_from(items, about)
        with writing(shop.db):
            directions.keep(shop.db, product_type, scales, stamp(now))
        try:
            for channel in (one for one in channels.every(shop.db) if one.active):
                _find_steps_up(shop, channel, product_type, now, told)
        except BaseException:  # put down half-way: all of it is looked through again
            with writing(shop.db):
                directions.mark(shop.db, [product_type])
            raise
    return len(stale)


def _find_steps_up(
    shop: Shop, channel: Channel, product_type: str, now: datetime, told: Callable[[], None]
) -> None:
    scales = directions.in_effect(shop.db, [product_type]).get(product_type, {})
    goods, profiles = steps_up.goods(shop.db, channel.id, product_type, scales)
    chosen = preferences.get(shop.db)
    window = Window(chosen.upgrade_least_percent, chosen.upgrade_most_percent)
    substitutes = _substitutes(shop, {one.category for one in goods})
    names = steps_up.names(shop.db, product_type)
    found = found_steps_up(goods, profiles, scales, window, substitutes, names)
    for portion in _portions(found, WRITTEN_AT_ONCE):
        with writing(shop.db):
            steps_up.keep(shop.db, channel.id, [one for one in portion if one[1]], stamp(now))
        told()
    with writing(shop.db):
        steps_up.forget_older(shop.db, channel.id, product_type, stamp(now))


def _substitutes(shop: Shop, categories: set[str]) -> frozenset[tuple[str, str]]:
    """Pairs of these categories of which one may stand for the other."""
    relations = habits.relations(shop.db, categories) if len(categories) > 1 else {}
    return frozenset(
        pair
        for pair, relation in relations.items()
        if relation.kind == SUBSTITUTE and set(pair) <= categories
    )


def _portions(many: Iterable[Piece], size: int) -> Iterator[list[Piece]]:
    several = iter(many)
    while portion := list(islice(several, size)):
        yield portion


def _nobody_is_told(_done: int, _total: int) -> None:
    pass
