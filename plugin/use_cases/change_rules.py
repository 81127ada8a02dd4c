"""A merchant sets up rules: checked, kept with who and when as the next version of all rules, and obeyed at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from plugin.errors import BadRule, NotFound
from plugin.shop import Shop
from plugin.store import channels, rules
from plugin.store.database import writing
from plugin.suggestions.model import ChannelId
from plugin.suggestions.rules import checks
from plugin.suggestions.rules.book import Rulebook
from plugin.suggestions.rules.model import MOST_RULES, PAIR, Rule, RuleId
from plugin.use_cases import plan_work

Draft = Mapping[str, Any]


def save_rule(shop: Shop, draft: Draft, who: str, now: datetime) -> Rule:
    """Keep this rule, new or changed. With an `id` it changes that rule, and a `version` there must be the newest one.

    Raises:
        BadRule: with every problem, each naming its field, or too many rules. Nothing is kept.
        NotFound: there is no rule of that id.
    """
    with writing(shop.db):
        before = find_rule(shop, draft["id"]) if draft.get("id") else None
        if before and draft.get("version", before.version) != before.version:
            raise BadRule(
                [("version", f"somebody changed this rule meanwhile; it is at version {before.version}")]
            )
        if not before and rules.count(shop.db) >= MOST_RULES:
            raise BadRule([("", f"there are {MOST_RULES:,} rules already")])
        number = before.id if before else RuleId(rules.highest_number(shop.db) + 1)
        return _kept(shop, before, read_draft(shop, draft, number), who, now)


def read_draft(shop: Shop, draft: Draft, number: RuleId) -> Rule:
    """The rule as it would be kept. Raises BadRule with every problem."""
    known = {channel.slug: channel for channel in channels.every(shop.db) if channel.slug}
    return checks.read(draft, known, number, rules.version(shop.db) + 1)


def switch_rule(shop: Shop, number: object, enabled: bool, who: str, now: datetime) -> Rule:
    """Switch a rule on or off. Raises NotFound."""
    with writing(shop.db):
        before = find_rule(shop, number)
        after = replace(before, enabled=enabled, version=rules.version(shop.db) + 1)
        return _kept(shop, before, after, who, now)


def remove_rule(shop: Shop, number: object, who: str, now: datetime) -> None:
    """Remove a rule; its versions stay. Raises NotFound."""
    with writing(shop.db):
        _changed(shop, [], [find_rule(shop, number).id], who, now)


def replace_rules(shop: Shop, drafts: Sequence[object], who: str, now: datetime) -> list[Rule]:
    """These rules instead of all there are. One whose `id` was ever given here keeps it; what is unchanged stays as it is.

    Raises:
        BadRule: with the problems of all of them, each field behind the rule's place. Nothing is changed.
    """
    with writing(shop.db):
        highest = rules.highest_number(shop.db)
        wanted = [_given_number(draft, highest) for draft in drafts]
        times = Counter(wanted)
        repeated = [
            (f"{place}.id", "is there twice")
            for place, number in enumerate(wanted)
            if number and times[number] > 1
        ]
        if repeated:
            raise BadRule(repeated)
        return _replace(shop, rules.every(shop.db), list(zip(drafts, wanted, strict=True)), who, now)


def replace_pairs(shop: Shop, drafts: Sequence[Draft], who: str, now: datetime) -> list[Rule]:
    """These own pairs instead of all that are switched on; other rules stay. A pair that stays keeps its number and note.

    Raises:
        BadRule: with the problems of all of them, each field behind the pair's place. Nothing is changed.
    """
    with writing(shop.db):
        before = [rule for rule in rules.every(shop.db) if rule.kind == PAIR and rule.enabled]
        free: dict[object, list[Rule]] = {}
        for rule in before:
            free.setdefault(_members(checks.as_json(rule, {})), []).append(rule)
        wanted: list[tuple[object, RuleId | None]] = []
        for draft in drafts:
            same = free.get(_members(draft))
            known = same.pop(0) if same else None
            wanted.append(({**draft, "note": known.note}, known.id) if known else (draft, None))
        return _replace(shop, before, wanted, who, now)


def rulebook(shop: Shop, channel: ChannelId, now: datetime) -> Rulebook:
    """The rules that hold in this channel now, ready to be asked."""
    return rules.book(shop.db, channel, now)


def find_rule(shop: Shop, number: object) -> Rule:
    """The rule of that id. Raises NotFound."""
    found = rules.get(shop.db, _number(number) or 0)
    if found is None:
        raise NotFound(f"there is no rule {str(number)[:40]!r}")
    return found


def _kept(shop: Shop, before: Rule | None, after: Rule, who: str, now: datetime) -> Rule:
    if before and _same(before, after):
        return before
    _changed(shop, [after], [], who, now)
    return after


def _changed(shop: Shop, kept: Sequence[Rule], gone: Sequence[RuleId], who: str, now: datetime) -> None:
    """Remembered; and baskets that are shown something follow."""
    rules.change(shop.db, kept, gone, who, _text(now))
    plan_work.look_again(shop, now)


def _replace(
    shop: Shop,
    before: Iterable[Rule],
    wanted: Sequence[tuple[object, RuleId | None]],
    who: str,
    now: datetime,
) -> list[Rule]:
    """Rules wanted under a number, or None for a new one, instead of those before."""
    known = {rule.id: rule for rule in before}
    others = rules.count(shop.db) - len(known)
    if len(wanted) + others > MOST_RULES:
        raise BadRule([("", f"there can be {MOST_RULES:,} rules at most")])
    after = _read_all(shop, wanted)
    changed = [rule for rule in after if rule.id not in known or not _same(known[rule.id], rule)]
    gone = sorted(known.keys() - {rule.id for rule in after})
    if changed or gone:
        _changed(shop, changed, gone, who, now)
    new = {rule.id for rule in changed}
    return [rule if rule.id in new else known[rule.id] for rule in after]


def _read_all(shop: Shop, wanted: Sequence[tuple[object, RuleId | None]]) -> list[Rule]:
    next_number, found = rules.highest_number(shop.db) + 1, []
    problems: list[tuple[str, str]] = []
    for place, (draft, number) in enumerate(wanted):
        if not isinstance(draft, Mapping):
            problems.append((str(place), "must be a JSON object"))
            continue
        try:
            found.append(read_draft(shop, draft, number or RuleId(next_number)))
            next_number += number is None
        except BadRule as error:
            problems += [(f"{place}.{field}", message) for field, message in error.problems]
    if problems:
        raise BadRule(problems)
    return found


def _given_number(draft: object, highest: int) -> RuleId | None:
    number = _number(draft.get("id")) if isinstance(draft, Mapping) else None
    return RuleId(number) if number and number <= highest else None


def _number(value: object) -> int | None:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _members(pair: Draft) -> tuple[str, str]:
    return str(pair.get("product")), str(pair.get("with"))


def _same(before: Rule, after: Rule) -> bool:
    return replace(after, version=before.version) == before


def _text(now: datetime) -> str:
    return now.astimezone(UTC).isoformat(timespec="seconds")
