"""Rules for tests of the pages: drafts, and the form a browser would send of one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask

from plugin.shop import Shop
from plugin.store import rules
from plugin.store.database import writing
from plugin.suggestions.rules.model import Rule
from plugin.use_cases.change_rules import save_rule
from tests.web.dashboard.bundles import ME, OTHER
from tests.web.dashboard.camera_shop import Door
from tests.web.dashboard.conftest import opened

NOW = datetime.now(UTC)

ONE_OF_EACH: tuple[dict[str, Any], ...] = (
    {"kind": "exclude", "what": {"category": "bags"}, "beside": {"product": "z6"}, "channels": ["channel-us"]},
    {"kind": "match", "attribute": "mount", "what": {"category": "lenses"}, "beside": {"category": "cameras"}},
    {"kind": "pin", "what": {"product": "card"}, "beside": {"category": "cameras"}, "position": 2},
    {"kind": "pair", "product": "x100", "with": "case", "both": True, "position": 1, "note": "Looks good"},
    {"kind": "boost", "what": {"collection": "travel"}, "factor": 2, "from": "2126-12-01", "until": "2127-01-06"},
    {"kind": "bury", "what": {"attribute": "mount", "value": "x"}, "factor": 0.5, "enabled": False},
)  # fmt: skip


def a_form(**changes: Any) -> dict[str, Any]:
    """A pinned memory card as the browser sends it; None leaves a field out."""
    form = {
        "id": "", "version": "", "kind": "pin", "what": "product:card", "beside": "", "position": "1", "boost": "2",
        "bury": "0.5", "attribute": "", "since": "", "until": "", "note": "", "enabled": "on", **changes,
    }  # fmt: skip
    return {name: value for name, value in form.items() if value is not None}


def name_things(shop: Shop) -> None:
    """A collection, and an attribute with two values, one of which is called what it is."""
    with writing(shop.db):
        shop.db.conn.execute("insert into collections (id, name) values ('travel', 'Summer travel')")
        shop.db.conn.execute("insert into attributes (slug, name) values ('mount', 'Mount')")
        shop.db.conn.execute(
            "insert into attribute_values (attribute, value, name) values ('mount', 'x', 'X mount')"
        )
        shop.db.conn.execute(
            """update products set attributes = '[["mount", "x", "X mount"], ["mount", "Z", "Z"]]' where id = 'prime'"""
        )


def keep_one_of_each(shop: Shop) -> None:
    """A rule of each kind: numbers 1 to 6."""
    name_things(shop)
    for place, draft in enumerate(ONE_OF_EACH):
        save_rule(shop, draft, ME if place % 2 else OTHER, NOW - timedelta(hours=9 - place))


def saved(app: Flask, door: Door, draft: Mapping[str, Any], who: str = ME) -> Rule:
    """Keep it as somebody would have."""
    with opened(app, door) as shop:
        return save_rule(shop, draft, who, NOW)


def kept(app: Flask, door: Door) -> list[Rule]:
    """All rules as they are now, oldest first."""
    with opened(app, door) as shop:
        return rules.every(shop.db)
