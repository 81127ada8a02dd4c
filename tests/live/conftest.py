"""A real Saleor, the toy shop in it, Tandem beside it. Everything here is skipped unless SALEOR_API_URL names one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.live.bundle_shop import BundleShop
from tests.live.probe import Probe, probing
from tests.live.real_saleor import RealSaleor
from tests.live.running_tandem import RunningTandem
from tests.live.toy_shop import HISTORY, Good, ToyShop, buyers
from tests.live.waiting import soon

IDENTIFIER = "tandem.cross-sell"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a Saleor there is nothing to judge by."""
    if not os.environ.get("SALEOR_API_URL"):
        here = Path(__file__).parent
        reason = "SALEOR_API_URL is not set: these tests need a real Saleor and a member of its staff"
        for item in items:
            if here in item.path.parents:
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def saleor() -> Iterator[RealSaleor]:
    """The driver. Tandem is uninstalled at the beginning and at the end, settings are put back."""
    saleor = RealSaleor()
    legacy = saleor.ask("settings")["shop"]["useLegacyUpdateWebhookEmission"]
    saleor.uninstall(IDENTIFIER)
    yield saleor
    saleor.uninstall(IDENTIFIER)
    saleor.ask("legacy_emission", on=legacy)
    saleor.http.close()


@pytest.fixture(scope="session")
def toys(saleor: RealSaleor) -> Iterator[ToyShop]:
    """The shop with half a year of history, all of it older than Tandem."""
    toys = ToyShop(saleor)
    toys.open()
    try:
        toys.stock("camera", "card", "bag", "tripod", "cloth")
        toys.import_orders(HISTORY, days_ago=30)
        yield toys
    finally:
        toys.close()


@pytest.fixture(scope="session")
def tandem(
    saleor: RealSaleor, toys: ToyShop, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningTandem]:
    """Tandem, installed by its manifest as the Dashboard does, with the history learned."""
    tandem = RunningTandem(saleor.api_url, tmp_path_factory.mktemp("tandem"))
    try:
        tandem.start()
        saleor.install(f"{tandem.url}/api/manifest")
        camera = toys.variants("camera")
        soon(
            lambda: tandem.suggested(toys.slug, *camera),
            within=120,
            what=f"history learned in {tandem.folder}",
        )
        tandem.prefer(add_on_share=0, exploration=0)  # tests of restraint say what they mean
        yield tandem
        saleor.uninstall(IDENTIFIER)
    finally:
        tandem.stop()
        tandem.http.close()


@pytest.fixture(scope="session")
def probe(saleor: RealSaleor) -> Iterator[Probe]:
    """The witness."""
    with probing(saleor) as probe:
        yield probe


@pytest.fixture
def pair(tandem: RunningTandem, toys: ToyShop) -> tuple[Good, Good, list[str]]:
    """Two new products, bought together by three people (the least that may be shown), and their orders.

    The cloth stays in two of three baskets.
    """
    number = next(PAIRS)
    names = (f"lens {number}", f"filter {number}")
    lens, cap = toys.stock(*names)
    one, two, three = buyers(3, of=f"pair-{number}")
    orders = toys.import_orders([(one, (*names, "cloth")), (two, (*names, "cloth")), (three, names)])
    soon(lambda: tandem.suggested(toys.slug, lens.variant) == [cap.variant], what="the pair is learned")
    return lens, cap, orders


@pytest.fixture(scope="session")
def bundle_shop(tandem: RunningTandem, toys: ToyShop) -> Iterator[BundleShop]:
    """The toy shop with goods that have to be sent."""
    made = BundleShop(toys, tandem)
    made.open()
    yield made
    made.close()


@pytest.fixture
def shop(bundle_shop: BundleShop) -> Iterator[BundleShop]:
    """Tandem may set prices, guards them, and holds none of an earlier test."""
    bundle_shop.permit()
    yield bundle_shop
    bundle_shop.pause_all()


PAIRS = count(1)
