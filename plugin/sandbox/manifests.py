"""An app's manifest: fetched and judged as Saleor does at an install."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import httpx
from graphql import OperationDefinitionNode

from plugin.sandbox.app_facts import AppExtension, Webhook
from plugin.sandbox.documents import BadDocument, checked
from plugin.sandbox.events import type_name
from plugin.sandbox.kernel import Kernel
from plugin.sandbox.rejected import Rejected
from plugin.sandbox.schema import schema_of

TIMEOUT = httpx.Timeout(18, connect=2)
"""Saleor's: 2 s to connect, 18 s to answer."""

REQUIRED = ("id", "version", "name")


def fetch(kernel: Kernel, http: httpx.Client, url: str) -> dict[str, Any]:
    """GET the manifest with the headers Saleor sends.

    Raises:
        Rejected: no answer, no JSON, or something in it this Saleor does not accept.
    """
    version = kernel.settings.schema_version
    headers = {"User-Agent": f"Saleor/{version}", "Saleor-Schema-Version": version}
    try:
        answer = http.get(url, headers=headers, timeout=TIMEOUT, follow_redirects=False)
        answer.raise_for_status()
    except httpx.HTTPError as error:
        raise Rejected(
            "manifestUrl", "MANIFEST_URL_CANT_CONNECT", "Unable to fetch manifest data."
        ) from error
    try:
        manifest: dict[str, Any] = answer.json()
    except ValueError as error:
        raise Rejected(
            "manifestUrl", "INVALID_MANIFEST_FORMAT", "Incorrect structure of manifest."
        ) from error
    _judge(kernel, manifest)
    return manifest


def _judge(kernel: Kernel, manifest: dict[str, Any]) -> None:
    missing = [name for name in REQUIRED if not manifest.get(name)]
    if missing:
        raise Rejected(missing[0], "REQUIRED", "Field required.")
    known = schema_of(kernel.settings.version).type_map["PermissionEnum"]
    for code in manifest.get("permissions", ()):
        if code not in known.values:  # type: ignore[attr-defined]  # it is an enum
            raise Rejected("permissions", "INVALID_PERMISSION", "Given permissions don't exist.")
    for webhook in manifest.get("webhooks", ()):
        try:
            events_of(kernel, webhook)
        except BadDocument as bad:
            raise Rejected("webhooks", "INVALID", f"Subscription query is not valid: {bad}") from bad
    for extension in manifest.get("extensions", ()):
        if not set(extension.get("permissions", ())) <= set(manifest.get("permissions", ())):
            raise Rejected(
                "extensions",
                "OUT_OF_SCOPE_PERMISSION",
                "Extension permission must be listed in App's permissions.",
            )


def satisfies(version: str, constraint: str | None) -> bool:
    """npm ranges of the simple kind: `>=3.21 <4`."""

    def numbers(text: str) -> tuple[int, ...]:
        return tuple(int(part) for part in re.findall(r"\d+", text)[:3])

    checks = {
        ">=": lambda a, b: a >= b,
        "<=": lambda a, b: a[: len(b)] <= b,
        ">": lambda a, b: a > b,
        "<": lambda a, b: a < b,
        "^": lambda a, b: a >= b and a[0] == b[0],
        "~": lambda a, b: a >= b and a[:2] == b[:2],
        "": lambda a, b: a[: len(b)] == b,
    }
    parts = re.findall(r"(>=|<=|>|<|\^|~|)\s*v?(\d[\d.]*)", constraint or "")
    return all(checks[sign](numbers(version), numbers(wanted)) for sign, wanted in parts)


@dataclass(frozen=True, slots=True)
class Subscribed:
    """What a webhook wants: events it is told, and those Saleor waits for its answer to."""

    events: tuple[str, ...]
    sync_events: tuple[str, ...]


def events_of(kernel: Kernel, webhook: dict[str, Any]) -> Subscribed:
    """The events a manifest webhook wants: listed, or read from its query.

    Raises:
        BadDocument: the query does not fit this Saleor's schema.
    """
    listed = webhook.get("asyncEvents") or (), webhook.get("syncEvents") or ()
    return subscribed(kernel, webhook["query"], *listed)


def subscribed(
    kernel: Kernel, query: str, events: Iterable[str], sync_events: Iterable[str] = ()
) -> Subscribed:
    """The listed events, or those whose types the query spreads."""
    schema = schema_of(kernel.settings.version)
    document = checked(schema, query)
    assert any(isinstance(it, OperationDefinitionNode) for it in document.definitions)  # noqa: S101  # checked() saw to it
    listed = Subscribed(tuple(events), tuple(sync_events))
    if listed.events or listed.sync_events:
        return listed
    found = ("WebhookEventTypeAsyncEnum", "WebhookEventTypeSyncEnum")
    return Subscribed(*(_spread(tuple(schema.type_map[it].values), query) for it in found))  # type: ignore[attr-defined]  # enums


def _spread(known: tuple[str, ...], query: str) -> tuple[str, ...]:
    """Those of the events whose types are in the query."""
    return tuple(it for it in known if re.search(rf"\bon {type_name(it)}\b", query)) + tuple(
        it for it in known if re.search(rf"\b{type_name(it)[0].lower()}{type_name(it)[1:]}\b\s*[({{]", query)
    )


def webhooks_in(kernel: Kernel, manifest: dict[str, Any], app_id: str) -> list[Webhook]:
    """The rows Saleor makes from the manifest."""
    return [
        Webhook(
            id=kernel.new_id("Webhook"),
            app_id=app_id,
            name=webhook["name"],
            target_url=webhook["targetUrl"],
            events=events_of(kernel, webhook).events,
            sync_events=events_of(kernel, webhook).sync_events,
            subscription_query=webhook["query"],
            is_active=webhook.get("isActive", True),
            identifier=webhook.get("identifier"),
            custom_headers=webhook.get("customHeaders") or {},
        )
        for webhook in manifest.get("webhooks", ())
    ]


def extensions_in(kernel: Kernel, manifest: dict[str, Any], app_id: str) -> tuple[AppExtension, ...]:
    """The places in the Dashboard the manifest asks for."""
    return tuple(
        AppExtension(
            id=kernel.new_id("AppExtension"),
            app_id=app_id,
            label=extension["label"],
            url=extension["url"],
            mount_name=extension["mount"],
            target_name=extension.get("target", "POPUP"),
            permissions=tuple(extension.get("permissions", ())),
            settings=extension.get("options") or {},
            identifier=extension.get("identifier"),
        )
        for extension in manifest.get("extensions", ())
    )
