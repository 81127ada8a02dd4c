"""Reading metadata: public to whoever sees the object, private to those who may."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plugin.sandbox.asking import Info, Resolver, Resolvers, asking, demand
from plugin.sandbox.seen import Seen

PRIVATE: Mapping[str, tuple[str, ...]] = {
    "App": ("MANAGE_APPS",),
    "Category": ("MANAGE_PRODUCTS",),
    "Channel": ("MANAGE_CHANNELS",),
    "Checkout": ("MANAGE_CHECKOUTS", "HANDLE_TAXES"),
    "CheckoutLine": ("MANAGE_CHECKOUTS", "HANDLE_TAXES"),
    "Collection": ("MANAGE_PRODUCTS",),
    "Order": ("MANAGE_ORDERS", "HANDLE_TAXES"),
    "OrderLine": ("MANAGE_ORDERS", "HANDLE_TAXES"),
    "Product": ("MANAGE_PRODUCTS",),
    "ProductType": ("MANAGE_PRODUCT_TYPES_AND_ATTRIBUTES",),
    "ProductVariant": ("MANAGE_PRODUCTS",),
    "ShippingMethodType": ("MANAGE_SHIPPING",),
    "ShippingZone": ("MANAGE_SHIPPING",),
    "Shop": ("MANAGE_SETTINGS",),
    "TransactionItem": ("HANDLE_PAYMENTS",),
    "User": ("MANAGE_USERS",),
}
"""Who may read private metadata of a type."""


def _fact(source: Any) -> Any:
    return source.fact if isinstance(source, Seen) else source


def _items(pairs: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in sorted(pairs.items())]


def _some(pairs: Mapping[str, str], keys: list[str] | None) -> dict[str, str]:
    return {key: value for key, value in pairs.items() if keys is None or key in keys}


def _public(source: Any, _info: Any) -> list[dict[str, str]]:
    return _items(_fact(source).metadata)


def _public_one(source: Any, _info: Any, key: str) -> str | None:
    value: str | None = _fact(source).metadata.get(key)
    return value


def _public_some(source: Any, _info: Any, keys: list[str] | None = None) -> dict[str, str]:
    return _some(_fact(source).metadata, keys)


def _private_of(source: Any, info: Info) -> Mapping[str, str]:
    fact = _fact(source)
    if asking(info).who.id != fact.id:
        demand(info, *PRIVATE[type(fact).__name__])
    pairs: Mapping[str, str] = fact.private_metadata
    return pairs


def _private(source: Any, info: Info) -> list[dict[str, str]]:
    return _items(_private_of(source, info))


def _private_one(source: Any, info: Info, key: str) -> str | None:
    return _private_of(source, info).get(key)


def _private_some(source: Any, info: Info, keys: list[str] | None = None) -> dict[str, str]:
    return _some(_private_of(source, info), keys)


FIELDS: Mapping[str, Resolver] = {
    "metadata": _public,
    "metafield": _public_one,
    "metafields": _public_some,
    "privateMetadata": _private,
    "privateMetafield": _private_one,
    "privateMetafields": _private_some,
}

RESOLVERS: Resolvers = dict.fromkeys(PRIVATE, FIELDS)
