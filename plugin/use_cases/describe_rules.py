"""What staff read about their rules: each as a sentence, whether it holds now, and what speaks against it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from plugin.shop import Shop
from plugin.store import attributes, catalogue, channels, faces, preferences, rules
from plugin.suggestions.catalogue import Channel
from plugin.suggestions.model import ChannelId
from plugin.suggestions.rules.conflicts import beaten_by, excludes
from plugin.suggestions.rules.index import Index
from plugin.suggestions.rules.model import (
    ATTRIBUTE,
    CATEGORY,
    COLLECTION,
    EXCLUDE,
    PRODUCT,
    Rule,
    RuleId,
    Selector,
    Subject,
)
from plugin.suggestions.rules.words import Names, sentence

ON, OFF, SCHEDULED, ENDED = "on", "off", "scheduled", "ended"

PREFERENCES = RuleId(0)
"""In place of a rule's number: what the preferences exclude."""


@dataclass(frozen=True, slots=True)
class Described:
    """A rule as people know it. `status`: on, off, scheduled or ended. `warnings`: sentences; empty when all is well."""

    rule: Rule
    words: str
    status: str
    warnings: tuple[str, ...]


def described(shop: Shop, now: datetime, only: Sequence[Rule] | None = None) -> list[Described]:
    """Every rule, oldest first, or `only` these, drafts too, among all the others."""
    every = rules.every(shop.db)
    told = every if only is None else list(only)
    look = _look(shop, told, every)

    return [
        Described(rule, sentence(rule, look.names, now), status(rule, now), tuple(look.warnings(rule, now)))
        for rule in told
    ]


def status(rule: Rule, now: datetime) -> str:
    """Whether it holds somewhere now: on, off, scheduled or ended."""
    if not rule.enabled:
        return OFF
    if rule.until and rule.until <= now:
        return ENDED
    return SCHEDULED if rule.since and now < rule.since else ON


@dataclass(frozen=True, slots=True)
class _Look:
    """What is known of all that some rules name, read once for all of them. `named`: whatever Saleor has."""

    names: Names
    named: frozenset[Selector]
    subjects: Mapping[Selector, Subject]
    channels: Mapping[ChannelId, Channel]
    excludes: Index

    def warnings(self, rule: Rule, now: datetime) -> Iterator[str]:
        for selector in filter(None, (rule.what, rule.beside)):
            if selector not in self.named:
                yield f"No {_called(selector)} is known in this shop."
        if rule.attribute and rule.attribute not in self.names.attributes:
            yield f"No attribute {rule.attribute!r} is known in this shop."
        yield from self._never(rule, now)
        beating = beaten_by(rule, self.excludes, self.subjects.get, now)
        if beating and beating.id == PREFERENCES:
            yield "It changes nothing: the preferences exclude what it suggests."
        elif beating:
            words = sentence(beating, self.names, now)
            yield f"It changes nothing: rule {beating.id} always wins ({words})."

    def _never(self, rule: Rule, now: datetime) -> Iterator[str]:
        if rule.until and rule.until <= now:
            yield "It has ended and never applies again."
        known = [self.channels.get(channel) for channel in rule.channels]
        closed = [channel for channel in known if channel is None or not channel.active]
        if closed and len(closed) == len(known):
            yield "It never applies: none of its channels is active."


def _look(shop: Shop, told: Iterable[Rule], every: Iterable[Rule]) -> _Look:
    among = {rule.id: rule for rule in (*every, *told)}.values()
    selectors = {selector for rule in among for selector in (rule.what, rule.beside) if selector}
    found = {channel.id: channel for channel in channels.every(shop.db)}
    named = _names(shop, selectors)
    known = {slug: attribute.name for slug, attribute in attributes.every(shop.db).items()}
    return _Look(
        names=Names(named, known, {channel.id: channel.name or channel.slug for channel in found.values()}),
        named=frozenset(selector for selector in selectors if selector in named or _is_value(shop, selector)),
        subjects=_subjects(shop, selectors),
        channels=found,
        excludes=excludes((*_preferred(shop), *among)),
    )


def _names(shop: Shop, selectors: Iterable[Selector]) -> dict[Selector, str]:
    """The names of those that Saleor has."""
    ids: dict[str, list[str]] = {}
    for selector in selectors:
        ids.setdefault(selector.by, []).append(selector.id)
    products = ids.get(PRODUCT, [])
    there = catalogue.known(shop.db, products)
    found = {
        PRODUCT: {one: face for one, face in faces.of_products(shop.db, products).items() if one in there},
        CATEGORY: faces.of_categories(shop.db, ids.get(CATEGORY, [])),
        COLLECTION: faces.of_collections(shop.db, ids.get(COLLECTION, [])),
    }
    values = attributes.names(shop.db, {(one.id, one.value) for one in selectors if one.by == ATTRIBUTE})
    named = {Selector(by, one): face.name for by, several in found.items() for one, face in several.items()}
    return named | {Selector(ATTRIBUTE, slug, value): name for (slug, value), name in values.items()}


def _is_value(shop: Shop, selector: Selector) -> bool:
    return selector.by == ATTRIBUTE and rules.is_a_value(shop.db, selector.id, selector.value)


def _subjects(shop: Shop, selectors: Iterable[Selector]) -> dict[Selector, Subject]:
    """What products are like, and which categories are above others."""
    products = rules.subjects(shop.db, {one.id for one in selectors if one.by == PRODUCT})
    above = catalogue.categories_above(shop.db, {one.id for one in selectors if one.by == CATEGORY})
    found = {Selector(PRODUCT, product): subject for product, subject in products.items()}
    return found | {
        Selector(CATEGORY, category): Subject(None, path, frozenset(), frozenset())
        for category, path in above.items()
        if category
    }


def _preferred(shop: Shop) -> list[Rule]:
    """What the preferences exclude, said as rules."""
    chosen = preferences.get(shop.db)
    excluded = [Selector(PRODUCT, product) for product in chosen.excluded_products]
    excluded += [Selector(CATEGORY, category) for category in chosen.excluded_categories]
    return [Rule(PREFERENCES, EXCLUDE, selector) for selector in excluded]


def _called(selector: Selector) -> str:
    if selector.by == ATTRIBUTE:
        return f"value {selector.value!r} of attribute {selector.id!r}"
    return f"{selector.by} {selector.id!r}"
