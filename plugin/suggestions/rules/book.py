"""All rules of one channel at one moment, compiled, so that hundreds of them cost a basket next to nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from plugin.suggestions.model import BasketLine, ChannelId, ProductId
from plugin.suggestions.rules.index import Index, Rules, by_position
from plugin.suggestions.rules.model import (
    MATCH,
    PAIR,
    PIN,
    PRODUCT,
    OwnPair,
    Rule,
    Selector,
    Subject,
    of_line,
)
from plugin.suggestions.rules.standing import Fit, Remembered, Standing, Values, values_of

ALWAYS = datetime.min.replace(tzinfo=UTC)
FOR_EVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The rules that hold in a channel, from the moment `since` to the moment `until`: then another one begins or ends."""

    since: datetime
    until: datetime
    always: Remembered
    beside: Index
    pairs: Mapping[str, tuple[tuple[ProductId, Rule], ...]]
    matches: Mapping[str, Rules]
    pins: Rules

    @classmethod
    def compile(cls, rules: Iterable[Rule], channel: ChannelId, now: datetime) -> Rulebook:
        """The book of these rules. Their order does not matter."""
        every = [rule for rule in rules if rule.enabled]
        moments = [moment for rule in every for moment in (rule.since, rule.until) if moment]
        on = sorted((rule for rule in every if rule.is_on(channel, now)), key=lambda rule: rule.id)
        plain = [rule for rule in on if rule.kind not in (PAIR, MATCH)]
        return cls(
            since=max((moment for moment in moments if moment <= now), default=ALWAYS),
            until=min((moment for moment in moments if moment > now), default=FOR_EVER),
            always=Remembered(
                Index.of((rule.what, rule) for rule in plain if rule.what and not rule.beside),
                frozenset(rule.attribute for rule in on if rule.kind == MATCH),
            ),
            beside=Index.of((rule.beside, rule) for rule in plain if rule.beside),
            pairs=_pairs(rule for rule in on if rule.kind == PAIR),
            matches=_by_attribute(rule for rule in on if rule.kind == MATCH),
            pins=tuple(
                rule
                for rule in sorted(plain, key=by_position)
                if rule.kind == PIN and rule.what and rule.what.by == PRODUCT
            ),
        )

    def holds(self, now: datetime) -> bool:
        """Whether the same rules hold at this moment as when it was compiled."""
        return self.since <= now < self.until

    def for_basket(self, lines: Sequence[BasketLine]) -> Standing:
        """The rules beside these lines. A gift was not chosen: no rule looks at it."""
        chosen = [of_line(line) for line in lines if not line.gift]
        groups = {id(group): group.rules for line in chosen for group in self.beside.about(line)}
        beside = {rule.id: rule for group in groups.values() for rule in group}
        held = {line.product for line in chosen}
        pairs = self._wanted(held) if self.pairs else []
        firsts: dict[ProductId, OwnPair] = {}
        for pair in pairs:
            firsts.setdefault(pair.product, pair)
        here = [(rule.what, rule) for rule in beside.values() if rule.what]
        here += [(Selector(PRODUCT, pair.product), pair.rule) for pair in pairs]
        return Standing(
            always=self.always,
            here=Index.of(here),
            fits=self._fits(chosen) if self.matches else {},
            wanted=tuple(firsts.values()),
            pinned=tuple(
                dict.fromkeys(
                    ProductId(rule.what.id)
                    for rule in self.pins
                    if rule.what and rule.what.id not in held and (not rule.beside or rule.id in beside)
                )
            ),
        )

    def _wanted(self, held: set[str | None]) -> list[OwnPair]:
        """The best first; a product wanted beside several others more than once."""
        found = [
            OwnPair(product, rule.position, rule, ProductId(beside))
            for beside in held
            if beside
            for product, rule in self.pairs.get(beside, ())
            if product not in held
        ]
        return sorted(found, key=lambda pair: (*by_position(pair.rule), pair.product, pair.beside))

    def _fits(self, lines: Sequence[Subject]) -> dict[str, tuple[Fit, ...]]:
        having: dict[str, list[tuple[Subject, Values]]] = {}
        for line in lines:
            for attribute, values in values_of(line, self.matches).items():
                having.setdefault(attribute, []).append((line, values))
        return {
            attribute: tuple(
                Fit(rule, frozenset(values for line, values in found if _is_beside(rule, line)))
                for rule in self.matches[attribute]
            )
            for attribute, found in having.items()
        }


def _is_beside(rule: Rule, line: Subject) -> bool:
    return rule.beside is None or rule.beside.selects(line)


def _pairs(rules: Iterable[Rule]) -> dict[str, tuple[tuple[ProductId, Rule], ...]]:
    """What is wanted beside each product."""
    found: dict[str, list[tuple[ProductId, Rule]]] = {}
    for rule in rules:
        if rule.what and rule.beside:
            found.setdefault(rule.beside.id, []).append((ProductId(rule.what.id), rule))
            if rule.both:
                found.setdefault(rule.what.id, []).append((ProductId(rule.beside.id), rule))
    return {product: tuple(wanted) for product, wanted in found.items()}


def _by_attribute(rules: Iterable[Rule]) -> dict[str, Rules]:
    found: dict[str, list[Rule]] = {}
    for rule in rules:
        found.setdefault(rule.attribute, []).append(rule)
    return {attribute: tuple(those) for attribute, those in found.items()}
