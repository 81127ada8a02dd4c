"""Preferences: every one has a control, each is saved by itself, and a wrong value is refused by name."""

from __future__ import annotations

import json
import re
from dataclasses import fields

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from plugin.store import facts, jobs, preferences
from plugin.suggestions.preferences import Preferences
from plugin.use_cases import plan_work
from tests.web.dashboard.camera_shop import Door
from tests.web.dashboard.conftest import opened


def save(client: FlaskClient, door: Door, name: str, **form: str) -> TestResponse:
    return client.post(f"/dashboard/fragments/preferences/{name}", data=form, headers=door.headers())


def kept(app: Flask, door: Door) -> Preferences:
    with opened(app, door) as shop:
        return preferences.get(shop.db)


def test_every_preference_has_a_control(client: FlaskClient, door: Door) -> None:
    page = client.get("/dashboard/fragments/preferences", headers=door.headers()).text

    assert [field.name for field in fields(Preferences) if f'id="choice-{field.name}"' not in page] == []


def test_preferences_stand_in_groups_with_a_word_about_each(client: FlaskClient, door: Door) -> None:
    page = client.get("/dashboard/fragments/preferences", headers=door.headers()).text

    titles = list(dict.fromkeys(field.metadata["group"] for field in fields(Preferences)))
    assert re.findall(r'<h2 id="group-\d+">(.*?)</h2>\s*<p>.', page) == titles


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("suggesting", {}, False),
        ("suggesting", {"value": "on"}, True),
        ("most_suggestions", {"value": "2"}, 2),
        ("min_buyers", {"value": " 5 "}, 5),
        ("half_life_days", {"value": "0"}, 0),
        ("unpaid_orders", {"value": "never"}, "never"),
        ("popular_when_unknown", {}, False),
        ("excluded_products", {"add": "strap"}, ("strap",)),
        ("excluded_categories", {"add": "bags"}, ("bags",)),
        ("sensitive_categories", {"add": "care"}, ("care",)),
        ("add_on_share", {"value": "0"}, 0),
        ("careful_with_costly_shoppers", {"value": "on"}, True),
        ("storefront_origins", {"value": "https://a.example.com\r\nhttps://b.example.com\r\n"}, ("https://a.example.com", "https://b.example.com")),
    ],
)  # fmt: skip
def test_a_change_is_kept_at_once(
    app: Flask, client: FlaskClient, filled: Door, name: str, given: dict[str, str], expected: object
) -> None:
    answer = save(client, filled, name, **given)

    assert (answer.status_code, getattr(kept(app, filled), name)) == (200, expected)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("most_suggestions", "4", "On the basket page at most: must be a whole number from 1 to 3."),
        ("most_suggestions", "two", "On the basket page at most: must be a whole number from 1 to 3."),
        ("most_suggestions", "", "On the basket page at most: must be a whole number from 1 to 3."),
        ("min_buyers", "-1", "Distinct buyers: must be a whole number from 2 to 100."),
        ("min_buyers", "²", "Distinct buyers: must be a whole number from 2 to 100."),
        ("half_life_days", "3", "Half-life in days: must be a whole number from 7 to 3650, or 0."),
        ("unpaid_orders", "sometimes", "Unpaid orders count: must be one of confirmed, never, always."),
    ],
)
def test_a_wrong_value_is_refused_by_name_and_changes_nothing(
    app: Flask, client: FlaskClient, door: Door, name: str, value: str, told: str
) -> None:
    answer = save(client, door, name, value=value)

    assert (answer.status_code, told in answer.text, kept(app, door)) == (400, True, Preferences())


def test_a_preference_that_does_not_exist_is_not_found(client: FlaskClient, door: Door) -> None:
    assert save(client, door, "colour", value="red").status_code == 404


def test_a_saved_change_is_announced_by_the_dashboard(client: FlaskClient, door: Door) -> None:
    answer = save(client, door, "min_buyers", value="4")

    assert json.loads(answer.headers["HX-Trigger"]) == {
        "tandem:toast": {"title": "Saved", "text": "Distinct buyers"}
    }


def test_what_changes_the_counts_counts_all_orders_anew(app: Flask, client: FlaskClient, door: Door) -> None:
    answer = save(client, door, "half_life_days", value="90")

    with opened(app, door) as shop:
        assert jobs.get(shop.db, plan_work.LEARN_AGAIN) is not None
    assert "counted anew" in answer.headers["HX-Trigger"]


def test_who_changed_what_is_written_down(app: Flask, client: FlaskClient, door: Door) -> None:
    save(client, door, "min_buyers", value="4")

    with opened(app, door) as shop:
        assert shop.db.conn.execute("select who from changes").fetchall() == [("VXNlcjoyMQ==",)]


def test_an_excluded_product_is_shown_by_name_and_can_be_taken_out(
    app: Flask, client: FlaskClient, filled: Door
) -> None:
    shown = save(client, filled, "excluded_products", add="strap").text
    save(client, filled, "excluded_products", remove="strap")

    assert ("Paper strap, discontinued" in shown, kept(app, filled).excluded_products) == (True, ())


@pytest.mark.parametrize("name", ["excluded_categories", "sensitive_categories"])
def test_a_list_of_categories_is_searched_among_categories(
    client: FlaskClient, filled: Door, name: str
) -> None:
    found = client.get(f"/dashboard/fragments/search/{name}?q=ca", headers=filled.headers()).text

    assert ("Cameras" in found, "X100 camera" in found) == (True, False)


def test_products_are_found_by_any_part_of_their_name(client: FlaskClient, filled: Door) -> None:
    found = client.get("/dashboard/fragments/search/excluded_products?q=CARD", headers=filled.headers()).text

    assert ("Memory card 64 GB" in found, "X100 camera" in found) == (True, False)


def test_a_percent_sign_is_searched_for_and_finds_nothing(client: FlaskClient, filled: Door) -> None:
    found = client.get("/dashboard/fragments/search/trial?q=%25", headers=filled.headers()).text

    assert "Nothing is called “%”" in found


@pytest.mark.parametrize(
    ("fact", "code", "name"),
    [
        ("may_read_deliveries", "MANAGE_SHIPPING", "deliveries"),
        ("may_read_shoppers", "MANAGE_USERS", "shoppers"),
    ],
)
def test_a_permission_that_would_help_is_named_where_it_matters_until_it_is_granted(
    app: Flask, client: FlaskClient, door: Door, fact: str, code: str, name: str
) -> None:
    pages = []
    for known in (False, True):
        with opened(app, door) as shop:
            facts.keep(shop.db, fact, known)
        for fragment in ("preferences", f"permissions/{name}"):
            pages.append(client.get(f"/dashboard/fragments/{fragment}", headers=door.headers()).text)

    assert [f'data-grant="{code}" data-return="/preferences"' in page for page in pages] == [
        True,
        True,
        False,
        False,
    ]
