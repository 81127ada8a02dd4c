"""What the merchant's rules come to for one basket, and say about each product that could be suggested beside it."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from plugin.suggestions.model import Offer, OfferedVariant, ProductId
from plugin.suggestions.rules.index import NOTHING, Group, Index, Rules, by_position
from plugin.suggestions.rules.model import LARGEST_FACTOR, LEAST_FACTOR, OwnPair, Rule, Subject, of_offer

Values = frozenset[str]
"""Slugs of the values of one attribute."""


class Judgement(NamedTuple):
    """What the rules say about one product in one variant.

    `excluded` and `unmatched` forbid it, whatever the others say. `pin`: the pin or own pair whose position it gets.
    `said`: every rule that had a say, as they were found. A tuple, for one basket asks for a hundred.
    """

    excluded: Rule | None = None
    unmatched: Rule | None = None
    factor: float = 1.0
    position: int | None = None
    pin: Rule | None = None
    said: tuple[Rules, ...] = ()

    @property
    def forbidden(self) -> Rule | None:
        """The rule that forbids it, or None."""
        return self.excluded or self.unmatched

    @property
    def why(self) -> Rules:
        """Every rule that had a say, oldest first."""
        return tuple(sorted((rule for rules in self.said for rule in rules), key=lambda rule: rule.id))


MOST_REMEMBERED = 2_000
"""Products of which one book keeps what it said: half a megabyte."""

SILENCE = Judgement()
"""No rule has a say: so it is for most products."""


@dataclass(frozen=True, slots=True)
class Fit:
    """What a match asks of one basket: a value in common with each of these lines."""

    rule: Rule
    lines: frozenset[Values]

    def allows(self, values: Values) -> bool:
        """Whether something with these values fits."""
        return not any(values.isdisjoint(line) for line in self.lines)


class Known(NamedTuple):
    """What never changes within a book: the rules about a product beside anything, and its values that matches look at."""

    groups: list[Group]
    judgement: Judgement
    values: list[tuple[str, Values]]


@dataclass(frozen=True, slots=True)
class Remembered:
    """The rules that hold beside anything, and what they said: a shop's products are suggested again and again."""

    always: Index
    matched: frozenset[str]
    found: dict[Subject, Known] = field(default_factory=dict, repr=False, compare=False)

    def about(self, subject: Subject) -> Known:
        """What is known of it."""
        known = self.found.get(subject)
        if known is None:
            groups = self.always.about(subject)
            judgement = together(groups) if groups else SILENCE
            known = Known(groups, judgement, list(values_of(subject, self.matched).items()))
            if len(self.found) >= MOST_REMEMBERED:
                self.found.clear()
            self.found[subject] = known
        return known


@dataclass(frozen=True, slots=True)
class Standing:
    """The rules as they stand for one basket. `misfits` remembers which matches some values do not fit."""

    always: Remembered
    here: Index
    fits: Mapping[str, tuple[Fit, ...]]
    wanted: tuple[OwnPair, ...]
    pinned: tuple[ProductId, ...]
    misfits: dict[tuple[str, Values], Rules] = field(default_factory=dict, repr=False, compare=False)

    def judge(self, offer: Offer, variant: OfferedVariant) -> Judgement:
        """What the rules say about suggesting this."""
        if self.here is NOTHING and not self.fits and self.always.always is NOTHING:
            return SILENCE
        subject = of_offer(offer, variant)
        known = self.always.about(subject)
        here = self.here.about(subject) if self.here is not NOTHING else []
        unfit = self._unfit(subject, known.values) if self.fits else ()
        return together([*known.groups, *here], unfit) if here or unfit else known.judgement

    def pairs(self) -> list[OwnPair]:
        """Products wanted beside this basket, each once: the best position first, then the oldest rule."""
        return list(self.wanted)

    def pinned_products(self) -> tuple[ProductId, ...]:
        """Products that pins name, the best position first: candidates even without evidence."""
        return self.pinned

    def _unfit(self, subject: Subject, values: Sequence[tuple[str, Values]]) -> Rules:
        found = []
        for named in values:
            if named not in self.misfits:
                self.misfits[named] = self._misfit(*named)
            for rule in self.misfits[named]:
                if rule.what is None or rule.what.selects(subject):
                    found.append(rule)
        return tuple(found)

    def _misfit(self, attribute: str, values: Values) -> Rules:
        return tuple(fit.rule for fit in self.fits.get(attribute, ()) if not fit.allows(values))


def values_of(subject: Subject, named: Container[str]) -> dict[str, Values]:
    """Its values of the attributes named."""
    had: dict[str, list[str]] = {}
    for attribute, value in subject.attributes:
        if attribute in named:
            had.setdefault(attribute, []).append(value)
    return {attribute: frozenset(values) for attribute, values in had.items()}


def together(groups: Sequence[Group], unfit: Rules = ()) -> Judgement:
    """What these come to, whatever their order: factors multiply, the best position wins, then the oldest rule."""
    excluded = pin = None
    hundredths, factors = 1, 0
    for _rules, exclude, best, product, count in groups:
        if exclude is not None and (excluded is None or exclude.id < excluded.id):
            excluded = exclude
        if best is not None and (pin is None or by_position(best) < by_position(pin)):
            pin = best
        hundredths *= product
        factors += count
    factor = min(max(hundredths / 100**factors, LEAST_FACTOR), LARGEST_FACTOR) if factors else 1.0
    said = [group.rules for group in groups]
    if unfit:
        said.append(unfit)
    return Judgement(
        excluded,
        min(unfit, key=lambda rule: rule.id) if unfit else None,
        factor,
        pin.position if pin else None,
        pin,
        tuple(said),
    )
