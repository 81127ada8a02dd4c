"""Different products are compared when they are the same thing by name, or described well enough."""

from __future__ import annotations

import pytest

from plugin.suggestions.model import BetterFact
from plugin.suggestions.upgrades.kinship import are_kin
from plugin.suggestions.upgrades.scales import UP, Scale

MORE = (BetterFact("load", "Load", "4 kg", "6 kg"),)


@pytest.mark.parametrize(
    ("old", "new", "kin"),
    [
        ("Monopod 4", "Monopod 6", True),
        ("Monopod 4", "Monopod 6 Pro", True),
        ("Monopod", "Carbon monopod", True),
        ("Monopod 4kg", "Monopod 6kg", True),
        ("Monopod 4 Pro", "Monopod 6", False),
        ("HDMI cable", "USB cable", False),
        ("Screen guard 16 in", "Screen guard 14 in", False),
    ],
)
def test_everything_the_old_name_says_is_still_said(old: str, new: str, kin: bool) -> None:
    assert are_kin((old, new), ({}, {}), MORE, {}) is kin


def test_what_is_well_described_may_be_called_anything_but_another_size() -> None:
    scales = {name: Scale(name, name, "NUMERIC", "", UP) for name in ("zoom", "pixels", "speed", "weight")}
    values = dict.fromkeys(scales, ("1",))
    better = (BetterFact("zoom", "Zoom", "1", "2"), BetterFact("pixels", "Pixels", "1", "2"))
    worse = (*better, BetterFact("speed", "Speed", "2", "1", better=False))

    told = [
        are_kin(("Alpha", "Beta"), (values, values), better, scales),
        are_kin(("Alpha", "Beta"), (values, values), better[:1], scales),
        are_kin(("Alpha", "Beta"), (values, values), worse, scales),
        are_kin(("Alpha 14", "Beta 16"), (values, values), better, scales),
    ]

    assert told == [True, False, False, False]
