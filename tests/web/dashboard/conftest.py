"""The app with one installed shop, and staff at its door."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from flask.testing import FlaskClient

from plugin.app import create_app
from plugin.config import Config
from plugin.sandbox.keys import SigningKeys
from plugin.shop import Shop, Tandem
from tests.web.dashboard.camera_shop import Door, fill, installed


@pytest.fixture
def app(config: Config) -> Flask:
    return create_app(config, work=False)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def door(app: Flask) -> Door:
    return installed(app, SigningKeys())


@pytest.fixture
def filled(app: Flask, door: Door) -> Door:
    with opened(app, door) as shop:
        fill(shop)
    return door


@contextmanager
def opened(app: Flask, door: Door) -> Iterator[Shop]:
    tandem: Tandem = app.extensions["tandem"]
    with tandem.shop(door.installation) as shop:
        yield shop
