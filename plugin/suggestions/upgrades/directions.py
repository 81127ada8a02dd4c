"""What better means, learned from a catalogue: for every attribute of a product type the direction in which price rises."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from statistics import median

from plugin.suggestions.catalogue import Attribute
from plugin.suggestions.upgrades import orders, taste
from plugin.suggestions.upgrades.measures import NUMERIC, measure
from plugin.suggestions.upgrades.scales import (
    DOWN,
    IGNORED,
    ORDER,
    TASTE,
    UNCLEAR,
    UP,
    Grounds,
    Scale,
    Values,
)

SILENT = frozenset({"RICH_TEXT", "FILE", "DATE", "DATE_TIME"})
"""Input types that say nothing which could be compared, or would have to be equal."""

TEXTS = frozenset({"PLAIN_TEXT", "REFERENCE", "SINGLE_REFERENCE"})

NUMBERED = re.compile(
    r"\b(ean|gtin|upc|isbn|asin|mpn|sku|barcode|serial|artikelnummer|article number|model number|part number)\b"
)
"""Names of attributes that only tell products apart."""

BURDENS = re.compile(
    r"weight|gewicht|poids|peso|waga|vikt|noise|lautst|consumption|verbrauch|consommation|thickness|dicke|epaisseur"
)
"""Larger things are dearer and heavier, and nobody wants them heavier: believed only of one product's own variants."""

LEAST_PRODUCTS_TOLD_APART = 10
ALL_BUT = 0.8
"""An attribute tells products apart when so many have it, and nearly each its own value."""

LEAST_WORDS = 5
"""A text of so many words is a sentence."""

MOST_NAMED = 300
"""Names of values that are kept: with more of them nobody chooses by this attribute."""

CLEAR = 0.8
"""Of the pairs, so many agree: four of five. Where the price stays the same, a pair does not agree."""

SAME_PRODUCT = "same_product"
OWN_RANGE = "own_range"
ALIKE = "alike"
WHOLE_TYPE = "whole_type"

LEAST_PAIRS = {SAME_PRODUCT: 2, OWN_RANGE: 2, ALIKE: 3, WHOLE_TYPE: 10}
"""Variants of one product that differ in nothing else: 64, 128 and 256 GB at rising prices are enough; so are they where
another measure rises with them. Different products may differ in what nobody wrote down, pairs of the whole type in everything."""

LEAST_PRODUCTS = 5
"""In the whole type: fewer products rise in price by chance."""

MOST_PAIRS = 2_000
"""Of the whole type that are compared: a share of 0.8 is then known to one percent."""


@dataclass(frozen=True, slots=True)
class Item:
    """A variant with its price without promotion, in one channel."""

    number: int
    product: int
    price: Decimal
    values: Values


@dataclass(frozen=True, slots=True)
class Known:
    """What else is known of a product type: its name, its attributes, and what their values are called."""

    type_name: str
    attributes: Mapping[str, Attribute]
    names: Mapping[tuple[str, str], str]

    def named(self, attribute: str, value: str) -> str:
        """What a value is called."""
        return self.names.get((attribute, value), value)


def learned(items: Sequence[Item], known: Known) -> list[Scale]:
    """The scales of one product type, by attribute. The order of the items does not matter."""
    items = sorted(items, key=lambda item: (item.product, item.number))
    attributes = sorted({attribute for item in items for attribute in item.values})
    kinds = {attribute: _kind(attribute, items, known) for attribute in attributes}
    telling = [attribute for attribute in attributes if kinds[attribute] != IGNORED]
    return [_scale(attribute, kinds, items, telling, known) for attribute in attributes]


def _kind(attribute: str, items: Sequence[Item], known: Known) -> str:
    """TASTE, IGNORED, or what there is to learn: UP for a direction, ORDER for an order, UNCLEAR for nothing."""
    about = known.attributes.get(attribute, Attribute(attribute, attribute))
    had = [(item.product, item.values[attribute]) for item in items if attribute in item.values]
    values = {value for _product, several in had for value in several}
    names = {known.named(attribute, value) for value in values}
    if about.input_type in SILENT or NUMBERED.search(f"{taste.plain(about.slug)} {taste.plain(about.name)}"):
        return IGNORED
    if taste.is_taste(attribute, about.name, about.input_type, known.type_name):
        return TASTE
    dimensions = {_dimension(value, about, known) for value in values}
    measured = len(dimensions) == 1 and None not in dimensions
    single = all(len(several) == 1 for _product, several in had)
    if measured and single:
        is_fit = dimensions == {"length"} and taste.is_worn(known.type_name)
        return TASTE if is_fit else UP
    told_apart = _tells_apart(had)
    if about.input_type in TEXTS and (told_apart or _are_sentences(names)):
        return IGNORED
    if taste.is_size(attribute, about.name) or taste.are_taste(names) or _are_worn_numbers(names, known):
        return TASTE
    if told_apart:
        return IGNORED
    is_choice = about.input_type not in TEXTS and single and len(values) <= orders.MOST_VALUES
    return ORDER if is_choice else UNCLEAR


def _dimension(value: str, about: Attribute, known: Known) -> str | None:
    found = measure(value, known.named(about.slug, value), about.input_type, about.unit)
    return found.dimension if found else None


def _tells_apart(had: Sequence[tuple[int, tuple[str, ...]]]) -> bool:
    products = {product for product, _values in had}
    different = {several for _product, several in had}
    return len(products) >= LEAST_PRODUCTS_TOLD_APART and len(different) >= ALL_BUT * len(products)


def _are_sentences(names: Iterable[str]) -> bool:
    """Prose is for reading: nobody compares by it."""
    words = [len(name.split()) for name in names]
    return median(words) >= LEAST_WORDS


def _are_worn_numbers(names: Iterable[str], known: Known) -> bool:
    return taste.is_worn(known.type_name) and all(name[:1].isdigit() for name in names)


def _scale(
    attribute: str, kinds: Mapping[str, str], items: Sequence[Item], telling: Sequence[str], known: Known
) -> Scale:
    kind = kinds[attribute]
    about = known.attributes.get(attribute, Attribute(attribute, attribute))
    had = [item for item in items if attribute in item.values]
    values = sorted({value for item in had for value in item.values[attribute]})
    names = {value: name for value in values if (name := known.named(attribute, value)) != value}
    scale = Scale(
        attribute,
        about.name or attribute,
        about.input_type,
        about.unit,
        kind if kind in (TASTE, IGNORED) else UNCLEAR,
        names=dict(list(names.items())[:MOST_NAMED]),
    )
    others = [one for one in telling if one != attribute]
    if kind == UP:
        return _directed(scale, had, others, [one for one in others if kinds[one] != UP])
    if kind == ORDER:
        return _ordered(scale, had, others)
    return scale


def _directed(scale: Scale, had: Sequence[Item], others: Sequence[str], unmeasured: Sequence[str]) -> Scale:
    """The strongest evidence that is enough decides; where it does not agree, nothing weaker is asked."""
    amounts = {
        value: found.amount
        for item in had
        for value in item.values[scale.attribute]
        if (found := scale.measured(value))
    }
    only_own = bool(BURDENS.search(taste.plain(f"{scale.attribute} {scale.name}")))
    for how in (SAME_PRODUCT,) if only_own else LEAST_PAIRS:
        rest = unmeasured if how == OWN_RANGE else others
        rises = Counter(_rises(scale.attribute, had, rest, amounts, how))
        pairs = rises.total()
        if pairs < LEAST_PAIRS[how]:
            continue
        for way, rise in ((UP, 1), (DOWN, -1)):
            if rises[rise] >= CLEAR * pairs:
                return _replaced(scale, way, Grounds(how, rises[rise], pairs))
        if _may_be_a_number_of_its_own(scale, had):
            return _replaced(scale, IGNORED, Grounds(how, max(rises[1], rises[-1]), pairs))
        return _replaced(scale, UNCLEAR, Grounds(how, max(rises[1], rises[-1]), pairs))
    return scale


def _may_be_a_number_of_its_own(scale: Scale, had: Sequence[Item]) -> bool:
    """A bare number that differs from product to product, whatever it costs, is an article number of some kind."""
    several = [(item.product, item.values[scale.attribute]) for item in had]
    return scale.input_type == NUMERIC and not scale.unit and _tells_apart(several)


def _rises(
    attribute: str, had: Sequence[Item], others: Sequence[str], amounts: Mapping[str, Decimal], how: str
) -> Iterator[int]:
    """For pairs of neighbouring measures: 1 where the larger one is dearer, -1 where it is cheaper, 0 where neither."""
    if how == WHOLE_TYPE:
        yield from _rises_in_type(attribute, had, amounts)
        return
    same = how in (SAME_PRODUCT, OWN_RANGE)
    for group in groups(had, attribute, others, same).values():
        prices: dict[Decimal, list[Decimal]] = defaultdict(list)
        for item in group:
            value = item.values[attribute][0]
            if value in amounts:
                prices[amounts[value]].append(item.price)
        steps = sorted((amount, median(several)) for amount, several in prices.items())
        yield from ((after > before) - (after < before) for (_, before), (_, after) in pairwise(steps))


def _rises_in_type(attribute: str, had: Sequence[Item], amounts: Mapping[str, Decimal]) -> Iterator[int]:
    """Pairs of different products, far apart in the catalogue, at most MOST_PAIRS."""
    found = [item for item in had if item.values[attribute][0] in amounts]
    if len({item.product for item in found}) < LEAST_PRODUCTS:
        return
    strides = [stride for stride in (1, 2, 3, 5, 7, 11, 13, 17) if stride < len(found)]
    for stride in strides[: max(1, MOST_PAIRS // len(found))]:
        for place in range(0, len(found) - stride, max(1, len(found) // MOST_PAIRS)):
            one, other = found[place], found[place + stride]
            before, after = amounts[one.values[attribute][0]], amounts[other.values[attribute][0]]
            if one.product != other.product and before != after:
                dearer = (other.price > one.price) - (other.price < one.price)
                yield dearer if after > before else -dearer


def groups(
    had: Sequence[Item], attribute: str, others: Sequence[str], same_product: bool
) -> dict[tuple[object, ...], list[Item]]:
    """Variants that are equal in all other attributes; of one product where asked."""
    found: dict[tuple[object, ...], list[Item]] = defaultdict(list)
    for item in had:
        if len(item.values[attribute]) == 1:
            rest = tuple(item.values.get(other) for other in others)
            found[(item.product, *rest) if same_product else rest].append(item)
    return found


def _ordered(scale: Scale, had: Sequence[Item], others: Sequence[str]) -> Scale:
    for how in (SAME_PRODUCT, ALIKE):
        found = list(groups(had, scale.attribute, others, how == SAME_PRODUCT).values())
        told = [
            [(item.values[scale.attribute][0], item.price, item.product) for item in group] for group in found
        ]
        if ordered := orders.order(told):
            return _replaced(scale, ORDER, Grounds(how, ordered.agreeing, ordered.pairs), ordered.values)
        if any(len({value for value, _price, _product in group}) > 1 for group in told):
            return scale
    return scale


def _replaced(scale: Scale, way: str, grounds: Grounds, order: tuple[str, ...] = ()) -> Scale:
    return Scale(scale.attribute, scale.name, scale.input_type, scale.unit, way, order, scale.names, grounds)
