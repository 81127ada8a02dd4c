"""webhook… mutations: an app mends its own webhooks, without any permission."""

from __future__ import annotations

from typing import Any

from plugin.sandbox.app_facts import Webhook
from plugin.sandbox.asking import Info, PermissionDenied, Resolvers, asking
from plugin.sandbox.mutation import mutation
from plugin.sandbox.rejected import not_found

KEEPERS = ("AUTHENTICATED_APP", "MANAGE_APPS")


def _own_app(info: Info, app_id: str | None = None) -> str:
    """The app that asks, or the one staff names."""
    who = asking(info).who
    if who.kind == "app" and who.id and app_id in (None, who.id):
        return who.id
    if "MANAGE_APPS" not in who.permissions or not app_id:
        raise PermissionDenied(("MANAGE_APPS", "AUTHENTICATED_APP"))
    return app_id


def _create_webhook(info: Info, input: dict[str, Any]) -> dict[str, Any]:  # noqa: A002  # Saleor's name
    context = asking(info)
    webhook = Webhook(
        id=context.kernel.new_id("Webhook"),
        app_id=_own_app(info, input.get("app")),
        name=input.get("name") or "",
        target_url=input["target_url"],
        events=(),
        subscription_query=input.get("query") or "",
        is_active=input.get("is_active", True) is not False,
        identifier=input.get("identifier"),
        custom_headers=input.get("custom_headers") or {},
    )
    return {"webhook": context.verbs.apps.write_webhook(webhook, *_listed(input))}


def _listed(input: dict[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:  # noqa: A002  # Saleor's name
    return tuple(input.get("async_events") or ()), tuple(input.get("sync_events") or ())


def _told(webhook: Webhook) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return webhook.events, webhook.sync_events


def _known_webhook(info: Info, asked: dict[str, Any]) -> Webhook:
    gid, identifier = asked.get("id"), asked.get("identifier")
    for webhook in asking(info).state.webhooks.values():
        if webhook.id == gid or (identifier and webhook.identifier == identifier):
            _own_app(info, webhook.app_id)
            return webhook
    raise not_found(gid or identifier or "")


def _update_webhook(info: Info, input: dict[str, Any], **asked: Any) -> dict[str, Any]:  # noqa: A002  # Saleor's name
    webhook = _known_webhook(info, asked)
    names = {"query": "subscription_query"}
    plain = ("name", "identifier", "target_url", "is_active", "custom_headers", "query")
    changes = {names.get(name, name): input[name] for name in plain if input.get(name) is not None}
    listed = _listed(input) if {"async_events", "sync_events", "query"} & input.keys() else _told(webhook)
    changed = Webhook(**{name: changes.get(name, getattr(webhook, name)) for name in Webhook.__slots__})
    return {"webhook": asking(info).verbs.apps.write_webhook(changed, *listed)}


def _delete_webhook(info: Info, **asked: Any) -> dict[str, Any]:
    return {"webhook": asking(info).verbs.apps.delete_webhook(_known_webhook(info, asked).id)}


RESOLVERS: Resolvers = {
    "Mutation": {
        "webhookCreate": mutation(_create_webhook, *KEEPERS),
        "webhookUpdate": mutation(_update_webhook, *KEEPERS),
        "webhookDelete": mutation(_delete_webhook, *KEEPERS),
    }
}
