"""One bundle's page: the form as it is typed, what is wrong beside its field, the preview, and every version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import render_template, request

from plugin.shop import Shop
from plugin.store import bundles, channels
from plugin.suggestions.bundles import checks
from plugin.suggestions.bundles.model import MOST_MEMBERS, Bundle, Member
from plugin.suggestions.catalogue import Channel
from plugin.suggestions.model import ProductId, VariantId
from plugin.use_cases import describe_bundles
from plugin.use_cases.change_bundles import find_bundle
from plugin.use_cases.describe_bundles import Described, Preview
from plugin.web.dashboard import bundle_words
from plugin.web.dashboard.bundle_form import VARIANT, Typed, TypedMember, typed_from
from plugin.web.dashboard.door import staff

Problems = Mapping[str, Sequence[str]]
"""What is wrong, by field."""

PARTS = {
    "": "dashboard/bundle.html",
    "members": "dashboard/bundle_members.html",
    "names": "dashboard/bundle_names.html",
    "preview": "dashboard/bundle_preview.html",
}


@dataclass(frozen=True, slots=True)
class Change:
    """A version in the history: what it changed, in words."""

    number: int
    at: datetime
    who: str
    why: str
    told: tuple[str, ...]


def zone() -> ZoneInfo:
    """The time zone of the browser; UTC where we do not know it."""
    try:
        return ZoneInfo(request.headers.get("tandem-zone", "UTC"))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def opened(shop: Shop, number: str) -> Typed:
    """The form of this bundle as it is kept; an empty one, sold everywhere, without a number. Raises NotFound."""
    if number:
        return kept(shop, find_bundle(shop, number))
    return Typed(channels=tuple(channel.slug for channel in channels.every(shop.db) if channel.active))


def kept(shop: Shop, bundle: Bundle) -> Typed:
    """The form of this bundle."""
    slugs = {channel.id: channel.slug for channel in channels.every(shop.db) if channel.slug}
    return typed_from(checks.as_json(bundle, slugs), zone())


def by_field(problems: Iterable[tuple[str, str]]) -> Problems:
    """The messages of each field."""
    found: dict[str, list[str]] = {}
    for field, message in problems:
        found.setdefault(field, []).append(message)
    return found


def page(shop: Shop, typed: Typed, problems: Problems | None = None, said: str = "", part: str = "") -> str:
    """The whole page, or the part of it that changes while somebody types."""
    now = datetime.now(UTC)
    there = channels.every(shop.db)
    facts: dict[str, Any] = {
        "typed": typed,
        "problems": problems or {},
        "members": _described(shop, typed.members),
        "most_members": MOST_MEMBERS,
        "channels": [channel for channel in there if _offered(channel, typed)],
        "zone": zone().key,
        "said": said,
        "changed": bool(part),
        "me": staff().token.user_id,
        "now": now,
        "words": bundle_words,
        "may_price": describe_bundles.may_price(shop),
        "unsaved": bool(problems),
    }
    if part in ("", "preview"):
        facts["preview"] = _preview(shop, typed)
    if not part and typed.number:
        bundle = find_bundle(shop, typed.number)
        facts |= {
            "bundle": bundle,
            "unsaved": typed != kept(shop, bundle),
            "status": describe_bundles.status(bundle, now),
            "history": _history(shop, bundle, there),
        }
    return render_template(PARTS[part], **facts)


def _described(shop: Shop, rows: Sequence[TypedMember]) -> Sequence[Described]:
    members = [
        Member(1, variant=VariantId(row.id)) if row.kind == VARIANT else Member(1, product=ProductId(row.id))
        for row in rows
    ]
    return describe_bundles.describe_members(shop, members)


def _offered(channel: Channel, typed: Typed) -> bool:
    return bool(channel.slug) and (channel.active or channel.slug in typed.channels)


def _preview(shop: Shop, typed: Typed) -> Preview:
    """Names change no price, and a language there twice cannot be said in JSON."""
    return describe_bundles.preview(shop, replace(typed, names=()).draft(zone()))


def _history(shop: Shop, bundle: Bundle, there: Sequence[Channel]) -> list[Change]:
    """Newest first."""
    found = bundles.versions(shop.db, bundle.id)
    members = {member.id: member for version in found for member in version.bundle.members}
    described = describe_bundles.describe_members(shop, list(members.values()))
    names = {one.member.id: one.name for one in described}
    before: list[Bundle | None] = [version.bundle for version in found[1:]]
    return [
        Change(
            version.bundle.version,
            datetime.fromisoformat(version.at),
            version.who,
            version.why,
            tuple(bundle_words.changes(earlier, version.bundle, names, there, zone())),
        )
        for version, earlier in zip(found, [*before, None], strict=True)
    ]
