"""One browser and one framed app for all tests of a module; the shop is filled once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from plugin.app import create_app
from plugin.config import Config
from plugin.sandbox.keys import SigningKeys
from tests.browser.chromium import chromium
from tests.browser.dashboard import Stage
from tests.browser.dashboard_frame import framing
from tests.conftest import SECRET
from tests.web.dashboard.camera_shop import fill, installed
from tests.web.dashboard.proof import prove


@pytest.fixture(scope="module")
def whole_stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The stage, built once."""
    data_dir: Path = tmp_path_factory.mktemp("dashboard")
    app = create_app(Config(secret_key=(SECRET,), data_dir=data_dir), work=False)
    door = installed(app, SigningKeys())
    with framing(app) as frame, chromium() as browser:
        stage = Stage(app, door, frame, browser)
        with stage.shop() as shop:
            fill(shop, f"{frame.origin}/pictures")
            prove(shop)
        yield stage


@pytest.fixture
def stage(whole_stage: Stage) -> Stage:
    """The stage with a Dashboard that behaves."""
    whole_stage.frame.saleor_api_url = whole_stage.door.installation.api_url
    whole_stage.frame.token = whole_stage.door.token
    return whole_stage
