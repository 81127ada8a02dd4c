"""How fast it is on a real Saleor: `python -m tests.live.measure`, with SALEOR_API_URL set.

From the answer to checkoutComplete until the storefront endpoint answers differently; from the start of checkoutLinesAdd
until a shopper reads the suggestions for the new lines in the checkout's metadata. Bundles and offers: see measure_bundles.py
and measure_offers.py; their figures are kept in results/bundles.md and results/offers.md.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

from plugin.suggestions.document import lines_hash
from plugin.suggestions.model import BasketLine, VariantId
from tests.live.bundle_shop import BundleShop
from tests.live.measure_bundles import keep, measure_bundles, summed_up
from tests.live.measure_offers import measure_offers
from tests.live.offer_shop import OfferShop
from tests.live.real_saleor import RealSaleor
from tests.live.running_tandem import RunningTandem
from tests.live.toy_shop import HISTORY, ToyShop
from tests.live.waiting import soon

TIMES = 40


def main(times: int) -> None:
    """Set everything up, measure, print, take everything away."""
    saleor = RealSaleor()
    saleor.uninstall("tandem.cross-sell")
    toys = ToyShop(saleor)
    toys.open()
    with tempfile.TemporaryDirectory() as folder:
        tandem = RunningTandem(saleor.api_url, Path(folder))
        try:
            toys.stock("camera", "card", "bag", "tripod", "cloth")
            toys.import_orders(HISTORY, days_ago=30)
            tandem.start()
            began = time.monotonic()
            saleor.install(f"{tandem.url}/api/manifest")
            soon(lambda: tandem.suggested(toys.slug, *toys.variants("camera")), within=120)
            version = saleor.ask("settings")["shop"]["version"]
            print(f"Saleor {version}")
            print(f"installation started -> first suggestion: {time.monotonic() - began:.1f} s")
            _measure(tandem, toys, times, version)
            saleor.uninstall("tandem.cross-sell")
        finally:
            tandem.stop()
            toys.close()


def _measure(tandem: RunningTandem, toys: ToyShop, times: int, version: str) -> None:
    """Print all figures; those of bundles and offers are kept."""
    figures = {
        "order placed -> suggestion changed": [_order(tandem, toys, n) for n in range(times)],
        "lines added -> suggestions readable": [_line(toys) for _ in range(times)],
        "lines added -> mutation answered": ANSWERED,
    }
    offers = measure_offers(OfferShop(toys, tandem), times)
    keep(figures | offers, version, "offers", "How soon suggestions and offers follow")
    bundles = measure_bundles(BundleShop(toys, tandem), times)
    keep(bundles, version, "bundles", "Time until a bundle price is right")
    for what, seconds in (figures | offers | bundles).items():
        print(f"{what}: {summed_up(seconds)}")


def _order(tandem: RunningTandem, toys: ToyShop, number: int) -> float:
    """Somebody buys a camera and a card: one order more in the reason."""
    checkout = toys.checkout("camera", "card", email=f"measured-{number}@example.com")
    toys.pay(checkout)
    camera = toys.variants("camera")
    before = tandem.suggestions(toys.slug, *camera)["suggestions"]
    toys.place(checkout)
    placed = time.monotonic()
    soon(lambda: tandem.suggestions(toys.slug, *camera)["suggestions"] != before)
    return time.monotonic() - placed


def _line(toys: ToyShop) -> float:
    """A camera joins a tripod."""
    checkout = toys.checkout("tripod")
    expected = lines_hash(
        [BasketLine(VariantId(variant), 1) for variant in toys.variants("tripod", "camera")]
    )

    def readable() -> bool:
        found = toys.saleor.ask("read_checkout", staff=False, id=checkout)["checkout"]["metafield"]
        return bool(json.loads(found or "{}").get("linesHash") == expected)

    soon(lambda: toys.saleor.ask("read_checkout", staff=False, id=checkout)["checkout"]["metafield"])
    began = time.monotonic()
    toys.add(checkout, "camera")
    ANSWERED.append(time.monotonic() - began)
    soon(readable)
    return time.monotonic() - began


ANSWERED: list[float] = []
"""Seconds until checkoutLinesAdd itself was answered: nothing can be read earlier."""


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else TIMES)
