"""Bundles in real Chromium, framed as the Dashboard frames them: set up by keyboard alone, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # ships no types
from playwright.sync_api import Locator, expect

from plugin.store import audits, bundles, facts
from plugin.store.database import writing
from plugin.suggestions.bundles.model import Bundle
from plugin.use_cases.change_bundles import save_bundle
from plugin.use_cases.propose_bundles import propose
from tests.browser.dashboard import Opened, Stage
from tests.browser.test_dashboard_pages import SPILLED
from tests.web.dashboard.bundles import OTHER, a_draft

pytestmark = pytest.mark.browser

NOW = datetime.now(UTC)


@pytest.fixture
def shop(stage: Stage) -> Stage:
    """The stage with one draft, a leak, and proposals; the same for every test."""
    with stage.shop() as opened:
        for table in ("bundles", "bundle_versions", "bundle_members", "audits"):
            opened.db.conn.execute(f"delete from {table}")
        facts.keep(opened.db, "may_price", None)
        save_bundle(opened, a_draft(translations={"de": "Kamera-Set"}), OTHER, NOW - timedelta(days=2))
        with writing(opened.db):
            at = (NOW - timedelta(days=1)).isoformat()
            audits.keep(opened.db, audits.Audit("T3JkZXI6MQ==", at, "europe", "EUR", 2_000, 1_000, []))
        propose(opened, NOW)
    return stage


def kept(stage: Stage, number: int) -> Bundle:
    with stage.shop() as opened:
        found = bundles.get(opened.db, number)
    assert found is not None
    return found


def percent(opened: Opened) -> Locator:
    return opened.app.get_by_role("textbox", name="Percent off")


def previewed(opened: Opened, press: Callable[[], None]) -> None:
    """Press, and wait until the preview has answered."""
    with opened.page.expect_response(lambda answer: answer.url.endswith("/bundle/preview")):
        press()
    expect(opened.app.locator(".htmx-request")).to_have_count(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize(
    ("path", "parameters"),
    [("/bundles", {}), ("/bundles/edit", {"bundle": "1"}), ("/bundles/edit", {})],
    ids=["list", "edit", "new"],
)
def test_a_page_of_bundles_is_accessible_fits_and_logs_no_error(
    shop: Stage, path: str, parameters: dict[str, str], width: int, theme: str
) -> None:
    with shop.page(path, width, theme, **parameters) as opened:
        violations = Axe().run(opened.inside).response["violations"]
        seen = ([violation["id"] for violation in violations], opened.inside.evaluate(SPILLED), opened.wrong)

    assert seen == ([], 0, [])


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_without_bundles_and_without_the_permission_the_page_is_accessible_too(
    shop: Stage, width: int, theme: str
) -> None:
    with shop.shop() as opened:
        opened.db.conn.execute("delete from bundles")
        facts.keep(opened.db, "may_price", False)

    with shop.page("/bundles", width, theme) as page:
        violations = Axe().run(page.inside).response["violations"]
        seen = ([violation["id"] for violation in violations], page.inside.evaluate(SPILLED), page.wrong)

    assert seen == ([], 0, [])


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_wrong_fields_amounts_and_found_products_are_accessible_too(
    shop: Stage, width: int, theme: str
) -> None:
    with shop.page("/bundles/edit", width, theme, bundle="1") as opened:
        opened.field("Name, as shoppers read it").fill("")
        opened.field("Sets per checkout at most").fill("many")
        opened.app.get_by_role("radio", name="Set price").check()
        opened.app.get_by_role("button", name="Add a language").click()
        opened.field("Language 2").fill("f")
        opened.app.get_by_role("button", name="Save as draft").click()
        expect(opened.app.get_by_role("alert").first).to_contain_text("Not saved.")
        opened.field("Add a product").fill("ca")
        opened.app.locator(".found-one").nth(1).wait_for()
        violations = Axe().run(opened.inside).response["violations"]
        spilled = opened.inside.evaluate(SPILLED)

    assert ([violation["id"] for violation in violations], spilled) == ([], 0)


def found_by_keyboard(opened: Opened, text: str) -> None:
    """Type into the search, and take the first product found."""
    keys = opened.page.keyboard
    opened.field("Add a product").focus()
    with opened.page.expect_response(lambda answer: "/search/" in answer.url and "q=" in answer.url):
        keys.type(text)
    opened.app.locator(".found-one").first.wait_for()
    expect(opened.app.locator(".htmx-request")).to_have_count(0)
    keys.press("Tab")
    previewed(opened, lambda: keys.press("Enter"))
    expect(opened.field("Add a product")).to_be_focused()


def lens_set_by_keyboard(opened: Opened) -> None:
    """A body with two lenses at a set price."""
    keys = opened.page.keyboard
    expect(opened.field("Name, as shoppers read it")).to_be_focused()
    keys.type("Lens set")
    found_by_keyboard(opened, "z6")
    found_by_keyboard(opened, "50 mm")
    opened.field("Quantity of 50 mm f/1.8 lens").focus()
    previewed(opened, lambda: keys.press("ArrowUp"))
    opened.app.get_by_role("radio", name="Percent off").focus()
    keys.press("ArrowRight")
    keys.press("ArrowRight")
    opened.field("Set price in EUR").focus()
    keys.type("3000")
    opened.field("Set price in USD").focus()
    previewed(opened, lambda: keys.type("2999,50"))


def pressed(opened: Opened, role: Literal["button", "link"], name: str) -> None:
    """By keyboard, once the page has settled: a page that was turned to gives its heading the focus at that moment."""
    wanted = opened.app.get_by_role(role, name=name)
    wanted.wait_for()
    opened.app.locator("#page:not([aria-busy])").wait_for()
    wanted.focus()
    opened.page.keyboard.press("Enter")


def test_a_bundle_is_made_previewed_activated_and_paused_by_keyboard_alone(shop: Stage) -> None:
    with shop.page("/bundles") as opened:
        pressed(opened, "button", "Create bundle")
        lens_set_by_keyboard(opened)
        expect(opened.app.get_by_role("region", name="Europe")).to_contain_text("The shopper saves97.00 EUR")
        pressed(opened, "button", "Save and activate")
        expect(opened.app.locator(".badge")).to_have_text("Active")
        pressed(opened, "link", "Back to all bundles")
        pressed(opened, "button", "Pause Lens set")
        expect(opened.app.get_by_role("button", name="Activate Lens set")).to_be_focused()
        routes, toasts, wrong = opened.heard("updateRouting"), opened.heard("notification"), opened.wrong

    routed = [route["newRoute"] for route in routes]
    assert routed == ["/bundles/edit", "/bundles/edit?bundle=2", "/bundles"]
    assert [(toast["title"], toast["text"]) for toast in toasts] == [
        ("Activated", "Lens set"),
        ("Paused", "Lens set"),
    ]
    lens = kept(shop, 2)
    pieces = [(member.id, member.quantity) for member in lens.members]
    assert (pieces, lens.state, wrong) == ([("z6", 1), ("prime", 2)], "paused", [])


def test_enter_in_a_field_saves_and_in_the_search_does_not(shop: Stage) -> None:
    with shop.page("/bundles/edit", bundle="1") as opened:
        opened.field("Add a product").focus()
        opened.page.keyboard.press("Enter")
        opened.page.wait_for_timeout(200)
        before = kept(shop, 1).version
        percent(opened).fill("20")
        percent(opened).press("Enter")
        expect(opened.app.get_by_text("Saved as version 2.")).to_be_visible()

    assert (before, str(kept(shop, 1).rule.percent)) == (1, "20")


def test_the_first_wrong_field_gets_the_focus_and_everything_typed_stays(shop: Stage) -> None:
    with shop.page("/bundles/edit", bundle="1") as opened:
        opened.field("Name, as shoppers read it").fill("Typed name")
        percent(opened).fill("200")
        opened.field("Sets per checkout at most").fill("7")
        opened.app.get_by_role("button", name="Save as draft").click()

        expect(percent(opened)).to_be_focused()
        expect(percent(opened)).to_have_accessible_description(
            "Must be above 0 and below 100, with two decimals at most."
        )
        expect(opened.field("Name, as shoppers read it")).to_have_value("Typed name")
        expect(opened.field("Sets per checkout at most")).to_have_value("7")


def test_only_the_fields_of_the_chosen_rule_are_shown_and_none_forgets(shop: Stage) -> None:
    with shop.page("/bundles/edit", bundle="1") as opened:
        amount = opened.app.locator("#amount-default-channel")
        expect(amount).to_be_hidden()
        opened.app.get_by_role("radio", name="Amount off").check()
        expect(opened.app.get_by_role("textbox", name="Amount off in EUR")).to_be_visible()
        opened.app.get_by_role("checkbox", name="Europe").uncheck()
        expect(amount).to_be_hidden()
        opened.app.get_by_role("radio", name="Percent off").check()

        expect(opened.app.locator("#percent")).to_have_value("10")


def test_what_somebody_else_changed_meanwhile_is_told_and_can_be_saved_over(shop: Stage) -> None:
    with shop.page("/bundles/edit", bundle="1") as opened:
        opened.field("Name, as shoppers read it").fill("Mine")
        with shop.shop() as there:
            save_bundle(there, a_draft(id="1", name="Theirs"), OTHER, NOW)
        opened.app.get_by_role("button", name="Save as draft").click()
        expect(opened.app.get_by_role("alert").first).to_contain_text(
            "Somebody else saved this bundle meanwhile"
        )
        expect(opened.field("Name, as shoppers read it")).to_have_value("Mine")
        violations = Axe().run(opened.inside).response["violations"]
        opened.app.get_by_role("button", name="Save mine over it").click()
        expect(opened.app.get_by_text("Saved as version 3.")).to_be_visible()

    assert (kept(shop, 1).name, violations) == ("Mine", [])


def test_leaving_what_is_typed_is_asked_first(shop: Stage) -> None:
    with shop.page("/bundles/edit", bundle="1") as opened:
        opened.field("Name, as shoppers read it").fill("Typed")
        opened.app.get_by_role("link", name="Preferences").click()
        expect(opened.app.get_by_role("dialog", name="Leave without saving?")).to_be_visible()
        violations = Axe().run(opened.inside).response["violations"]
        opened.app.get_by_role("button", name="Stay").click()
        expect(opened.field("Name, as shoppers read it")).to_have_value("Typed")

        opened.app.get_by_role("button", name="Cancel").click()
        opened.app.get_by_role("button", name="Leave").click()
        expect(opened.app.get_by_role("heading", name="Leakage")).to_be_visible()

    assert (kept(shop, 1).name, violations) == ("Camera set", [])


def test_what_could_not_be_saved_is_asked_for_too(shop: Stage) -> None:
    with shop.page("/bundles/edit", bundle="1") as opened:
        opened.field("Name, as shoppers read it").fill("")
        opened.app.get_by_role("button", name="Save as draft").click()
        expect(opened.app.get_by_role("alert").first).to_contain_text("Not saved.")
        opened.app.get_by_role("link", name="Preferences").click()

        expect(opened.app.get_by_role("dialog", name="Leave without saving?")).to_be_visible()


def test_nothing_is_asked_when_nothing_was_typed_or_all_is_saved(shop: Stage) -> None:
    with shop.page("/bundles/edit", bundle="1") as opened:
        opened.field("Name, as shoppers read it").fill("Saved name")
        opened.app.get_by_role("button", name="Save as draft").click()
        expect(opened.app.get_by_text("Saved as version 2.")).to_be_visible()
        opened.app.get_by_role("link", name="Preferences").click()

        expect(opened.app.get_by_role("heading", name="Suggestions")).to_be_visible()


def test_a_token_that_expired_while_somebody_typed_costs_nothing_typed(shop: Stage) -> None:
    with shop.page("/bundles/edit", bundle="1") as opened:
        with opened.page.expect_response("**/bundle/preview"):  # asked later, it would have the token renewed
            opened.field("Name, as shoppers read it").fill("Typed long ago")
        opened.say("tokenRefresh", {"token": shop.door.token(exp=1)})
        opened.page.wait_for_timeout(100)
        opened.app.get_by_role("button", name="Save as draft").click()
        expect(opened.app.get_by_role("alert")).to_contain_text("had expired and is renewed")
        expect(opened.field("Name, as shoppers read it")).to_have_value("Typed long ago")
        opened.app.get_by_role("button", name="Save as draft").click()
        expect(opened.app.get_by_text("Saved as version 2.")).to_be_visible()


def test_a_server_out_of_reach_costs_nothing_typed(shop: Stage) -> None:
    with shop.page("/bundles/edit", bundle="1") as opened:
        opened.field("Name, as shoppers read it").fill("Typed on a train")
        opened.page.route("**/bundle/**", lambda route: route.abort())
        opened.app.get_by_role("button", name="Save as draft").click()

        expect(opened.app.get_by_role("alert")).to_contain_text("Tandem's server cannot be reached.")
        expect(opened.field("Name, as shoppers read it")).to_have_value("Typed on a train")


def test_the_permission_is_asked_for_through_the_dashboard(shop: Stage) -> None:
    with shop.shop() as there:
        facts.keep(there.db, "may_price", False)
    with shop.page("/bundles") as opened:
        opened.app.get_by_role("button", name="Grant permission").click()

        assert opened.heard("requestPermissions") == [
            {"permissions": ["HANDLE_CHECKOUTS"], "redirectPath": "/bundles"}
        ]
        with shop.shop() as there:
            facts.keep(there.db, "may_price", True)
        expect(opened.app.get_by_role("button", name="Grant permission")).to_have_count(0, timeout=10_000)


def test_a_leaked_order_opens_in_the_dashboard(shop: Stage) -> None:
    with shop.page("/bundles") as opened:
        opened.app.get_by_role("button", name="Order of").click()

        assert opened.heard("redirect") == [{"to": "/orders/T3JkZXI6MQ%3D%3D"}]


def test_a_proposal_becomes_a_draft_with_an_address_of_its_own(shop: Stage) -> None:
    with shop.page("/bundles") as opened:
        opened.app.get_by_role("button", name="Make a draft of").first.click()
        expect(opened.app.get_by_text("A draft: nobody sees it before you activate it.")).to_be_visible()

        assert opened.heard("updateRouting")[-1] == {"newRoute": "/bundles/edit?bundle=2"}
    assert kept(shop, 2).state == "draft"


def test_times_are_typed_in_the_browsers_zone(shop: Stage) -> None:
    context = shop.browser.new_context(timezone_id="America/New_York")
    page = context.new_page()
    try:
        page.goto(shop.frame.url("/bundles/edit", bundle="1"))
        app = page.frame_locator("iframe")
        app.get_by_label("Starts (America/New_York)").fill("2026-12-24T18:00")
        app.get_by_role("button", name="Save as draft").click()
        expect(app.get_by_text("Saved as version 2.")).to_be_visible()
    finally:
        context.close()

    assert kept(shop, 1).starts == datetime(2026, 12, 24, 23, tzinfo=UTC)
