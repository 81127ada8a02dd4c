"""The demo shop and the demo Dashboard in a real Chromium, with Tandem behind them."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect
from rich.console import Console

from plugin.sandbox.demo import Story
from plugin.sandbox.demo_shop import product_id
from plugin.sandbox.demo_shopper import Shopper
from plugin.sandbox.stage import Stage, set_up
from tests.browser.chromium import chromium

pytestmark = pytest.mark.browser

PAST_ORDERS = 1_500


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for all."""
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def stage(browser: Browser) -> Iterator[Stage]:
    """Installed, and the past orders learned."""
    with set_up(PAST_ORDERS, 0) as stage, httpx.Client() as http:
        story = Story(stage, Console(quiet=True), Shopper(http, stage.saleor.api_url))
        story.install()
        story.learn()
        yield stage


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page; an error in it fails the test."""
    errors: list[str] = []
    with browser.new_context(viewport={"width": 1400, "height": 950}) as context:
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        yield page
    assert errors == []


def test_a_basket_in_the_shop_gets_suggestions_and_becomes_an_order(stage: Stage, page: Page) -> None:
    page.goto(f"{stage.saleor.origin}/")
    page.get_by_role("button", name="Add Halden H5").click()
    suggestions = page.locator("tandem-suggestions").get_by_role("listitem")
    expect(suggestions.first).to_contain_text("with Halden H5")
    expect(suggestions).to_have_count(2)  # the third thing bought with it is too dear beside it

    suggestions.first.get_by_role("button", name="Add ").click()
    expect(page.locator("#lines li")).to_have_count(2)
    page.get_by_role("button", name="One more: Halden H5").click()
    expect(page.locator("#amount")).to_contain_text(",")
    expect(page.locator("#count")).to_have_text("3")
    page.get_by_role("button", name="Place the order").click()

    expect(page.locator("#note")).to_contain_text(f"Order {PAST_ORDERS + 1} is placed")
    expect(page.locator("#lines li")).to_have_count(0)
    placed = list(stage.saleor.state.orders.values())[-1]
    assert [line.quantity for line in placed.lines] == [2, 1]


def test_another_channel_has_its_own_prices_and_basket(stage: Stage, page: Page) -> None:
    page.goto(f"{stage.saleor.origin}/")
    page.get_by_role("button", name="Add Norvik Instant", exact=True).click()
    expect(page.locator("#amount")).to_have_text("€99.00")

    page.get_by_label("Ship to").select_option("channel-us")

    expect(page.locator("#empty")).to_be_visible()
    page.get_by_role("button", name="Add Norvik Instant", exact=True).click()
    expect(page.locator("#amount")).to_have_text("$108.99")


def test_the_dashboard_frames_the_app_and_follows_its_messages(stage: Stage, page: Page) -> None:
    page.goto(f"{stage.saleor.origin}/dashboard/#/app")
    app = page.frame_locator("iframe[data-test-id=app-frame]")
    expect(app.locator("body")).to_contain_text("Learning")

    page.get_by_role("button", name="Dark").click()

    expect(app.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_products_widget_shows_what_is_bought_with_it(stage: Stage, page: Page) -> None:
    page.goto(f"{stage.saleor.origin}/dashboard/#/products/{product_id('halden-h5')}")

    widget = page.frame_locator("iframe.widget-frame")
    expect(widget.locator("body")).to_contain_text("with Halden H5")
    box = page.locator("iframe.widget-frame").bounding_box()
    assert box is not None
    assert box["width"] == 344
