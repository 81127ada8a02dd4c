"""Attributes say what kind of value they have, and categories what they belong to: as seen on 3.23."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from plugin.sandbox.catalogue_facts import Attribute, Category
from plugin.sandbox.ids import global_id
from plugin.sandbox.saleor import SandboxSaleor
from plugin.sandbox.toy_shop import product, toy_shop, variant

ATTRIBUTES = (
    Attribute(global_id("Attribute", 57), "length", "Length", "NUMERIC", "CM"),
    Attribute(global_id("Attribute", 58), "finish", "Finish", "SWATCH", swatches={"Red": "#ff0000"}),
    Attribute(global_id("Attribute", 59), "material", "Material", "DROPDOWN"),
    Attribute(global_id("Attribute", 61), "wireless", "Wireless", "BOOLEAN"),
    Attribute(global_id("Attribute", 62), "note", "Note", "PLAIN_TEXT"),
)
VALUES = (
    ("length", ("12.5",)),
    ("finish", ("Red",)),
    ("material", ("Oak wood",)),
    ("wireless", ("Yes",)),
    ("note", ("Made by hand.",)),
)
QUERY = (
    'query Q($id: ID!) { product(id: $id, channel: "default-channel") { attributes { attribute { slug inputType unit }'
    " values { slug name value boolean plainText } } variants { attributes { attribute { slug } values { slug name } } } } }"
)


@pytest.fixture
def saleor() -> Iterator[SandboxSaleor]:
    """A mug that says everything about itself, deep in the shop."""
    with SandboxSaleor(toy_shop()) as sandbox:
        state = sandbox.state
        state.attributes.update((it.slug, it) for it in ATTRIBUTES)
        sandbox.shelves.change_product(product("mug"), attributes=VALUES, category_id="below")
        sandbox.shelves.change_variant(variant("mug"), attributes=VALUES[:1])
        state.categories["top"] = Category("top", "Home", "home")
        state.categories["middle"] = Category("middle", "Kitchen", "kitchen", 1, "top")
        state.categories["below"] = Category("below", "Mugs", "mugs", 2, "middle")
        yield sandbox


def test_values_look_as_their_kind_does(saleor: SandboxSaleor) -> None:
    told = saleor.ask(QUERY, {"id": product("mug")})["data"]["product"]

    assert [it["attribute"] for it in told["attributes"]] == [
        {"slug": it.slug, "inputType": it.input_type, "unit": it.unit} for it in ATTRIBUTES
    ]
    assert [tuple(it["values"][0].values()) for it in told["attributes"]] == [
        ("product-2_57", "12.5", "", None, None),
        ("red", "Red", "#ff0000", None, None),
        ("oak-wood", "Oak wood", "", None, None),
        ("61_true", "Wireless: Yes", "", True, None),
        ("product-2_62", "Made by hand.", "", None, "Made by hand."),
    ]
    assert told["variants"][0]["attributes"][0]["values"] == [{"slug": "productvariant-2_57", "name": "12.5"}]


def test_the_same_number_of_two_products_has_two_slugs(saleor: SandboxSaleor) -> None:
    saleor.shelves.change_product(product("pot"), attributes=VALUES)

    told = [saleor.ask(QUERY, {"id": product(slug)})["data"]["product"] for slug in ("mug", "pot")]
    slugs = [{it["values"][0]["slug"] for it in one["attributes"]} for one in told]

    assert sorted(slugs[0] & slugs[1]) == ["61_true", "oak-wood", "red"]


def test_categories_know_what_is_above_and_below(saleor: SandboxSaleor) -> None:
    told: dict[str, Any] = saleor.ask(
        'query Q($id: ID!) { product(id: $id, channel: "default-channel") { category { level parent { name'
        " parent { name parent { name } } } ancestors(first: 9) { edges { node { name } } } } }"
        ' category(slug: "home") { parent { id } children(first: 9) { edges { node { name } } }'
        ' products(first: 9, channel: "default-channel") { totalCount } } }',
        {"id": product("mug")},
    )["data"]

    assert told["product"]["category"] == {
        "level": 2,
        "parent": {"name": "Kitchen", "parent": {"name": "Home", "parent": None}},
        "ancestors": {"edges": [{"node": {"name": "Home"}}, {"node": {"name": "Kitchen"}}]},
    }
    assert told["category"] == {
        "parent": None,
        "children": {"edges": [{"node": {"name": "Kitchen"}}]},
        "products": {"totalCount": 1},
    }


def test_categories_are_listed_flat_or_by_level(saleor: SandboxSaleor) -> None:
    query = "query Q($level: Int) { categories(first: 20, level: $level) { edges { node { name } } } }"

    def names(level: int | None) -> set[str]:
        return {
            it["node"]["name"] for it in saleor.ask(query, {"level": level})["data"]["categories"]["edges"]
        }

    assert names(2) == {"Mugs"}
    assert names(None) >= {"Home", "Kitchen", "Mugs", "Coffee"}


def test_a_category_that_moved_is_an_update(saleor: SandboxSaleor) -> None:
    saleor.kernel.fired.clear()

    moved = saleor.shelves.change_category("below", parent_id="top")

    assert moved == replace(moved, parent_id="top", level=1)
    assert saleor.events() == ["CATEGORY_UPDATED"]
