"""A merchant sets up bundles: checked against the shop's own prices and costs, kept with who and when, and put into effect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from plugin.errors import BadBundle, NotFound
from plugin.shop import Shop
from plugin.store import bundles, catalogue, channels, preferences
from plugin.store.database import writing
from plugin.suggestions.bundles import checks, floor
from plugin.suggestions.bundles.model import ACTIVE, STATES, Bundle, BundleId
from plugin.use_cases import plan_work


def save_bundle(shop: Shop, draft: Mapping[str, Any], who: str, now: datetime, why: str = "") -> Bundle:
    """Keep this bundle, new or changed, as its next version, and put it into effect.

    `draft` is the JSON of the README; with an `id` it changes that bundle, and a `version` there must be the newest one.
    `why`: said where nobody asked, as when a bundle pauses itself.

    Raises:
        BadBundle: with every problem, each naming its field. Nothing is kept.
        NotFound: there is no bundle of that id.
    """
    with writing(shop.db):
        before = find_bundle(shop, draft["id"]) if draft.get("id") else None
        if before and draft.get("version", before.version) != before.version:
            raise BadBundle(
                [("version", f"somebody changed this bundle meanwhile; it is at version {before.version}")]
            )
        number = before.id if before else bundles.next_number(shop.db)
        bundle = read_draft(shop, draft, number, before.version + 1 if before else 1)
        if before and replace(bundle, version=before.version) == before:
            return before
        _keep(shop, bundle, who, now, why)
    return bundle


def read_draft(shop: Shop, draft: Mapping[str, Any], number: BundleId, version: int) -> Bundle:
    """The bundle, judged whole: in itself, and by the prices and costs of every channel it is sold in.

    Raises:
        BadBundle: with every problem found.
    """
    known = {channel.slug: channel for channel in channels.every(shop.db) if channel.slug}
    bundle = checks.read(draft, known, number, version)
    found = price_problems(shop, bundle)
    if found:
        raise BadBundle(list(dict.fromkeys(found)))
    return bundle


def price_problems(shop: Shop, bundle: Bundle) -> list[tuple[str, str]]:
    """Why the bundle cannot be sold as it is, by the prices we know now; empty when it can."""
    margin = preferences.get(shop.db).bundle_margin
    unknown = _unknown_members(shop, bundle)
    if unknown:
        return unknown
    return [
        problem
        for channel in channels.every(shop.db)
        if channel.id in bundle.channels
        for problem in floor.problems(
            bundle, channel, catalogue.goods(shop.db, channel.id, floor.member_ids([bundle])), margin
        )
    ]


def change_state(shop: Shop, number: object, state: str, who: str, now: datetime, why: str = "") -> Bundle:
    """Activate, pause or put back to draft.

    Raises:
        BadBundle: no such state, or the bundle cannot be sold as prices are now.
        NotFound: there is no such bundle.
    """
    if state not in STATES:
        raise BadBundle([("state", f"must be one of {', '.join(STATES)}")])
    with writing(shop.db):
        before = find_bundle(shop, number)
        if before.state == state:
            return before
        found = price_problems(shop, before) if state == ACTIVE else []
        if found:
            raise BadBundle(found)
        after = replace(before, state=state, version=before.version + 1)
        _keep(shop, after, who, now, why)
    return after


def find_bundle(shop: Shop, number: object) -> Bundle:
    """The bundle of that id. Raises NotFound."""
    text = str(number)
    found = bundles.get(shop.db, int(text)) if text.isascii() and text.isdigit() and len(text) < 16 else None
    if found is None:
        raise NotFound(f"there is no bundle {text[:40]!r}")
    return found


def _keep(shop: Shop, bundle: Bundle, who: str, now: datetime, why: str) -> None:
    bundles.keep(shop.db, bundle, now.astimezone(UTC).isoformat(timespec="seconds"), who, why)
    plan_work.put_bundles_into_effect(shop, bundle, now)


def _unknown_members(shop: Shop, bundle: Bundle) -> list[tuple[str, str]]:
    known = catalogue.known(shop.db, floor.member_ids([bundle]))
    return [
        (
            f"members.{place}",
            f"there is no {'variant' if member.variant else 'product'} {member.id[:60]!r} in this shop",
        )
        for place, member in enumerate(bundle.members)
        if member.id not in known
    ]
