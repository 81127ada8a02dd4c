"""app… mutations of staff, webhook… mutations of apps, and logging in."""

from __future__ import annotations

from typing import Any

from plugin.sandbox import manifests
from plugin.sandbox.asking import Asking, Info, Resolvers, asking
from plugin.sandbox.mutation import mutation, outside
from plugin.sandbox.rejected import Rejected, not_found
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


def _retry(info: Info, id: str) -> dict[str, Any]:  # noqa: A002  # Saleor's name
    delivery = asking(info).state.deliveries.get(id)
    if delivery is None:
        raise not_found(id)
    asking(info).later(lambda: asking(info).retry(delivery))
    return {"delivery": delivery}


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
        "eventDeliveryRetry": mutation(_retry, *STAFF),
    }
}
