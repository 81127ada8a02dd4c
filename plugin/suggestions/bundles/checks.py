"""A bundle as somebody typed it, read and judged: every problem names its field, and nothing is guessed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from plugin.errors import BadBundle
from plugin.suggestions.bundles.model import (
    DRAFT,
    LEAST_MEMBERS,
    MOST_MEMBERS,
    MOST_PIECES,
    PERCENT,
    RULES,
    STACK,
    STATES,
    VOUCHER_POLICIES,
    Bundle,
    BundleId,
    Member,
    Rule,
)
from plugin.suggestions.catalogue import Channel
from plugin.suggestions.model import ChannelId, ProductId, VariantId
from plugin.suggestions.money import decimals, is_exact

LONGEST_NAME = 120
MOST_TRANSLATIONS = 50
LARGEST_AMOUNT = Decimal(10) ** 9
MOST_SETS = 100

KNOWN = (
    "id", "version", "state", "name", "translations", "members", "rule", "channels", "starts", "ends", "mostSets", "vouchers",
)  # fmt: skip

Problems = list[tuple[str, str]]


def read(draft: Mapping[str, Any], channels: Mapping[str, Channel], number: BundleId, version: int) -> Bundle:
    """The bundle this JSON describes, whole in itself. `channels`: the shop's, by slug.

    Raises:
        BadBundle: with every problem found, each naming its field.
    """
    problems: Problems = [(str(name)[:40], "there is no such field") for name in draft if name not in KNOWN]
    sold_in = _channels(draft, channels, problems)
    starts, ends = _moment(draft, "starts", problems), _moment(draft, "ends", problems)
    if starts and ends and ends <= starts:
        problems.append(("ends", "must be after the start"))
    bundle = Bundle(
        id=number,
        version=version,
        state=_one_of(draft, "state", STATES, DRAFT, problems),
        name=_name(draft.get("name"), "name", problems),
        members=_members(draft, problems),
        rule=_rule(draft, sold_in, channels, problems),
        channels=tuple(channel.id for channel in sold_in),
        translations=_translations(draft, problems),
        starts=starts,
        ends=ends,
        most_sets=_most_sets(draft, problems),
        vouchers=_one_of(draft, "vouchers", VOUCHER_POLICIES, STACK, problems),
    )
    if problems:
        raise BadBundle(problems)
    return bundle


def _channels(draft: Mapping[str, Any], known: Mapping[str, Channel], problems: Problems) -> list[Channel]:
    asked = draft.get("channels", [])
    if not isinstance(asked, list) or not asked:
        problems.append(("channels", "choose at least one channel"))
        return []
    for slug in asked:
        if not isinstance(slug, str) or slug not in known:
            problems.append(("channels", f"there is no channel {str(slug)[:40]!r}"))
    return [known[slug] for slug in dict.fromkeys(map(str, asked)) if slug in known]


def _moment(draft: Mapping[str, Any], name: str, problems: Problems) -> datetime | None:
    value = draft.get(name)
    if value in (None, ""):
        return None
    try:
        at = datetime.fromisoformat(str(value))
        return (at.replace(tzinfo=UTC) if at.tzinfo is None else at).astimezone(UTC)
    except (ValueError, OverflowError):
        problems.append((name, "must be a time like 2026-12-24T18:00:00Z"))
        return None


def _one_of(
    draft: Mapping[str, Any], name: str, choices: tuple[str, ...], default: str, problems: Problems
) -> str:
    value = draft.get(name, default)
    if value not in choices:
        problems.append((name, f"must be one of {', '.join(choices)}"))
        return default
    return str(value)


def _name(value: object, where: str, problems: Problems) -> str:
    name = value.strip() if isinstance(value, str) else ""
    if not name:
        problems.append((where, "must not be empty"))
    elif len(name) > LONGEST_NAME:
        problems.append((where, f"must have at most {LONGEST_NAME} characters"))
    return name


def _translations(draft: Mapping[str, Any], problems: Problems) -> dict[str, str]:
    given = draft.get("translations") or {}
    if not isinstance(given, Mapping) or len(given) > MOST_TRANSLATIONS:
        problems.append(("translations", f"must be at most {MOST_TRANSLATIONS} names by language code"))
        return {}
    for language in given:
        if not isinstance(language, str) or not 2 <= len(language) <= 20:
            problems.append((f"translations.{str(language)[:20]}", "is no language code"))
    return {
        str(language).lower().replace("_", "-"): _name(name, f"translations.{language}", problems)
        for language, name in given.items()
    }


def _members(draft: Mapping[str, Any], problems: Problems) -> tuple[Member, ...]:
    given = draft.get("members")
    if not isinstance(given, list) or not LEAST_MEMBERS <= len(given) <= MOST_MEMBERS:
        problems.append(("members", f"must be {LEAST_MEMBERS} to {MOST_MEMBERS} products or variants"))
        return ()
    members = [_member(node, f"members.{place}", problems) for place, node in enumerate(given)]
    seen: set[str] = set()
    for place, member in enumerate(members):
        if member.id and member.id in seen:
            problems.append((f"members.{place}", "is in the bundle already; raise its quantity instead"))
        seen.add(member.id)
    return tuple(members)


def _member(node: object, where: str, problems: Problems) -> Member:
    if not isinstance(node, Mapping):
        problems.append((where, "must be a product or a variant with a quantity"))
        return Member(1)
    product, variant, quantity = node.get("product"), node.get("variant"), node.get("quantity", 1)
    named = [one for one in (product, variant) if one]
    if len(named) != 1 or not isinstance(named[0], str) or len(named[0]) > 200:
        problems.append((where, "must name either a product or a variant"))
        return Member(1)
    if isinstance(quantity, bool) or not isinstance(quantity, int) or not 1 <= quantity <= MOST_PIECES:
        problems.append((f"{where}.quantity", f"must be a whole number from 1 to {MOST_PIECES}"))
        quantity = 1
    return Member(quantity, ProductId(product) if product else None, VariantId(variant) if variant else None)


def _rule(
    draft: Mapping[str, Any], sold_in: list[Channel], known: Mapping[str, Channel], problems: Problems
) -> Rule:
    node = draft.get("rule")
    if not isinstance(node, Mapping) or node.get("kind") not in RULES:
        problems.append(("rule.kind", f"must be one of {', '.join(RULES)}"))
        return Rule(PERCENT)
    kind = str(node["kind"])
    if kind == PERCENT:
        percent = _number(node.get("percent"))
        if percent is None or not 0 < percent < 100 or percent != round(percent, 2):
            problems.append(("rule.percent", "must be above 0 and below 100, with two decimals at most"))
            percent = Decimal(1)
        return Rule(kind, percent=percent)
    amounts = node.get("amounts")
    amounts = amounts if isinstance(amounts, Mapping) else {}
    for slug in amounts:
        if slug not in known:
            problems.append((f"rule.amounts.{str(slug)[:40]}", "there is no such channel"))
    found = {channel.id: _amount(amounts.get(channel.slug), channel, problems) for channel in sold_in}
    return Rule(kind, amounts={channel: amount for channel, amount in found.items() if amount is not None})


def _amount(value: object, channel: Channel, problems: Problems) -> Decimal | None:
    where, amount = f"rule.amounts.{channel.slug}", _number(value)
    if value in (None, ""):
        problems.append((where, f"has no amount in {channel.currency}"))
    elif amount is None or not 0 < amount <= LARGEST_AMOUNT:
        problems.append((where, "must be a number above 0"))
    elif not is_exact(amount, channel.currency):
        problems.append((where, f"{channel.currency} has {decimals(channel.currency)} decimals"))
    else:
        return amount
    return None


def _most_sets(draft: Mapping[str, Any], problems: Problems) -> int | None:
    value = draft.get("mostSets")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_SETS:
        problems.append(("mostSets", f"must be a whole number from 1 to {MOST_SETS}, or empty"))
        return None
    return value


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def as_json(bundle: Bundle, slugs: Mapping[ChannelId, str]) -> dict[str, Any]:
    """Plain JSON types, as `read` takes them. Channels Saleor no longer has are left out."""
    rule: dict[str, Any] = {"kind": bundle.rule.kind}
    if bundle.rule.kind == PERCENT:
        rule["percent"] = f"{bundle.rule.percent:f}"
    else:
        rule["amounts"] = {
            slugs[channel]: f"{amount:f}"
            for channel, amount in bundle.rule.amounts.items()
            if channel in slugs
        }
    return {
        "id": str(bundle.id),
        "version": bundle.version,
        "state": bundle.state,
        "name": bundle.name,
        "translations": dict(bundle.translations),
        "members": [
            {"product" if member.product else "variant": member.id, "quantity": member.quantity}
            for member in bundle.members
        ],
        "rule": rule,
        "channels": [slugs[channel] for channel in bundle.channels if channel in slugs],
        "starts": _text(bundle.starts),
        "ends": _text(bundle.ends),
        "mostSets": bundle.most_sets,
        "vouchers": bundle.vouchers,
    }


def _text(at: datetime | None) -> str | None:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None
