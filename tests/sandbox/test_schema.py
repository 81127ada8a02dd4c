"""The sandbox's schema is a true subset of Saleor's, and knows everything the app asks for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
    is_required_argument,
    is_required_input_field,
    print_ast,
)

from plugin.saleor import documents
from plugin.sandbox.documents import checked
from plugin.sandbox.schema import SDL, schema_of
from webhooks import EVENTS

SALEORS = Path(__file__).parents[3] / "shared" / "saleor" / "schema-3.23.graphql"

OPERATIONS = sorted(
    path.stem for path in documents.OPERATIONS.glob("*.graphql") if not path.stem.endswith("_facts")
)


@pytest.mark.skipif(not SALEORS.exists(), reason="Saleor's schema is not beside this checkout")
def test_the_schema_is_a_true_subset_of_saleors() -> None:
    whole = build_schema(SALEORS.read_text(), assume_valid=True)
    ours = build_schema(SDL.read_text())

    assert list(_differences(ours, whole)) == []


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_of_the_app_fits(name: str) -> None:
    assert checked(schema_of("3.23"), documents.operation(name))


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.slug)
def test_every_subscription_of_the_app_fits(event: Any) -> None:
    assert checked(schema_of("3.23"), event.subscription.query)


@pytest.mark.parametrize(
    ("version", "unknown"),
    [
        ("3.23.28", []),
        ("3.23.18", ["priceOverrideReason"]),
        ("3.22.36", ["priceOverrideReason", "deliveryOptionsCalculate"]),
        ("3.21", ["priceOverrideReason", "deliveryOptionsCalculate", "appProblemCreate"]),
    ],
)
def test_an_older_saleor_knows_less(version: str, unknown: list[str]) -> None:
    schema = schema_of(version)
    mutations, line = schema.type_map["Mutation"].fields, schema.type_map["CheckoutLineUpdateInput"].fields  # type: ignore[attr-defined]  # objects

    asked = ("priceOverrideReason", "deliveryOptionsCalculate", "appProblemCreate")
    assert [it for it in asked if it not in {**mutations, **line}] == unknown


def _differences(ours: GraphQLSchema, whole: GraphQLSchema) -> Iterator[str]:
    for name, kind in ours.type_map.items():
        if name.startswith("__"):
            continue
        theirs = whole.type_map.get(name)
        if theirs is None or type(theirs) is not type(kind):
            yield f"{name} is not a {type(kind).__name__} of Saleor's"
        else:
            yield from _in_type(kind, theirs)


def _in_type(kind: GraphQLNamedType, theirs: Any) -> Iterator[str]:
    if isinstance(kind, GraphQLEnumType):
        yield from (f"{kind.name}.{value}" for value in kind.values if value not in theirs.values)
    elif isinstance(kind, GraphQLUnionType):
        known = {it.name for it in theirs.types}
        yield from (f"{kind.name} = {it.name}" for it in kind.types if it.name not in known)
    elif isinstance(kind, GraphQLInputObjectType):
        yield from _in_inputs(kind.name, kind.fields, theirs.fields)
        yield from (
            f"{kind.name}.{name} is required"
            for name, field in theirs.fields.items()
            if is_required_input_field(field) and name not in kind.fields
        )
    elif isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
        known = {it.name for it in theirs.interfaces}
        yield from (f"{kind.name} implements {it.name}" for it in kind.interfaces if it.name not in known)
        for name, field in kind.fields.items():
            yield from _in_field(f"{kind.name}.{name}", field, theirs.fields.get(name))


def _in_field(name: str, field: Any, theirs: Any) -> Iterator[str]:
    if theirs is None or str(theirs.type) != str(field.type):
        yield f"{name}: {field.type}"
        return
    yield from _in_inputs(name, field.args, theirs.args)
    yield from (
        f"{name}({argument}) is required"
        for argument, its in theirs.args.items()
        if is_required_argument(its) and argument not in field.args
    )


def _in_inputs(name: str, ours: dict[str, Any], theirs: dict[str, Any]) -> Iterator[str]:
    for field, its in ours.items():
        if field not in theirs or _declared(its) != _declared(theirs[field]):
            yield f"{name}.{field}: {_declared(its)}"


def _declared(its: GraphQLArgument | GraphQLInputField) -> str:
    default = its.ast_node.default_value if its.ast_node else None
    return f"{its.type} = {print_ast(default)}" if default else str(its.type)
