"""Every resolver of the sandbox Saleor, by type and field. A new module is listed here."""

from __future__ import annotations

from collections.abc import Mapping

from plugin.sandbox.asking import Resolver, Resolvers
from plugin.sandbox.resolvers import (
    app_changes,
    apps,
    catalogue,
    catalogue_changes,
    catalogue_details,
    checkout_changes,
    checkouts,
    deliveries,
    events,
    logging_in,
    metadata,
    metadata_changes,
    order_changes,
    orders,
    prices,
    problems,
    shipping,
    shop,
    webhook_changes,
)

MODULES = (
    app_changes,
    apps,
    catalogue,
    catalogue_changes,
    catalogue_details,
    checkout_changes,
    checkouts,
    deliveries,
    events,
    logging_in,
    metadata,
    metadata_changes,
    order_changes,
    orders,
    prices,
    problems,
    shipping,
    shop,
    webhook_changes,
)


def _merged() -> Resolvers:
    merged: dict[str, dict[str, Resolver]] = {}
    for module in MODULES:
        its: Mapping[str, Mapping[str, Resolver]] = module.RESOLVERS
        for kind, fields in its.items():
            merged.setdefault(kind, {}).update(fields)
    return merged


RESOLVERS = _merged()
