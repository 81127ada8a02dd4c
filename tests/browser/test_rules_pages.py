"""Rules and what was learned in real Chromium: set up by keyboard alone, removed only when asked, chosen at once."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # ships no types
from playwright.sync_api import expect

from plugin.store import directions, learned_habits, rules
from plugin.suggestions.rules.model import Rule, Selector
from plugin.suggestions.upgrades.scales import Choice
from tests.browser.dashboard import Opened, Stage
from tests.browser.test_bundles_pages import pressed
from tests.browser.test_dashboard_pages import SPILLED
from tests.web.dashboard.learned import learn
from tests.web.dashboard.rules import keep_one_of_each

pytestmark = pytest.mark.browser

TABLES = ("rules", "rule_versions", "collections", "attributes", "attribute_values")


@pytest.fixture
def shop(stage: Stage) -> Stage:
    """The stage with a rule of each kind; the same for every test."""
    with stage.shop() as opened:
        for table in TABLES:
            opened.db.conn.execute(f"delete from {table}")
        keep_one_of_each(opened)
        learn(opened)
    return stage


def kept(stage: Stage) -> list[Rule]:
    with stage.shop() as opened:
        return rules.every(opened.db)


def seen(opened: Opened) -> tuple[list[str], int]:
    """Violations of accessibility, and pixels that do not fit."""
    violations = Axe().run(opened.inside).response["violations"]
    return [violation["id"] for violation in violations], opened.inside.evaluate(SPILLED)


def told_again(opened: Opened, kind: str) -> None:
    """Choose the kind, and wait until the fields follow and the rule is told in words."""
    with opened.page.expect_response(lambda answer: answer.url.endswith("/rule/words")):
        opened.app.get_by_role("radio", name=kind).check()
    expect(opened.app.locator(".htmx-request, .htmx-settling")).to_have_count(0)


@pytest.mark.parametrize(("width", "theme"), [(390, "light"), (1280, "light"), (1280, "dark")])
@pytest.mark.parametrize(
    ("path", "rule"),
    [("/rules", ""), ("/rules/edit", "2"), ("/rules/edit", ""), ("/learned", "")],
    ids=["list", "edit", "new", "learned"],
)
def test_a_page_is_accessible_fits_and_logs_no_error(
    shop: Stage, path: str, rule: str, width: int, theme: str
) -> None:
    with shop.page(path, width, theme, rule=rule) as opened:
        found = (seen(opened), opened.wrong)

    assert found == (([], 0), [])


@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1280, "light")])
def test_wrong_fields_found_things_and_the_question_are_accessible_too(
    shop: Stage, width: int, theme: str
) -> None:
    with shop.page("/rules/edit", width, theme) as opened:
        told_again(opened, "Boost")
        opened.field("Counts times").fill("20")
        opened.app.get_by_role("button", name="Save").click()
        expect(opened.app.get_by_role("alert").first).to_contain_text("Not saved.")
        expect(opened.app.locator("#search-what")).to_be_focused()
        opened.app.locator("#search-what").fill("ca")
        opened.app.locator(".found-one").nth(1).wait_for()
        found = [seen(opened)]
    with shop.page("/rules", width, theme) as opened:
        opened.app.get_by_role("button", name="Remove rule 3").click()
        expect(opened.app.get_by_role("dialog", name="Remove this rule?")).to_be_visible()
        found.append(seen(opened))

    assert found == [([], 0), ([], 0)]


def test_a_rule_is_made_by_keyboard_alone(shop: Stage) -> None:
    with shop.page("/rules") as opened:
        keys = opened.page.keyboard
        pressed(opened, "button", "Add rule")
        expect(opened.app.locator("[data-heading]")).to_be_focused()
        opened.app.get_by_role("radio", name="Exclude").focus()
        with opened.page.expect_response(lambda answer: answer.url.endswith("/rule/words")):
            keys.press("Space")
        expect(opened.app.locator(".htmx-request, .htmx-settling")).to_have_count(0)
        opened.app.locator("#search-what").focus()
        keys.type("strap")
        opened.app.locator(".found-one").first.wait_for()
        expect(opened.app.locator(".htmx-request, .htmx-settling")).to_have_count(0)
        keys.press("Tab")
        keys.press("Enter")
        expect(opened.app.locator("#rule-words")).to_contain_text("Never suggest Paper strap, discontinued.")
        expect(opened.app.get_by_role("button", name="Take out Paper strap")).to_be_focused()
        pressed(opened, "button", "Save")
        expect(
            opened.app.get_by_role("link", name="Never suggest Paper strap, discontinued.")
        ).to_be_visible()
        routes, toasts, wrong = opened.heard("updateRouting"), opened.heard("notification"), opened.wrong

    assert [route["newRoute"] for route in routes] == ["/rules/edit", "/rules"]
    assert ([toast["title"] for toast in toasts], wrong) == (["Saved"], [])
    assert kept(shop)[-1].what == Selector("product", "strap")


def test_a_rule_is_removed_only_when_that_is_confirmed(shop: Stage) -> None:
    with shop.page("/rules") as opened:
        pressed(opened, "button", "Remove rule 3")
        pressed(opened, "button", "Cancel")
        expect(opened.app.get_by_role("dialog")).to_have_count(0)
        before = len(kept(shop))
        pressed(opened, "button", "Remove rule 3")
        opened.app.get_by_role("dialog").get_by_role("button", name="Remove").click()
        expect(opened.app.get_by_role("button", name="Remove rule 3")).to_have_count(0)

    assert (before, len(kept(shop))) == (6, 5)


def test_a_rule_is_switched_in_the_list_and_the_switch_keeps_the_focus(shop: Stage) -> None:
    with shop.page("/rules") as opened:
        switch = opened.app.locator("#switch-1")
        switch.focus()
        opened.page.keyboard.press("Space")
        expect(switch).not_to_be_checked()
        expect(opened.app.get_by_text("Off", exact=True)).to_have_count(2)
        expect(switch).to_be_focused()

    assert kept(shop)[0].enabled is False


def test_leaving_a_rule_that_is_typed_is_asked_first(shop: Stage) -> None:
    with shop.page("/rules/edit", rule="3") as opened:
        opened.field("Note for your colleagues").fill("Typed")
        opened.app.get_by_role("link", name="Bundles").click()

        expect(opened.app.get_by_role("dialog", name="Leave without saving?")).to_be_visible()


def test_what_was_learned_is_corrected_at_once_and_the_control_keeps_the_focus(shop: Stage) -> None:
    with shop.page("/learned") as opened:
        mount = opened.field("What is better: Mount of Camera")
        mount.select_option("order")
        values = opened.field("Values, the least good first, one a line")
        expect(values).to_be_focused()
        values.fill("Z mount\nX mount")
        found = seen(opened)
        pressed(opened, "button", "Save this order")
        expect(opened.app.locator("#directions .saved")).to_be_visible()
        lasting = opened.field("What it holds: Cameras")
        lasting.focus()
        lasting.select_option("consumable")
        expect(opened.app.locator("#categories .saved")).to_be_visible()
        expect(opened.field("What it holds: Cameras")).to_be_focused()
        toasts = opened.heard("notification")

    with shop.shop() as there:
        chosen = directions.choices(there.db), learned_habits.nature_choices(there.db)
    assert chosen == (
        {("camera", "mount"): Choice("order", ("Z mount", "X mount"))},
        {"cameras": "consumable"},
    )
    assert ([toast["text"] for toast in toasts], found) == (
        ["Mount: better in this order", "Cameras"],
        ([], 0),
    )
