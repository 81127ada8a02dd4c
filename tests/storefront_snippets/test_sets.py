"""A merchant's set in `<tandem-suggestions>`, in real Chromium, with the app's door on the toy shop."""

import json
import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # ships no types
from playwright.sync_api import Browser, Locator, Page, expect

from tests.storefront_snippets.documents import Json, a_bundle, a_document, a_member, a_suggestion
from tests.storefront_snippets.fake_shop import FakeShop
from tests.storefront_snippets.pages import DARK, DESKTOP, FROM_SALEOR, LIGHT, PHONE, given, told, visit

pytestmark = pytest.mark.browser

APP = f'app-url="/storefront/shop" {FROM_SALEOR}'
ADDED = """<script>addEventListener("tandem:add", (event) => event.detail.waitUntil(Promise.resolve()))</script>"""


@pytest.fixture
def shop(shop: FakeShop) -> FakeShop:
    """The shop with a camera set: the camera is in the basket, card and bag are not."""
    shop.bundle = a_bundle()
    return shop


def the_set(page: Page) -> Locator:
    return page.get_by_role("article", name="Camera set")


def complete(page: Page) -> Locator:
    return page.get_by_role("button", name="Complete the set Camera set")


def said(page: Page) -> Locator:
    """Where the element tells what is done, which outlives the set."""
    return page.locator("tandem-suggestions").get_by_role("status").last


def plain(text: str) -> str:
    """On one line, with ordinary spaces."""
    return re.sub(r"\s+", " ", text).strip()


def test_a_shopper_sees_the_whole_set_its_price_and_what_it_saves(page: Page, shop: FakeShop) -> None:
    element = visit(page, shop, APP)

    expect(the_set(page).get_by_role("listitem")).to_have_count(3)
    words = [plain(text) for text in the_set(page).get_by_role("listitem").all_inner_texts()]
    assert words == [
        "X100 camera Silver In your basket €1,399.00",
        "Memory card 64 GB €24.90",
        "Everyday sling bag Olive €89.00",
    ]
    assert plain(element.locator("[part=sum]").inner_text()) == (
        "€1,460.90 €1,512.90 separately You save €52.00"
    )
    pictures = the_set(page).locator("img").evaluate_all("all => all.map((it) => it.getAttribute('src'))")
    assert pictures == ["/pictures/camera.svg", "/pictures/card.svg", "/pictures/bag.svg"]
    expect(the_set(page).get_by_text("Complete the set with X100 camera")).to_be_visible()


def test_the_set_stands_above_what_others_bought_under_a_name_of_its_own(page: Page, shop: FakeShop) -> None:
    visit(page, shop, APP)
    expect(page.get_by_role("heading", level=2)).to_have_text(["Camera set", "Customers also bought"])
    expect(
        page.get_by_role("region", name="Customers also bought").get_by_role("button", name="Add")
    ).to_have_count(2)


def test_a_set_alone_does_not_claim_that_customers_bought_it(page: Page, shop: FakeShop) -> None:
    shop.nothing_fits = True
    visit(page, shop, APP)
    expect(page.get_by_role("region", name="Camera set")).to_be_visible()
    expect(page.get_by_role("heading", level=2)).to_have_text(["Camera set"])


def test_without_a_saving_the_set_is_shown_without_a_word_of_a_discount(page: Page, shop: FakeShop) -> None:
    shop.bundle = a_bundle(saves=None)
    shop.bundle["bundle"]["price"]["amount"] = "1460.90"
    element = visit(page, shop, APP)
    expect(element.locator("[part=sum]")).to_have_text("€1,512.90")


def test_pieces_are_counted(page: Page, shop: FakeShop) -> None:
    shop.bundle = a_bundle(a_member("camera", 2, missing=1), a_member("card", 3, missing=3))
    visit(page, shop, APP)
    expect(the_set(page).get_by_role("listitem")).to_have_count(2)
    words = [plain(text) for text in the_set(page).get_by_role("listitem").all_inner_texts()]
    assert words == ["X100 camera Silver 1 of 2 in your basket 2 × €1,399.00", "Memory card 64 GB 3 × €24.90"]


@pytest.mark.parametrize(
    ("language", "currency", "amounts", "shown"),
    [
        ("de", "EUR", ("1249.00", "49.90"), "1.249,00 € | 1.298,90 € separately | You save 49,90 €"),
        ("ja", "JPY", ("1500", "500"), "¥1,500 | ¥2,000 separately | You save ¥500"),
        ("en", "KWD", ("1.005", "0.001"), "KWD 1.005 | KWD 1.006 separately | You save KWD 0.001"),
        (
            "en",
            "USD",
            ("90071992547409931.07", "0.01"),
            "$90,071,992,547,409,931.07 | $90,071,992,547,409,931.08 separately | You save $0.01",
        ),
    ],
)
def test_money_is_written_as_the_page_s_language_writes_it_to_the_last_decimal(
    page: Page, shop: FakeShop, language: str, currency: str, amounts: tuple[str, str], shown: str
) -> None:
    price, saves = amounts
    together = a_bundle(saves=saves)
    facts = together["bundle"]
    digits = len(price.partition(".")[2])
    whole = int(price.replace(".", "")) + int(saves.replace(".", ""))
    separately = f"{whole // 10**digits}.{whole % 10**digits:0{digits}}" if digits else str(whole)
    facts["price"] = {"amount": price, "currency": currency}
    facts["separately"] = {"amount": separately, "currency": currency}
    facts["saving"] = {"amount": saves, "currency": currency}
    shop.bundle = together
    element = visit(page, shop, APP, language=language)

    expect(element.locator("[part=sum] p")).to_have_count(3)
    lines = [plain(text).replace("￥", "¥") for text in element.locator("[part=sum] p").all_inner_texts()]
    assert " | ".join(lines) == shown


@pytest.mark.parametrize(
    ("attribute", "language", "name"),
    [("", "de", "Kamera-Set"), ('lang="de-AT"', "en", "Kamera-Set"), ("", "fr", "Camera set")],
    ids=["the page's", "the tag's", "neither"],
)
def test_the_set_is_named_in_the_shopper_s_language(
    page: Page, shop: FakeShop, attribute: str, language: str, name: str
) -> None:
    element = visit(page, shop, f"{APP} {attribute}", language=language)
    element.evaluate(
        "it => { it.reasons = { complete_the_set: 'Zu {product}: {bundle}' }; it.texts = { complete: 'Dazu', saving: 'Spart {price}' }; }"
    )
    expect(page.get_by_role("article", name=name)).to_contain_text(f"Zu X100 camera: {name}")
    expect(page.get_by_role("button", name=f"Dazu {name}")).to_be_visible()
    expect(element.locator("[part=saving]")).to_contain_text("Spart")


def test_one_click_completes_the_set_says_so_and_brings_what_goes_with_the_basket_now(
    page: Page, shop: FakeShop
) -> None:
    element = visit(page, shop, f"{APP} lines='{json.dumps(shop.lines)}'")
    offered_for = shop.document()["linesHash"]

    complete(page).click()

    expect(said(page)).to_have_text("Camera set is complete in your basket")
    expect(element.locator("[part=item] [part=name]")).to_have_text(["Prime lens 35 mm f/1.8"])
    expect(the_set(page)).to_have_count(0)
    [asked] = [it for it in shop.asked if "bundles" in it]
    wish = {"checkout": "Q2hlY2tvdXQ6MQ==", "variants": ["camera", "card", "bag"], "linesHash": offered_for}
    assert asked == f"/storefront/shop/bundles/12/add {json.dumps(wish)}"
    [wanted], [added] = told(page, "tandem:add"), told(page, "tandem:added")
    assert (wanted["kind"], wanted["variantId"], wanted["suggestion"]) == (
        "bundle",
        "card",
        added["suggestion"],
    )
    assert [(line["id"], line["quantity"]) for line in added["lines"]] == [
        ("line-camera", 1),
        ("line-card", 1),
        ("line-bag", 1),
    ]


def test_it_works_by_keyboard_and_the_focus_is_not_lost(page: Page, shop: FakeShop) -> None:
    element = visit(page, shop, APP)
    complete(page).wait_for()

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.shadowRoot.activeElement.textContent") == "Complete the set"
    page.keyboard.press("Space")

    expect(element.locator("[part=item]")).to_have_count(1)
    assert page.evaluate("document.activeElement.shadowRoot.activeElement.getAttribute('part')") == "section"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.shadowRoot.activeElement.textContent") == "Add"


def test_a_set_that_is_gone_says_so_and_is_not_asked_for_twice(page: Page, shop: FakeShop) -> None:
    shop.door_answers = 409
    visit(page, shop, APP)

    complete(page).click()

    expect(the_set(page).get_by_role("status")).to_have_text(
        "Camera set is no longer available, your basket is as it was"
    )
    expect(the_set(page).get_by_role("status")).to_be_in_viewport()
    complete(page).click(force=True)
    assert len([it for it in shop.asked if "bundles" in it]) == 1
    assert told(page, "tandem:error") == [
        {"during": "add", "error": "Error: the set is not available", "variantId": "card"}
    ]


@pytest.mark.parametrize("trouble", ["app is down", "too fast", "offline"])
def test_trouble_leaves_the_page_as_it_was_and_the_shopper_may_try_again(
    page: Page, shop: FakeShop, trouble: str
) -> None:
    element = visit(page, shop, APP)
    complete(page).wait_for()
    page.wait_for_load_state("networkidle")
    before = element.locator("[part=section]").inner_text()
    shop.door_answers = {"app is down": 503, "too fast": 429}.get(trouble, 200)
    page.context.set_offline(trouble == "offline")

    complete(page).click()

    failed = the_set(page).get_by_role("status")
    expect(failed).to_have_text("Camera set could not be added")
    assert plain(element.locator("[part=section]").inner_text().replace(failed.inner_text(), "")) == plain(
        before
    )
    shop.door_answers = 200
    page.context.set_offline(False)
    complete(page).click()
    expect(said(page)).to_have_text("Camera set is complete in your basket")


def test_a_page_that_completes_sets_itself_is_asked_for_the_whole_set(page: Page, shop: FakeShop) -> None:
    visit(page, shop, f"bundles {given(shop.document(), shop.lines)}", script=ADDED)

    complete(page).click()

    expect(said(page)).to_have_text("Camera set is complete in your basket")
    expect(page.get_by_role("button", name="Added Camera set")).to_be_visible()
    [wanted], [added] = told(page, "tandem:add"), told(page, "tandem:added")
    assert [it["variantId"] for it in wanted["suggestion"]["bundle"]["members"]] == ["camera", "card", "bag"]
    assert (added["lines"], [it for it in shop.asked if "bundles" in it]) == (None, [])


@pytest.mark.parametrize("fed", [False, True], ids=["reads from Saleor", "fed by the page"])
def test_where_a_click_would_not_bring_the_whole_set_it_is_not_shown(
    page: Page, shop: FakeShop, fed: bool
) -> None:
    element = visit(page, shop, given(shop.document(), shop.lines) if fed else FROM_SALEOR)
    expect(element.locator("[part=item]")).to_have_count(2)
    expect(the_set(page)).to_have_count(0)


def test_a_page_may_say_later_that_it_completes_sets(page: Page, shop: FakeShop) -> None:
    element = visit(page, shop, given(shop.document(), shop.lines))
    expect(element.locator("[part=item]")).to_have_count(2)
    element.evaluate("it => it.toggleAttribute('bundles', true)")
    expect(the_set(page)).to_be_visible()


def test_on_a_product_s_page_the_set_marks_the_product_and_not_the_basket(page: Page, shop: FakeShop) -> None:
    document = shop.document() | {"placement": "product"}
    visit(page, shop, f"bundles document='{json.dumps(document)}'")
    expect(the_set(page).get_by_role("listitem").first).to_contain_text("This product")
    expect(the_set(page)).not_to_contain_text("basket")


def test_shown_is_said_of_the_set_and_of_the_list_each_when_it_is_seen(page: Page, shop: FakeShop) -> None:
    visit(page, shop, APP)
    page.wait_for_function("told.length >= 2")
    shown = sorted([it["variantId"] for it in detail["suggestions"]] for detail in told(page, "tandem:shown"))
    assert shown == [["card"], ["card", "bag"]]


def test_a_broken_set_is_left_out_and_the_rest_stays(page: Page, shop: FakeShop) -> None:
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(error.message))
    broken: Json = a_bundle()
    broken["bundle"]["members"] = [None]
    other = a_suggestion("bag", bundle={"id": {}})
    element = visit(page, shop, f"bundles {given(a_document(shop.lines, broken, other), shop.lines)}")
    expect(element.locator("[part=name]")).to_have_text(["Everyday sling bag Olive"])
    assert troubles == []


def test_what_a_merchant_writes_into_a_set_is_never_markup(page: Page, shop: FakeShop) -> None:
    name = "<img src=x onerror=alert(1)>"
    document = a_document(shop.lines, a_bundle(a_member("camera"), a_member("card", missing=1, name=name)))
    document["suggestions"][0]["bundle"]["names"] = {"": name}
    element = visit(page, shop, "bundles")
    element.evaluate("(it, document) => { it.document = document; }", document)
    expect(element.locator("[part=title]")).to_have_text(name)
    assert element.locator("img").count() == 2


@pytest.mark.parametrize("style", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["390", "1280"])
def test_everybody_can_use_a_set_on_every_screen(
    browser: Browser, shop: FakeShop, viewport: Any, style: str
) -> None:
    context = browser.new_context(viewport=viewport, has_touch=viewport is PHONE, is_mobile=viewport is PHONE)
    page = context.new_page()
    shop.door_answers = 503
    visit(page, shop, APP, style=style)
    complete(page).click()
    expect(the_set(page).get_by_role("status")).to_be_visible()

    found = [rule["id"] for rule in Axe().run(page).response["violations"]]
    too_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    height: float = complete(page).evaluate("it => it.offsetHeight")
    context.close()

    assert (found, too_wide, height >= (44 if viewport is PHONE else 24)) == ([], False, True)


@pytest.mark.parametrize("width", [280, 320, 600, 760])
def test_ten_pieces_with_long_names_stay_inside(page: Page, shop: FakeShop, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    name = "Waterproof-Everydaycarryingbag, with everything a merchant could think of in its name"
    shop.bundle = a_bundle(
        a_member("camera"), *(a_member("bag", 3, 3, variantId=f"bag-{n}", name=name) for n in range(9))
    )
    visit(page, shop, APP)
    expect(the_set(page).get_by_role("listitem")).to_have_count(10)
    assert page.evaluate("document.documentElement.scrollWidth > innerWidth") is False


@pytest.mark.parametrize("width", [390, 1280])
def test_a_set_reads_from_right_to_left_where_the_page_does(page: Page, shop: FakeShop, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    visit(page, shop, f'{APP} dir="rtl"', language="ar")
    pictures = the_set(page).locator("img")
    expect(pictures).to_have_count(3)
    lefts: list[float] = pictures.evaluate_all("all => all.map((it) => it.getBoundingClientRect().left)")
    frame: float = the_set(page).evaluate("it => it.getBoundingClientRect().left + it.offsetWidth / 2")
    assert (lefts == sorted(lefts, reverse=True), lefts[0] > frame) == (True, True)


def test_a_narrow_slot_gives_rows_and_a_wide_one_a_line_of_pictures(page: Page, shop: FakeShop) -> None:
    element = visit(page, shop, APP)
    expect(the_set(page).get_by_role("listitem")).to_have_count(3)
    tops = "it => new Set([...it.shadowRoot.querySelectorAll('[part=member]')].map((li) => li.getBoundingClientRect().top)).size"
    wide = element.evaluate(tops)
    element.evaluate("it => { it.style.width = '20rem'; }")
    assert (wide, element.evaluate(tops)) == (1, 3)


def test_the_plain_example_completes_sets_and_settles_before_pay(page: Page, shop: FakeShop) -> None:
    page.goto(f"{shop.url}/snippets/examples/plain.html?api=/graphql/&checkout=c1&app=/storefront/shop")
    complete(page).click()
    expect(page.locator("#basket")).to_have_text("Pieces in your basket: 3")
    page.locator("#pay").click()
    expect(page.locator("#pay")).to_have_text("Your total has changed: pay")
    assert shop.asked[-1] == "/storefront/shop/checkouts/c1/settle {}"
