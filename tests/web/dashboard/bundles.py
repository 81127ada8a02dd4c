"""Bundles for tests of the pages: a draft, the form a browser would send of it, and what is kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from html import unescape
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from plugin.store import bundles
from plugin.suggestions.bundles.model import Bundle
from plugin.use_cases.change_bundles import save_bundle
from tests.web.dashboard.camera_shop import Door
from tests.web.dashboard.conftest import opened

ME = "VXNlcjoyMQ=="
"""The member of staff that Door's tokens name."""

OTHER = "VXNlcjo1"


def a_draft(**changes: Any) -> dict[str, Any]:
    """A camera with two cards, a tenth off, in both channels."""
    return {
        "name": "Camera set",
        "members": [{"product": "x100"}, {"product": "card", "quantity": 2}],
        "rule": {"kind": "percent", "percent": "10"},
        "channels": ["default-channel", "channel-us"],
        **changes,
    }


def a_form(**changes: Any) -> dict[str, Any]:
    """The same as the browser sends it: every field as text, repeated ones as lists."""
    return {
        "id": "",
        "version": "",
        "state": "draft",
        "name": "Camera set",
        "member": ["product:x100", "product:card"],
        "quantity": ["1", "2"],
        "kind": "percent",
        "percent": "10",
        "channel": ["default-channel", "channel-us"],
        "amount-default-channel": "",
        "amount-channel-us": "",
        "starts": "",
        "ends": "",
        "mostSets": "",
        "vouchers": "stack",
        "then": "keep",
        **changes,
    }


def saved(app: Flask, door: Door, draft: Mapping[str, Any], who: str = ME, why: str = "") -> Bundle:
    """Keep it as somebody would have."""
    with opened(app, door) as shop:
        return save_bundle(shop, draft, who, datetime.now(UTC), why)


def kept(app: Flask, door: Door, number: int = 1) -> Bundle:
    """The bundle as it is now."""
    with opened(app, door) as shop:
        found = bundles.get(shop.db, number)
    assert found is not None
    return found


def read(client: FlaskClient, door: Door, fragment: str) -> str:
    """A fragment as a person reads it."""
    answer = client.get(f"/dashboard/fragments/{fragment}", headers=door.headers())
    assert answer.status_code == 200
    return as_read(answer.text)


def as_read(page: str) -> str:
    """Tags gone, white space as single blanks."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())
