"""Finds the rules about a line or an offer by looking its own facts up, however many rules there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, NamedTuple

from plugin.suggestions.rules.model import (
    ATTRIBUTE,
    CATEGORY,
    COLLECTION,
    EXCLUDE,
    LAST_POSITION,
    PRODUCT,
    Rule,
    RuleId,
    Selector,
    Subject,
)

Rules = tuple[Rule, ...]


class Group(NamedTuple):
    """The rules about one product, category, collection or value, oldest first, and what they come to.

    `pin`: the one with the best position. `hundredths`: the product of all their factors, each in hundredths: whole numbers
    multiply to the same in any order. A tuple, for one basket looks at hundreds.
    """

    rules: Rules
    excluded: Rule | None
    pin: Rule | None
    hundredths: int
    factors: int

    @classmethod
    def of(cls, rules: Sequence[Rule]) -> Group:
        """What these rules come to."""
        if len(rules) == 1:
            return _alone(rules[0])
        oldest_first = tuple(sorted(rules, key=lambda rule: rule.id))
        factors = [round(rule.factor * 100) for rule in oldest_first if rule.factor != 1]
        return cls(
            oldest_first,
            next((rule for rule in oldest_first if rule.kind == EXCLUDE), None),
            min((rule for rule in oldest_first if rule.position), key=by_position, default=None),
            prod(factors),
            len(factors),
        )


def _alone(rule: Rule) -> Group:
    """So it is for most, and every basket makes some."""
    hundredths = round(rule.factor * 100) if rule.factor != 1 else 1
    exclude, pin = (rule if rule.kind == EXCLUDE else None), (rule if rule.position else None)
    return Group((rule,), exclude, pin, hundredths, int(rule.factor != 1))


def by_position(rule: Rule) -> tuple[int, RuleId]:
    """Sorts the best position first, then the oldest rule."""
    return rule.position or LAST_POSITION + 1, rule.id


@dataclass(frozen=True, slots=True)
class Index:
    """Rules by what selects them. The sets repeat the keys: two sets meet faster than a set and a mapping."""

    products: Mapping[str | None, Group]
    categories: Mapping[str, Group]
    collections: Mapping[str, Group]
    attributes: Mapping[tuple[str, str], Group]
    collections_named: frozenset[str]
    attributes_named: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, selected: Iterable[tuple[Selector, Rule]]) -> Index:
        """An index of these; NOTHING of none."""
        places: dict[str, dict[Any, list[Rule]]] = {
            by: {} for by in (PRODUCT, CATEGORY, COLLECTION, ATTRIBUTE)
        }
        for selector, rule in selected:
            key = (selector.id, selector.value) if selector.by == ATTRIBUTE else selector.id
            places[selector.by].setdefault(key, []).append(rule)
        if not any(places.values()):
            return NOTHING
        found = {by: {key: Group.of(rules) for key, rules in place.items()} for by, place in places.items()}
        return cls(
            found[PRODUCT], found[CATEGORY], found[COLLECTION], found[ATTRIBUTE],
            frozenset(found[COLLECTION]), frozenset(found[ATTRIBUTE]),
        )  # fmt: skip

    def about(self, subject: Subject) -> list[Group]:
        """The rules that select it, in one group per fact of it that is named."""
        product, categories, collections, attributes = subject
        found = []
        if product in self.products:
            found.append(self.products[product])
        if self.categories:
            for category in categories:
                if category in self.categories:
                    found.append(self.categories[category])
        for collection in self.collections_named & collections:
            found.append(self.collections[collection])
        for value in self.attributes_named & attributes:
            found.append(self.attributes[value])
        return found


NOTHING = Index({}, {}, {}, {}, frozenset(), frozenset())
