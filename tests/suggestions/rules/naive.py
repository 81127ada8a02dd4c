"""The oracle: rules read one after the other, for each product anew, just as they are written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from fractions import Fraction

from plugin.suggestions.model import BasketLine, ChannelId, Offer, OfferedVariant
from plugin.suggestions.rules.model import (
    EXCLUDE,
    MATCH,
    PAIR,
    PIN,
    PRODUCT,
    OwnPair,
    Rule,
    RuleId,
    Subject,
    of_line,
    of_offer,
)
from plugin.suggestions.rules.standing import Judgement


def judge(  # the same question as Standing.judge, with all it depends on
    rules: Iterable[Rule],
    channel: ChannelId,
    now: datetime,
    lines: Sequence[BasketLine],
    offer: Offer,
    variant: OfferedVariant,
) -> Judgement:
    """What all these rules say about suggesting this beside these lines."""
    subject = of_offer(offer, variant)
    basket = [of_line(line) for line in lines if not line.gift]
    held = {line.product for line in basket}
    why = [
        rule
        for rule in sorted(rules, key=lambda rule: rule.id)
        if rule.is_on(channel, now) and _has_a_say(rule, subject, basket, held)
    ]
    factor = Fraction(1)
    for rule in why:
        factor *= Fraction(str(rule.factor))
    pins = sorted((rule.position, rule.id) for rule in why if rule.position is not None)
    return Judgement(
        excluded=next((rule for rule in why if rule.kind == EXCLUDE), None),
        unmatched=next((rule for rule in why if rule.kind == MATCH), None),
        factor=min(10.0, max(0.1, float(factor))),
        position=pins[0][0] if pins else None,
        pin=next(rule for rule in why if rule.id == pins[0][1]) if pins else None,
        said=(tuple(why),),
    )


def pairs(
    rules: Iterable[Rule], channel: ChannelId, now: datetime, lines: Sequence[BasketLine]
) -> list[OwnPair]:
    """Own pairs, each product once."""
    held = {line.product_id for line in lines if not line.gift}
    found: list[tuple[int, RuleId, OwnPair]] = []
    for rule in rules:
        if rule.kind == PAIR and rule.is_on(channel, now) and rule.what and rule.beside:
            ways = [(rule.beside.id, rule.what.id)] + [(rule.what.id, rule.beside.id)] * rule.both
            for beside, product in ways:
                if beside in held and product not in held:
                    pair = OwnPair(product, rule.position, rule, beside)  # type: ignore[arg-type]  # ids of products
                    found.append((rule.position or 4, rule.id, pair))
    best: dict[str, OwnPair] = {}
    for _position, _rule, pair in sorted(found, key=lambda one: one[:2]):
        best.setdefault(pair.product, pair)
    return list(best.values())


def pinned(
    rules: Iterable[Rule], channel: ChannelId, now: datetime, lines: Sequence[BasketLine]
) -> list[str]:
    """Products that pins name."""
    basket = [of_line(line) for line in lines if not line.gift]
    found: list[tuple[int, RuleId, str]] = []
    for rule in rules:
        if rule.kind == PIN and rule.is_on(channel, now) and rule.what and rule.what.by == PRODUCT:
            beside = rule.beside is None or any(rule.beside.selects(line) for line in basket)
            if beside and rule.what.id not in {line.product for line in basket}:
                found.append((rule.position or 4, rule.id, rule.what.id))
    return list(dict.fromkeys(product for _position, _rule, product in sorted(found)))


def _has_a_say(rule: Rule, subject: Subject, basket: Sequence[Subject], held: set[str | None]) -> bool:
    if rule.kind == PAIR:
        assert rule.what
        assert rule.beside
        ways = [(rule.beside.id, rule.what.id)] + [(rule.what.id, rule.beside.id)] * rule.both
        return subject.product not in held and any(
            beside in held and product == subject.product for beside, product in ways
        )
    if rule.kind == MATCH:
        return (rule.what is None or rule.what.selects(subject)) and any(
            _misfits(rule, subject, line) for line in basket
        )
    return (
        rule.what is not None
        and rule.what.selects(subject)
        and (rule.beside is None or any(rule.beside.selects(line) for line in basket))
    )


def _misfits(rule: Rule, subject: Subject, line: Subject) -> bool:
    if rule.beside is not None and not rule.beside.selects(line):
        return False
    ours, theirs = (
        {value for slug, value in one.attributes if slug == rule.attribute} for one in (subject, line)
    )
    return bool(ours) and bool(theirs) and not ours & theirs
