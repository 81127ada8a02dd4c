"""What better means for one attribute of one product type: a direction, an order, a matter of taste, or nobody knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from plugin.suggestions.upgrades.measures import BOOLEAN, NUMERIC, Measure, measure
from plugin.suggestions.upgrades.units import shown

UP = "up"
DOWN = "down"
ORDER = "order"
TASTE = "taste"
UNCLEAR = "unclear"
IGNORED = "ignored"
"""More is better; less is better; values in an order, worst first; never better, and has to stay the same; the same, because
nobody knows; says nothing about the product, like an article number."""

FORBID = "forbid"
IGNORE = "ignore"
CHOICES = (UP, DOWN, ORDER, FORBID, IGNORE)
"""What a merchant may choose: a direction, an order, that it is a matter of taste, or that it does not matter."""

ANY_TYPE = ""
"""The product type of a choice for all types."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a direction was learned from: `pairs` of variants compared, in how many of them the dearer one was `for` it.

    `how`: "same_product", "alike" (equal in everything else), "whole_type".
    """

    how: str = ""
    agreeing: int = 0
    pairs: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """A merchant's word on an attribute of a product type. `order`: names of values, worst first."""

    way: str
    order: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scale:
    """One attribute of one product type. `order`: values, worst first. `names`: of values whose name is not their own."""

    attribute: str
    name: str
    input_type: str
    unit: str
    way: str
    order: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    grounds: Grounds = Grounds()
    chosen: bool = False

    def called(self, value: str) -> str:
        """A value as people read it: "64 GB", "150 cm", "Yes"."""
        name = self.names.get(value, value)
        if self.input_type == BOOLEAN:
            return name.rpartition(": ")[2] or name
        return f"{name} {shown(self.unit)}" if self.input_type == NUMERIC and self.unit else name

    def measured(self, value: str) -> Measure | None:
        """How much a value says, where it says it."""
        return measure(value, self.names.get(value, value), self.input_type, self.unit)

    def step(self, old: str, new: str) -> int:
        """1: `new` is better than `old`; -1: worse; 0: neither, or nobody knows."""
        if self.way == ORDER:
            if old not in self.order or new not in self.order:
                return 0
            before, after = self.order.index(old), self.order.index(new)
            return (after > before) - (after < before)
        if self.way not in (UP, DOWN):
            return 0
        was, is_now = self.measured(old), self.measured(new)
        if was is None or is_now is None or was.dimension != is_now.dimension:
            return 0
        risen = (is_now.amount > was.amount) - (is_now.amount < was.amount)
        return risen if self.way == UP else -risen

    def same(self, old: str, new: str) -> bool:
        """Whether two values say the same, in whatever words: "1000 GB" and "1 TB"."""
        if old == new:
            return True
        was, is_now = self.measured(old), self.measured(new)
        return was is not None and was == is_now


Values = Mapping[str, tuple[str, ...]]
"""Of every attribute a variant or its product has, the values."""

Scales = Mapping[str, Scale]
"""By attribute, what better means in one product type."""


def chosen(scale: Scale, choice: Choice | None) -> Scale:
    """The scale as the merchant wants it; what was learned where nothing was chosen."""
    if choice is None:
        return scale
    if choice.way == ORDER:
        wanted = {name.casefold(): place for place, name in enumerate(choice.order)}
        known = {value: name for value, name in scale.names.items() if name.casefold() in wanted}
        by_place = {wanted[name.casefold()]: value for value, name in known.items()}
        order = tuple(by_place.get(place, name) for place, name in enumerate(choice.order))
        return replace(scale, way=ORDER, order=order, chosen=True)
    way = {FORBID: TASTE, IGNORE: IGNORED}.get(choice.way, choice.way)
    return replace(scale, way=way, order=(), chosen=True)


def as_json(scale: Scale) -> dict[str, Any]:
    """A scale as it is kept."""
    return {
        "attribute": scale.attribute,
        "name": scale.name,
        "inputType": scale.input_type,
        "unit": scale.unit,
        "way": scale.way,
        "order": scale.order,
        "names": dict(scale.names),
        "grounds": [scale.grounds.how, scale.grounds.agreeing, scale.grounds.pairs],
    }


def from_json(body: Mapping[str, Any]) -> Scale:
    """What as_json wrote."""
    return Scale(
        attribute=body["attribute"],
        name=body["name"],
        input_type=body["inputType"],
        unit=body["unit"],
        way=body["way"],
        order=tuple(body["order"]),
        names=body["names"],
        grounds=Grounds(*body["grounds"]),
    )


def effective(
    scales: Sequence[Scale], choices: Mapping[tuple[str, str], Choice], product_type: str
) -> dict[str, Scale]:
    """By attribute, what is learned for a type with what the merchant chose, for this type or for all of them."""
    return {
        scale.attribute: chosen(
            scale,
            choices.get((product_type, scale.attribute)) or choices.get((ANY_TYPE, scale.attribute)),
        )
        for scale in scales
    }
