"""Pictures of the real pages for the README: python -m tests.browser.screenshots."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, FrameLocator, Page
from rich.console import Console

from plugin.sandbox.demo import Story
from plugin.sandbox.demo_shop import EUR, product_id, variant_id
from plugin.sandbox.demo_shopper import Shopper, wait_for
from plugin.sandbox.stage import Stage, set_up
from plugin.store import facts
from plugin.use_cases import plan_work
from plugin.use_cases.change_bundles import save_bundle
from plugin.use_cases.change_rules import save_rule
from plugin.use_cases.evaluate_shop import evaluate_shop
from tests.browser.chromium import chromium

PICTURES = Path(__file__).parent / "pictures"

ORDERS = 6_000
PORT = 5410

BASKETS = ("halden-h5", "halden-h1", "halden-h5", "norvik-instant", "halden-h7", "halden-h5", "norvik-action")
"""Put into checkouts first, so that the pages have something to tell."""


ELEMENT = "document.querySelector('tandem-suggestions')?.shadowRoot"

BUNDLES: tuple[tuple[dict[str, Any], timedelta], ...] = (
    (
        {
            "name": "Studio set",
            "state": "paused",
            "members": ["halden-h9", "halden-50", "sundial-cfx"],
            "rule": {"kind": "amount", "amounts": {EUR.slug: "150.00"}},
        },
        timedelta(days=9),
    ),
    (
        {
            "name": "Halden H5 starter set",
            "state": "active",
            "members": ["halden-h5", "halden-35", "sundial-sd-pro", "halden-battery"],
            "rule": {"kind": "percent", "percent": "8"},
            "translations": {"de": "Starterset Halden H5"},
        },
        timedelta(days=2),
    ),
    (
        {
            "name": "Winter action kit",
            "state": "active",
            "soon": True,
            "members": ["norvik-action", "sundial-micro"],
            "rule": {"kind": "percent", "percent": "10"},
        },
        timedelta(hours=5),
    ),
    (
        {
            "name": "Instant memories",
            "state": "draft",
            "members": ["norvik-instant", "instant-film"],
            "rule": {"kind": "percent", "percent": "5"},
        },
        timedelta(minutes=20),
    ),
)
"""Oldest first, with how long ago each was saved."""

RULES: tuple[dict[str, Any], ...] = (
    {"kind": "exclude", "what": {"product": product_id("halden-fisheye")}, "note": "Recalled"},
    {
        "kind": "pin",
        "what": {"product": product_id("sundial-sd-pro")},
        "beside": {"product": product_id("halden-h5")},
        "position": 1,
    },
    {"kind": "pair", "product": product_id("halden-h9"), "with": product_id("halden-50"), "both": True},
    {
        "kind": "boost",
        "what": {"product": product_id("halden-battery")},
        "factor": 1.5,
        "until": "2126-12-24",
    },
    {"kind": "bury", "what": {"product": product_id("instant-film")}, "factor": 0.5, "enabled": False},
)
"""Newest first."""


def take_suggestions(browser: Browser, stage: Stage) -> None:
    """The demo shop with a camera in the basket, before there is any bundle."""
    page = _shop_with_a_camera(browser, stage)
    page.wait_for_function(f"{ELEMENT}?.querySelector('button')")
    _settle(page, "demo-shop")


def take_settings(browser: Browser, stage: Stage) -> None:
    """The overview, light and dark."""
    for scheme, name in (("light", "settings"), ("dark", "settings-dark")):
        _settle(_settings(browser, stage, 1240, scheme)[0], name)


def take_bundles(browser: Browser, stage: Stage) -> None:
    """The bundles, light and dark, one of them, and the set offered in the demo shop."""
    for scheme, name in (("light", "bundles"), ("dark", "bundles-dark")):
        page, framed = _settings(browser, stage, 1100, scheme)
        framed.get_by_role("link", name="Bundles").click()
        _settle(page, name)
    page, framed = _settings(browser, stage, 1100, "light")
    framed.get_by_role("link", name="Bundles").click()
    framed.get_by_role("link", name="Halden H5 starter set").click()
    _settle(page, "bundle")
    page = _shop_with_a_camera(browser, stage)
    page.wait_for_function(f"{ELEMENT}?.textContent.includes('Halden H5 starter set')")
    _settle(page, "demo-bundle")


def take_offers(browser: Browser, stage: Stage) -> None:
    """An upgrade in the demo shop."""
    page = _page(browser, 1280, 900, "light")
    page.goto(f"{stage.saleor.origin}/")
    page.get_by_role("button", name="Add Norvik monopod 6", exact=True).click()
    page.wait_for_function(f"{ELEMENT}?.textContent.includes('better option')")
    _settle(page, "demo-upgrade")


def take_rules(browser: Browser, stage: Stage) -> None:
    """The rules, one of them, and what was learned."""
    page, framed = _settings(browser, stage, 1100, "light")
    framed.get_by_role("link", name="Rules").click()
    _settle(page, "rules")
    framed.get_by_role("button", name="Edit rule 3").click()
    _settle(page, "rule")
    framed.get_by_role("link", name="Learned").click()
    _settle(page, "learned")


def take_proof(browser: Browser, stage: Stage) -> None:
    """What a back-test on the demo shop's own orders found."""
    with stage.tandem.shop(stage.installation) as shop:
        evaluate_shop(shop, datetime.now(UTC))
    page, framed = _settings(browser, stage, 1200, "light")
    framed.get_by_role("link", name="Proof").click()
    _settle(page, "proof")


def set_up_rules(stage: Stage) -> None:
    """As a merchant would, one of each kind of need."""
    now, saleor = datetime.now(UTC), stage.saleor
    with stage.tandem.shop(stage.installation) as shop:
        for ago, draft in enumerate(reversed(RULES), start=2):
            save_rule(shop, draft, saleor.staff.id or "", now - timedelta(hours=7 * ago))


def set_up_bundles(stage: Stage) -> None:
    """As a merchant would: one on sale, one that waits for its day, one paused, one still a draft."""
    now, saleor = datetime.now(UTC), stage.saleor
    saleor.apps.grant(stage.installation.app_id, "HANDLE_CHECKOUTS", by=saleor.staff)
    with stage.tandem.shop(stage.installation) as shop:
        plan_work.mend(shop, now)
        stage.tandem.wake(stage.installation)
        wait_for("the permission", lambda: facts.get(shop.db, "may_price") or None)
        for draft, ago in BUNDLES:
            made = {"channels": [EUR.slug], "starts": None, **draft}
            if made.pop("soon", False):
                made["starts"] = (now + timedelta(days=12)).isoformat()
            made["members"] = [{"product": product_id(goods)} for goods in made["members"]]
            save_bundle(shop, made, saleor.staff.id or "", now - ago)


def _shop_with_a_camera(browser: Browser, stage: Stage) -> Page:
    page = _page(browser, 1280, 900, "light")
    page.goto(f"{stage.saleor.origin}/")
    page.get_by_role("button", name="Add Halden H5", exact=True).click()
    return page


def _settings(browser: Browser, stage: Stage, height: int, scheme: str) -> tuple[Page, FrameLocator]:
    page = _page(browser, 1280, height, scheme)
    page.goto(f"{stage.saleor.origin}/dashboard/")
    page.get_by_role("link", name="Tandem").or_(page.get_by_role("button", name="Tandem")).first.click()
    return page, page.frame_locator("iframe").first


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
        take_suggestions(browser, stage)
        take_offers(browser, stage)
        take_settings(browser, stage)
        set_up_bundles(stage)
        take_bundles(browser, stage)
        set_up_rules(stage)
        take_rules(browser, stage)
        take_proof(browser, stage)


if __name__ == "__main__":
    main()
