"""What better means in this shop, for people: per product type and attribute what was learned, from how much, and what was chosen."""

from __future__ import annotations

from dataclasses import dataclass

from plugin.shop import Shop
from plugin.store import attributes, directions
from plugin.suggestions.upgrades.scales import ANY_TYPE, Choice, Scale, effective


@dataclass(frozen=True, slots=True)
class DescribedAttribute:
    """An attribute of a product type. `way` in effect, and `learned`; both words of scales.py. `order`: names, worst first.

    `agreeing` of `pairs` compared say so; `how` they were compared: words of directions.py, empty where there was nothing to
    compare. `choice`: the merchant's, for this type; `choice_for_all`: for all types.
    """

    attribute: str
    name: str
    way: str
    learned: str
    order: tuple[str, ...]
    how: str
    agreeing: int
    pairs: int
    choice: Choice | None
    choice_for_all: Choice | None


@dataclass(frozen=True, slots=True)
class DescribedType:
    """A product type with its attributes by name."""

    id: str
    name: str
    attributes: tuple[DescribedAttribute, ...]


def describe_directions(shop: Shop) -> list[DescribedType]:
    """Every product type with an attribute, by name."""
    names, chosen = attributes.type_names(shop.db), directions.choices(shop.db)
    known = directions.learned(shop.db, directions.every(shop.db))
    found = [
        DescribedType(
            one,
            names.get(one, one),
            tuple(
                _described(scale, effective([scale], chosen, one)[scale.attribute], chosen, one)
                for scale in sorted(scales, key=lambda scale: (scale.name.casefold(), scale.attribute))
            ),
        )
        for one, scales in known.items()
        if scales
    ]
    return sorted(found, key=lambda one: (one.name.casefold(), one.id))


def _described(
    learned: Scale, scale: Scale, chosen: dict[tuple[str, str], Choice], product_type: str
) -> DescribedAttribute:
    return DescribedAttribute(
        attribute=scale.attribute,
        name=scale.name,
        way=scale.way,
        learned=learned.way,
        order=tuple(scale.called(value) for value in scale.order),
        how=learned.grounds.how,
        agreeing=learned.grounds.agreeing,
        pairs=learned.grounds.pairs,
        choice=chosen.get((product_type, scale.attribute)),
        choice_for_all=chosen.get((ANY_TYPE, scale.attribute)),
    )
