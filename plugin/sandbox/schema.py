"""schema.graphql made executable: every field finds its resolver, or the attribute of its name."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
)

from plugin.sandbox import scalars
from plugin.sandbox.asking import Resolver, Resolvers
from plugin.sandbox.resolvers import RESOLVERS
from plugin.sandbox.schema_ages import fields, unknown_to, without
from plugin.sandbox.seen import SEEN_IN_A_CHANNEL, Seen

SDL = Path(__file__).with_name("schema.graphql")


def snake(name: str) -> str:
    """updatedAt -> updated_at, as the facts name it."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _attribute(name: str) -> Resolver:
    def resolve(source: Any, _info: Any) -> Any:
        return source[name] if isinstance(source, dict) else getattr(source, name)

    return resolve


def _attribute_of_fact(name: str) -> Resolver:
    def resolve(source: Seen, _info: Any) -> Any:
        return getattr(source.fact, name)

    return resolve


def _of_event(name: str) -> Resolver:
    def resolve(source: Any, _info: Any, **_: Any) -> Any:
        return source.about[name] if name in source.about else getattr(source, name)

    return resolve


def _otherwise(kind: GraphQLObjectType) -> Callable[[str], Resolver]:
    """Where a field without a resolver finds its value."""
    if kind.name in SEEN_IN_A_CHANNEL:
        return _attribute_of_fact
    return _of_event if any(it.name == "Event" for it in kind.interfaces) else _attribute


def _typename(source: Any, *_: Any) -> str:
    return getattr(source, "type_name", None) or type(source).__name__


def _equip(field: GraphQLField, resolver: Resolver) -> None:
    field.resolve = resolver
    for argument, its in field.args.items():
        its.out_name = snake(argument)


def executable(sdl: str, resolvers: Resolvers) -> GraphQLSchema:
    """Build the schema and bind the resolvers; unknown names are a mistake of ours and raise KeyError."""
    schema = build_schema(sdl)
    scalars.teach(schema)
    for name, kind in schema.type_map.items():
        if isinstance(kind, GraphQLObjectType) and not name.startswith("__"):
            own: dict[str, Resolver | None] = dict(resolvers.get(name, {}))
            otherwise = _otherwise(kind)
            for field_name, field in kind.fields.items():
                _equip(field, own.pop(field_name, None) or otherwise(snake(field_name)))
            if own:
                raise KeyError(f"{name} has no fields {sorted(own)}")
        elif isinstance(kind, GraphQLInterfaceType | GraphQLUnionType):
            kind.resolve_type = _typename
        elif isinstance(kind, GraphQLInputObjectType):
            for field_name, its in kind.fields.items():
                its.out_name = snake(field_name)
    return schema


def schema_of(version: str) -> GraphQLSchema:
    """The schema of a Saleor of this version: "3.23.28", or "3.23" for the newest of them."""
    return _without(unknown_to(version))


@cache
def _without(names: frozenset[str]) -> GraphQLSchema:
    gone = fields(names)
    resolvers = {
        kind: {name: it for name, it in its.items() if name not in gone} for kind, its in RESOLVERS.items()
    }
    return executable(without(SDL.read_text(), names), resolvers)
