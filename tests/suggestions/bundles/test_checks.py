"""A bundle typed wrongly is refused with a message that names the field; typed rightly it reads as it was written."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from plugin.errors import BadBundle
from plugin.suggestions.bundles.checks import as_json, read
from plugin.suggestions.bundles.model import BundleId
from plugin.suggestions.catalogue import Channel
from plugin.suggestions.model import ChannelId

CHANNELS = {
    "eu": Channel(ChannelId("C1"), "eu", "Europe", "EUR", True, True),
    "jp": Channel(ChannelId("C2"), "jp", "Japan", "JPY", True, True),
    "kw": Channel(ChannelId("C3"), "kw", "Kuwait", "KWD", True, True),
}

GOOD: dict[str, Any] = {
    "id": "7",
    "version": 2,
    "state": "active",
    "name": "Camera set",
    "translations": {"de": "Kamera-Set"},
    "members": [{"product": "camera", "quantity": 1}, {"variant": "card-64", "quantity": 2}],
    "rule": {"kind": "price", "amounts": {"eu": "45.00", "jp": "7000", "kw": "14.125"}},
    "channels": ["eu", "jp", "kw"],
    "starts": "2026-12-01T00:00:00Z",
    "ends": "2026-12-24T18:00:00Z",
    "mostSets": 3,
    "vouchers": "withdraw",
}


def problems(**changes: Any) -> dict[str, str]:
    """What is wrong with the good draft after these changes, by field."""
    with pytest.raises(BadBundle) as raised:
        read({**GOOD, **changes}, CHANNELS, BundleId(7), 2)
    return dict(raised.value.problems)


def test_a_good_bundle_reads_as_it_was_written() -> None:
    bundle = read(GOOD, CHANNELS, BundleId(7), 2)

    assert as_json(bundle, {channel.id: slug for slug, channel in CHANNELS.items()}) == GOOD


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": 5}, "name"),
        ({"translations": {"de": ""}}, "translations.de"),
        ({"translations": {"x": "Set"}}, "translations.x"),
        ({"translations": ["Set"]}, "translations"),
        ({"members": []}, "members"),
        ({"members": [{"product": "camera"}]}, "members"),
        ({"members": [{"product": f"p{number}"} for number in range(11)]}, "members"),
        ({"members": [{"product": "camera"}, {"product": "camera"}]}, "members.1"),
        ({"members": [{"product": "camera"}, {"product": "a", "variant": "b"}]}, "members.1"),
        ({"members": [{"product": "camera"}, {}]}, "members.1"),
        ({"members": [{"product": "camera"}, "card"]}, "members.1"),
        ({"members": [{"product": "camera", "quantity": 0}, {"product": "card"}]}, "members.0.quantity"),
        ({"members": [{"product": "camera", "quantity": 1.5}, {"product": "card"}]}, "members.0.quantity"),
        ({"members": [{"product": "camera", "quantity": True}, {"product": "card"}]}, "members.0.quantity"),
        ({"members": [{"product": "camera", "quantity": 51}, {"product": "card"}]}, "members.0.quantity"),
        ({"rule": {"kind": "half"}}, "rule.kind"),
        ({"rule": None}, "rule.kind"),
        ({"rule": {"kind": "percent", "percent": "0"}}, "rule.percent"),
        ({"rule": {"kind": "percent", "percent": "100"}}, "rule.percent"),
        ({"rule": {"kind": "percent", "percent": "NaN"}}, "rule.percent"),
        ({"rule": {"kind": "percent", "percent": "1.234"}}, "rule.percent"),
        ({"rule": {"kind": "amount", "amounts": {"jp": "1", "kw": "1"}}}, "rule.amounts.eu"),
        ({"rule": {"kind": "amount", "amounts": {"eu": "", "jp": "1", "kw": "1"}}}, "rule.amounts.eu"),
        ({"rule": {"kind": "amount", "amounts": {"eu": "-1", "jp": "1", "kw": "1"}}}, "rule.amounts.eu"),
        ({"rule": {"kind": "amount", "amounts": {"eu": "1.005", "jp": "1", "kw": "1"}}}, "rule.amounts.eu"),
        ({"rule": {"kind": "amount", "amounts": {"eu": "1", "jp": "1.5", "kw": "1"}}}, "rule.amounts.jp"),
        ({"rule": {"kind": "amount", "amounts": {"eu": "1", "jp": "1", "kw": "1.0005"}}}, "rule.amounts.kw"),
        ({"rule": {"kind": "amount", "amounts": {"eu": "1e12", "jp": "1", "kw": "1"}}}, "rule.amounts.eu"),
        ({"rule": {"kind": "amount", "amounts": {"us": "1"}}}, "rule.amounts.us"),
        ({"channels": []}, "channels"),
        ({"channels": ["us"]}, "channels"),
        ({"channels": "eu"}, "channels"),
        ({"starts": "soon"}, "starts"),
        ({"ends": "2026-11-30T00:00:00Z"}, "ends"),
        ({"mostSets": 0}, "mostSets"),
        ({"mostSets": 101}, "mostSets"),
        ({"mostSets": "two"}, "mostSets"),
        ({"vouchers": "both"}, "vouchers"),
        ({"state": "on"}, "state"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(changes: dict[str, Any], field: str) -> None:
    assert field in problems(**changes)


def test_every_problem_is_said_at_once() -> None:
    assert set(problems(name="", channels=[], members=[], vouchers="?")) >= {
        "name",
        "channels",
        "members",
        "vouchers",
    }


def test_numbers_may_be_written_as_numbers() -> None:
    bundle = read({**GOOD, "rule": {"kind": "percent", "percent": 12.5}}, CHANNELS, BundleId(7), 2)

    assert bundle.rule.percent == Decimal("12.5")
