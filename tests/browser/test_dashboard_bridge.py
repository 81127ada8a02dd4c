"""The conversation with the Dashboard in real Chromium: handshake, token, theme, routing, size, and what may go wrong."""

from __future__ import annotations

import itertools

import pytest
from playwright.sync_api import expect

from tests.browser.dashboard import Stage

pytestmark = pytest.mark.browser


def test_two_handshakes_load_the_page_once(stage: Stage) -> None:
    with stage.page() as opened:
        loads = [request for request in opened.fragments() if request.url.endswith("/overview")]

    assert len(loads) == 1


def test_every_request_carries_the_token_and_the_shop(stage: Stage) -> None:
    with stage.page() as opened:
        told = {
            (request.headers["authorization"][:10], request.headers["saleor-api-url"])
            for request in opened.fragments()
        }

    assert told == {("Bearer eyJ", stage.door.installation.api_url)}


def test_a_refreshed_token_is_used_from_then_on(stage: Stage) -> None:
    newer = stage.door.token(email="newer@example.com")
    with stage.page() as opened:
        opened.say("tokenRefresh", {"token": newer})
        opened.app.get_by_role("link", name="Storefront").click()
        opened.settled()

        assert opened.fragments()[-1].headers["authorization"] == f"Bearer {newer}"


def test_an_expired_token_is_renewed_without_a_word(stage: Stage) -> None:
    handed_out = itertools.count()
    stage.frame.token = lambda: stage.door.token(**({"exp": 1} if next(handed_out) < 2 else {}))

    with stage.page() as opened:
        expect(opened.app.get_by_role("heading", name="Learning")).to_be_visible()


def test_a_token_that_stays_wrong_is_explained(stage: Stage) -> None:
    stage.frame.token = lambda: stage.door.token(exp=1)

    with stage.page() as opened:
        expect(opened.app.get_by_role("alert")).to_contain_text("The Dashboard's token was refused")

        stage.frame.token = stage.door.token
        opened.app.get_by_role("button", name="Try again").click()
        expect(opened.app.get_by_role("heading", name="Learning")).to_be_visible()


def test_a_shop_without_the_app_is_told_so(stage: Stage) -> None:
    stage.frame.saleor_api_url = "https://elsewhere.example.com/graphql/"

    with stage.page() as opened:
        expect(opened.app.get_by_role("alert")).to_contain_text("Tandem is not installed in this shop")


def test_the_theme_follows_the_dashboard_while_the_page_is_open(stage: Stage) -> None:
    with stage.page(theme="light") as opened:
        opened.say("theme", {"theme": "dark"})

        expect(opened.app.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_section_has_an_address_that_leads_back_to_it(stage: Stage) -> None:
    with stage.page() as opened:
        opened.app.get_by_role("link", name="Preferences").click()
        expect(opened.app.get_by_role("heading", name="Suggestions")).to_be_visible()
        routes = opened.heard("updateRouting")

    assert routes == [{"newRoute": "/preferences"}]
    with stage.page(routes[0]["newRoute"]) as opened:
        expect(opened.app.get_by_role("link", name="Preferences")).to_have_attribute("aria-current", "page")
        expect(opened.app.get_by_role("heading", name="Suggestions")).to_be_visible()


def test_a_widget_asks_for_the_height_it_needs(stage: Stage) -> None:
    with stage.page("/widgets/product", productId="x100") as opened:
        needed = opened.inside.evaluate("document.documentElement.scrollHeight")

        assert opened.heard("widgetResize")[-1] == {"height": needed}


def test_a_dashboard_that_answers_no_action_is_good_enough(stage: Stage) -> None:
    silent = "widgetResize,updateRouting,notification,redirect"
    with stage.page("/widgets/product", productId="x100", silent=silent) as opened:
        expect(opened.app.get_by_text("Memory card 64 GB")).to_be_visible()
        opened.page.wait_for_timeout(5_200)

        assert opened.wrong == []


def test_words_from_anybody_but_the_dashboard_are_not_heard(stage: Stage) -> None:
    with stage.page() as opened:
        opened.inside.evaluate("postMessage({ type: 'tokenRefresh', payload: { token: 'forged' } })")
        opened.inside.evaluate("postMessage({ type: 'theme', payload: { theme: 'dark' } })")
        opened.page.wait_for_timeout(100)
        opened.app.get_by_role("link", name="Storefront").click()
        opened.settled()

        seen = (
            opened.fragments()[-1].headers["authorization"],
            opened.app.locator("html").get_attribute("data-theme"),
        )
    assert ("forged" in str(seen[0]), seen[1]) == (False, "light")


def test_malformed_words_do_no_harm(stage: Stage) -> None:
    with stage.page() as opened:
        for odd in (
            "null",
            "'text'",
            "[1]",
            "{type: 'constructor'}",
            "{type: 'handshake'}",
            "{type: 'response'}",
        ):
            opened.page.evaluate(f"frame.contentWindow.postMessage({odd}, '*')")
        opened.page.wait_for_timeout(100)
        opened.app.get_by_role("link", name="Storefront").click()

        expect(opened.app.get_by_role("heading", name="In the checkout")).to_be_visible()
        assert opened.wrong == []


def test_a_silent_dashboard_is_named_as_the_trouble(stage: Stage) -> None:
    stage.frame.token = lambda: ""

    with stage.page() as opened:
        expect(opened.app.get_by_role("alert")).to_contain_text("The Dashboard does not answer")


def test_a_server_out_of_reach_is_named_as_the_trouble(stage: Stage) -> None:
    with stage.page() as opened:
        opened.page.route("**/fragments/**", lambda route: route.abort())
        opened.app.get_by_role("link", name="Preferences").click()
        expect(opened.app.get_by_role("alert")).to_contain_text("Tandem's server cannot be reached")

        opened.page.unroute("**/fragments/**")
        opened.app.get_by_role("button", name="Try again").click()
        expect(opened.app.get_by_role("heading", name="Suggestions")).to_be_visible()


def test_opened_outside_the_dashboard_the_page_says_where_to_go(stage: Stage) -> None:
    page = stage.browser.new_page()
    page.goto(f"{stage.frame.app_origin}/dashboard")

    expect(page.get_by_role("heading", name="Open Tandem in the Saleor Dashboard")).to_be_visible()
    page.close()


def test_a_stranger_cannot_frame_the_pages_when_dashboards_are_named(stage: Stage) -> None:
    page = stage.browser.new_page()
    page.route(
        "**/dashboard/settings**",
        lambda route: route.fulfill(
            response=(answer := route.fetch()),
            headers={
                **answer.headers,
                "content-security-policy": "frame-ancestors https://dashboard.example.com",
            },
        ),
    )
    page.goto(stage.frame.url("/settings"))

    assert page.frames[1].url.startswith("chrome-error://")
    page.close()
