"""The demo shop with its whole history learned: made once, for it takes a while."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from plugin.sandbox.demo_shop import demo_shop
from plugin.sandbox.history import write_history
from plugin.shop import Shop
from plugin.use_cases.learn_directions import learn_directions
from plugin.use_cases.learn_habits import learn_habits
from tests.house import House, a_house

ORDERS = 6_000
THEN = datetime(2026, 3, 28, tzinfo=UTC)
"""The end of a winter: what sold this season must count more than what sold last summer."""


@pytest.fixture(scope="session")
def demo_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Installed, and everything learned. Never changed."""
    house = a_house(tmp_path_factory.mktemp("demo"), catalogue=demo_shop())
    write_history(house.sandbox.kernel, ORDERS, THEN)
    house.install()
    house.work()
    with house.shop() as shop:
        learn_habits(shop, THEN)
        learn_directions(shop, THEN)
    yield house
    house.close()


@pytest.fixture
def demo(demo_house: House) -> Iterator[Shop]:
    """Its file, open to be read."""
    with demo_house.shop() as shop:
        yield shop
