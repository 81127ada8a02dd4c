"""The merchant's rules as facts: what each selects, what it does, and where and when it holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple, NewType

from plugin.suggestions.model import BasketLine, ChannelId, Offer, OfferedVariant, ProductId

RuleId = NewType("RuleId", int)
"""Our own number of a rule, never given twice within one shop. The older rule wins a tie."""

PIN, BOOST, BURY, EXCLUDE, PAIR, MATCH = "pin", "boost", "bury", "exclude", "pair", "match"
RULE_KINDS = (PIN, BOOST, BURY, EXCLUDE, PAIR, MATCH)

PRODUCT, CATEGORY, COLLECTION, ATTRIBUTE = "product", "category", "collection", "attribute"
SELECTED_BY = (PRODUCT, CATEGORY, COLLECTION, ATTRIBUTE)

LAST_POSITION = 3
"""Nobody is shown more than three suggestions."""

LEAST_FACTOR, LARGEST_FACTOR = 0.1, 10.0
"""Bounds of one rule, and of all that apply together: who wants more means a pin or an exclude."""

MOST_RULES = 2_000


Values = frozenset[tuple[str, str]]
"""(attribute slug, value slug)"""


class Subject(NamedTuple):
    """What a selector looks at: a line of the basket, or a product that could be suggested, in one variant.

    `categories`: its own, then those above it. `attributes`: (attribute slug, value slug) of the product and the variant.
    A tuple, for one basket makes a hundred, and a dataclass takes five times as long to make.
    """

    product: str | None
    categories: tuple[str, ...]
    collections: frozenset[str]
    attributes: Values


@dataclass(frozen=True, slots=True)
class Selector:
    """What a rule is about. `id`: Saleor's id, or the attribute's slug, and then `value` is the value's slug.

    A category selects the categories below it too.
    """

    by: str
    id: str
    value: str = ""

    def selects(self, subject: Subject) -> bool:
        """Whether the rule is about this one."""
        if self.by == PRODUCT:
            return self.id == subject.product
        if self.by == CATEGORY:
            return self.id in subject.categories
        if self.by == COLLECTION:
            return self.id in subject.collections
        return (self.id, self.value) in subject.attributes


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `what` selects among what could be suggested, `beside` among the lines of the basket; None: all of them.

    `position` is of a pin or an own pair, `factor` of a boost or bury. An own pair suggests the product `what` beside the
    product `beside`, and the other way round too where it is for `both`. A match wants `attribute` to have a value in common.
    It holds in `channels` (none: all), `since` a moment (JSON's `from` is Python's own word) and `until` before another one.
    `version`: the shop's version of its rules that brought the last change.
    """

    id: RuleId
    kind: str
    what: Selector | None = None
    beside: Selector | None = None
    position: int | None = None
    factor: float = 1.0
    both: bool = False
    attribute: str = ""
    channels: tuple[ChannelId, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    note: str = ""
    enabled: bool = True
    version: int = 1

    def is_on(self, channel: ChannelId, now: datetime) -> bool:
        """Whether it holds in this channel now."""
        return (
            self.enabled
            and (not self.channels or channel in self.channels)
            and (self.since is None or self.since <= now)
            and (self.until is None or now < self.until)
        )


@dataclass(frozen=True, slots=True)
class OwnPair:
    """A product the merchant wants beside one of the basket."""

    product: ProductId
    position: int | None
    rule: Rule
    beside: ProductId


def of_line(line: BasketLine) -> Subject:
    """The line, as selectors look at it."""
    return Subject(
        line.product_id,
        line.categories or _alone(line.category),
        line.collections,
        _both(line.traits, line.attributes),
    )


def of_offer(offer: Offer, variant: OfferedVariant) -> Subject:
    """What could be suggested, as selectors look at it."""
    return Subject(
        offer.id,
        offer.categories or _alone(offer.category),
        offer.collections,
        _both(offer.traits, variant.attributes),
    )


@lru_cache(maxsize=20_000)
def _both(traits: Values, attributes: Values) -> Values:
    """Made once: a shop's products are suggested again and again."""
    return traits | attributes


def _alone(category: str | None) -> tuple[str, ...]:
    return (category,) if category else ()
