"""Saleor's own scalars: how they look in JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from graphql import GraphQLError, GraphQLScalarType, GraphQLSchema


def _decimal(value: Any) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation as error:
        raise GraphQLError(f"{value!r} is not a decimal") from error


def _positive(value: Any) -> Decimal:
    amount = _decimal(value)
    if amount < 0:
        raise GraphQLError(f"Value cannot be lower than 0. Received value: {amount}")
    return amount


def _moment(value: Any) -> datetime:
    try:
        return datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise GraphQLError(f"DateTime cannot represent value: {value!r}") from error


def _day(value: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise GraphQLError(f"Date cannot represent value: {value!r}") from error


def _iso(value: date) -> str:
    return value.isoformat()


WRITES: Mapping[str, Callable[[Any], Any]] = {
    "DateTime": _iso,
    "Date": _iso,
    "Decimal": float,
    "PositiveDecimal": float,
    "UUID": str,
    "JSONString": json.dumps,
}
READS: Mapping[str, Callable[[Any], Any]] = {
    "DateTime": _moment,
    "Date": _day,
    "Decimal": _decimal,
    "PositiveDecimal": _positive,
    "JSONString": json.loads,
}


OUTWARD = ("serialize", "coerce_output_value")
INWARD = ("parse_value", "coerce_input_value")
"""The old and the new names graphql-core has for the two directions."""


def teach(schema: GraphQLSchema) -> None:
    """Give the schema's scalars their meaning; SDL alone says nothing about it."""
    for name, scalar in schema.type_map.items():
        if isinstance(scalar, GraphQLScalarType):
            for slots, known in ((OUTWARD, WRITES), (INWARD, READS)):
                for slot in slots if name in known else ():
                    setattr(scalar, slot, known[name])
