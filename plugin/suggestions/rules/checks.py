"""A rule as somebody typed it, read and judged: every problem names its field, and nothing is guessed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from plugin.errors import BadRule
from plugin.suggestions.catalogue import Channel
from plugin.suggestions.model import ChannelId
from plugin.suggestions.rules.model import (
    ATTRIBUTE,
    BOOST,
    BURY,
    EXCLUDE,
    LARGEST_FACTOR,
    LAST_POSITION,
    LEAST_FACTOR,
    MATCH,
    PAIR,
    PIN,
    PRODUCT,
    RULE_KINDS,
    SELECTED_BY,
    Rule,
    RuleId,
    Selector,
)

LONGEST_ID = 200
LONGEST_NOTE = 500
MOST_CHANNELS = 200

EVERY_RULE = ("id", "version", "kind", "channels", "from", "until", "note", "enabled")

FIELDS: Mapping[str, tuple[str, ...]] = {
    PIN: ("what", "beside", "position"),
    BOOST: ("what", "beside", "factor"),
    BURY: ("what", "beside", "factor"),
    EXCLUDE: ("what", "beside"),
    PAIR: ("product", "with", "both", "position"),
    MATCH: ("attribute", "what", "beside"),
}
"""What a rule of each kind has of its own."""

SELECTORS = "must be one of product, category, collection with an id, or attribute and value with slugs"

Draft = Mapping[str, Any]
Problems = list[tuple[str, str]]


def read(draft: Draft, channels: Mapping[str, Channel], number: RuleId, version: int) -> Rule:
    """The rule this JSON describes. `channels`: the shop's, by slug.

    Raises:
        BadRule: with every problem found, each naming its field.
    """
    kind = draft.get("kind")
    if kind not in RULE_KINDS:
        raise BadRule([("kind", f"must be one of {', '.join(RULE_KINDS)}")])
    known = (*EVERY_RULE, *FIELDS[kind])
    problems: Problems = [
        (str(name)[:40], f"a rule of kind {kind} has no such field")
        for name, value in draft.items()
        if name not in known and value is not None
    ]
    what, beside = _pair(draft, problems) if kind == PAIR else _selectors(draft, kind, problems)
    since, until = _moment(draft, "from", problems), _moment(draft, "until", problems)
    if since and until and until <= since:
        problems.append(("until", "must be after from"))
    rule = Rule(
        id=number,
        kind=str(kind),
        what=what,
        beside=beside,
        position=_position(draft, kind, problems),
        factor=_factor(draft, kind, problems),
        both=_yes_or_no(draft, "both", False, problems),
        attribute=_name(draft.get("attribute"), "attribute", problems) if kind == MATCH else "",
        channels=_channels(draft, channels, problems),
        since=since,
        until=until,
        note=_note(draft, problems),
        enabled=_yes_or_no(draft, "enabled", True, problems),
        version=version,
    )
    if problems:
        raise BadRule(problems)
    return rule


def _selectors(draft: Draft, kind: str, problems: Problems) -> tuple[Selector | None, Selector | None]:
    what, beside = (_selector(draft.get(name), name, problems) for name in ("what", "beside"))
    if draft.get("what") is None and kind != MATCH:
        problems.append(("what", SELECTORS))
    if kind != MATCH and what and what == beside and what.by == PRODUCT:
        problems.append(("beside", "a product is never suggested beside itself"))
    return what, beside


def _pair(draft: Draft, problems: Problems) -> tuple[Selector, Selector]:
    product, other = (_name(draft.get(name), name, problems) for name in ("product", "with"))
    if product and product == other:
        problems.append(("with", "a product is never suggested beside itself"))
    return Selector(PRODUCT, other), Selector(PRODUCT, product)


def _selector(node: object, where: str, problems: Problems) -> Selector | None:
    if node is None:
        return None
    if isinstance(node, Mapping) and set(node) == {ATTRIBUTE, "value"}:
        slug, value = (_name(node[name], f"{where}.{name}", problems) for name in (ATTRIBUTE, "value"))
        return Selector(ATTRIBUTE, slug, value)
    if isinstance(node, Mapping) and len(node) == 1:
        (by,) = node
        if by in SELECTED_BY and by != ATTRIBUTE:
            return Selector(str(by), _name(node[by], f"{where}.{by}", problems))
    problems.append((where, SELECTORS))
    return None


def _name(value: object, where: str, problems: Problems) -> str:
    name = value.strip() if isinstance(value, str) else ""
    if not name:
        problems.append((where, "must not be empty"))
    elif len(name) > LONGEST_ID:
        problems.append((where, f"must have at most {LONGEST_ID} characters"))
    return name


def _position(draft: Draft, kind: object, problems: Problems) -> int | None:
    value = draft.get("position")
    if kind not in (PIN, PAIR) or (kind == PAIR and value is None):
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= LAST_POSITION:
        problems.append(("position", f"must be a whole number from 1 to {LAST_POSITION}"))
        return None
    return value


def _factor(draft: Draft, kind: object, problems: Problems) -> float:
    if kind not in (BOOST, BURY):
        return 1.0
    factor = _number(draft.get("factor"))
    if kind == BOOST and (factor is None or not 1 < factor <= LARGEST_FACTOR):
        problems.append(("factor", f"must be above 1, and {LARGEST_FACTOR:g} at most"))
    elif kind == BURY and (factor is None or not LEAST_FACTOR <= factor < 1):
        problems.append(("factor", f"must be below 1, and {LEAST_FACTOR:g} at least"))
    elif factor is not None and factor != round(factor, 2):
        problems.append(("factor", "must have two decimals at most"))
    return 1.0 if factor is None else factor


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _yes_or_no(draft: Draft, name: str, default: bool, problems: Problems) -> bool:
    value = draft.get(name)
    if value is None:
        return default
    if not isinstance(value, bool):
        problems.append((name, "must be true or false"))
    return value is True


def _channels(draft: Draft, known: Mapping[str, Channel], problems: Problems) -> tuple[ChannelId, ...]:
    asked = draft.get("channels") or []
    if not isinstance(asked, list) or len(asked) > MOST_CHANNELS:
        problems.append(("channels", f"must be a list of at most {MOST_CHANNELS} slugs; none stands for all"))
        return ()
    for slug in asked:
        if not isinstance(slug, str) or slug not in known:
            problems.append(("channels", f"there is no channel {str(slug)[:40]!r}"))
    return tuple(sorted({known[slug].id for slug in asked if isinstance(slug, str) and slug in known}))


def _moment(draft: Draft, name: str, problems: Problems) -> datetime | None:
    value = draft.get(name)
    if value in (None, ""):
        return None
    try:
        at = datetime.fromisoformat(str(value))
        return (at.replace(tzinfo=UTC) if at.tzinfo is None else at).astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        problems.append((name, "must be a time like 2026-12-24T18:00:00Z"))
        return None


def _note(draft: Draft, problems: Problems) -> str:
    value = draft.get("note")
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > LONGEST_NOTE:
        problems.append(("note", f"must be a text of at most {LONGEST_NOTE} characters"))
        return ""
    return value.strip()


def as_json(rule: Rule, slugs: Mapping[ChannelId, str]) -> dict[str, Any]:
    """Plain JSON types, as `read` takes them."""
    own = {
        "what": _as_node(rule.what),
        "beside": _as_node(rule.beside),
        "position": rule.position,
        "factor": rule.factor,
        "attribute": rule.attribute,
        "product": rule.beside.id if rule.beside else "",
        "with": rule.what.id if rule.what else "",
        "both": rule.both,
    }
    return {
        "id": str(rule.id),
        "version": rule.version,
        "kind": rule.kind,
        **{name: own[name] for name in FIELDS[rule.kind]},
        "channels": sorted(slugs.get(channel, channel) for channel in rule.channels),
        "from": _text(rule.since),
        "until": _text(rule.until),
        "note": rule.note,
        "enabled": rule.enabled,
    }


def _as_node(selector: Selector | None) -> dict[str, str] | None:
    if selector is None:
        return None
    if selector.by == ATTRIBUTE:
        return {ATTRIBUTE: selector.id, "value": selector.value}
    return {selector.by: selector.id}


def _text(at: datetime | None) -> str | None:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else None
