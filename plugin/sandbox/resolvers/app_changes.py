"""app… mutations of staff, webhook… mutations of apps, and logging in."""

from __future__ import annotations

from typing import Any

import jwt

from plugin.sandbox import manifests
from plugin.sandbox.app_facts import Webhook
from plugin.sandbox.asking import Asking, Info, PermissionDenied, Resolvers, asking
from plugin.sandbox.mutation import mutation, outside
from plugin.sandbox.rejected import Rejected, Trouble, not_found
from plugin.sandbox.resolvers.shop import permission

STAFF = ("MANAGE_APPS",)


def _fetch(info: Info, manifest_url: str) -> dict[str, Any]:
    context = asking(info)
    manifest = manifests.fetch(context.kernel, context.verbs.apps.http, manifest_url)
    constraint = manifest.get("requiredSaleorVersion")
    given = ("version", "name", "about", "author", "audience")
    urls = {"app_url": "appUrl", "token_target_url": "tokenTargetUrl", "data_privacy_url": "dataPrivacyUrl"}
    more = {"homepage_url": "homepageUrl", "support_url": "supportUrl"}
    brand = manifest.get("brand")
    return {
        "manifest": {
            "identifier": manifest["id"],
            **{name: manifest.get(name) for name in given},
            **{name: manifest.get(key) for name, key in (urls | more).items()},
            "permissions": [permission(code) for code in manifest.get("permissions", ())],
            "extensions": [_extension(it) for it in manifest.get("extensions", ())],
            "webhooks": [_webhook(it) for it in manifest.get("webhooks", ())],
            "brand": brand and {"logo": brand["logo"]},
            "required_saleor_version": constraint
            and {
                "constraint": constraint,
                "satisfied": manifests.satisfies(context.kernel.settings.version, constraint),
            },
        }
    }


def _extension(given: dict[str, Any]) -> dict[str, Any]:
    return {
        "permissions": [permission(code) for code in given.get("permissions", ())],
        "label": given["label"],
        "url": given["url"],
        "mount_name": given["mount"],
        "target_name": given.get("target", "POPUP"),
        "settings": given.get("options") or {},
        "identifier": given.get("identifier"),
    }


def _webhook(given: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": given["name"],
        "async_events": given.get("asyncEvents") or [],
        "sync_events": given.get("syncEvents") or [],
        "query": given["query"],
        "target_url": given["targetUrl"],
    }


def _install(info: Info, input: dict[str, Any]) -> dict[str, Any]:  # noqa: A002  # Saleor's name
    context = asking(info)
    installation = context.verbs.apps.begin(
        input["app_name"],
        input["manifest_url"],
        input.get("permissions") or (),
        input["activate_after_installation"],
    )
    context.later(lambda: _finish(context, installation.id))
    return {"app_installation": installation}


def _finish(context: Asking, installation_id: str) -> None:
    try:
        context.verbs.apps.finish(installation_id, context.who)
    except Rejected:
        return  # the installation says FAILED and why


def _forget(info: Info, id: str) -> dict[str, Any]:  # noqa: A002  # Saleor's name
    gone = asking(info).state.installations.pop(id, None)
    if gone is None:
        raise not_found(id)
    return {"app_installation": gone}


def _update(info: Info, id: str, input: dict[str, Any]) -> dict[str, Any]:  # noqa: A002  # Saleor's names
    changes = {name: value for name, value in input.items() if name != "permissions"}
    if input.get("permissions") is not None:
        changes["permissions"] = frozenset(input["permissions"])
    return {"app": asking(info).verbs.apps.update(id, asking(info).who, **changes)}


def _switch(info: Info, app_id: str, active: bool) -> dict[str, Any]:
    return {"app": asking(info).verbs.apps.set_active(app_id, active, asking(info).who)}


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
    return {"webhook": context.verbs.apps.write_webhook(webhook, input.get("async_events") or ())}


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
    listed = input.get("async_events") or (() if "query" in input else webhook.events)
    changed = Webhook(**{name: changes.get(name, getattr(webhook, name)) for name in Webhook.__slots__})
    return {"webhook": asking(info).verbs.apps.write_webhook(changed, listed)}


def _delete_webhook(info: Info, **asked: Any) -> dict[str, Any]:
    return {"webhook": asking(info).verbs.apps.delete_webhook(_known_webhook(info, asked).id)}


def _retry(info: Info, id: str) -> dict[str, Any]:  # noqa: A002  # Saleor's name
    delivery = asking(info).state.deliveries.get(id)
    if delivery is None:
        raise not_found(id)
    asking(info).later(lambda: asking(info).retry(delivery))
    return {"delivery": delivery}


def _log_in(_root: Any, info: Info, email: str, password: str, **_: Any) -> dict[str, Any]:
    context = asking(info)
    for user in context.state.users.values():
        if user.email == email and user.password and user.password == password and user.is_active:
            tokens = context.tokens
            return {
                "token": tokens.for_staff(user),
                "refresh_token": tokens.to_refresh(user),
                "csrf_token": None,
                "user": user,
                "errors": [],
            }
    trouble = Trouble("email", "INVALID_CREDENTIALS", "Please, enter valid credentials")
    return {"token": None, "refresh_token": None, "csrf_token": None, "user": None, "errors": [trouble]}


def _refresh(_root: Any, info: Info, refresh_token: str | None = None, **_: Any) -> dict[str, Any]:
    context = asking(info)
    try:
        claims = context.kernel.keys.claims(refresh_token or "")
    except jwt.InvalidTokenError:
        claims = {}
    user = context.state.users.get(claims.get("user_id", "")) if claims.get("type") == "refresh" else None
    if user is None:
        trouble = Trouble("refreshToken", "JWT_INVALID_TOKEN", "Invalid token")
        return {"token": None, "user": None, "errors": [trouble]}
    return {"token": context.tokens.for_staff(user), "user": user, "errors": []}


RESOLVERS: Resolvers = {
    "Mutation": {
        "appFetchManifest": outside(_fetch, *STAFF),
        "appInstall": outside(_install, *STAFF),
        "appDeleteFailedInstallation": mutation(_forget, *STAFF),
        "appDelete": mutation(
            lambda info, **asked: {"app": asking(info).verbs.apps.delete(asked["id"], asking(info).who)},
            *STAFF,
        ),
        "appUpdate": mutation(_update, *STAFF),
        "appActivate": mutation(lambda info, **asked: _switch(info, asked["id"], True), *STAFF),
        "appDeactivate": mutation(lambda info, **asked: _switch(info, asked["id"], False), *STAFF),
        "webhookCreate": mutation(_create_webhook, "AUTHENTICATED_APP", "MANAGE_APPS"),
        "webhookUpdate": mutation(_update_webhook, "AUTHENTICATED_APP", "MANAGE_APPS"),
        "webhookDelete": mutation(_delete_webhook, "AUTHENTICATED_APP", "MANAGE_APPS"),
        "eventDeliveryRetry": mutation(_retry, *STAFF),
        "tokenCreate": _log_in,
        "tokenRefresh": _refresh,
    }
}
