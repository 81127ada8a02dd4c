"""What staff read about their rules: words with names, whether each holds now, and what speaks against it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from plugin.sandbox.ids import global_id
from plugin.sandbox.toy_shop import product
from plugin.store import catalogue
from plugin.suggestions.model import ProductId
from plugin.suggestions.rules.model import RuleId
from plugin.use_cases.change_preferences import change_preferences
from plugin.use_cases.change_rules import read_draft, save_rule
from plugin.use_cases.describe_rules import Described, described
from tests.house import AMERICA, EUROPE, House

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
COFFEE = {"category": global_id("Category", 1)}
MUG = {"product": product("mug")}


def told(house: House, *drafts: dict[str, Any]) -> list[Described]:
    with house.shop() as shop:
        for draft in drafts:
            save_rule(shop, draft, "ann", NOW)
        return described(shop, NOW)


def warnings(house: House, *drafts: dict[str, Any]) -> list[str]:
    """Of the last one."""
    return list(told(house, *drafts)[-1].warnings)


def pin(what: dict[str, str], **fields: Any) -> dict[str, Any]:
    return {"kind": "pin", "what": what, "position": 1, **fields}


def test_a_rule_is_told_by_names(house: House) -> None:
    (rule,) = told(
        house,
        {
            "kind": "exclude", "what": COFFEE, "beside": {"product": product("tea")}, "channels": [EUROPE, AMERICA],
            "until": "2026-12-24",
        },
    )  # fmt: skip

    assert (rule.words, rule.status, rule.warnings) == (
        "Never suggest products of category Coffee beside Green tea in channels Europe and United States, until 24 Dec",
        "on",
        (),
    )


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, "on"),
        ({"enabled": False}, "off"),
        ({"from": "2026-12-01"}, "scheduled"),
        ({"until": "2026-11-22T12:00:00Z"}, "ended"),
    ],
    ids=str,
)
def test_it_is_told_whether_a_rule_holds_now(house: House, fields: dict[str, Any], status: str) -> None:
    assert told(house, pin(MUG, **fields))[0].status == status


def test_what_this_shop_does_not_know_is_told(house: House) -> None:
    unknown = {
        "kind": "match",
        "attribute": "mount",
        "what": {"collection": "c"},
        "beside": {"attribute": "size", "value": "xl"},
    }

    assert warnings(house, unknown) == [
        "No collection 'c' is known in this shop.",
        "No value 'xl' of attribute 'size' is known in this shop.",
        "No attribute 'mount' is known in this shop.",
    ]  # fmt: skip


def test_a_product_that_was_deleted_is_told(house: House) -> None:
    with house.shop() as shop:
        catalogue.delete_product(shop.db, ProductId(product("mug")))

    assert warnings(house, pin(MUG)) == [f"No product {product('mug')!r} is known in this shop."]


def test_what_can_never_apply_is_told(house: House) -> None:
    with house.shop() as shop:
        catalogue.close_channel(shop.db, shop.db.conn.execute("select id from channels where slug = ?", [AMERICA]).fetchone()[0])  # fmt: skip

    assert warnings(house, pin(MUG, until="2026-11-01", channels=[AMERICA])) == [
        "It has ended and never applies again.",
        "It never applies: none of its channels is active.",
    ]


def test_what_an_exclude_beats_is_told_with_the_exclude(house: House) -> None:
    assert warnings(house, {"kind": "exclude", "what": COFFEE}, pin(MUG)) == [
        "It changes nothing: rule 1 always wins (Never suggest products of category Coffee)."
    ]


def test_what_the_preferences_exclude_is_told(house: House) -> None:
    with house.shop() as shop:
        change_preferences(shop, {"excluded_products": [product("mug")]}, "ann", NOW - timedelta(days=1))

    assert warnings(house, pin(MUG)) == ["It changes nothing: the preferences exclude what it suggests."]


def test_a_draft_is_told_among_the_rules_that_are_kept(house: House) -> None:
    with house.shop() as shop:
        save_rule(shop, {"kind": "exclude", "what": MUG}, "ann", NOW)
        (one,) = described(shop, NOW, [read_draft(shop, pin(MUG), RuleId(0))])

    assert (one.words, len(one.warnings)) == ("Suggest Mug at position 1", 1)
