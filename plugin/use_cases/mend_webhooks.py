"""The webhooks Saleor has for us, brought to what EVENTS asks: Saleor never re-reads a manifest, so we do it by our own token."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from plugin.saleor import manifest
from plugin.saleor.manifest import Subscription
from plugin.shop import Shop, Tandem

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Mending:
    """What differs: to be created, to be updated (webhook id and its event), to be deleted (ids)."""

    create: tuple[Subscription, ...]
    update: tuple[tuple[str, Subscription], ...]
    delete: tuple[str, ...]

    @property
    def needed(self) -> bool:
        """Whether anything differs."""
        return bool(self.create or self.update or self.delete)


def compare(webhooks: Sequence[Mapping[str, Any]], wanted: Sequence[Subscription], host: str) -> Mending:
    """What has to change so that every wanted event has one active webhook with our query and address."""
    theirs: dict[str, Mapping[str, Any]] = {}
    surplus = []
    for webhook in webhooks:
        if webhook["name"] in theirs or webhook["name"] not in {subscription.name for subscription in wanted}:
            surplus.append(webhook["id"])
        else:
            theirs[webhook["name"]] = webhook
    return Mending(
        create=tuple(subscription for subscription in wanted if subscription.name not in theirs),
        update=tuple(
            (theirs[subscription.name]["id"], subscription)
            for subscription in wanted
            if subscription.name in theirs and not _fits(theirs[subscription.name], subscription, host)
        ),
        delete=tuple(surplus),
    )


def mend_webhooks(tandem: Tandem, shop: Shop) -> Mending:
    """Compare with Saleor's list and mend it. Needs no permission: an app may manage its own webhooks."""
    told = shop.saleor.ask("who_am_i")
    version = told["shop"]["version"] or shop.installation.saleor_version
    with tandem.register() as register:
        register.keep_version(shop.installation.api_url, version)
    host = tandem.address_for(shop.installation)
    webhooks = shop.saleor.ask("webhooks")["app"]["webhooks"] or []

    mending = compare(webhooks, manifest.known_to(manifest.version(version), tandem.subscriptions), host)

    for subscription in mending.create:
        shop.saleor.ask("create_webhook", {"input": _input(host, subscription)})
    for webhook, subscription in mending.update:
        shop.saleor.ask("update_webhook", {"id": webhook, "input": _input(host, subscription)})
    for webhook in mending.delete:
        shop.saleor.ask("delete_webhook", {"id": webhook})
    if mending.needed:
        log.info(
            "mended the webhooks of %s: %d new, %d changed, %d gone",
            shop.installation.api_url,
            *map(len, (mending.create, mending.update, mending.delete)),
        )
    return mending


def _fits(webhook: Mapping[str, Any], subscription: Subscription, host: str) -> bool:
    events = [event["eventType"] for event in webhook["asyncEvents"] or []]
    asked = " ".join((webhook["subscriptionQuery"] or "").split())
    return (
        bool(webhook["isActive"])
        and webhook["targetUrl"] == host + subscription.path
        and events == [subscription.event]
        and asked == " ".join(subscription.query.split())
    )


def _input(host: str, subscription: Subscription) -> dict[str, Any]:
    entry = manifest.webhook(host, subscription)
    return {name: entry[name] for name in ("name", "asyncEvents", "query", "targetUrl", "isActive")}
