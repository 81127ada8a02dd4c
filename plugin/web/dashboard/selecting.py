"""What a rule may be about, found and shown by name: products, categories, collections, and values of attributes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlite_utils import Database

from plugin.shop import Shop
from plugin.store import faces
from plugin.store.faces import Face
from plugin.suggestions.rules.model import ATTRIBUTE, CATEGORY, COLLECTION, PRODUCT
from plugin.web.dashboard.rule_form import Chosen

LookUp = Callable[[Database, Iterable[str]], dict[str, Face]]
Find = Callable[[Database, str, int], list[Face]]

SELECTORS: tuple[tuple[str, str, LookUp, Find], ...] = (
    (CATEGORY, "category", faces.of_categories, faces.categories_named),
    (COLLECTION, "collection", faces.of_collections, faces.collections_named),
    (ATTRIBUTE, "attribute", faces.of_values, faces.values_named),
    (PRODUCT, "product", faces.of_products, faces.products_named),
)
"""What a selector is by, its word, and how it is looked up and found; the few before the many."""

MOST_OF_EACH = 4
MOST_PRODUCTS = 8


@dataclass(frozen=True, slots=True)
class Selected:
    """Something a rule may be about. `id` is as the form has it: "category:<id>"."""

    id: str
    word: str
    face: Face


def selected(shop: Shop, chosen: Chosen) -> Selected | None:
    """What is chosen, by name; what Saleor no longer has keeps its id as a name, so that it can be taken out."""
    for by, word, look_up, _find in SELECTORS:
        if by == chosen.by:
            known = look_up(shop.db, [chosen.id])
            return Selected(
                chosen.text, word, known.get(chosen.id) or Face(faces.UNKNOWN, chosen.id, chosen.id)
            )
    return None


def found(shop: Shop, text: str, only_products: bool) -> list[Selected]:
    """What is called so."""
    return [
        Selected(f"{by}:{face.id}", word, face)
        for by, word, _look_up, find in SELECTORS
        if by == PRODUCT or not only_products
        for face in find(shop.db, text, MOST_PRODUCTS if by == PRODUCT else MOST_OF_EACH)
    ]
