"""The webhooks Saleor has for us, brought to what EVENTS asks: Saleor never re-reads a manifest, so we do it by our own token."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from plugin.saleor import manifest
from plugin.saleor.manifest import Subscription
from plugin.shop import Shop, Tandem
from plugin.store import bundles, facts, preferences
from plugin.store.database import writing
from plugin.store.turns import turn
from plugin.suggestions.bundles.model import ACTIVE
from plugin.use_cases import plan_work
from plugin.use_cases.look_at_checkout import READS_SHOPPERS

log = logging.getLogger(__name__)


PATIENCE = 10.0
"""Seconds to wait for another worker that mends."""


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


def mend_webhooks(tandem: Tandem, shop: Shop, now: datetime) -> Mending:
    """Compare with Saleor's list and mend it, one worker at a time. Needs no permission: an app may manage its own webhooks."""
    with turn(shop.db, "webhooks", PATIENCE):
        return _mend_in_turn(tandem, shop, now)


def _mend_in_turn(tandem: Tandem, shop: Shop, now: datetime) -> Mending:
    told = shop.saleor.ask("who_am_i")
    version = told["shop"]["version"] or shop.installation.saleor_version
    with tandem.register() as register:
        register.keep_version(shop.installation.api_url, version)
    note_permissions(shop, told["app"]["permissions"] or [], now)
    mending = _mend(tandem, shop, wanted(tandem, shop, version, now))
    with writing(shop.db):
        facts.keep(shop.db, "guarded", is_guarded(shop, now))
    return mending


def wanted(tandem: Tandem, shop: Shop, version: str, now: datetime) -> list[Subscription]:
    """What this Saleor should tell us: all it knows, and the synchronous ones while the guard is needed."""
    guarded = is_guarded(shop, now)
    known = manifest.known_to(manifest.version(version), tandem.subscriptions)
    return [found for found in known if guarded or not found.asks]


def mend_guard(tandem: Tandem, shop: Shop, now: datetime) -> None:
    """Register or remove the synchronous guard, where what Saleor has is not what is needed."""
    if facts.get(shop.db, "guarded") is not is_guarded(shop, now):
        mend_webhooks(tandem, shop, now)


def is_guarded(shop: Shop, now: datetime) -> bool:
    """Whether the guard is needed: a bundle with a price is active, we may set prices, and the merchant wants it."""
    return (
        preferences.get(shop.db).guard
        and facts.get(shop.db, "may_price") is True
        and any(
            bundle.state == ACTIVE and (bundle.ends is None or bundle.ends > now)
            for bundle in bundles.every(shop.db)
        )
    )


def note_permissions(shop: Shop, granted: Iterable[Mapping[str, Any]], now: datetime) -> None:
    """Remember what we may do beyond the manifest: set prices, read shipping zones, see who is signed in. A change is put into effect."""
    codes = {permission["code"] for permission in granted}
    with writing(shop.db):
        if _is_news(shop, "may_price", "HANDLE_CHECKOUTS" in codes):
            for bundle in bundles.every(shop.db):
                if bundle.state == ACTIVE:
                    plan_work.put_bundles_into_effect(shop, bundle, now)
            plan_work.hold_all(shop, now)
            plan_work.tell_problems(shop, now)
        if _is_news(shop, "may_read_deliveries", "MANAGE_SHIPPING" in codes):
            plan_work.refresh_deliveries(shop, now)
        _is_news(shop, "may_read_shoppers", not codes.isdisjoint(READS_SHOPPERS))


def _is_news(shop: Shop, fact: str, now_so: bool) -> bool:
    """Remember the fact; whether it was not known like this."""
    if facts.get(shop.db, fact) is now_so:
        return False
    facts.keep(shop.db, fact, now_so)
    return True


def _mend(tandem: Tandem, shop: Shop, asked: Sequence[Subscription]) -> Mending:
    host = tandem.address_for(shop.installation)
    mending = compare(shop.saleor.ask("webhooks")["app"]["webhooks"] or [], asked, host)

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
    events = [
        event["eventType"] for event in [*(webhook["asyncEvents"] or []), *(webhook["syncEvents"] or [])]
    ]
    asked = " ".join((webhook["subscriptionQuery"] or "").split())
    return (
        bool(webhook["isActive"])
        and webhook["targetUrl"] == host + subscription.path
        and events == [subscription.event]
        and asked == " ".join(subscription.query.split())
    )


def _input(host: str, subscription: Subscription) -> dict[str, Any]:
    entry = manifest.webhook(host, subscription)
    names = ("name", "asyncEvents", "syncEvents", "query", "targetUrl", "isActive")
    return {name: entry[name] for name in names if name in entry}
