"""Apps, their webhooks and deliveries: an app sees itself, staff with MANAGE_APPS see all."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from plugin.sandbox.app_facts import App, AppExtension, AppInstallation, Delivery, Webhook
from plugin.sandbox.asking import Info, Resolvers, asking, demand
from plugin.sandbox.pages import Connection, listing, moment_key, page
from plugin.sandbox.resolvers.shop import permission


def _app(_root: Any, info: Info, id: str | None = None) -> App | None:  # noqa: A002  # Saleor's name
    demand(info, "AUTHENTICATED_STAFF_USER", "AUTHENTICATED_APP")
    who, apps = asking(info).who, asking(info).state.apps
    if who.kind == "app" and id in (None, who.id):
        return apps.get(who.id or "")
    if who.kind == "app":
        demand(info, "MANAGE_APPS")
    return apps.get(id or "")


def _apps(_root: Any, info: Info, **asked: Any) -> Connection:
    demand(info, "AUTHENTICATED_STAFF_USER", "MANAGE_APPS")
    return page(info, listing(asking(info).state.apps.values(), lambda it: it.name), asked)


def _installations(_root: Any, info: Info) -> list[AppInstallation]:
    demand(info, "MANAGE_APPS")
    return list(asking(info).state.installations.values())


def _extension(_root: Any, info: Info, id: str) -> AppExtension | None:  # noqa: A002  # Saleor's name
    demand(info, "AUTHENTICATED_STAFF_USER", "AUTHENTICATED_APP")
    every = [it for app in asking(info).state.apps.values() for it in app.extensions]
    return next((it for it in every if it.id == id), None)


def _demand_own(source: App, info: Info) -> None:
    if asking(info).who.id != source.id:
        demand(info, "MANAGE_APPS")


def _webhooks(source: App, info: Info) -> list[Webhook]:
    _demand_own(source, info)
    return [it for it in asking(info).state.webhooks.values() if it.app_id == source.id]


def _permissions(source: App | AppExtension, _info: Any) -> list[dict[str, str]]:
    return [permission(code) for code in sorted(source.permissions)]


def _app_token(source: App, info: Info) -> str | None:
    """For the Dashboard only: a token for the app's page, as the person who asks."""
    context = asking(info)
    user = context.state.users.get(context.who.id or "")
    return context.tokens.for_app_page(source, user) if user and user.is_staff else None


def _extension_token(source: AppExtension, info: Info) -> str | None:
    context = asking(info)
    user = context.state.users.get(context.who.id or "")
    app = context.state.apps[source.app_id]
    return context.tokens.for_app_page(app, user, source) if user and user.is_staff else None


def _deliveries(source: Webhook, info: Info, **asked: Any) -> Connection:
    wanted = asked.get("filter") or {}
    rows = [
        it
        for it in list(asking(info).state.deliveries.values())
        if it.webhook_id == source.id
        and wanted.get("status") in (None, it.status)
        and wanted.get("event_type") in (None, it.event_type)
    ]
    descending = (asked.get("sort_by") or {"direction": "DESC"})["direction"] == "DESC"
    return page(info, _by_time(rows), asked, descending)


def _attempts(source: Delivery, info: Info, **asked: Any) -> Connection:
    return page(info, _by_time(source.attempts), asked)


def _by_time(rows: Iterable[Any]) -> Any:
    def when(row: Any) -> str:
        moment: datetime = row.created_at
        return moment_key(moment)

    return listing(rows, when)


def _events(names: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"event_type": it, "name": it.replace("_", " ").capitalize()} for it in names]


RESOLVERS: Resolvers = {
    "Query": {
        "app": _app,
        "apps": _apps,
        "appsInstallations": _installations,
        "appExtension": _extension,
    },
    "App": {
        "webhooks": _webhooks,
        "permissions": _permissions,
        "accessToken": _app_token,
        "type": lambda _source, _info: "THIRDPARTY",
    },
    "AppExtension": {
        "permissions": _permissions,
        "accessToken": _extension_token,
        "app": lambda source, info: asking(info).state.apps[source.app_id],
    },
    "Webhook": {
        "app": lambda source, info: asking(info).state.apps[source.app_id],
        "asyncEvents": lambda source, _info: _events(source.events),
        "syncEvents": lambda source, _info: _events(source.sync_events),
        "eventDeliveries": _deliveries,
        "customHeaders": lambda source, _info: source.custom_headers,
    },
    "EventDelivery": {"attempts": _attempts, "payload": lambda source, _info: source.payload.decode()},
    "AppManifestBrandLogo": {"default": lambda source, _info, **_: source["default"]},
}
