"""A toy shop on the sandbox Saleor, and a probe installed in it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from plugin.sandbox.app_facts import App
from plugin.sandbox.saleor import SandboxSaleor
from plugin.sandbox.toy_shop import toy_shop
from tests.sandbox.probe import Probe

MANIFEST = "http://probe.example.com/manifest.json"


@pytest.fixture
def probe() -> Probe:
    """Not installed yet."""
    return Probe()


@pytest.fixture
def saleor(probe: Probe) -> Iterator[SandboxSaleor]:
    """A toy shop whose HTTP ends at the probe."""
    http = httpx.Client(transport=httpx.WSGITransport(app=probe.app()))
    with http, SandboxSaleor(toy_shop(), http=http) as sandbox:
        yield sandbox


@pytest.fixture
def app(saleor: SandboxSaleor) -> App:
    """The probe, installed."""
    return saleor.apps.install(MANIFEST)
