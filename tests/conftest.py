"""Fixtures every room may ask for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from plugin.config import Config
from plugin.shop import Shop, Tandem
from plugin.store.database import up_to_date
from plugin.store.installations import Installation, shop_key
from tests.builders import unrestrained
from tests.house import House, a_copy, a_house, with_history

API_URL = "https://shop.example.com/graphql/"
SECRET = "k" * 32


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A configuration with its data in a folder of the test."""
    return Config(
        secret_key=(SECRET,),
        data_dir=tmp_path,
        allowed_saleor_urls=("https://shop.example.com/*",),
        import_pause_ms=0,
    )


@pytest.fixture
def installation() -> Installation:
    """A shop that installed us, without asking a Saleor."""
    return an_installation()


def an_installation(api_url: str = API_URL) -> Installation:
    """An installation as /api/register would have stored it."""
    return Installation(
        api_url=api_url, key=shop_key(api_url), app_id="QXBwOjI=", token="token", buyer_key="ab" * 32, jwks={"keys": []},
        saleor_version="3.23.28", name="Shop", app_url="https://tandem.example.com", active=True,
        installed_at="2026-11-22T00:00:00+00:00", deleted_at=None,
    )  # fmt: skip


@pytest.fixture
def shop(config: Config, installation: Installation) -> Iterator[Shop]:
    """An empty shop, open. Its Saleor is out of reach."""
    tandem = Tandem(config)
    with tandem.shop(installation) as opened:
        unrestrained(opened.db)
        yield opened
    up_to_date.discard(tandem.file_of(installation))


@pytest.fixture
def empty_house(tmp_path: Path) -> Iterator[House]:
    """A sandbox Saleor with the toy shop, and Tandem not installed yet."""
    house = a_house(tmp_path)
    yield house
    house.close()


@pytest.fixture(scope="session")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Tandem installed in the toy shop, its history learned. Never changed: tests get copies."""
    house = with_history(a_house(tmp_path_factory.mktemp("pattern")))
    house.install()
    house.work()
    house.tandem.close()
    yield house
    house.close()


@pytest.fixture
def house(pattern: House, tmp_path: Path) -> Iterator[House]:
    """Tandem installed in the toy shop, its history learned."""
    house = a_copy(pattern, tmp_path)
    yield house
    house.close()


@pytest.fixture(scope="session")
def new_pattern(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Tandem installed in the toy shop. Never changed: tests get copies."""
    house = a_house(tmp_path_factory.mktemp("new-pattern"))
    house.install()
    house.tandem.close()
    yield house
    house.close()


@pytest.fixture
def new_house(new_pattern: House, tmp_path: Path) -> Iterator[House]:
    """Tandem installed a moment ago; it has learned nothing yet."""
    house = a_copy(new_pattern, tmp_path)
    yield house
    house.close()


@pytest.fixture
def unheard_house(empty_house: House) -> House:
    """The same, in a Saleor this process has never heard of: what is remembered of others helps nothing."""
    empty_house.install()
    return empty_house
