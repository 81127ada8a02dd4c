"""The shell: the same for everybody, framed only by Dashboards, nothing of a shop in it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from plugin.app import create_app
from plugin.config import Config
from tests.web.dashboard.camera_shop import Door

ROUTES = (
    "/dashboard", "/dashboard/", "/dashboard/settings", "/dashboard/preferences", "/dashboard/storefront/",
    "/dashboard/bundles", "/dashboard/bundles/edit?bundle=1", "/dashboard/rules", "/dashboard/rules/edit?rule=1", "/dashboard/learned",
    "/dashboard/widgets/product?productId=x100", "/dashboard/widgets/order?orderId=1", "/dashboard/widgets/home",
)  # fmt: skip


@pytest.mark.parametrize("route", ROUTES)
def test_every_route_the_dashboard_may_open_answers_without_a_redirect(
    client: FlaskClient, route: str
) -> None:
    assert client.get(route).status_code == 200


def test_a_bundle_has_a_page_but_no_tab_of_its_own(client: FlaskClient) -> None:
    page = client.get("/dashboard/bundles/edit?bundle=1").text

    lit = re.findall(r'data-page="([^"]+)"[^>]*aria-current="([^"]+)"', page)
    assert (lit, 'data-page="bundles/edit"' in page) == ([("bundles", "true")], False)


def test_an_unknown_route_says_so_and_shows_the_overview(client: FlaskClient) -> None:
    answer = client.get("/dashboard/nowhere")

    assert (answer.status_code, "no such page" in answer.text) == (404, True)


def test_the_shell_is_the_same_for_every_shop(client: FlaskClient, filled: Door) -> None:
    one = client.get(
        "/dashboard", query_string={"saleorApiUrl": filled.installation.api_url, "id": "QXBwOjI="}
    )
    other = client.get("/dashboard", query_string={"saleorApiUrl": '"><script>alert(1)</script>'})

    assert one.text == other.text


def test_the_theme_is_right_from_the_first_paint(client: FlaskClient) -> None:
    assert 'data-theme="dark"' in client.get("/dashboard?theme=dark").text


def test_a_made_up_theme_is_not_repeated(client: FlaskClient) -> None:
    assert "made-up" not in client.get("/dashboard?theme=made-up").text


def test_any_dashboard_may_frame_the_pages_by_default(client: FlaskClient) -> None:
    answer = client.get("/dashboard")

    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer.headers


def test_only_the_named_dashboards_may_frame_the_pages(config: Config) -> None:
    named = replace(config, dashboard_origins=("https://a.example.com", "https://b.example.com"))

    answer = create_app(named, work=False).test_client().get("/dashboard")

    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors https://a.example.com https://b.example.com" in policy


def test_no_script_or_style_comes_from_elsewhere_or_from_the_page_itself(client: FlaskClient) -> None:
    policy = client.get("/dashboard").headers["Content-Security-Policy"]

    assert "default-src 'none'; script-src 'self'; style-src 'self';" in policy


def test_no_cookie_is_ever_set(client: FlaskClient, filled: Door) -> None:
    answers = [
        client.get("/dashboard"),
        client.get("/dashboard/fragments/overview", headers=filled.headers()),
    ]

    assert [answer.headers.getlist("Set-Cookie") for answer in answers] == [[], []]


def test_htmx_is_the_second_one_and_is_asked_for_once(client: FlaskClient) -> None:
    first = client.get("/dashboard/htmx.js")
    again = client.get("/dashboard/htmx.js", headers={"If-None-Match": first.headers["ETag"]})

    assert (b'version:"2.' in first.data, first.mimetype, again.status_code) == (True, "text/javascript", 304)
