"""Subscriptions: the root of a webhook's body."""

from __future__ import annotations

from typing import Any

from plugin.sandbox.asking import Info, Resolvers, asking

FILTERABLE = (
    "orderCreated",
    "orderUpdated",
    "orderConfirmed",
    "orderCancelled",
    "orderExpired",
    "checkoutCreated",
    "checkoutUpdated",
)
"""Roots that take channels; their bodies keep the {"data": …} around them."""


def _root(source: Any, _info: Any) -> Any:
    return source


def _filtered(source: Any, info: Info, channels: list[str] | None = None) -> Any:
    """Null when it is another event, or another channel's."""
    if source.type_name != info.field_name[0].upper() + info.field_name[1:]:
        return None
    fact = next(iter(source.about.values()))
    slug = asking(info).state.channels[fact.channel_id].slug
    return source if not channels or slug in channels else None


RESOLVERS: Resolvers = {"Subscription": {"event": _root, **dict.fromkeys(FILTERABLE, _filtered)}}
