"""manifest.json, our host and EVENTS to what Saleor installs: tailored to the Saleor that asks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CARD = Path(__file__).parents[2] / "manifest.json"

OLDEST = (3, 21)
"""The oldest Saleor supported, and what we assume of one that does not say."""

HOSTED = ("tokenTargetUrl", "appUrl", "homepageUrl", "supportUrl", "dataPrivacyUrl")

Version = tuple[int, ...]

NUMBER = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True, slots=True)
class Subscription:
    """An event we ask to be told: its name, our path, the subscription query, and the first Saleor that knows all of it.

    One that `asks` is synchronous: registered by our own token while it is needed, never by the manifest.
    """

    event: str
    path: str
    query: str
    since: Version
    asks: bool = False

    @property
    def name(self) -> str:
        """The webhook's name in the Dashboard."""
        return f"Tandem {self.event.replace('_', ' ').lower()}"


def card() -> dict[str, Any]:
    """manifest.json as it lies at the top level: paths only, no host."""
    loaded: dict[str, Any] = json.loads(CARD.read_text())
    return loaded


def version(text: str) -> Version:
    """ "3.23.28" to (3, 23, 28); OLDEST when it is none."""
    parts = text.split("-", maxsplit=1)[0].split(".")
    return tuple(int(part) for part in parts) if all(NUMBER.fullmatch(part) for part in parts) else OLDEST


def known_to(saleor: Version, subscriptions: Iterable[Subscription]) -> list[Subscription]:
    """The subscriptions whose every field this Saleor knows; one unknown field would make it refuse the whole app."""
    return [subscription for subscription in subscriptions if subscription.since <= saleor]


def complete(host: str, saleor: Version, subscriptions: Iterable[Subscription]) -> dict[str, Any]:
    """The manifest for a Saleor of this version, with absolute URLs on `host` (no trailing slash)."""
    made = card()
    for name in HOSTED:
        made[name] = host + made[name]
    made["brand"]["logo"]["default"] = host + made["brand"]["logo"]["default"]
    made["extensions"] = [
        _without_since(found) for found in made["extensions"] if version(found.get("since", "3.21")) <= saleor
    ]
    made["webhooks"] = [
        webhook(host, subscription)
        for subscription in known_to(saleor, subscriptions)
        if not subscription.asks
    ]
    return made


def webhook(host: str, subscription: Subscription) -> dict[str, Any]:
    """One entry of the manifest's webhooks."""
    return {
        "name": subscription.name,
        "syncEvents" if subscription.asks else "asyncEvents": [subscription.event],
        "query": subscription.query,
        "targetUrl": host + subscription.path,
        "isActive": True,
    }


def _without_since(extension: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in extension.items() if name != "since"}
