"""Upgrades, free delivery and popular products in `<tandem-suggestions>`, in real Chromium, each shown for what it is."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # ships no types
from playwright.sync_api import Browser, Locator, Page, expect

from tests.storefront_snippets.documents import (
    Json,
    a_document,
    a_fact,
    a_free_delivery,
    a_line,
    a_popular,
    a_suggestion,
    an_upgrade,
)
from tests.storefront_snippets.fake_shop import FakeShop
from tests.storefront_snippets.pages import DARK, DESKTOP, FROM_SALEOR, LIGHT, PHONE, given, told, visit

pytestmark = pytest.mark.browser

APP = f'app-url="/storefront/shop" {FROM_SALEOR}'
SAVING = {LIGHT: "--tandem-saving:#1a7f37", DARK: "--tandem-saving:#4ac26b"}


@pytest.fixture
def shop(shop: FakeShop) -> FakeShop:
    """The shop with a card of 64 GB in the basket, and one of 128 GB on offer in its place."""
    shop.lines = [a_line("camera"), a_line("card", 2)]
    shop.offers = [an_upgrade(a_fact(), a_fact("Weight", "2 g", "3 g", better=False), quantity=2)]
    return shop


def plain(text: str) -> str:
    """On one line, with ordinary spaces."""
    return re.sub(r"\s+", " ", text).strip()


def the_upgrade(page: Page) -> Locator:
    return page.get_by_role("article", name="A better option")


def upgrade(page: Page) -> Locator:
    return page.get_by_role("button", name="Upgrade Memory card 128 GB")


def said(page: Page) -> Locator:
    return page.locator("tandem-suggestions").get_by_role("status").last


def swaps(shop: FakeShop) -> list[str]:
    return [it for it in shop.asked if "/upgrade" in it]


def test_a_shopper_sees_what_is_better_what_is_worse_and_what_it_costs_more(
    page: Page, shop: FakeShop
) -> None:
    element = visit(page, shop, APP)

    expect(the_upgrade(page)).to_be_visible()
    assert plain(the_upgrade(page).locator("[part=product] > [part=words]").inner_text()) == (
        "Memory card 128 GB instead of Memory card 64 GB"
    )
    assert [plain(text) for text in the_upgrade(page).get_by_role("listitem").all_inner_texts()] == [
        "Memory 128 GB instead of 64 GB Better",
        "Weight 3 g instead of 2 g Worse",
    ]
    assert plain(element.locator("[part=sum]").inner_text()) == "€24.00 more 2 × €36.90 instead of €24.90"
    expect(page.get_by_role("region", name="A better option")).to_be_visible()


def test_one_click_swaps_it_in_one_request_and_says_so(page: Page, shop: FakeShop) -> None:
    visit(page, shop, APP)
    offered_for = shop.document()["linesHash"]

    upgrade(page).click()

    expect(said(page)).to_have_text("Memory card 128 GB replaces Memory card 64 GB in your basket")
    expect(the_upgrade(page)).to_have_count(0)
    assert swaps(shop) == [
        "/storefront/shop/checkouts/Q2hlY2tvdXQ6MQ==/upgrade ".replace("==", "%3D%3D")
        + f'{{"from": "card", "to": "card-128", "linesHash": "{offered_for}"}}'
    ]
    assert [it for it in shop.asked if it.startswith("add")] == []
    [added] = told(page, "tandem:added")
    assert [(line["id"], line["quantity"]) for line in added["lines"]] == [
        ("line-camera", 1),
        ("line-card-128", 2),
    ]


@pytest.mark.parametrize(
    ("answers", "text"),
    [
        (409, "Memory card 128 GB is no longer available, your basket is as it was"),
        (503, "Memory card 128 GB could not be added"),
        (429, "Memory card 128 GB could not be added"),
    ],
)
def test_a_swap_that_fails_leaves_the_basket_and_the_offer_and_tells(
    page: Page, shop: FakeShop, answers: int, text: str
) -> None:
    shop.door_answers = answers
    before = list(shop.lines)
    visit(page, shop, APP)

    upgrade(page).click()

    expect(the_upgrade(page).get_by_role("status")).to_have_text(text)
    expect(the_upgrade(page).get_by_role("status")).to_be_in_viewport()
    upgrade(page).click(force=True)
    page.wait_for_timeout(200)
    assert (shop.lines, len(swaps(shop))) == (before, 1 if answers == 409 else 2)
    assert told(page, "tandem:error")[0]["during"] == "add"


def test_a_page_that_swaps_itself_is_asked_and_told(page: Page, shop: FakeShop) -> None:
    own = """<script>addEventListener("tandem:add", (event) => event.detail.waitUntil(Promise.resolve()))</script>"""
    visit(page, shop, f"upgrades {given(shop.document(), shop.lines)}", script=own)

    upgrade(page).click()

    expect(page.get_by_role("button", name="Upgraded Memory card 128 GB")).to_be_visible()
    [wanted] = told(page, "tandem:add")
    assert (wanted["kind"], wanted["suggestion"]["upgrade"]["replaces"]["variantId"], swaps(shop)) == (
        "upgrade",
        "card",
        [],
    )


@pytest.mark.parametrize("fed", [False, True], ids=["reads from Saleor", "fed by the page"])
def test_where_a_click_would_only_add_the_dearer_one_it_is_not_shown(
    page: Page, shop: FakeShop, fed: bool
) -> None:
    shop.offers.append(a_suggestion("bag"))
    element = visit(page, shop, given(shop.document(), shop.lines) if fed else FROM_SALEOR)
    expect(element.locator("[part=item]")).to_have_count(1)
    expect(the_upgrade(page)).to_have_count(0)


def test_free_delivery_tells_the_gap_what_delivery_costs_and_why_this_product(
    page: Page, shop: FakeShop
) -> None:
    shop.offers = [a_free_delivery("bag")]
    element = visit(page, shop, FROM_SALEOR)

    offer = page.get_by_role("article", name="€4.30 to free delivery")
    expect(offer.get_by_role("heading", level=2)).to_have_text("€4.30 to free delivery")
    assert [plain(text) for text in offer.locator("[part=reason]").all_inner_texts()] == [
        "Delivery costs €4.90 now and is free from €50.00",
        "Bought together in 21 of 1412 orders with X100 camera",
    ]
    assert plain(element.locator("[part=sum]").inner_text()) == "€89.00"
    assert element.locator("[part=level]").evaluate(
        "it => it.offsetWidth / it.parentElement.offsetWidth"
    ) == (pytest.approx(0.914, abs=0.003))
    page.get_by_role("button", name="Add Everyday sling bag Olive").click()
    expect(said(page)).to_have_text("Everyday sling bag Olive was added to your basket")
    assert shop.lines[-1]["variantId"] == "bag"


def test_where_no_delivery_is_open_now_nothing_is_said_of_its_cost(page: Page, shop: FakeShop) -> None:
    shop.offers = [a_free_delivery("bag", saves=None)]
    element = visit(page, shop, FROM_SALEOR)
    expect(element.locator("[part=reason]").first).to_have_text("Delivery is free from €50.00")


@pytest.mark.parametrize(
    ("offers", "heading"),
    [
        ([a_popular("lens"), a_popular("bag")], "Popular"),
        ([a_suggestion("lens")], "Popular"),
        ([a_suggestion("bag"), a_popular("lens")], "Customers also bought"),
    ],
    ids=["popular", "an older document", "mixed"],
)
def test_what_is_only_popular_is_not_said_to_be_bought_by_other_customers(
    page: Page, shop: FakeShop, offers: list[Json], heading: str
) -> None:
    visit(page, shop, given(a_document(shop.lines, *offers), shop.lines))
    expect(page.get_by_role("heading", level=2)).to_have_text([heading])
    expect(page.get_by_role("region", name=heading).get_by_role("listitem")).to_have_count(len(offers))


THREE = [a_suggestion("card"), a_suggestion("bag"), a_popular("lens")]


@pytest.mark.parametrize(
    ("attribute", "limits", "names"),
    [
        ("", None, 3),
        ('placement="basket"', None, 3),
        ('placement="product"', None, 3),
        ('placement="checkout"', None, 1),
        ('placement="checkout"', {"checkout": 2}, 2),
        ('placement="payment"', {"payment": 1}, 1),
        ("", {"basket": 2}, 2),
        ('placement="drawer"', {"basket": 2}, 2),
        ('placement="constructor"', None, 3),
        ("", {"basket": "many"}, 3),
        ("", {"basket": -1}, 3),
        ("", {"basket": 99}, 3),
    ],
)
def test_a_place_shows_no_more_than_the_merchant_has_room_for_the_best_first(
    page: Page, shop: FakeShop, attribute: str, limits: Json | None, names: int
) -> None:
    shop.lines = [a_line("camera")]
    document = a_document(shop.lines, *THREE, **({"limits": limits} if limits else {}))
    element = visit(page, shop, f"{attribute} {given(document, shop.lines)}")
    best_first = ["Memory card 64 GB", "Everyday sling bag Olive", "Prime lens 35 mm f/1.8"]
    expect(element.locator("[part=name]")).to_have_text(best_first[:names])


@pytest.mark.parametrize(
    "attributes", ['placement="payment"', f'placement="payment" {APP}'], ids=["fed", "reads"]
)
def test_beside_the_payment_there_is_nothing_at_all(page: Page, shop: FakeShop, attributes: str) -> None:
    fed = given(shop.document(), shop.lines) if attributes == 'placement="payment"' else ""
    element = visit(page, shop, f"upgrades {attributes} {fed}", fallback="<p>Own picks</p>")
    expect(element).to_be_hidden()
    page.wait_for_function("document.querySelector('tandem-suggestions').offsetParent === null")
    assert element.evaluate("it => getComputedStyle(it).display") == "none"


def test_the_app_is_told_which_place_asks(page: Page, shop: FakeShop) -> None:
    visit(page, shop, f'placement="checkout" {APP}')
    expect(the_upgrade(page)).to_be_visible()
    assert shop.asked == ["/storefront/shop/suggestions?checkout=Q2hlY2tvdXQ6MQ%3D%3D&placement=checkout"]


def changed(suggestion: Json, part: str, **facts: Any) -> Json:
    return suggestion | {part: suggestion[part] | facts}


def test_what_is_forged_or_broken_is_left_out_and_the_rest_stays(page: Page, shop: FakeShop) -> None:
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(error.message))
    broken = [
        an_upgrade() | {"upgrade": None},
        changed(an_upgrade(), "upgrade", facts=[]),
        changed(an_upgrade(), "upgrade", facts=[a_fact(better=False)]),
        changed(a_free_delivery(), "delivery", gap={"amount": "0.00", "currency": "EUR"}),
        a_suggestion("card", kind="constructor"),
    ]
    for one in broken:
        document = a_document(shop.lines, one, a_suggestion("bag"))
        element = visit(page, shop, f"upgrades {given(document, shop.lines)}")
        expect(element.locator("[part=name]")).to_have_text(["Everyday sling bag Olive"])
    assert troubles == []


def test_what_a_shop_writes_into_facts_is_never_markup(page: Page, shop: FakeShop) -> None:
    name = "<img src=x onerror=alert(1)>"
    offer = an_upgrade(a_fact(name, name, name))
    element = visit(page, shop, "upgrades")
    element.evaluate("(it, document) => { it.document = document; }", a_document(shop.lines, offer))
    expect(element.locator("[part=label]")).to_have_text(name)
    assert element.locator("img").count() == 1


def test_it_speaks_the_shopper_s_language(page: Page, shop: FakeShop) -> None:
    shop.offers.append(a_free_delivery("bag"))
    element = visit(page, shop, APP, language="de")
    element.evaluate(
        """it => {
          it.reasons = { free_delivery: "In {together} von {orders} Bestellungen mit {product}" };
          it.texts = { option: "Besser", instead: "statt {old}", better: "besser", worse: "schlechter", more: "{price} mehr",
            upgrade: "Tauschen", gap: "Noch {price} bis zur Gratislieferung", costs: "Lieferung {saves}, gratis ab {price}" };
        }"""
    )
    expect(page.get_by_role("heading", level=2)).to_have_text(
        ["Besser", "Noch 4,30 € bis zur Gratislieferung"]
    )
    expect(element.locator("[part=fact]").last).to_have_text(re.compile("Weight.*3 g statt 2 g.*schlechter"))
    expect(element.locator("[part=sum]").first).to_have_text(
        re.compile(r"24,00\s€ mehr.*2 × 36,90\s€ statt 24,90\s€")
    )
    expect(element.locator("[part=reason]").last).to_have_text("In 21 von 1.412 Bestellungen mit X100 camera")
    expect(page.get_by_role("button", name="Tauschen Memory card 128 GB")).to_be_visible()


def test_upgrading_works_by_keyboard_and_the_focus_is_not_lost(page: Page, shop: FakeShop) -> None:
    shop.offers.append(a_suggestion("bag"))
    element = visit(page, shop, APP)
    upgrade(page).wait_for()

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(the_upgrade(page)).to_have_count(0)
    expect(element.locator("[part=item]")).to_have_count(1)
    assert page.evaluate("document.activeElement.shadowRoot.activeElement.getAttribute('part')") == "section"


@pytest.mark.parametrize("style", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["390", "1280"])
def test_everybody_can_use_every_kind_on_every_screen(
    browser: Browser, shop: FakeShop, viewport: Any, style: str
) -> None:
    context = browser.new_context(viewport=viewport, has_touch=viewport is PHONE, is_mobile=viewport is PHONE)
    page = context.new_page()
    shop.door_answers = 503
    shop.offers += [a_free_delivery("bag"), a_popular("lens")]
    element = visit(page, shop, APP, style=f"{style};{SAVING[style]}")
    upgrade(page).click()
    expect(the_upgrade(page).get_by_role("status")).to_be_visible()

    found = [rule["id"] for rule in Axe().run(page).response["violations"]]
    too_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    sizes: list[float] = element.locator("button").evaluate_all(
        "all => all.map((it) => Math.min(it.offsetWidth, it.offsetHeight))"
    )
    context.close()

    assert (found, too_wide, len(sizes)) == ([], False, 7)
    assert min(sizes) >= (44 if viewport is PHONE else 24)


@pytest.mark.parametrize("width", [280, 320, 600, 900])
def test_long_words_stay_inside(page: Page, shop: FakeShop, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    name = "Waterproof-Everydaycarryingbag, with everything a merchant could think of in its name"
    fact = a_fact("Resistanceagainstdisturbances", "Donaudampfschifffahrtsgesellschaft", name)
    shop.offers = [
        an_upgrade(fact, name=name),
        a_free_delivery("bag", name=name),
        a_popular("lens", name=name),
    ]
    element = visit(page, shop, APP)
    expect(element.locator("[part=price]")).to_have_count(3)
    assert page.evaluate("document.documentElement.scrollWidth > innerWidth") is False
