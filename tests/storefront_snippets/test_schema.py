"""The published JSON Schema accepts what the app writes, refuses what a storefront could trip over."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.storefront_snippets.documents import (
    Json,
    a_bundle,
    a_document,
    a_fact,
    a_free_delivery,
    a_line,
    a_member,
    a_popular,
    a_suggestion,
    an_upgrade,
)
from tests.storefront_snippets.fake_shop import SNIPPETS

SCHEMA: Json = json.loads((SNIPPETS / "suggestions.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)
BASKET = [a_line("camera", 1)]


def test_the_schema_is_itself_a_valid_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_every_field_of_the_schema_says_what_it_means() -> None:
    silent = [name for name, field in fields(SCHEMA) if not field.get("description")]
    assert silent == []


@pytest.mark.parametrize(
    "document",
    [
        a_document(BASKET),
        a_document(BASKET, a_suggestion("card"), a_suggestion("bag"), a_suggestion("lens")),
        a_document(BASKET, a_suggestion("card", thumbnail=None, variantName=None)),
        a_document(BASKET, a_suggestion("card", price={"amount": "1500", "currency": "JPY"})),
        a_document(BASKET) | {"placement": "product"},
        a_document(BASKET) | {"placement": "basket"},
        a_document(BASKET, a_bundle(), a_suggestion("lens")),
        a_document(BASKET, a_bundle(saves=None)),
        a_document(BASKET, a_bundle(a_member("camera", 2, missing=1), a_member("card", thumbnail=None))),
        a_document(BASKET, an_upgrade(a_fact(), a_fact("Weight", "2 g", "3 g", better=False), quantity=3)),
        a_document(BASKET, a_free_delivery()),
        a_document(BASKET, a_free_delivery(saves=None)),
        a_document(BASKET, a_popular(), limits={"product": 3, "basket": 3, "checkout": 1, "payment": 0}),
    ],
    ids=[
        "nothing goes with it",
        "three",
        "no picture",
        "no decimals",
        "product page",
        "basket",
        "set",
        "set without a saving",
        "half a pair",
        "upgrade",
        "free delivery",
        "free delivery where none is open",
        "popular, with limits",
    ],
)
def test_what_the_app_writes_is_valid(document: Json) -> None:
    assert list(VALIDATOR.iter_errors(document)) == []


def test_within_version_1_fields_may_be_added_everywhere() -> None:
    suggestion = a_suggestion("card", kind="lease", rung="merchant", saves={"amount": "1.00"})
    suggestion["reason"] = {
        "key": "step_up",
        "parameters": {"pieces": 3},
        "text": "A step up",
        "more": 1,
    }
    assert list(VALIDATOR.iter_errors(a_document(BASKET, suggestion) | {"more": True})) == []


@pytest.mark.parametrize("field", ["version", "madeAt", "placement", "linesHash", "suggestions"])
def test_a_document_without_a_required_field_is_refused(field: str) -> None:
    document = a_document(BASKET)
    del document[field]
    assert not VALIDATOR.is_valid(document)


@pytest.mark.parametrize("field", sorted(a_suggestion("card")))
def test_a_suggestion_without_a_required_field_is_refused(field: str) -> None:
    suggestion = a_suggestion("card")
    del suggestion[field]
    assert not VALIDATOR.is_valid(a_document(BASKET, suggestion))


@pytest.mark.parametrize(
    "changed",
    [
        {"version": 2},
        {"version": "1"},
        {"madeAt": "yesterday"},
        {"madeAt": "2026-11-22T01:50:00+01:00"},
        {"placement": "email"},
        {"linesHash": "CBF29CE484222325"},
        {"linesHash": "cbf29ce48422232"},
        {"suggestions": None},
        {"suggestions": [a_suggestion("card")] * 4},
        {"limits": {"payment": -1}},
        {"limits": {"basket": "three"}},
    ],
    ids=str,
)
def test_a_document_of_the_wrong_shape_is_refused(changed: Json) -> None:
    assert not VALIDATOR.is_valid(a_document(BASKET) | changed)


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": "Also bought"},
        {"productId": ""},
        {"variantId": 7},
        {"name": ""},
        {"variantName": ""},
        {"price": {"amount": 12.0, "currency": "EUR"}},
        {"price": {"amount": "12,00", "currency": "EUR"}},
        {"price": {"amount": "-1.00", "currency": "EUR"}},
        {"price": {"amount": "12.00", "currency": "€"}},
        {"thumbnail": {"url": "javascript:alert(1)", "alt": ""}},
        {"thumbnail": {"url": "https://shop.example/card.webp"}},
        {"reason": {"key": "popular_in_category", "parameters": {}, "text": "Popular"}},
        {"reason": {"key": "bought_together", "parameters": {"product": "X100"}, "text": "Bought together"}},
        {"kind": "upgrade"},
        {"kind": "free_delivery"},
        {"reason": {"key": "new", "parameters": {"share": 0.38}, "text": "New"}},
        {"reason": {"key": "new", "parameters": {}, "text": ""}},
    ],
    ids=str,
)
def test_a_suggestion_of_the_wrong_shape_is_refused(changed: Json) -> None:
    assert not VALIDATOR.is_valid(a_document(BASKET, a_suggestion("card", **changed)))


@pytest.mark.parametrize("field", ["id", "names", "members", "price", "separately", "saving"])
def test_a_set_without_a_required_field_is_refused(field: str) -> None:
    suggestion = a_bundle()
    del suggestion["bundle"][field]
    assert not VALIDATOR.is_valid(a_document(BASKET, suggestion))


def test_a_suggestion_of_kind_bundle_without_its_set_is_refused() -> None:
    assert not VALIDATOR.is_valid(a_document(BASKET, a_suggestion("card", kind="bundle")))


@pytest.mark.parametrize(
    "changed",
    [
        {"id": 12},
        {"names": {"de": "Kamera-Set"}},
        {"names": {"": ""}},
        {"members": []},
        {"members": [a_member("card", 0)]},
        {"members": [a_member("card", missing=-1)]},
        {"members": [a_member("card", price=None)]},
        {"price": None},
        {"saving": {"amount": "-1.00", "currency": "EUR"}},
    ],
    ids=str,
)
def test_a_set_of_the_wrong_shape_is_refused(changed: Json) -> None:
    suggestion = a_bundle()
    suggestion["bundle"] |= changed
    assert not VALIDATOR.is_valid(a_document(BASKET, suggestion))


@pytest.mark.parametrize("field", ["replaces", "facts", "difference", "total"])
def test_an_upgrade_without_a_required_field_is_refused(field: str) -> None:
    suggestion = an_upgrade()
    del suggestion["upgrade"][field]
    assert not VALIDATOR.is_valid(a_document(BASKET, suggestion))


@pytest.mark.parametrize(
    "changed",
    [
        {"facts": []},
        {"facts": [a_fact(better=False)]},
        {"facts": [a_fact(old="")]},
        {"difference": {"amount": "-1.00", "currency": "EUR"}},
        {"replaces": {"variantId": "card"}},
    ],
    ids=str,
)
def test_an_upgrade_that_is_only_dearer_or_says_too_little_is_refused(changed: Json) -> None:
    suggestion = an_upgrade()
    suggestion["upgrade"] |= changed
    assert not VALIDATOR.is_valid(a_document(BASKET, suggestion))


@pytest.mark.parametrize("field", ["gap", "from", "saves", "over"])
def test_a_free_delivery_without_a_required_field_is_refused(field: str) -> None:
    suggestion = a_free_delivery()
    del suggestion["delivery"][field]
    assert not VALIDATOR.is_valid(a_document(BASKET, suggestion))


def fields(schema: Any) -> Iterator[tuple[str, Json]]:
    """Every named field anywhere in the schema; conditions (`if`) speak of fields described elsewhere."""
    if not isinstance(schema, dict):
        return
    yield from schema.get("properties", {}).items()
    for key, part in schema.items():
        for inner in part if isinstance(part, list) else [part]:
            if key == "properties" or key == "$defs":
                for named in inner.values():
                    yield from fields(named)
            elif key != "if":
                yield from fields(inner)
