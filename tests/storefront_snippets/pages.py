"""A basket page of the toy shop in Chromium, and what it has heard from the element."""

import json

from playwright.sync_api import Locator, Page

from tests.storefront_snippets.documents import Json
from tests.storefront_snippets.fake_shop import FakeShop

FROM_SALEOR = 'checkout="Q2hlY2tvdXQ6MQ==" saleor-api-url="/graphql/"'
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
LIGHT, DARK = "background:#fff;color:#16181d", "background:#101218;color:#f2f3f5"

PAGE = """<!doctype html>
<html lang="{language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Basket</title>
<link rel="icon" href="/pictures/card.svg">
<style>body{{margin:0;font-family:Inter,sans-serif;line-height:1.5;{style}}}
main{{max-width:72rem;margin:auto;padding:1.5rem;display:grid;gap:2rem}}h1,p{{margin:0}}</style>
<script>
  window.told = [];
  for (const name of ["shown", "add", "added", "declined", "dismissed", "error"]) {{
    addEventListener(`tandem:${{name}}`, ({{ type, detail }}) => {{
      told.push([type, JSON.parse(JSON.stringify({{ ...detail, error: detail.error && String(detail.error) }}))]);
    }});
  }}
</script>
{script}
<script type="module" src="/snippets/define.js"></script></head>
<body><main><h1>Your basket</h1><p>X100 camera</p>
<tandem-suggestions {attributes}>{fallback}</tandem-suggestions>
<p id="total">Total €1,399.00</p></main></body></html>"""


def visit(page: Page, shop: FakeShop, attributes: str = FROM_SALEOR, **page_parts: str) -> Locator:
    """Opens the basket page of the shop; answers the element on it."""
    parts = {"language": "en", "style": LIGHT, "script": "", "fallback": ""} | page_parts
    shop.pages["/"] = PAGE.format(attributes=attributes, **parts)
    page.goto(shop.url)
    return page.locator("tandem-suggestions")


def given(document: Json, lines: list[Json]) -> str:
    """The attributes of an element that the page feeds itself."""
    return f"document='{json.dumps(document)}' lines='{json.dumps(lines)}'"


def told(page: Page, event: str) -> list[Json]:
    """The details of the events of this name that the page has heard."""
    heard: list[tuple[str, Json]] = page.evaluate("told")
    return [detail for name, detail in heard if name == event]
