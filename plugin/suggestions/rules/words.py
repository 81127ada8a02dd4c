"""A rule as a sentence that staff read: "Never suggest products of category Lenses beside Cameras, until 24 Dec"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from plugin.suggestions.model import ChannelId
from plugin.suggestions.rules.model import (
    ATTRIBUTE,
    BOOST,
    BURY,
    CATEGORY,
    EXCLUDE,
    MATCH,
    PAIR,
    PIN,
    PRODUCT,
    Rule,
    Selector,
)

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""English on every machine, whatever its locale."""


@dataclass(frozen=True, slots=True)
class Names:
    """What people call products, categories, collections, attributes, their values, and channels; else ids speak."""

    selected: Mapping[Selector, str] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[ChannelId, str] = field(default_factory=dict)

    def of(self, selector: Selector) -> str:
        """The name of a product, a category, a collection, or the value of an attribute."""
        return self.selected.get(selector) or selector.value or selector.id

    def attribute(self, slug: str) -> str:
        """The name of an attribute."""
        return self.attributes.get(slug) or slug


def sentence(rule: Rule, names: Names, now: datetime) -> str:
    """The rule in words, without a full stop. Years are told where they are not this one; times are UTC."""
    told = f"{_what_it_does(rule, names)}{_where(rule, names)}"
    since, until = (_moment(at, now) if at else "" for at in (rule.since, rule.until))
    dates = " ".join(part for part in (since and f"from {since}", until and f"until {until}") if part)
    return f"{told}, {dates}" if dates else told


def _what_it_does(rule: Rule, names: Names) -> str:
    if rule.kind == MATCH:
        return _match(rule, names)
    what = _goods(rule.what, names)
    if rule.kind == PAIR:
        beside = f"{what} beside {_goods(rule.beside, names)}" + (
            ", and the other way round" if rule.both else ""
        )
    else:
        beside = f"{what} beside {_basket(rule.beside, names)}" if rule.beside else what
    position = f" at position {rule.position}" if rule.position else ""
    return {
        PIN: f"Suggest {beside}{position}",
        PAIR: f"Suggest {beside}{',' if rule.both and position else ''}{position}",
        BOOST: f"Boost {beside} by {rule.factor:g}",
        BURY: f"Bury {beside} by {rule.factor:g}",
        EXCLUDE: f"Never suggest {beside}",
    }[rule.kind]


def _match(rule: Rule, names: Names) -> str:
    what = f"{_goods(rule.what, names)} only with" if rule.what else "only what has"
    lines = _basket(rule.beside, names) if rule.beside else "the products"
    return f"Suggest {what} the same {names.attribute(rule.attribute)} as {lines} in the basket"


def _goods(selector: Selector | None, names: Names) -> str:
    if selector is None:
        return "anything"
    name = names.of(selector)
    if selector.by == PRODUCT:
        return name
    if selector.by == ATTRIBUTE:
        return f"products with {names.attribute(selector.id)} {name}"
    return f"products of {selector.by} {name}"


def _basket(selector: Selector, names: Names) -> str:
    return names.of(selector) if selector.by == CATEGORY else _goods(selector, names)


def _where(rule: Rule, names: Names) -> str:
    told = sorted(names.channels.get(channel, channel) for channel in rule.channels)
    if not told:
        return ""
    listed = " and ".join(filter(None, (", ".join(told[:-1]), told[-1])))
    return f" in {'channel' if len(told) == 1 else 'channels'} {listed}"


def _moment(at: datetime, now: datetime) -> str:
    here = at.astimezone(UTC)
    year = f" {here.year}" if here.year != now.astimezone(UTC).year else ""
    time = f" {here:%H:%M} UTC" if (here.hour, here.minute) != (0, 0) else ""
    return f"{here.day} {MONTHS[here.month - 1]}{year}{time}"
