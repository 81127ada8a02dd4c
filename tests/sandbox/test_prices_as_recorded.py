"""The sandbox charges what a real Saleor charged, step by step, in every recorded case."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.prices.cases import Case, every_case
from tests.sandbox.prices.ground import Ground
from tests.sandbox.prices.playing import Player, pricing
from tests.sandbox.prices.world import PLACES, variants

RECORDED: dict[str, Any] = json.loads((Path(__file__).parent / "recorded" / "prices.json").read_text())


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    """One shop for all cases."""
    ground = Ground()
    yield ground
    ground.sandbox.close()


@pytest.fixture(autouse=True)
def no_order_promotions(ground: Ground) -> Iterator[None]:
    """Order promotions end with the case that started them."""
    before = dict(ground.sandbox.state.promotions)
    yield
    ground.sandbox.state.promotions.clear()
    ground.sandbox.state.promotions.update(before)


@pytest.mark.parametrize("place", [it.slug for it in PLACES])
def test_the_shop_shows_the_prices_recorded(ground: Ground, place: str) -> None:
    shown = pricing(ground.ask, ground.names, variants(), place)

    assert shown == RECORDED["pricing"][place]


@pytest.mark.parametrize("case", every_case(), ids=lambda case: case.name)
def test_a_case_costs_what_was_recorded(ground: Ground, case: Case) -> None:
    ground.start(case.under)
    player = Player(ground.ask, ground.names, case.channel)

    answers = [player.play(step) for step in case.steps]

    assert answers == RECORDED["cases"][case.name]


def test_every_recorded_case_is_played() -> None:
    assert sorted(RECORDED["cases"]) == sorted(case.name for case in every_case())
