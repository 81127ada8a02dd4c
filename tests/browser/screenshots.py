"""Pictures of the real pages for the README: python -m tests.browser.screenshots."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Page
from rich.console import Console

from plugin.sandbox.demo import Story
from plugin.sandbox.demo_shop import EUR, variant_id
from plugin.sandbox.demo_shopper import Shopper, wait_for
from plugin.sandbox.stage import Stage, set_up
from tests.browser.chromium import chromium

PICTURES = Path(__file__).parent / "pictures"

ORDERS = 6_000
PORT = 5410

BASKETS = ("halden-h5", "halden-h1", "halden-h5", "norvik-instant", "halden-h7", "halden-h5", "norvik-action")
"""Put into checkouts first, so that the pages have something to tell."""


def take(browser: Browser, stage: Stage) -> None:
    """All pictures, in light; the settings in dark as well."""
    page = _page(browser, 1280, 900, "light")
    page.goto(f"{stage.saleor.origin}/")
    page.get_by_role("button", name="Add").nth(1).click()
    page.wait_for_function(
        "document.querySelector('tandem-suggestions')?.shadowRoot?.querySelector('button')"
    )
    _settle(page, "demo-shop")
    for scheme, name in (("light", "settings"), ("dark", "settings-dark")):
        page = _page(browser, 1280, 1240, scheme)
        page.goto(f"{stage.saleor.origin}/dashboard/")
        page.get_by_role("link", name="Tandem").or_(page.get_by_role("button", name="Tandem")).first.click()
        _settle(page, name)


def _page(browser: Browser, width: int, height: int, scheme: str) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        locale="en-GB",
    )
    return context.new_page()


def _settle(page: Page, name: str) -> None:
    page.wait_for_timeout(2_500)
    page.screenshot(path=PICTURES / f"{name}.png")


def main() -> None:
    """Set the demo up, let shoppers fill baskets, take the pictures."""
    PICTURES.mkdir(exist_ok=True)
    with set_up(ORDERS, PORT) as stage, httpx.Client(timeout=20) as http, chromium() as browser:
        shopper = Shopper(http, stage.saleor.api_url)
        story = Story(stage, Console(), shopper)
        story.install()
        story.learn()
        for goods in BASKETS:
            checkout = shopper.open_checkout(EUR.slug)
            shopper.add(checkout, variant_id(goods))
            wait_for("a suggestion", partial(shopper.suggestions, checkout))
        take(browser, stage)


if __name__ == "__main__":
    main()
