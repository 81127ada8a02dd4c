"""What a shopper declines in `<tandem-suggestions>` does not come back, in real Chromium."""

import json

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.storefront_snippets.documents import a_bundle, a_document, a_line, a_suggestion, an_upgrade
from tests.storefront_snippets.fake_shop import FakeShop
from tests.storefront_snippets.pages import FROM_SALEOR, given, told, visit

pytestmark = pytest.mark.browser

APP = f'app-url="/storefront/shop" {FROM_SALEOR}'
DOOR = "/storefront/shop/checkouts/Q2hlY2tvdXQ6MQ%3D%3D/decline"
FORBIDDEN = """<script>Object.defineProperty(window, "sessionStorage", { get() { throw new DOMException("no", "SecurityError"); } })</script>"""


@pytest.fixture
def shop(shop: FakeShop) -> FakeShop:
    """The shop offers what it offers, whatever it has heard: a document may always be an older one."""
    shop.offers = [a_suggestion("card"), a_suggestion("bag"), a_suggestion("lens")]
    shop.deaf = True
    return shop


def names(element: Locator) -> Locator:
    return element.locator("[part=name]")


def no(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=f"Not this one {name}")


def no_more(page: Page) -> Locator:
    return page.get_by_role("button", name="No more suggestions")


def declines(shop: FakeShop) -> list[str]:
    return [it for it in shop.asked if "/decline" in it]


def takes_no_room(page: Page) -> bool:
    tops: list[float] = page.evaluate(
        "[...document.querySelectorAll('p')].map((it) => [it.getBoundingClientRect().top, it.offsetHeight]).flat()"
    )
    return tops[2] - tops[0] - tops[1] == 32


def test_a_declined_suggestion_goes_and_the_app_is_told(page: Page, shop: FakeShop) -> None:
    element = visit(page, shop, APP)

    no(page, "Memory card 64 GB").click()

    expect(names(element)).to_have_text(["Everyday sling bag Olive", "Prime lens 35 mm f/1.8"])
    expect(page.get_by_role("status")).to_have_text("Memory card 64 GB will not be suggested again")
    [declined] = told(page, "tandem:declined")
    assert (declined["kind"], declined["productId"], declined["suggestion"]["name"]) == (
        "also_bought",
        "product-card",
        "Memory card 64 GB",
    )
    page.wait_for_load_state("networkidle")
    assert declines(shop) == [f'{DOOR} {{"kind": "also_bought", "productId": "product-card"}}']


@pytest.mark.parametrize("change", ["reload", "other basket", "other kind", "document", "new element"])
def test_it_does_not_come_back(page: Page, shop: FakeShop, change: str) -> None:
    element = visit(page, shop, APP)
    no(page, "Memory card 64 GB").click()
    expect(names(element)).to_have_count(2)

    if change == "reload":
        page.reload()
    elif change == "other basket":
        shop.lines.append(a_line("tripod"))
        element.evaluate("it => it.refresh()")
    elif change == "other kind":
        shop.offers = [a_suggestion("card", kind="popular"), a_suggestion("bag"), a_suggestion("lens")]
        element.evaluate("it => it.refresh()")
    elif change == "document":
        element.evaluate("(it, document) => { it.document = document; }", shop.document())
    else:
        element.evaluate("it => it.replaceWith(it.cloneNode())")

    page.wait_for_timeout(400)
    expect(names(element)).to_have_text(["Everyday sling bag Olive", "Prime lens 35 mm f/1.8"])


def test_another_checkout_begins_afresh(page: Page, shop: FakeShop) -> None:
    element = visit(page, shop, APP)
    no_more(page).click()
    expect(element).to_be_hidden()

    element.evaluate("it => it.setAttribute('checkout', 'Q2hlY2tvdXQ6Mg==')")

    expect(names(element)).to_have_count(3)


def test_two_declines_are_a_no_to_all(page: Page, shop: FakeShop) -> None:
    element = visit(page, shop, APP)

    no(page, "Memory card 64 GB").click()
    no(page, "Prime lens 35 mm f/1.8").click()

    expect(element).to_be_hidden()
    assert takes_no_room(page)
    page.wait_for_load_state("networkidle")
    assert len(declines(shop)) == 2
    asked = len(shop.asked)
    page.reload()
    page.wait_for_timeout(400)
    assert (element.is_visible(), takes_no_room(page), len(shop.asked)) == (False, True, asked)


def test_no_more_suggestions_means_it(page: Page, shop: FakeShop) -> None:
    element = visit(page, shop, APP, fallback="<p>Own picks</p>")

    no_more(page).click()

    expect(element).to_be_hidden()
    expect(element.get_by_role("status")).to_have_text("No more suggestions")
    [dismissed] = told(page, "tandem:dismissed")
    assert [it["variantId"] for it in dismissed["suggestions"]] == ["card", "bag", "lens"]
    page.wait_for_load_state("networkidle")
    assert declines(shop) == [f'{DOOR} {{"all": true}}']
    element.evaluate("(it, document) => { it.document = document; }", shop.document())
    page.wait_for_timeout(200)
    assert (element.is_visible(), told(page, "tandem:declined")) == (False, [])


def test_the_keyboard_declines_and_stays_where_it_was(page: Page, shop: FakeShop) -> None:
    element = visit(page, shop, APP)
    no(page, "Memory card 64 GB").wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    focus = "document.activeElement.shadowRoot?.activeElement?.getAttribute('part')"
    assert page.evaluate(focus) == "decline"

    page.keyboard.press("Enter")

    expect(names(element)).to_have_count(2)
    assert page.evaluate(focus) == "section"
    for _ in range(5):
        page.keyboard.press("Tab")
    assert page.evaluate(focus) == "dismiss"
    page.keyboard.press("Space")
    expect(element).to_be_hidden()
    assert page.evaluate(focus) == "section"


def test_a_page_that_feeds_it_is_told_and_nobody_is_called(page: Page, shop: FakeShop) -> None:
    element = visit(page, shop, given(shop.document(), shop.lines))

    no(page, "Memory card 64 GB").click()

    expect(names(element)).to_have_count(2)
    assert ([it["variantId"] for it in told(page, "tandem:declined")], shop.asked) == (["card"], [])
    page.reload()
    expect(names(element)).to_have_count(2)


def test_a_shopper_whose_browser_stores_nothing_is_heard_as_well(page: Page, shop: FakeShop) -> None:
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(error.message))
    element = visit(page, shop, APP, script=FORBIDDEN)

    no(page, "Memory card 64 GB").click()
    expect(names(element)).to_have_count(2)
    shop.lines.append(a_line("tripod"))
    element.evaluate("it => it.refresh()")
    page.wait_for_timeout(400)

    expect(names(element)).to_have_count(2)
    no(page, "Everyday sling bag").click()
    expect(element).to_be_hidden()
    assert troubles == []


@pytest.mark.parametrize("text", ["{", "7", '{"a":1}', "null", "[]", "[null]"])
def test_garbage_in_the_storage_is_no_decline(page: Page, shop: FakeShop, text: str) -> None:
    own = f"<script>sessionStorage.setItem('tandem:Q2hlY2tvdXQ6MQ==', {json.dumps(text)})</script>"
    element = visit(page, shop, APP, script=own)
    expect(names(element)).to_have_count(3)


@pytest.mark.parametrize("trouble", [503, 429, 409])
def test_a_decline_that_the_app_does_not_hear_holds_here(page: Page, shop: FakeShop, trouble: int) -> None:
    shop.door_answers = trouble
    element = visit(page, shop, APP)
    no(page, "Memory card 64 GB").click()
    page.wait_for_function("told.some(([type]) => type === 'tandem:error')")
    assert [it["during"] for it in told(page, "tandem:error")] == ["decline"]
    expect(names(element)).to_have_count(2)


def test_a_no_to_a_set_is_none_to_its_pieces(page: Page, shop: FakeShop) -> None:
    document = a_document(shop.lines, a_bundle(), an_upgrade(), a_suggestion("card"))
    element = visit(page, shop, f"bundles upgrades {given(document, shop.lines)}")

    no(page, "Camera set").click()

    expect(page.get_by_role("heading", level=2)).to_have_text(["A better option", "Customers also bought"])
    no(page, "Memory card 128 GB").click()
    expect(element).to_be_hidden()


def test_one_decline_where_one_is_shown_brings_the_next_best(page: Page, shop: FakeShop) -> None:
    element = visit(page, shop, f'placement="checkout" {FROM_SALEOR}')
    expect(names(element)).to_have_text(["Memory card 64 GB"])
    no(page, "Memory card 64 GB").click()
    expect(names(element)).to_have_text(["Everyday sling bag Olive"])
