"""The last back-test for people: with the faces of its sample baskets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from plugin.shop import Shop
from plugin.store import evaluations, faces
from plugin.store.faces import Face
from plugin.suggestions.evaluating.model import Evaluation, Sample
from plugin.suggestions.model import ProductNumber

Names = Mapping[ProductNumber, str]

MOST_OF_A_BASKET = 6
"""Products of a sample basket that are named; of the others their number is."""


@dataclass(frozen=True, slots=True)
class DescribedSample:
    """A sample basket by its faces. `more`: products of the basket that are not among them."""

    basket: tuple[Face, ...]
    more: int
    hidden: Face
    named: Mapping[str, tuple[Face, ...]]


@dataclass(frozen=True, slots=True)
class Described:
    """The back-test, and its samples."""

    evaluation: Evaluation
    samples: tuple[DescribedSample, ...]


def describe_evaluation(shop: Shop) -> Described | None:
    """None before the first back-test."""
    made = evaluations.last(shop.db)
    if made is None:
        return None
    known = faces.of_numbers(shop.db, _products(made))
    return Described(made, tuple(_described(sample, known) for sample in made.samples))


def names_in(shop: Shop, made: Evaluation) -> Names:
    """What the products of the samples are called."""
    return {number: face.name for number, face in sorted(faces.of_numbers(shop.db, _products(made)).items())}


def _products(made: Evaluation) -> set[ProductNumber]:
    return {
        product
        for sample in made.samples
        for products in ((sample.hidden,), sample.basket, *sample.named.values())
        for product in products
    }


def _described(sample: Sample, known: Mapping[ProductNumber, Face]) -> DescribedSample:
    def face(product: ProductNumber) -> Face:
        return known.get(product) or Face(product, "", f"Product {product}")

    return DescribedSample(
        basket=tuple(face(product) for product in sample.basket[:MOST_OF_A_BASKET]),
        more=max(0, len(sample.basket) - MOST_OF_A_BASKET),
        hidden=face(sample.hidden),
        named={name: tuple(face(product) for product in products) for name, products in sample.named.items()},
    )
