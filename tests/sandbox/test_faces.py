"""The pages for people: the demo shop, the demo Dashboard, and the story of `tandem demo`."""

from __future__ import annotations

import jwt
import pytest

from plugin.sandbox import demo
from plugin.sandbox.app_facts import App
from plugin.sandbox.demo_shopper import NothingHappened
from plugin.sandbox.saleor import SandboxSaleor


@pytest.mark.parametrize(
    "path", ["/", "/dashboard/", "/faces/shop.js", "/faces/looks.css", "/faces/mark.svg"]
)
def test_the_pages_are_there_and_call_nobody_else(saleor: SandboxSaleor, path: str) -> None:
    with saleor.wsgi.test_client().get(path) as answer:
        text = answer.get_data(as_text=True)

    assert answer.status_code == 200
    foreign = text.replace("http://www.w3.org/2000/svg", "")
    assert "http://" not in foreign
    assert "https://" not in foreign


@pytest.mark.parametrize("path", ["/faces/__init__.py", "/faces/nothing.css", "/thumbnail/999/64/"])
def test_nothing_else_is_served(saleor: SandboxSaleor, path: str) -> None:
    assert saleor.wsgi.test_client().get(path).status_code == 404


def test_the_pages_are_told_where_the_app_is(saleor: SandboxSaleor, app: App) -> None:
    told = saleor.wsgi.test_client().get("/faces/config.json").get_json()

    assert (told["apiUrl"], told["domain"]) == ("http://saleor.sandbox/graphql/", "saleor.sandbox")
    assert told["snippetsUrl"] == "http://probe.example.com/storefront/snippets/define.js"
    assert told["app"]["extensions"] == [
        {
            "id": app.extensions[0].id,
            "label": "With this product",
            "url": "/widgets/product",
            "mount": "PRODUCT_DETAILS_WIDGETS",
            "target": "WIDGET",
        }
    ]


def test_frames_get_real_tokens(saleor: SandboxSaleor, app: App) -> None:
    client = saleor.wsgi.test_client()
    widget = client.get(f"/dashboard/token?extension={app.extensions[0].id}").get_json()["token"]
    page = client.get("/dashboard/token").get_json()["token"]
    staff = client.get("/dashboard/token?staff=1").get_json()["token"]

    claims = [saleor.keys.claims(token) for token in (widget, page, staff)]
    assert [it.get("app") for it in claims] == [app.id, app.id, None]
    assert claims[0]["app_extension"] == app.extensions[0].id
    assert claims[2]["type"] == "access"
    assert jwt.get_unverified_header(page)["kid"] == saleor.keys.kid


def test_the_demo_tells_its_whole_story(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        demo.run(once=True, orders=1_500, port=0)
    except NothingHappened:
        # its promises are in seconds, which a machine busy with other tests may miss once
        demo.run(once=True, orders=1_500, port=0)

    told = " ".join(capsys.readouterr().out.split())
    for words in (
        "Installed",
        "Learned 1,500 past orders",
        "Halden H5",
        "Ordered both",
        "Cancelled it",
        "makes the bundle Travel reporter",
        "it is offered",
        "Taken, it costs exactly",
        "what they cost alone",
        "Taken again, it costs exactly",
        "kg instead of 6 kg, +",
        "Taken in one step: 2 × Norvik monopod",
        'the note stayed: "Ann and Bo"',
        "3.20 EUR are missing to free delivery",
        'Saleor now offers "Free parcel" for 0.00',
        "Not this one, a shopper said",
        "Nor this one, a shopper said to the Norvik monopod",
        "nothing more is offered in this checkout",
        "twice no is no",
        "too much dearer",
        "the shopper turned two suggestions down (1)",
        "/dashboard/",
    ):
        assert words in told
