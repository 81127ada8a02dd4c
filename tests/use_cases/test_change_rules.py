"""A merchant's rules: checked, kept with who and when, obeyed at once, and never more than can be read."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from plugin.errors import BadRule, NotFound
from plugin.sandbox.toy_shop import product
from plugin.store import rules, suggestions_shown
from plugin.suggestions.rules.checks import as_json
from plugin.suggestions.rules.model import MOST_RULES, Rule
from plugin.use_cases.change_rules import (
    remove_rule,
    replace_pairs,
    replace_rules,
    rulebook,
    save_rule,
    switch_rule,
)
from tests.house import EUROPE, House

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ANN = "ann@example.com"


def saved(house: House, draft: dict[str, Any], who: str = ANN) -> Rule:
    with house.shop() as shop:
        return save_rule(shop, draft, who, NOW)


def never(name: str, **fields: Any) -> dict[str, Any]:
    return {"kind": "exclude", "what": {"product": product(name)}, **fields}


def pair(one: str, other: str, **fields: Any) -> dict[str, Any]:
    return {"kind": "pair", "product": product(one), "with": product(other), **fields}


def every(house: House) -> list[Rule]:
    with house.shop() as shop:
        return rules.every(shop.db)


def log(house: House) -> list[tuple[str, dict[str, Any]]]:
    with house.shop() as shop:
        rows = shop.db.conn.execute("select who, what from changes order by rowid").fetchall()
    return [(who, json.loads(what)) for who, what in rows]


def test_a_rule_is_kept_changed_switched_and_removed_with_who_did_it(house: House) -> None:
    rule = saved(house, never("mug"))
    changed = saved(house, never("pot", id=str(rule.id), version=1), "bob@example.com")
    with house.shop() as shop:
        off = switch_rule(shop, rule.id, False, ANN, NOW)
        remove_rule(shop, str(rule.id), ANN, NOW)
        versions = rules.versions(shop.db)

    assert [(one.id, one.version, one.enabled) for one in (rule, changed, off)] == [
        (1, 1, True), (1, 2, True), (1, 3, False),
    ]  # fmt: skip
    assert [(one.who, one.kept, one.removed) for one in reversed(versions)] == [
        (ANN, 1, 0), ("bob@example.com", 1, 0), (ANN, 1, 0), (ANN, 0, 1),
    ]  # fmt: skip
    assert log(house)[-1] == (ANN, {"rules": [], "removed": [1], "version": 4})
    assert every(house) == []


def test_what_changes_nothing_is_no_version(house: House) -> None:
    rule = saved(house, never("mug"))

    again = saved(house, never("mug", id="1"))
    with house.shop() as shop:
        switched = switch_rule(shop, 1, True, ANN, NOW)
        assert rules.version(shop.db) == 1

    assert (again, switched) == (rule, rule)


def test_two_who_change_one_rule_at_once_do_not_overwrite_each_other(house: House) -> None:
    saved(house, never("mug"))
    saved(house, never("pot", id="1", version=1))

    with pytest.raises(BadRule, match="somebody changed this rule meanwhile; it is at version 2"):
        saved(house, never("tea", id="1", version=1))


def test_an_unknown_rule_is_not_found(house: House) -> None:
    with house.shop() as shop:
        for number in (7, "seven", "9" * 40, None):
            with pytest.raises(NotFound):
                switch_rule(shop, number, True, ANN, NOW)


def test_a_rule_is_obeyed_at_once(house: House) -> None:
    with house.shop() as shop:
        channel = shop.db.conn.execute("select id from channels where slug = ?", [EUROPE]).fetchone()[0]
        before = rulebook(shop, channel, NOW).for_basket([]).pinned_products()
        save_rule(shop, {**never("mug"), "kind": "pin", "position": 1}, ANN, NOW)
        after = rulebook(shop, channel, NOW).for_basket([]).pinned_products()

    assert (before, after) == ((), (product("mug"),))


def test_a_document_shown_before_a_rule_changed_is_not_meant_any_more(house: House) -> None:
    told = {"linesHash": "", "madeAt": "2026-11-22T11:59:00Z", "suggestions": []}
    with house.shop() as shop:
        suggestions_shown.keep(shop.db, "checkout", told)
        before = suggestions_shown.still_meant(shop.db, "checkout", "2026-11-22T11:00:00")
        save_rule(shop, never("mug"), ANN, NOW)
        after = suggestions_shown.still_meant(shop.db, "checkout", "2026-11-22T11:00:00")

    assert (before is not None, after) == (True, None)


def test_rules_are_replaced_all_at_once(house: House) -> None:
    for name in ("mug", "pot", "tea"):
        saved(house, never(name))

    with house.shop() as shop:
        told = replace_rules(shop, [never("bag"), never("pot", id="2"), never("beans", id="3")], ANN, NOW)
        assert rules.every(shop.db) == sorted(told, key=lambda rule: rule.id)

    assert [(rule.id, rule.version, rule.what.id if rule.what else "") for rule in told] == [
        (4, 4, product("bag")), (2, 2, product("pot")), (3, 4, product("beans")),
    ]  # fmt: skip


def test_what_was_exported_is_taken_back_as_it_was(house: House) -> None:
    saved(house, never("mug"))
    saved(house, pair("beans", "mug", both=True, channels=[EUROPE]))
    with house.shop() as shop:
        before = rules.every(shop.db)
        slugs = dict(shop.db.conn.execute("select id, slug from channels").fetchall())
        replace_rules(shop, [], ANN, NOW)
        replace_rules(shop, [as_json(rule, slugs) for rule in before], ANN, NOW)

    assert [(rule.id, rule.what, rule.beside, rule.channels) for rule in every(house)] == [
        (rule.id, rule.what, rule.beside, rule.channels) for rule in before
    ]


def test_of_many_with_one_wrong_none_is_replaced(house: House) -> None:
    rule = saved(house, never("mug"))

    with house.shop() as shop, pytest.raises(BadRule) as raised:
        replace_rules(shop, [never("pot"), never("tea", until="soon"), "no rule"], ANN, NOW)

    assert [field for field, _message in raised.value.problems] == ["1.until", "2"]
    assert every(house) == [rule]


def test_one_number_cannot_be_two_rules(house: House) -> None:
    saved(house, never("mug"))

    with house.shop() as shop, pytest.raises(BadRule, match=r"0\.id: is there twice"):
        replace_rules(shop, [never("pot", id="1"), never("tea", id="1")], ANN, NOW)


def test_there_is_a_limit(house: House) -> None:
    with house.shop() as shop:
        replace_rules(shop, [never("mug")] * MOST_RULES, ANN, NOW)
        for too_many in (
            lambda: save_rule(shop, never("pot"), ANN, NOW),
            lambda: replace_rules(shop, [never("mug")] * (MOST_RULES + 1), ANN, NOW),
            lambda: replace_pairs(shop, [pair("beans", "mug")], ANN, NOW),
        ):
            with pytest.raises(BadRule, match="2,000 rules"):
                too_many()

    assert len(every(house)) == MOST_RULES


def test_own_pairs_are_replaced_and_nothing_else(house: House) -> None:
    saved(house, never("bag"))
    saved(house, pair("beans", "mug", note="theirs"))
    saved(house, pair("tea", "pot"))
    saved(house, pair("tea", "strainer", enabled=False))

    with house.shop() as shop:
        told = replace_pairs(shop, [pair("beans", "filter"), pair("beans", "mug", position=1)], ANN, NOW)

    assert [(rule.id, rule.position, rule.note) for rule in told] == [(5, None, ""), (2, 1, "theirs")]
    assert [rule.id for rule in every(house)] == [1, 2, 4, 5]
