"""Rules that another one makes idle: what is excluded wherever they hold is never suggested, whatever they say."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from plugin.suggestions.rules.index import Index
from plugin.suggestions.rules.model import (
    CATEGORY,
    COLLECTION,
    EXCLUDE,
    MATCH,
    PRODUCT,
    Rule,
    Selector,
    Subject,
)

NO_ATTRIBUTES: frozenset[tuple[str, str]] = frozenset()

Known = Callable[[Selector], Subject | None]
"""What is known of a selected product or category; None for one we never heard of."""


def excludes(rules: Iterable[Rule]) -> Index:
    """The excludes among these, to be found by what they exclude."""
    return Index.of(
        (rule.what, rule) for rule in rules if rule.kind == EXCLUDE and rule.enabled and rule.what
    )


def beaten_by(rule: Rule, by: Index, known: Known, now: datetime) -> Rule | None:
    """The oldest of these excludes that leaves the rule nothing to do from now on, or None.

    Excludes and matches are never beaten.
    """
    if rule.kind in (EXCLUDE, MATCH):
        return None
    ways = [(rule.what, rule.beside), *([(rule.beside, rule.what)] if rule.both else [])]
    beating = [_oldest(rule, what, beside, by, known, now) for what, beside in ways]
    return beating[0] if all(beating) else None


def _oldest(
    rule: Rule, what: Selector | None, beside: Selector | None, by: Index, known: Known, now: datetime
) -> Rule | None:
    if what is None:
        return None
    line = _all_of(beside, known) if beside else None
    covering = [
        other
        for group in by.about(_all_of(what, known))
        for other in group.rules
        if _holds_wherever(other, rule, now)
        and (other.beside is None or (line is not None and other.beside.selects(line)))
    ]
    return min(covering, key=lambda other: other.id, default=None)


def _holds_wherever(other: Rule, rule: Rule, now: datetime) -> bool:
    begins = max(rule.since or now, now)
    return (
        (not other.channels or (bool(rule.channels) and set(rule.channels) <= set(other.channels)))
        and (other.since is None or other.since <= begins)
        and (other.until is None or (rule.until is not None and rule.until <= other.until))
    )


def _all_of(selector: Selector, known: Known) -> Subject:
    """What everything selected by this has in common."""
    found = known(selector)
    if found is not None:
        return found
    return Subject(
        product=selector.id if selector.by == PRODUCT else None,
        categories=(selector.id,) if selector.by == CATEGORY else (),
        collections=frozenset({selector.id}) if selector.by == COLLECTION else frozenset(),
        attributes=NO_ATTRIBUTES if not selector.value else frozenset({(selector.id, selector.value)}),
    )
