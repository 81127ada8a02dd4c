"""Which better options to offer for the lines of a basket, from what the shop's file knows. Asks nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from plugin.shop import Shop
from plugin.store import bundles, directions, habits, preferences, steps_up
from plugin.store.steps_up import Owned, Standing
from plugin.suggestions.bundles.model import Bundle
from plugin.suggestions.model import Basket, BasketLine, ProductId, UpgradeOffer, VariantId
from plugin.suggestions.upgrades.comparing import (
    GIFT,
    IN_BASKET,
    PRICED_LINE,
    Option,
    Verdict,
    Window,
    is_step_up,
    values,
)
from plugin.suggestions.upgrades.ranking import Choice, best_first, liking
from plugin.suggestions.upgrades.scales import Scales

LOOKED_AT_FIRST = 12
LEAST_OF_A_LINE = 1
"""Steps up of a basket whose prices and stock are read, and of each line; only where none holds, the line's others are too."""

MOST_EXPLAINED = 100
"""Variants looked at for a line when people ask why: of its product, and as many of its type."""

SUBSTITUTE = "substitute"

TWO_LINES = "two_lines"
"""A swap is of one line; nobody could say how many pieces it is of."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A variant that is not offered, or a line nothing is offered for, and why: a key of verdicts.py."""

    product: ProductId
    name: str
    variant: VariantId
    variant_name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Found:
    """Upgrades that hold, best first, and what fell away."""

    offers: Sequence[UpgradeOffer] = ()
    dropped: Sequence[Dropped] = ()


@dataclass(slots=True)
class _Look:
    """One basket being looked through."""

    shop: Shop
    basket: Basket
    window: Window
    scales: Mapping[str, Scales]
    owned: Mapping[VariantId, Owned]
    standing_in: frozenset[tuple[str, str]] = frozenset()
    offers: list[UpgradeOffer] = field(default_factory=list)
    dropped: dict[VariantId, Dropped] = field(default_factory=dict)


def upgrade_offers(shop: Shop, basket: Basket, now: datetime, everything: bool = False) -> Found:
    """The better options for this basket's lines that can be bought now in the line's quantity.

    `everything`: for people who ask why; looks at the whole neighbourhood of every line instead of what was found before.
    """
    lines, turned_down = _open_lines(shop, basket, now)
    if not lines:
        return Found((), turned_down)
    look = _look(shop, basket, lines, everything)
    for seen in _portions(look, lines, everything):
        _judge(look, seen)

    return Found(best_first(look.offers), [*turned_down, *look.dropped.values()])


def _open_lines(shop: Shop, basket: Basket, now: datetime) -> tuple[list[BasketLine], list[Dropped]]:
    """Lines that may be swapped; and the others, with the reason."""
    known = [
        line for line in basket.lines if line.product_id and line.product_type and line.amount is not None
    ]
    in_sets = _lines_in_sets(shop, basket, now)
    times = Counter(line.variant for line in basket.lines)
    lines, dropped = [], []
    for line in known:
        reason = GIFT if line.gift else PRICED_LINE if line.priced or line.variant in in_sets else ""
        if not reason and times[line.variant] > 1:
            reason = TWO_LINES
        if reason:
            product = line.product_id or ProductId("")
            dropped.append(Dropped(product, line.name, line.variant, line.variant_name, reason))
        else:
            lines.append(line)
    return lines, dropped


def _lines_in_sets(shop: Shop, basket: Basket, now: datetime) -> set[VariantId]:
    """Variants of lines we hold a price on, and of all members of sets that are priced or whole."""
    known = [line.id for line in basket.lines if line.id]
    held = bundles.held_on(shop.db, known) if known else []
    if not held and not bundles.are_any(shop.db):
        return set()
    priced = {line for line, _numbers in held}
    names = {name for line in basket.lines for name in (line.variant, line.product_id) if name}
    on = {bundle for _line, numbers in held for bundle in numbers}
    members = {
        member.id
        for bundle in bundles.around(shop.db, basket.channel, names, now)
        if bundle.id in on or _is_whole(bundle, basket)
        for member in bundle.members
    }
    return {
        line.variant
        for line in basket.lines
        if line.id in priced or line.variant in members or line.product_id in members
    }


def _is_whole(bundle: Bundle, basket: Basket) -> bool:
    """Whether a whole set lies in the basket, priced by us or not."""
    there: Counter[str] = Counter()
    for line in basket.lines:
        if not line.gift:
            there.update({line.variant: line.quantity, line.product_id or "": line.quantity})
    return all(there[member.id] >= member.quantity for member in bundle.members)


def _look(shop: Shop, basket: Basket, lines: Sequence[BasketLine], everything: bool) -> _Look:
    chosen = preferences.get(shop.db)
    owned = steps_up.owned(shop.db, basket.channel, [line.variant for line in lines])
    compared = everything or any(one.found for one in owned.values())
    return _Look(
        shop,
        basket,
        Window(chosen.upgrade_least_percent, chosen.upgrade_most_percent),
        directions.in_effect(shop.db, {line.product_type for line in lines}) if compared else {},
        owned,
    )


def _portions(
    look: _Look, lines: Sequence[BasketLine], everything: bool
) -> Iterator[list[tuple[BasketLine, Standing]]]:
    """Lines with variants that may be better, as they stand now: the best of each line, then the rest where none of them held."""
    db, channel = look.shop.db, look.basket.channel
    if everything:
        yield [(line, one) for line in lines for one in steps_up.around(db, channel, line, MOST_EXPLAINED)]
        return
    waiting = [(line, look.owned[line.variant].found) for line in lines if line.variant in look.owned]
    first = max(LEAST_OF_A_LINE, LOOKED_AT_FIRST // max(1, len(waiting)))
    for part in (slice(0, first), slice(first, None)):
        done = {offer.replaces.variant for offer in look.offers}
        wanted = [(line, found[part]) for line, found in waiting if line.variant not in done]
        numbers = {number for _line, found in wanted for number in found}
        if not numbers:
            return
        now = steps_up.standing(db, channel, numbers)
        yield [(line, now[number]) for line, found in wanted for number in found if number in now]


def _judge(look: _Look, seen: Sequence[tuple[BasketLine, Standing]]) -> None:
    """Add what holds to the offers, and what does not to what fell away."""
    there = {line.variant for line in look.basket.lines}
    pieces = {
        line.variant: sum(
            one.quantity for one in look.basket.lines if one.variant == line.variant and not one.gift
        )
        for line, _ in seen
    }
    look.standing_in = _substitutes(look.shop, seen)
    choices = _choices(look.shop, seen)
    options = {line.variant: _option(line, look.owned.get(line.variant)) for line, _one in seen}
    for line, one in seen:
        scales = look.scales.get(line.product_type, {})
        if one.option.variant in there:
            verdict = Verdict(reason=IN_BASKET)
        else:
            verdict = is_step_up(
                options[line.variant], one.option, scales, look.window, pieces[line.variant], look.standing_in
            )
        if verdict.facts:
            look.offers.append(_offer(look, line, one, verdict, choices))
        else:
            told = Dropped(one.offer.id, one.offer.name, one.variant.id, one.variant.name, verdict.reason)
            look.dropped.setdefault(one.variant.id, told)


def _substitutes(shop: Shop, seen: Iterable[tuple[BasketLine, Standing]]) -> frozenset[tuple[str, str]]:
    """Categories that may stand for one another; asked for only where a step up is of another one."""
    pairs = {
        (line.category, one.option.category)
        for line, one in seen
        if line.category and one.option.category and line.category != one.option.category
    }
    if not pairs:
        return frozenset()
    relations = habits.relations(shop.db, {category for pair in pairs for category in pair})
    return frozenset(pair for pair, relation in relations.items() if relation.kind == SUBSTITUTE)


def _choices(shop: Shop, seen: Iterable[tuple[BasketLine, Standing]]) -> Mapping[VariantId, Choice]:
    return habits.choices(
        shop.db, {variant for line, one in seen for variant in (line.variant, one.variant.id)}
    )


def _option(line: BasketLine, owned: Owned | None) -> Option:
    assert line.product_id is not None  # noqa: S101  # narrows the types: _open_lines left
    assert line.amount is not None  # noqa: S101  # out every line without them
    return Option(
        variant=line.variant,
        product=line.product_id,
        product_type=line.product_type,
        category=line.category,
        amount=line.amount,
        currency=owned.currency if owned else "",
        values=values(line.attributes, line.traits),
        name=line.name,
    )


def _offer(
    look: _Look, line: BasketLine, one: Standing, verdict: Verdict, choices: Mapping[VariantId, Choice]
) -> UpgradeOffer:
    chosen, kept, of = liking(choices, line.variant, one.variant.id)
    owned = look.owned.get(line.variant)
    return UpgradeOffer(
        replaces=line,
        offer=one.offer,
        variant=one.variant,
        facts=verdict.facts,
        difference=one.variant.amount - (line.amount or 0),
        chosen=chosen,
        kept=kept,
        of=of,
        replaces_cost=owned.cost if owned else None,
    )
