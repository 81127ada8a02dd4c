"""The shop itself, its channels and its people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from plugin.sandbox.asking import Info, Resolver, Resolvers, asking, demand
from plugin.sandbox.catalogue_facts import Channel
from plugin.sandbox.countries import country
from plugin.sandbox.ids import global_id


@dataclass(frozen=True, slots=True)
class Shop:
    """What `shop` answers; the rest is asked of the settings."""

    id: str = global_id("Shop", 1)
    metadata: Mapping[str, str] = field(default_factory=dict)
    private_metadata: Mapping[str, str] = field(default_factory=dict)


def _known_only(name: str) -> Resolver:
    def resolve(source: Any, info: Info) -> Any:
        demand(info, "AUTHENTICATED_APP", "AUTHENTICATED_STAFF_USER")
        return getattr(source, name)

    return resolve


def _version(_source: Shop, info: Info) -> str:
    demand(info, "AUTHENTICATED_APP", "AUTHENTICATED_STAFF_USER")
    return asking(info).kernel.settings.version


def _domain(_source: Shop, info: Info) -> dict[str, Any]:
    origin = asking(info).kernel.origin
    return {
        "host": urlsplit(origin).netloc,
        "ssl_enabled": origin.startswith("https"),
        "url": f"{origin}/",
    }


def _permissions(_source: Shop, info: Info) -> list[dict[str, str]]:
    demand(info, "AUTHENTICATED_APP", "AUTHENTICATED_STAFF_USER")
    return [permission(code) for code in info.schema.type_map["PermissionEnum"].values]  # type: ignore[attr-defined]  # an enum


def permission(code: str) -> dict[str, str]:
    """A permission with a human name."""
    return {"code": code, "name": code.replace("_", " ").capitalize() + "."}


def _channels(_root: Any, info: Info) -> list[Channel]:
    demand(info, "AUTHENTICATED_APP", "AUTHENTICATED_STAFF_USER")
    return list(asking(info).state.channels.values())


def _channel(_root: Any, info: Info, **asked: Any) -> Channel | None:
    rows = asking(info).state.channels.values()
    return next((it for it in rows if asked.get("id") == it.id or asked.get("slug") == it.slug), None)


def _tax_configuration(source: Channel, info: Info) -> dict[str, Any]:
    demand(info, "AUTHENTICATED_APP", "AUTHENTICATED_STAFF_USER")
    return {
        "id": global_id("TaxConfiguration", source.slug),
        "channel": source,
        "charge_taxes": True,
        "display_gross_prices": source.display_gross_prices,
        "prices_entered_with_tax": source.tax.entered_with_tax,
    }


def _has_orders(source: Channel, info: Info) -> bool:
    demand(info, "MANAGE_CHANNELS")
    return any(order.channel_id == source.id for order in asking(info).state.orders.values())


def _country(source: Channel, info: Info) -> dict[str, str]:
    demand(info, "AUTHENTICATED_APP", "AUTHENTICATED_STAFF_USER")
    return country(source.country)


def _me(_root: Any, info: Info) -> Any:
    who = asking(info).who
    return asking(info).state.users.get(who.id or "") if who.kind == "user" else None


RESOLVERS: Resolvers = {
    "Query": {
        "shop": lambda _root, _info: Shop(),
        "channels": _channels,
        "channel": _channel,
        "me": _me,
    },
    "Shop": {
        "name": lambda _source, info: asking(info).kernel.settings.shop_name,
        "domain": _domain,
        "version": _version,
        "schemaVersion": lambda _source, info: asking(info).kernel.settings.schema_version,
        "permissions": _permissions,
        "limitQuantityPerCheckout": lambda _source, info: (
            asking(info).kernel.settings.limit_quantity_per_checkout
        ),
        "useLegacyUpdateWebhookEmission": lambda _source, info: (
            asking(info).kernel.settings.legacy_webhook_emission
        ),
    },
    "Channel": {
        "name": _known_only("name"),
        "isActive": _known_only("is_active"),
        "currencyCode": _known_only("currency_code"),
        "hasOrders": _has_orders,
        "defaultCountry": _country,
        "taxConfiguration": _tax_configuration,
    },
}
