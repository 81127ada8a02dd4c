"""Cut a Saleor's schema down to what our documents touch: python -m tests.saleor.trim_schema FULL.graphql > schemas/3.21.graphql."""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    build_schema,
    get_named_type,
    parse,
    visit,
)

from tests.saleor.documents import every_document

ROOTS = ("Query", "Mutation", "Subscription")
BUILT_IN = ("String", "Int", "Float", "Boolean", "ID")


class Used(Visitor):
    """Which fields and which named types the documents touch."""

    def __init__(self, schema: GraphQLSchema, info: TypeInfo) -> None:
        super().__init__()
        self.schema, self.info = schema, info
        self.fields: dict[str, set[str]] = defaultdict(set)
        self.inputs: dict[str, set[str]] = defaultdict(set)
        self.types: set[str] = set()

    def enter_field(self, node: Any, *_: Any) -> None:
        parent, definition = self.info.get_parent_type(), self.info.get_field_def()
        if parent is not None and definition is not None and not node.name.value.startswith("__"):
            self.fields[parent.name].add(node.name.value)
            self.types |= {parent.name, get_named_type(definition.type).name}
            for argument in node.arguments or ():
                self.use_input(get_named_type(definition.args[argument.name.value].type))

    def enter_named_type(self, node: Any, *_: Any) -> None:
        self.types.add(node.name.value)
        self.use_input(self.schema.type_map.get(node.name.value))

    def use_input(self, found: Any) -> None:
        """An input type is kept with the scalars and enums it needs; nested inputs as well."""
        if found is None or found.name in self.inputs:
            return
        self.types.add(found.name)
        if isinstance(found, GraphQLInputObjectType):
            self.inputs[found.name] = set(found.fields)
            for field in found.fields.values():
                self.use_input(get_named_type(field.type))


def trimmed(text: str) -> str:
    """The trimmed schema as SDL."""
    schema = build_schema(text)
    info = TypeInfo(schema)
    used = Used(schema, info)
    for document in every_document():
        visit(parse(document), TypeInfoVisitor(info, used))
    parts = [
        _definition(schema, used, name)
        for name in sorted(used.types)
        if name in schema.type_map and name not in BUILT_IN
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _definition(schema: GraphQLSchema, used: Used, name: str) -> str:
    found = schema.type_map[name]
    if isinstance(found, GraphQLEnumType):
        return f"enum {name} {{\n" + "\n".join(f"  {value}" for value in found.values) + "\n}"
    if isinstance(found, GraphQLInputObjectType):
        return (
            f"input {name} {{\n"
            + "\n".join(f"  {field}: {kind.type}" for field, kind in found.fields.items())
            + "\n}"
        )
    if isinstance(found, GraphQLUnionType):
        members = [member.name for member in found.types if member.name in used.types]
        return f"union {name} = " + " | ".join(members) if members else ""
    if isinstance(found, GraphQLObjectType | GraphQLInterfaceType):
        return _fields(used, found)
    return f"scalar {name}"


def _fields(used: Used, found: GraphQLObjectType | GraphQLInterfaceType) -> str:
    wanted = set(used.fields[found.name])
    for interface in found.interfaces:
        wanted |= used.fields[interface.name] & set(found.fields)
    lines = []
    for field in sorted(wanted):
        definition = found.fields[field]
        arguments = ", ".join(
            f"{name}: {argument.type}"
            for name, argument in definition.args.items()
            if get_named_type(argument.type).name in {*used.types, *BUILT_IN}
        )
        lines.append(f"  {field}{f'({arguments})' if arguments else ''}: {definition.type}")
    kind = "interface" if isinstance(found, GraphQLInterfaceType) else "type"
    implemented = [interface.name for interface in found.interfaces if interface.name in used.types]
    suffix = f" implements {' & '.join(implemented)}" if implemented else ""
    return f"{kind} {found.name}{suffix} {{\n" + "\n".join(lines or ["  id: ID!"]) + "\n}"


if __name__ == "__main__":
    sys.stdout.write(trimmed(Path(sys.argv[1]).read_text()))
