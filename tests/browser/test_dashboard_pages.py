"""The merchant's pages in real Chromium, framed as the Dashboard frames them: they look right, and they work."""

from __future__ import annotations

import time

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # ships no types
from playwright.sync_api import expect

from plugin.store import preferences
from plugin.use_cases.learn_from_past_orders import Progress
from tests.browser.dashboard import Stage
from tests.web.dashboard.camera_shop import imported

pytestmark = pytest.mark.browser

PAGES = {
    "/settings": {}, "/preferences": {}, "/learned": {}, "/proof": {}, "/storefront": {}, "/widgets/product": {"productId": "x100"},
    "/widgets/order": {"orderId": "order 1"}, "/widgets/home": {},
}  # fmt: skip

SPILLED = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_accessible_fits_and_logs_no_error(stage: Stage, path: str, width: int, theme: str) -> None:
    with stage.page(path, width, theme, **PAGES[path]) as opened:
        violations = Axe().run(opened.inside).response["violations"]
        spilled = opened.inside.evaluate(SPILLED)
        wrong = opened.wrong

    assert ([violation["id"] for violation in violations], spilled, wrong) == ([], 0, [])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_tried_basket_and_a_refused_value_are_accessible_too(stage: Stage, theme: str) -> None:
    found = []
    with stage.page("/settings", theme=theme) as opened:
        opened.field("Add a product").fill("x100")
        opened.app.locator(".found-one").first.click()
        expect(opened.app.get_by_text("A shopper would see")).to_be_visible()
        opened.field("Add a product").fill("ca")
        opened.app.locator(".found-one").nth(1).wait_for()
        found += Axe().run(opened.inside).response["violations"]
    with stage.page("/preferences", theme=theme) as opened:
        opened.field("Distinct buyers").fill("500")
        opened.field("Distinct buyers").blur()
        expect(opened.app.get_by_role("alert")).to_be_visible()
        found += Axe().run(opened.inside).response["violations"]

    assert [violation["id"] for violation in found] == []


def test_the_import_is_seen_moving_without_a_reload(stage: Stage) -> None:
    with stage.shop() as shop:
        imported(shop, Progress(12_400, 20_000, "cursor", finished=False))
    with stage.page() as opened:
        expect(opened.app.get_by_text("12,400 of 20,000 orders read")).to_be_visible()

        with stage.shop() as shop:
            imported(shop, Progress(20_000, 20_000, None, finished=True))

        expect(opened.app.get_by_text("Up to date")).to_be_visible(timeout=6_000)


def test_a_preference_is_saved_the_moment_it_changes(stage: Stage) -> None:
    with stage.page("/preferences") as opened:
        opened.field("On the basket page at most").fill("2")
        opened.field("On the basket page at most").blur()

        expect(opened.app.locator("#choice-most_suggestions .saved")).to_be_visible()
        toasts = opened.heard("notification")

    with stage.shop() as shop:
        assert preferences.get(shop.db).most_suggestions == 2
    assert toasts == [{"status": "success", "title": "Saved", "text": "On the basket page at most"}]


def test_a_wrong_value_is_answered_beside_its_field(stage: Stage) -> None:
    with stage.page("/preferences") as opened:
        field = opened.field("Half-life in days")
        field.fill("3")
        field.blur()

        message = opened.app.locator("#error-half_life_days")
        expect(message).to_have_text("Half-life in days: must be a whole number from 7 to 3650, or 0.")
        expect(field).to_have_attribute("aria-invalid", "true")


def test_two_preferences_changed_quickly_are_both_kept(stage: Stage) -> None:
    with stage.page("/preferences") as opened:
        opened.field("Popular in the same category").click()
        opened.field("Unpaid orders count").select_option("never")
        expect(opened.app.locator(".saved")).to_have_count(2)

    with stage.shop() as shop:
        kept = preferences.get(shop.db)
    assert (kept.popular_when_unknown, kept.unpaid_orders) == (False, "never")


def test_a_switch_works_by_keyboard_and_keeps_the_focus(stage: Stage) -> None:
    with stage.page("/preferences") as opened:
        switch = opened.app.get_by_role("switch", name="Show suggestions")
        switch.focus()
        opened.page.keyboard.press("Space")
        expect(opened.app.locator("#choice-suggesting .saved")).to_be_visible()
        expect(switch).to_be_focused()
        expect(switch).not_to_be_checked()
        opened.page.keyboard.press("Space")
        expect(switch).to_be_checked()
        opened.settled()


def test_a_basket_is_put_together_by_keyboard_alone(stage: Stage) -> None:
    with stage.page() as opened:
        opened.field("Add a product").focus()
        with opened.page.expect_response(lambda answer: answer.url.endswith("q=z6")):
            opened.page.keyboard.type("z6")
        expect(opened.app.locator(".htmx-request")).to_have_count(0)
        opened.app.locator(".found-one").first.wait_for()
        opened.page.wait_for_load_state("networkidle")
        opened.page.keyboard.press("Tab")
        opened.page.keyboard.press("Enter")

        expect(opened.app.get_by_role("button", name="Take out Z6 body")).to_be_visible()
        expect(opened.app.locator(".answer")).to_contain_text("50 mm f/1.8 lens")
        expect(opened.field("Add a product")).to_be_focused()


def test_an_excluded_product_is_found_by_name_and_taken_out_again(stage: Stage) -> None:
    with stage.page("/preferences") as opened:
        opened.app.locator("#search-excluded_products").fill("strap")
        opened.app.get_by_role("button", name="Paper strap").click()
        opened.app.get_by_role("button", name="Take out Paper strap").click()

        expect(opened.app.locator("#choice-excluded_products .chip")).to_have_count(0)


def test_an_address_is_copied_though_frames_may_not_use_the_clipboard(stage: Stage) -> None:
    with stage.page("/storefront") as opened:
        opened.app.get_by_role("button", name="Copy: This shop's address").click()
        opened.page.wait_for_function("heard.some((message) => message.type === 'notification')")

        assert [toast["title"] for toast in opened.heard("notification")] == ["Copied"]


def test_a_product_opens_in_the_dashboard(stage: Stage) -> None:
    with stage.page("/widgets/product", productId="x100") as opened:
        opened.app.get_by_role("button", name="Memory card 64 GB").click()

        assert opened.heard("redirect") == [{"to": "/products/card"}]


def test_a_picture_that_cannot_be_had_gives_way_to_the_initial(stage: Stage) -> None:
    with stage.page("/widgets/product", productId="x100") as opened:
        before = opened.app.locator("img.picture").count()
        initial = opened.app.locator("img.picture").first.get_attribute("data-initial") or "none"
        opened.inside.evaluate("document.querySelector('img.picture').src = '/pictures-gone/card.svg'")

        expect(opened.app.locator("span.picture")).to_have_text([initial])
        expect(opened.app.locator("img.picture")).to_have_count(before - 1)


@pytest.mark.parametrize(("width", "columns"), [(900, 2), (1280, 4)])
def test_the_four_figures_have_room(stage: Stage, width: int, columns: int) -> None:
    with stage.page(width=width) as opened:
        made = opened.app.locator(".stats").first.evaluate("(it) => getComputedStyle(it).gridTemplateColumns")

    assert len(made.split()) == columns


def test_a_page_that_nobody_looks_at_asks_nothing(stage: Stage) -> None:
    with stage.shop() as shop:
        imported(shop, Progress(1, 2, "cursor", finished=False))
    with stage.page() as opened:
        opened.inside.evaluate("Object.defineProperty(document, 'hidden', { value: true })")
        before = len(opened.fragments())
        time.sleep(2.6)

        assert len(opened.fragments()) == before
    with stage.shop() as shop:
        imported(shop, Progress(2, 2, None, finished=True))
