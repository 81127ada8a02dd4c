"""A verb as a GraphQL mutation: one change, and refusals as `errors`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from plugin.sandbox.asking import Info, Resolver, asking, demand
from plugin.sandbox.rejected import Rejected


class Payload(dict[str, Any]):
    """A mutation's answer: fields nobody filled are null, and there are no errors unless given."""

    def __missing__(self, name: str) -> Any:
        return [] if name == "errors" else None


def mutation(verb: Callable[..., dict[str, Any]], *permissions: str) -> Resolver:
    """The resolver for a verb of (info, **arguments); it needs one of the permissions, if any are given."""

    def resolve(_root: Any, info: Info, **arguments: Any) -> Payload:
        if permissions:
            demand(info, *permissions)
        context = asking(info)
        try:
            with context.kernel.change(context.who):
                return Payload(verb(info, **arguments))
        except Rejected as refused:
            return Payload(errors=[refused.trouble])

    return resolve


def outside(verb: Callable[..., dict[str, Any]], *permissions: str) -> Resolver:
    """As `mutation`, for verbs that call apps meanwhile and must not hold the lock; they make their changes themselves."""

    def resolve(_root: Any, info: Info, **arguments: Any) -> Payload:
        if permissions:
            demand(info, *permissions)
        try:
            return Payload(verb(info, **arguments))
        except Rejected as refused:
            return Payload(errors=[refused.trouble])

    return resolve


def pairs(items: list[dict[str, str]] | None) -> dict[str, str]:
    """[MetadataInput] as a mapping."""
    return {item["key"]: item["value"] for item in items or ()}
