"""Cursor pagination as Saleor does it: at most 100 at a time, positions by sort key."""

from __future__ import annotations

import base64
import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from graphql import GraphQLError

from plugin.sandbox.asking import Info

MOST = 100
"""Records of one page."""

Key = tuple[str, str]
"""What rows are sorted by, as text, and the id that breaks ties."""


def moment_key(moment: datetime) -> str:
    """A moment as text that sorts."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


@dataclass(frozen=True, slots=True)
class Edge:
    """One row of a page."""

    key: Key
    node: Any

    @property
    def cursor(self) -> str:
        """Where the next page may begin."""
        return base64.b64encode(json.dumps(self.key).encode()).decode()


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows in order, with their keys for finding a cursor's place."""

    keys: Sequence[Key]
    rows: Sequence[Any]


def listing(rows: Iterable[Any], key: Callable[[Any], str]) -> Listing:
    """Sort rows by a key; ids break ties."""
    keyed = sorted((((key(row), row.id), row) for row in rows), key=lambda pair: pair[0])
    return Listing([pair[0] for pair in keyed], [pair[1] for pair in keyed])


@dataclass(frozen=True, slots=True)
class Connection:
    """One page, as Saleor's *CountableConnection."""

    edges: Sequence[Edge]
    total_count: int
    has_next: bool
    has_previous: bool

    @property
    def page_info(self) -> dict[str, Any]:
        """Where this page lies."""
        return {
            "has_next_page": self.has_next,
            "has_previous_page": self.has_previous,
            "start_cursor": self.edges[0].cursor if self.edges else None,
            "end_cursor": self.edges[-1].cursor if self.edges else None,
        }


def _place(after: str) -> Key:
    try:
        value, gid = json.loads(base64.b64decode(after))
    except ValueError as error:
        raise GraphQLError("Received cursor is invalid.") from error
    return value, gid


def page(
    info: Info,
    found: Listing,
    paging: dict[str, Any],
    descending: bool = False,
    wrap: Callable[[Any], Any] = lambda row: row,
) -> Connection:
    """The page `first` and `after` ask for."""
    first, after = paging.get("first"), paging.get("after")
    if first is None:
        raise GraphQLError(
            f"You must provide a `first` or `last` value to properly paginate the `{info.field_name}` connection."
        )
    if first > MOST:
        raise GraphQLError(
            f"Requesting {first} records on the `{info.field_name}` connection exceeds the `first` limit of {MOST} records."
        )
    count = len(found.keys)
    if descending:
        end = bisect_left(found.keys, _place(after)) if after else count
        start = max(end - first, 0)
        has_next, has_previous, step = start > 0, end < count, -1
    else:
        start = bisect_right(found.keys, _place(after)) if after else 0
        end = min(start + first, count)
        has_next, has_previous, step = end < count, start > 0, 1
    places = range(start, end)[::step]
    edges = [Edge(found.keys[place], wrap(found.rows[place])) for place in places]
    return Connection(edges, count, has_next, has_previous)
