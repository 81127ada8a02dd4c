"""Whether one variant is a step up from another: a little dearer, alike in taste, and better in facts that can be stated."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from plugin.suggestions.model import BetterFact, ProductId, VariantId
from plugin.suggestions.upgrades.kinship import are_kin
from plugin.suggestions.upgrades.scales import DOWN, IGNORED, ORDER, TASTE, UP, Scale, Scales, Values

TOO_DEAR = "too_dear"
TOO_CHEAP = "too_cheap"
NOT_BETTER = "not_better"
WORSE = "worse"
OTHER_TASTE = "other_taste"
NO_DIRECTION = "no_direction"
UNSAID = "unsaid"
UNAVAILABLE = "unavailable"
TOO_FEW_PIECES = "too_few_pieces"
IN_BASKET = "in_basket"
PRICED_LINE = "priced_line"
GIFT = "gift"
OTHER_KIND = "other_kind"
"""Keys of reasons. OTHER_TASTE and NO_DIRECTION carry the attribute's slug after a colon where there is one."""


@dataclass(frozen=True, slots=True)
class Window:
    """How much dearer a step up is, in percent of the old price; both ends belong to it."""

    least: int = 5
    most: int = 40


@dataclass(frozen=True, slots=True)
class Option:
    """A variant as it is compared. `quantity`: pieces that can be bought now, None where unknown. `name`: its product's."""

    variant: VariantId
    product: ProductId
    product_type: str
    category: str | None
    amount: Decimal
    currency: str
    values: Values
    available: bool = True
    quantity: int | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The facts in which a variant is better, and worse; or the reason why it is no step up."""

    facts: tuple[BetterFact, ...] = ()
    reason: str = ""


def is_step_up(
    owned: Option,
    better: Option,
    scales: Scales,
    window: Window,
    pieces: int = 1,
    substitutes: frozenset[tuple[str, str]] = frozenset(),
) -> Verdict:
    """Whether `better` may be offered instead of so many pieces of `owned`. `substitutes`: pairs of categories, both ways."""
    if not are_alike(owned, better, substitutes):
        return Verdict(reason=OTHER_KIND)
    if reason := dearer(owned.amount, better.amount, window):
        return Verdict(reason=reason)
    if not better.available or better.currency != owned.currency:
        return Verdict(reason=UNAVAILABLE)
    if better.quantity is not None and better.quantity < pieces:
        return Verdict(reason=TOO_FEW_PIECES if better.quantity > 0 else UNAVAILABLE)
    found = compared(owned.values, better.values, scales)
    if owned.product == better.product or not found.facts:
        return found
    kin = are_kin((owned.name, better.name), (owned.values, better.values), found.facts, scales)
    return found if kin else Verdict(reason=OTHER_KIND)


def are_alike(one: Option, other: Option, substitutes: frozenset[tuple[str, str]] = frozenset()) -> bool:
    """The same product; or the same type, and the same category or one that may stand for it."""
    if one.product == other.product:
        return True
    if not one.product_type or one.product_type != other.product_type:
        return False
    if one.category == other.category:
        return True
    pair = (one.category or "", other.category or "")
    return pair in substitutes or pair[::-1] in substitutes


def dearer(old: Decimal, new: Decimal, window: Window) -> str | None:
    """Why a price is no step up from another; None when it is one."""
    if old <= 0 or new * 100 < old * (100 + window.least):
        return TOO_CHEAP
    return TOO_DEAR if new * 100 > old * (100 + window.most) else None


def compared(old: Values, new: Values, scales: Scales) -> Verdict:
    """Every comparable fact in which two variants differ, those that are better first, the surest of them at the top.

    What is not comparable has to be equal, unless it says nothing about the product; and what only one of them says would be
    left unsaid: a warranty that ends, a lens mount nobody named.
    """
    if unsaid := _unsaid(old, new, scales):
        return Verdict(reason=f"{UNSAID}:{unsaid}")
    better: list[tuple[int, BetterFact]] = []
    worse: list[tuple[int, BetterFact]] = []
    for attribute in sorted(set(old) & set(new)):
        was, is_now, scale = old[attribute], new[attribute], scales.get(attribute)
        if was == is_now or (scale is not None and scale.way == IGNORED):
            continue
        step = scale.step(was[0], is_now[0]) if scale and len(was) == len(is_now) == 1 else 0
        if scale is None or not step:
            if scale is None or not _is_same(was, is_now, scale):
                return Verdict(reason=_differing(attribute, scale))
            continue
        fact = BetterFact(attribute, scale.name, scale.called(was[0]), scale.called(is_now[0]), step > 0)
        (better if step > 0 else worse).append((-scale.grounds.agreeing, fact))
    if not better:
        return Verdict(reason=NOT_BETTER if worse or _is_comparable(old, new, scales) else NO_DIRECTION)
    if len(worse) >= len(better):
        return Verdict(reason=WORSE)
    surest = sorted(better, key=lambda one: (one[0], one[1].attribute))
    return Verdict(tuple(fact for _, fact in (*surest, *worse)))


def _unsaid(old: Values, new: Values, scales: Scales) -> str | None:
    """An attribute that matters and only one of the two has; only more of a measure may come with the new one."""
    for attribute in sorted(set(old) ^ set(new)):
        way = scales[attribute].way if attribute in scales else None
        if way != IGNORED and not (attribute in new and way == UP):
            return attribute
    return None


def _is_same(old: tuple[str, ...], new: tuple[str, ...], scale: Scale) -> bool:
    """The same values, in whatever words."""
    return len(old) == len(new) and all(any(scale.same(was, is_now) for is_now in new) for was in old)


def _differing(attribute: str, scale: Scale | None) -> str:
    unclear = scale is not None and scale.way != TASTE
    return f"{NO_DIRECTION if unclear else OTHER_TASTE}:{attribute}"


def _is_comparable(old: Values, new: Values, scales: Scales) -> bool:
    return any(scales[one].way in (UP, DOWN, ORDER) for one in old if one in new and one in scales)


@lru_cache(maxsize=5_000)
def values(attributes: frozenset[tuple[str, str]], traits: frozenset[tuple[str, str]]) -> Values:
    """What a variant says of itself, and what its product says where the variant is silent."""
    own = _grouped(attributes)
    return {**_grouped(traits), **own}


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for attribute, value in sorted(pairs):
        found.setdefault(attribute, []).append(value)
    return {attribute: tuple(several) for attribute, several in found.items()}
