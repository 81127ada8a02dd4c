"""GraphQL documents as Saleor reads them: its parser is old and knows neither `null` nor block strings."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    NullValueNode,
    StringValueNode,
    Visitor,
    parse,
    validate,
    visit,
)


class _OldParser(Visitor):
    """Refuses what graphql-core 2 could not read."""

    def enter_null_value(self, node: NullValueNode, *_: Any) -> None:
        raise GraphQLError('Syntax Error: Unexpected Name "null".', node)

    def enter_string_value(self, node: StringValueNode, *_: Any) -> None:
        if node.block:
            raise GraphQLError("Syntax Error: Unterminated string.", node)


class BadDocument(Exception):  # named for what happened
    """Saleor answers HTTP 400 with these errors."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__("; ".join(error.message for error in errors))
        self.errors = errors


@lru_cache(maxsize=512)
def checked(schema: GraphQLSchema, text: str) -> DocumentNode:
    """The parsed document.

    Raises:
        BadDocument: it cannot be parsed, or asks for what the schema does not have.
    """
    try:
        document = parse(text)
        visit(document, _OldParser())
    except GraphQLError as error:
        raise BadDocument([error]) from error
    errors = validate(schema, document)
    if errors:
        raise BadDocument(errors)
    return document
