"""What Tandem learned, told with its evidence, and the merchant's last word on it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from plugin.store import directions, learned_habits, preferences
from plugin.suggestions.upgrades.scales import Choice
from tests.web.dashboard.bundles import as_read, read
from tests.web.dashboard.camera_shop import Door
from tests.web.dashboard.conftest import opened
from tests.web.dashboard.learned import learn


@pytest.fixture
def wise(app: Flask, filled: Door) -> Door:
    with opened(app, filled) as shop:
        learn(shop)
    return filled


def say(client: FlaskClient, door: Door, of: str, **form: Any) -> TestResponse:
    return client.post(f"/dashboard/fragments/learned/{of}", data=form, headers=door.headers())


def choices(app: Flask, door: Door) -> dict[tuple[str, str], Choice]:
    with opened(app, door) as shop:
        return directions.choices(shop.db)


def test_while_nothing_is_learned_every_part_says_what_will_stand_there(
    client: FlaskClient, filled: Door
) -> None:
    parts = [read(client, filled, part) for part in ("learned", "learned/categories", "learned/relations")]

    assert ["Nothing is learned yet" in part for part in parts] == [True, True, True]


def test_every_attribute_says_what_is_better_and_from_how_much_that_is_known(
    client: FlaskClient, wise: Door
) -> None:
    seen = read(client, wise, "learned")

    told = (
        "Sensor Better in this order 1 inch → , then APS-C → , then Full frame "
        "Prices rise in this order in 38 of 41 comparisons of products alike in everything else.",
        "Weight Less is better The dearer one had less in 9 of 10 comparisons of variants of one product",
        "Colour A matter of taste Never a reason for an upgrade",
        "Mount Not clear Prices agree in 20 of 41 comparisons across all products of this type only.",
    )
    assert [one for one in told if one not in seen] == []


@pytest.mark.parametrize(
    ("way", "expected", "told"),
    [
        ("up", Choice("up"), "Weight More is better Your choice"),
        ("forbid", Choice("forbid"), "Weight A matter of taste Your choice"),
        ("ignore", Choice("ignore"), "Weight Does not matter Your choice"),
    ],
)
def test_a_direction_is_chosen_at_once_and_given_back(
    app: Flask, client: FlaskClient, wise: Door, way: str, expected: Choice, told: str
) -> None:
    answer = say(client, wise, "direction", type="camera", attribute="weight", way=way)
    between = choices(app, wise)
    say(client, wise, "direction", type="camera", attribute="weight", way="")

    assert (told in as_read(answer.text), between) == (True, {("camera", "weight"): expected})
    assert (json.loads(answer.headers["HX-Trigger"])["tandem:toast"]["title"], choices(app, wise)) == (
        "Saved",
        {},
    )


def test_an_order_is_asked_for_before_it_is_kept(app: Flask, client: FlaskClient, wise: Door) -> None:
    asked = say(client, wise, "direction", type="camera", attribute="mount", way="order").text
    before = choices(app, wise)
    kept = say(
        client, wise, "direction", type="camera", attribute="mount", way="order", order="Z mount\r\nX mount"
    )

    assert ("X mount\nZ mount</textarea>" in asked, before) == (True, {})
    assert choices(app, wise) == {("camera", "mount"): Choice("order", ("Z mount", "X mount"))}
    assert "Z mount → , then X mount" in as_read(kept.text)


def test_an_order_that_is_none_is_refused_and_stays_as_it_was_typed(client: FlaskClient, wise: Door) -> None:
    answer = say(client, wise, "direction", type="camera", attribute="mount", way="order", order="<b>X mount")

    assert (answer.status_code, "&lt;b&gt;X mount</textarea>" in answer.text) == (400, True)
    assert "From 2 to 100 values, worst first." in answer.text


def test_what_nobody_heard_of_is_not_found(client: FlaskClient, wise: Door) -> None:
    answers = (
        say(client, wise, "direction", type="camera", attribute="smell", way="up"),
        say(client, wise, "nature", category="smells", nature="durable"),
        say(client, wise, "sensitive", category="smells", sensitive="on"),
        say(client, wise, "relation", one="smells", other="cameras", relation="never"),
    )

    assert [answer.status_code for answer in answers] == [404] * 4


def test_a_category_says_whether_it_lasts_and_from_whom_that_is_known(
    client: FlaskClient, wise: Door
) -> None:
    seen = read(client, wise, "learned/categories")

    assert "Cameras Lasts Of 214 buyers who came back, 9 bought of it again, 1 the very same product." in seen
    assert ("Care Is used up" in seen, "6 more categories of which nothing is known yet" in seen) == (
        True,
        True,
    )


def test_what_lasts_is_the_merchants_choice(app: Flask, client: FlaskClient, wise: Door) -> None:
    answer = say(client, wise, "nature", category="bags", nature="durable")

    with opened(app, wise) as shop:
        assert learned_habits.nature_choices(shop.db) == {"bags": "durable"}
    assert "Bags Lasts Your choice" in as_read(answer.text)


def test_a_category_is_made_sensitive_and_no_longer(app: Flask, client: FlaskClient, wise: Door) -> None:
    kept = []
    for wanted in ({"sensitive": "on"}, {}):
        say(client, wise, "sensitive", category="care", **wanted)
        with opened(app, wise) as shop:
            kept.append(preferences.get(shop.db).sensitive_categories)

    assert kept == [("care",), ()]


def test_pairs_of_categories_come_with_their_counts(client: FlaskClient, wise: Door) -> None:
    seen = read(client, wise, "learned/relations")

    assert (
        "Together in 212 orders, where chance would have 60. 14 people bought both, but never at once."
        in seen
    )
    assert ("Complete each other 1 pair." in seen, "Two different products of Cameras" in seen) == (
        True,
        True,
    )


def test_what_goes_together_is_the_merchants_choice_in_whatever_order(
    app: Flask, client: FlaskClient, wise: Door
) -> None:
    say(client, wise, "relation", one="cards", other="cameras", relation="never")
    added = say(client, wise, "relations", one="power", other="bags", relation="substitute")

    with opened(app, wise) as shop:
        assert learned_habits.relation_choices(shop.db) == {
            ("cameras", "cards"): "never",
            ("bags", "power"): "substitute",
        }
    assert "Bags and Power Your choice" in as_read(added.text)


def test_half_a_pair_is_refused_and_stays_as_it_was_chosen(client: FlaskClient, wise: Door) -> None:
    answer = say(client, wise, "relations", one="power", other="", relation="never")

    assert (answer.status_code, "Choose two categories" in answer.text) == (400, True)
    assert ('<option value="power" selected>' in answer.text, 'value="never" selected' in answer.text) == (
        True,
        True,
    )
