"""The rules' pages: all of them by kind and in words, and the form of one with what is wrong beside its field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import render_template

from plugin.errors import BadRule
from plugin.shop import Shop
from plugin.store import attributes, channels, rules
from plugin.suggestions.rules import checks
from plugin.suggestions.rules.model import LAST_POSITION, Rule, RuleId
from plugin.use_cases import change_rules
from plugin.use_cases.describe_rules import Described, described
from plugin.web.dashboard import rule_words
from plugin.web.dashboard.bundle_page import zone
from plugin.web.dashboard.door import staff
from plugin.web.dashboard.rule_form import Typed, typed_from
from plugin.web.dashboard.rule_words import KindOfRule
from plugin.web.dashboard.selecting import selected

Problems = Mapping[str, Sequence[str]]
"""What is wrong, by field."""

PARTS = {
    "": "dashboard/rule.html",
    "fields": "dashboard/rule_fields.html",
    "words": "dashboard/rule_words.html",
}


@dataclass(frozen=True, slots=True)
class Listed:
    """A rule in the list. `at` and `who`: of its last change."""

    told: Described
    at: datetime
    who: str


@dataclass(frozen=True, slots=True)
class Group:
    """All rules of one kind."""

    kind: KindOfRule
    rules: tuple[Listed, ...]


def opened(shop: Shop, number: str) -> Typed:
    """The form of this rule as it is kept; an empty one without a number. Raises NotFound."""
    return kept(shop, change_rules.find_rule(shop, number)) if number else Typed()


def kept(shop: Shop, rule: Rule) -> Typed:
    """The form of this rule."""
    slugs = {channel.id: channel.slug for channel in channels.every(shop.db) if channel.slug}
    return typed_from(checks.as_json(rule, slugs), zone())


def every(shop: Shop) -> str:
    """All rules, those of one kind together, the newest first."""
    now = datetime.now(UTC)
    changed = {version.number: version for version in rules.versions(shop.db, rules.version(shop.db))}
    listed = [
        Listed(told, datetime.fromisoformat(changed[told.rule.version].at), changed[told.rule.version].who)
        for told in reversed(described(shop, now))
    ]
    groups = [
        Group(kind, tuple(one for one in listed if one.told.rule.kind == kind.kind))
        for kind in rule_words.KINDS
    ]
    return render_template(
        "dashboard/rules.html",
        groups=[group for group in groups if group.rules],
        me=staff().token.user_id,
        now=now,
    )


def page(shop: Shop, typed: Typed, problems: Problems | None = None, part: str = "", focus: str = "") -> str:
    """The form, or the part of it that changes while somebody types. `focus`: the field to go on with."""
    known = attributes.every(shop.db)
    there = channels.every(shop.db)
    facts: dict[str, Any] = {
        "typed": typed,
        "problems": problems or {},
        "kinds": rule_words.KINDS,
        "kind": rule_words.BY_KIND.get(typed.kind),
        "words": rule_words,
        "what": selected(shop, typed.what),
        "beside": selected(shop, typed.beside),
        "attributes": sorted(known.values(), key=lambda one: (one.name.lower(), one.slug)),
        "positions": range(1, LAST_POSITION + 1),
        "channels": [one for one in there if one.slug and (one.active or one.slug in typed.channels)],
        "zone": zone().key,
        "focus": focus,
        "me": staff().token.user_id,
        "unsaved": bool(problems),
    }
    if part in ("", "words"):
        facts["described"] = _told(shop, typed)
    if not part and typed.number and "version" in facts["problems"]:
        rule = change_rules.find_rule(shop, typed.number)
        facts["theirs"] = described(shop, datetime.now(UTC), [rule])[0]
    return render_template(PARTS[part], **facts)


def _told(shop: Shop, typed: Typed) -> Described | None:
    """What the rule would do, and what speaks against it; None while it is not complete."""
    number = int(typed.number) if typed.number.isdigit() else rules.highest_number(shop.db) + 1
    try:
        rule = change_rules.read_draft(shop, typed.draft(zone()), RuleId(number))
    except BadRule:
        return None
    return described(shop, datetime.now(UTC), [rule])[0]
