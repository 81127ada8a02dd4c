"""Writing metadata. A checkout's public metadata is anybody's who knows its id: so it is in Saleor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plugin.sandbox.asking import Info, Resolvers, asking, demand
from plugin.sandbox.ids import kind_and_key
from plugin.sandbox.labels import as_source
from plugin.sandbox.mutation import mutation, pairs
from plugin.sandbox.resolvers.metadata import PRIVATE

PUBLIC: Mapping[str, tuple[str, ...]] = {**PRIVATE, "Checkout": (), "CheckoutLine": ()}
"""Who may write public metadata of a type; nobody needs anything for a checkout."""


def _demand(info: Info, gid: str, private: bool) -> None:
    if asking(info).who.id == gid:
        return
    needed = (PRIVATE if private else PUBLIC).get(kind_and_key(gid)[0], ("MANAGE_SETTINGS",))
    if needed:
        demand(info, *needed)


def _source(info: Info, fact: Any) -> dict[str, Any]:
    channel = next(iter(asking(info).state.channels.values()), None)
    return {"item": as_source(fact, channel)}


def _write(info: Info, private: bool, id: str, input: list[dict[str, str]]) -> dict[str, Any]:  # noqa: A002  # Saleor's names
    _demand(info, id, private)
    return _source(info, asking(info).verbs.labels.write(id, pairs(input), private, asking(info).who))


def _remove(info: Info, private: bool, id: str, keys: list[str]) -> dict[str, Any]:  # noqa: A002  # Saleor's name
    _demand(info, id, private)
    return _source(info, asking(info).verbs.labels.remove(id, keys, private, asking(info).who))


RESOLVERS: Resolvers = {
    "Mutation": {
        "updateMetadata": mutation(lambda info, **asked: _write(info, False, **asked)),
        "updatePrivateMetadata": mutation(lambda info, **asked: _write(info, True, **asked)),
        "deleteMetadata": mutation(lambda info, **asked: _remove(info, False, **asked)),
        "deletePrivateMetadata": mutation(lambda info, **asked: _remove(info, True, **asked)),
    }
}
