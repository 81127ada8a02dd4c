"""`<tandem-suggestions>` in real Chromium, on a page of the toy shop."""

import json
import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # ships no types
from playwright.sync_api import Browser, Locator, Page, expect

from tests.storefront_snippets.documents import a_document, a_line, a_suggestion
from tests.storefront_snippets.fake_shop import FakeShop
from tests.storefront_snippets.pages import DARK, DESKTOP, FROM_SALEOR, LIGHT, PHONE, given, told, visit

pytestmark = pytest.mark.browser


def add(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=f"Add {name}")


def takes_no_room(page: Page) -> bool:
    """The paragraph after the element is just one gap below the one before it."""
    tops: list[float] = page.evaluate(
        "[...document.querySelectorAll('p')].map((it) => [it.getBoundingClientRect().top, it.offsetHeight]).flat()"
    )
    return tops[2] - tops[0] - tops[1] == 32


def test_a_shopper_sees_picture_name_price_and_reason(page: Page, shop: FakeShop) -> None:
    element = visit(page, shop)

    section = page.get_by_role("region", name="Customers also bought")
    expect(section.get_by_role("listitem")).to_have_count(3)
    expect(section.get_by_role("listitem").nth(1)).to_have_text(
        re.compile(
            "Everyday sling bag Olive.*Bought together in 21 of 1412 orders with X100 camera.*€89.00.*Add"
        )
    )
    picture = element.locator("img").first
    page.wait_for_function("image => image.naturalWidth > 0", arg=picture.element_handle())
    attributes = ("src", "alt", "loading", "width", "height")
    assert [picture.get_attribute(name) for name in attributes] == [
        "/pictures/card.svg",
        "",
        "lazy",
        "256",
        "256",
    ]


def test_a_variant_already_in_the_name_is_not_said_twice(page: Page, shop: FakeShop) -> None:
    element = visit(page, shop)
    expect(element.locator("[part=name]")).to_have_text(
        ["Memory card 64 GB", "Everyday sling bag Olive", "Prime lens 35 mm f/1.8"]
    )


@pytest.mark.parametrize(
    ("language", "amount", "currency", "shown"),
    [
        ("en", "24.90", "EUR", "€24.90"),
        ("de", "1249.00", "EUR", "1.249,00 €"),
        ("ja", "1500", "JPY", "¥1,500"),
        ("ja", "1500.00", "JPY", "¥1,500"),
        ("en", "1.234", "KWD", "KWD 1.234"),
        ("en", "1.005", "EUR", "€1.01"),
        ("en", "90071992547409931.07", "USD", "$90,071,992,547,409,931.07"),
        ("en_US", "5", "USD", "$5.00"),
    ],
)
def test_a_price_is_written_as_the_page_s_language_writes_it(
    page: Page, shop: FakeShop, language: str, amount: str, currency: str, shown: str
) -> None:
    card = a_suggestion("card", price={"amount": amount, "currency": currency})
    element = visit(page, shop, given(a_document(shop.lines, card), shop.lines), language=language)
    price = element.locator("[part=price]").inner_text()
    assert re.sub(r"\s", " ", price).replace("￥", "¥") == shown


def test_a_click_adds_it_to_the_checkout_says_so_once_and_brings_the_next_suggestions(
    page: Page, shop: FakeShop
) -> None:
    element = visit(page, shop)

    add(page, "Memory card 64 GB").click()

    expect(page.get_by_role("status")).to_have_text("Memory card 64 GB was added to your basket")
    expect(element.locator("[part=name]")).to_have_text(
        ["Everyday sling bag Olive", "Prime lens 35 mm f/1.8"]
    )
    assert shop.asked[1] == "add Q2hlY2tvdXQ6MQ== [{'variantId': 'card', 'quantity': 1}]"
    [added] = told(page, "tandem:added")
    assert (added["variantId"], added["productId"], added["kind"]) == ("card", "product-card", "also_bought")
    assert [(line["variantId"], line["quantity"]) for line in added["lines"]] == [("camera", 1), ("card", 1)]


def test_adding_works_by_keyboard_and_the_focus_is_not_lost(page: Page, shop: FakeShop) -> None:
    element = visit(page, shop)
    add(page, "Memory card 64 GB").wait_for()

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(element.locator("[part=item]")).to_have_count(2)
    assert page.evaluate("document.activeElement.shadowRoot.activeElement.getAttribute('part')") == "section"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.shadowRoot.activeElement.textContent") == "Add"


def test_when_saleor_refuses_the_shopper_sees_it_and_may_try_again(page: Page, shop: FakeShop) -> None:
    shop.refusal = "Only 0 remaining in stock"
    visit(page, shop)

    add(page, "Memory card 64 GB").click()

    expect(page.get_by_text("Memory card 64 GB could not be added")).to_be_in_viewport()
    expect(add(page, "Memory card 64 GB")).to_be_enabled()
    assert told(page, "tandem:error") == [
        {"during": "add", "error": "Error: Only 0 remaining in stock", "variantId": "card"}
    ]


def test_a_page_that_adds_itself_keeps_us_from_it_and_we_say_when_it_is_done(
    page: Page, shop: FakeShop
) -> None:
    own = """<script>addEventListener("tandem:add", (event) => {
      event.preventDefault();
      event.detail.waitUntil(new Promise((done) => { window.finish = done; }));
    });</script>"""
    visit(page, shop, given(shop.document(), shop.lines), script=own)
    add(page, "Memory card 64 GB").click()
    expect(page.get_by_role("status")).to_be_empty()

    page.evaluate("finish()")

    expect(page.get_by_role("status")).to_have_text("Memory card 64 GB was added to your basket")
    expect(page.get_by_role("button", name="Added Memory card 64 GB")).to_be_visible()
    assert (shop.asked, [added["lines"] for added in told(page, "tandem:added")]) == ([], [None])


def test_suggestions_made_for_another_basket_are_not_shown(page: Page, shop: FakeShop) -> None:
    stale = a_document([a_line("tripod")], a_suggestion("card"))
    element = visit(page, shop, given(stale, shop.lines))
    page.wait_for_timeout(300)
    assert (element.is_visible(), takes_no_room(page)) == (False, True)


def test_a_stale_document_from_the_page_is_read_afresh_where_we_may(page: Page, shop: FakeShop) -> None:
    stale = a_document([a_line("tripod")], a_suggestion("lens"))
    element = visit(page, shop, f"{FROM_SALEOR} {given(stale, shop.lines)}")
    expect(element.locator("[part=item]")).to_have_count(3)


def test_suggestions_that_come_a_little_late_are_waited_for(page: Page, shop: FakeShop) -> None:
    visit(page, shop, f"{FROM_SALEOR} lines='{json.dumps(shop.lines)}'")
    add(page, "Memory card 64 GB").wait_for()
    shop.graphql(
        {"query": "mutation", "variables": {"id": "c1", "lines": [{"variantId": "bag", "quantity": 1}]}}
    )

    page.locator("tandem-suggestions").evaluate(
        "(it, lines) => it.setAttribute('lines', lines)", json.dumps(shop.lines)
    )

    expect(page.locator("tandem-suggestions [part=name]")).to_have_text(
        ["Memory card 64 GB", "Prime lens 35 mm f/1.8"]
    )
    assert shop.late == 0


def test_a_page_without_lines_may_ask_for_a_fresh_look(page: Page, shop: FakeShop) -> None:
    element = visit(page, shop)
    expect(element.locator("[part=item]")).to_have_count(3)
    shop.lines.append(a_line("card"))
    element.evaluate("it => it.refresh()")
    expect(element.locator("[part=item]")).to_have_count(2)


def test_when_nothing_goes_with_the_basket_there_is_no_box_at_all(page: Page, shop: FakeShop) -> None:
    shop.nothing_fits = True
    element = visit(page, shop, fallback="<p>Ask us about lenses</p>")
    expect(element).to_be_hidden()
    assert (shop.asked, element.evaluate("it => getComputedStyle(it).display")) == (["read"], "none")


@pytest.mark.parametrize(
    "attributes", [FROM_SALEOR, 'checkout="c1" app-url="/storefront/shop"'], ids=["saleor", "app"]
)
def test_when_the_other_side_is_down_the_page_s_own_content_stays(
    page: Page, shop: FakeShop, attributes: str
) -> None:
    shop.saleor_is_down = shop.app_is_down = True
    element = visit(page, shop, attributes, fallback="<a href='/lenses'>Lenses for your camera</a>")
    page.wait_for_function("told.length > 0")
    assert element.get_by_role("link", name="Lenses for your camera").is_visible()
    assert told(page, "tandem:error") == [{"during": "read", "error": "Error: HTTP 503"}]


def test_while_it_waits_or_fails_without_content_it_takes_no_room(page: Page, shop: FakeShop) -> None:
    shop.saleor_is_down = True
    visit(page, shop)
    page.wait_for_function("told.length > 0")
    assert takes_no_room(page)


def test_garbage_in_the_metafield_shows_nothing_and_breaks_nothing(page: Page, shop: FakeShop) -> None:
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(error.message))
    element = visit(
        page, shop, """document='{"version":1,"linesHash":"x","suggestions":[{"name":{}},null]}' lines='['"""
    )
    expect(element).to_be_hidden()
    assert troubles == []


def test_what_a_shop_writes_into_a_name_is_never_markup(page: Page, shop: FakeShop) -> None:
    name = "<img src=x onerror=alert(1)>"
    document = a_document(shop.lines, a_suggestion("card", name=name, variantName=None))
    script = f"<script>addEventListener('DOMContentLoaded', () => {{ document.querySelector('tandem-suggestions').document = {json.dumps(document).replace('<', chr(92) + 'u003c')} }})</script>"
    element = visit(page, shop, "", script=script)
    expect(element.locator("[part=name]")).to_have_text(name)
    assert element.locator("img").count() == 1


def test_a_hidden_element_asks_nobody_until_it_is_to_be_seen(page: Page, shop: FakeShop) -> None:
    element = visit(page, shop, f'{FROM_SALEOR} style="display:none"')
    page.wait_for_timeout(300)
    before = list(shop.asked)
    element.evaluate("it => it.removeAttribute('style')")
    expect(element.locator("[part=item]")).to_have_count(3)
    assert (before, shop.asked) == ([], ["read"])


def test_shown_is_said_when_the_shopper_has_it_on_the_screen(page: Page, shop: FakeShop) -> None:
    visit(page, shop, given(shop.document(), shop.lines), style=f"{LIGHT};padding-top:3000px")
    page.wait_for_timeout(200)
    before = told(page, "tandem:shown")
    page.locator("#total").scroll_into_view_if_needed()
    page.wait_for_function("told.length > 0")
    [shown] = told(page, "tandem:shown")
    assert (before, [it["variantId"] for it in shown["suggestions"]]) == ([], ["card", "bag", "lens"])


def test_a_product_page_asks_the_app_for_its_variants(page: Page, shop: FakeShop) -> None:
    element = visit(page, shop, 'app-url="/storefront/shop" variants="camera" channel="eu"')
    expect(element.locator("[part=item]")).to_have_count(3)
    assert shop.asked == ["/storefront/shop/suggestions?variants=camera&channel=eu&placement=product"]


def test_heading_reasons_and_words_speak_the_shopper_s_language(page: Page, shop: FakeShop) -> None:
    element = visit(page, shop, f'{FROM_SALEOR} heading="Dazu passt"', language="de")
    expect(element.locator("[part=item]")).to_have_count(3)

    element.evaluate(
        """it => {
          it.reasons = {
            bought_together: "In {together} von {orders} Bestellungen mit {product}",
            popular_in_category: ({ category }) => `Beliebt: ${category}`,
          };
          it.texts = { add: "Dazu" };
        }"""
    )

    expect(page.get_by_role("heading", level=2)).to_have_text("Dazu passt")
    expect(page.get_by_role("button", name="Dazu Memory card 64 GB")).to_be_visible()
    expect(element.locator("[part=reason]")).to_have_text(
        [
            "In 38 von 1.412 Bestellungen mit X100 camera",
            "In 21 von 1.412 Bestellungen mit X100 camera",
            "Beliebt: Lenses",
        ]
    )


def test_a_kind_that_a_newer_app_may_suggest_is_left_out(page: Page, shop: FakeShop) -> None:
    document = a_document(shop.lines, a_suggestion("card", kind="lease"), a_suggestion("bag"))
    element = visit(page, shop, given(document, shop.lines))
    expect(element.locator("[part=name]")).to_have_text(["Everyday sling bag Olive"])


def test_a_picture_that_does_not_load_leaves_the_first_letter(page: Page, shop: FakeShop) -> None:
    card = a_suggestion("card", thumbnail={"url": "/pictures/gone.svg", "alt": ""})
    element = visit(page, shop, given(a_document(shop.lines, card), shop.lines))
    expect(element.locator("[part=picture]")).to_have_text("M")


@pytest.mark.parametrize("style", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["390", "1280"])
def test_everybody_can_use_it_on_every_screen(
    browser: Browser, shop: FakeShop, viewport: Any, style: str
) -> None:
    context = browser.new_context(viewport=viewport, has_touch=viewport is PHONE, is_mobile=viewport is PHONE)
    page = context.new_page()
    element = visit(page, shop, style=style)
    expect(element.locator("[part=item]")).to_have_count(3)

    found = [rule["id"] for rule in Axe().run(page).response["violations"]]
    too_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    colours = element.evaluate(
        "it => [it.parentElement, it.shadowRoot.querySelector('[part=name]')].map((node) => getComputedStyle(node).color)"
    )
    heights: list[float] = element.locator("button").evaluate_all("all => all.map((it) => it.offsetHeight)")
    context.close()

    assert (found, too_wide, colours[0] == colours[1]) == ([], False, True)
    assert min(heights) >= (44 if viewport is PHONE else 24)


def test_a_narrow_slot_gives_rows_and_a_wide_one_a_row_of_cards(page: Page, shop: FakeShop) -> None:
    element = visit(page, shop)
    expect(element.locator("[part=item]")).to_have_count(3)
    lefts = "it => new Set([...it.shadowRoot.querySelectorAll('li')].map((li) => li.getBoundingClientRect().left)).size"
    wide = element.evaluate(lefts)
    element.evaluate("it => { it.style.width = '20rem'; }")
    assert (wide, element.evaluate(lefts)) == (3, 1)


def test_the_plain_example_works_as_it_is(page: Page, shop: FakeShop) -> None:
    page.goto(f"{shop.url}/snippets/examples/plain.html?api=/graphql/&checkout=c1")
    add(page, "Memory card 64 GB").click()
    expect(page.locator("#basket")).to_have_text("Pieces in your basket: 2")


def test_it_reads_from_right_to_left_where_the_page_does(page: Page, shop: FakeShop) -> None:
    element = visit(page, shop, f'{FROM_SALEOR} dir="rtl"')
    expect(element.locator("[part=item]")).to_have_count(3)
    sides: list[float] = element.locator("li").first.evaluate(
        "it => ['picture', 'words'].map((part) => it.querySelector(`[part=${part}]`).getBoundingClientRect().left)"
    )
    assert sides[0] > sides[1]
