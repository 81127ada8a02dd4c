"""The merchant's rules: told in words, kept as they were typed, and every wrong field shows its message."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from plugin.suggestions.rules.model import Rule, RuleId, Selector
from tests.web.dashboard.bundles import ME, OTHER, as_read, read
from tests.web.dashboard.camera_shop import AMERICA, Door
from tests.web.dashboard.conftest import opened
from tests.web.dashboard.rules import a_form, keep_one_of_each, kept, name_things, saved

CASE = Selector("product", "case")


@pytest.fixture
def ruled(app: Flask, filled: Door) -> Door:
    with opened(app, filled) as shop:
        keep_one_of_each(shop)
    return filled


def post(client: FlaskClient, door: Door, to: str, form: dict[str, Any], **headers: str) -> TestResponse:
    told = {**door.headers(), **{name.replace("_", "-"): text for name, text in headers.items()}}
    return client.post(f"/dashboard/fragments/{to}", data=form, headers=told)


def save(client: FlaskClient, door: Door, **changes: Any) -> TestResponse:
    return post(client, door, "rule/save", a_form(**changes))


def typed(page: str) -> dict[str, list[str]]:
    """The values of the form's fields, shown or kept for another kind."""
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input [^>]*>", page):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        unchecked = attributes["type"] in ("radio", "checkbox") and not re.search(r"\bchecked\b", tag)
        if "name" in attributes and attributes["name"] != "q" and not unchecked:
            found.setdefault(attributes["name"], []).append(unescape(attributes.get("value", "")))
    for name, options in re.findall(r'<select [^>]*name="(\w+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.findall(r'<option value="([^"]*)" selected', options)
        found[name] = chosen or re.findall(r'<option value="([^"]*)"', options)[:1]
    return found


def messages(page: str) -> dict[str, str]:
    """What stands beside the fields."""
    found = re.findall(r'<p class="error" id="error-([\w-]+)">(.*?)</p>', page)
    return {field: unescape(message) for field, message in found}


def test_without_rules_the_page_says_what_they_are_for(client: FlaskClient, door: Door) -> None:
    seen = read(client, door, "rules")

    assert ("No rule yet" in seen, "Exclude always wins" in seen, "Add rule" in seen) == (True, True, True)


def test_every_rule_is_told_in_words_those_that_win_first(client: FlaskClient, ruled: Door) -> None:
    page = client.get("/dashboard/fragments/rules", headers=ruled.headers()).text

    told = [unescape(text) for text in re.findall(r'<a class="link" id="rule-\d+"[^>]*>(.*?)</a>', page)]
    assert told == [
        "Never suggest products of category Bags beside Z6 body in channel United States.",
        "Suggest products of category Lenses only with the same Mount as Cameras in the basket.",
        "Suggest Memory card 64 GB beside Cameras at position 2.",
        "Suggest Leather case for X100 beside X100 camera, and the other way round, at position 1.",
        "Boost products of collection Summer travel by 2, from 1 Dec 2126 until 6 Jan 2127.",
        "Bury products with Mount X mount by 0.5.",
    ]


def test_a_rule_says_whether_it_holds_what_it_is_for_and_who_changed_it(
    client: FlaskClient, ruled: Door
) -> None:
    seen = read(client, ruled, "rules")

    assert [status in seen for status in ("Scheduled", "Off", "Looks good")] == [True] * 3
    assert ("ago by you" in seen, "ago by another member of staff" in seen) == (True, True)


def test_a_rule_that_another_one_always_beats_says_so(app: Flask, client: FlaskClient, filled: Door) -> None:
    saved(app, filled, {"kind": "exclude", "what": {"product": "strap"}})
    saved(app, filled, {"kind": "pin", "what": {"product": "strap"}, "position": 1})

    assert "It changes nothing: rule 1 always wins" in read(client, filled, "rules")


def test_a_rule_is_switched_off_and_on_in_the_list(app: Flask, client: FlaskClient, ruled: Door) -> None:
    off = post(client, ruled, "rules/3/switch", {"enabled": "off"})
    between = kept(app, ruled)[2].enabled
    on = post(client, ruled, "rules/3/switch", {"enabled": "on"})

    toasts = [json.loads(answer.headers["HX-Trigger"])["tandem:toast"]["title"] for answer in (off, on)]
    assert (toasts, between, kept(app, ruled)[2].enabled) == (["Switched off", "Switched on"], False, True)


def test_removing_is_asked_first_and_then_done(app: Flask, client: FlaskClient, ruled: Door) -> None:
    page = client.get("/dashboard/fragments/rules", headers=ruled.headers()).text
    post(client, ruled, "rules/3/remove", {})

    assert page.count('hx-confirm="Remove this rule?"') == 6
    assert [rule.id for rule in kept(app, ruled)] == [1, 2, 4, 5, 6]


def test_a_new_rule_begins_with_its_kind(client: FlaskClient, filled: Door) -> None:
    page = client.get("/dashboard/fragments/rule", headers=filled.headers()).text

    assert ("kind" in typed(page), "About what" in page, "Where and when" in page) == (False, False, False)
    assert re.findall(r'name="kind" value="(\w+)"', page) == [
        "exclude",
        "match",
        "pin",
        "pair",
        "boost",
        "bury",
    ]


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("exclude", ("Never suggest", "Only when the basket holds (optional)")),
        ("match", ("Attribute that must be the same", "Asked of (optional)", "Compared with (optional)")),
        ("pin", ("Suggest", "Only when the basket holds (optional)", "Position")),
        ("pair", ("When the basket holds", "Suggest", "Both ways", "Position None of its own")),
        ("boost", ("Suggest more often", "Counts times")),
        ("bury", ("Suggest less often", "Counts times")),
    ],
)
def test_the_fields_follow_the_kind_and_none_forgets(
    client: FlaskClient, filled: Door, kind: str, shown: tuple[str, ...]
) -> None:
    form = a_form(
        kind=kind, beside="category:bags", position="3", boost="7", bury="0.2", attribute="mount", both="on",
        channel=["channel-us"], since="2126-12-01T00:00", note="Kept", enabled=None,
    )  # fmt: skip

    page = post(client, filled, "rule/fields", form).text

    assert [one for one in shown if one not in as_read(page)] == []
    expected = {name: text if isinstance(text, list) else [text] for name, text in form.items()}
    for elsewhere in ("id", "version", "kind"):
        del expected[elsewhere]
    assert typed(page) == expected


def test_what_a_rule_is_about_is_found_by_name(app: Flask, client: FlaskClient, filled: Door) -> None:
    with opened(app, filled) as shop:
        name_things(shop)

    def found(text: str, more: str = "") -> list[str]:
        page = client.get(
            f"/dashboard/fragments/rule/search/what?q={text}{more}", headers=filled.headers()
        ).text
        return re.findall(r'"choose": "([^"]+)"', page)

    assert found("travel") == ["collection:travel", "product:tripod"]
    assert found("mount") == ["attribute:mount:x", "attribute:mount:Z"]
    assert found("lenses") == ["category:lenses"]
    assert found("ca", "&only=product") == ["product:x100", "product:card", "product:case"]
    assert found("%25") == []


def test_what_is_chosen_stands_there_by_name_and_can_be_taken_out(client: FlaskClient, filled: Door) -> None:
    chosen = post(client, filled, "rule/fields", a_form(field="beside", choose="category:cameras")).text
    taken = post(
        client, filled, "rule/fields", a_form(beside="category:cameras", field="beside", choose="")
    ).text

    assert (typed(chosen)["beside"], "Take out Cameras" in chosen) == (["category:cameras"], True)
    assert (typed(taken)["beside"], "Take out Cameras" in taken) == ([""], False)


def test_while_somebody_types_the_rule_is_told_in_words(client: FlaskClient, filled: Door) -> None:
    complete = post(client, filled, "rule/words", a_form(enabled=None)).text
    incomplete = post(client, filled, "rule/words", a_form(what="")).text

    assert "Suggest Memory card 64 GB at position 1. Switched off" in as_read(complete)
    assert "Fill in what is missing" in incomplete


FORMS: tuple[tuple[dict[str, Any], Rule], ...] = (
    (
        {"kind": "exclude", "what": "category:bags", "beside": "product:z6", "channel": ["channel-us"]},
        Rule(RuleId(1), "exclude", Selector("category", "bags"), Selector("product", "z6"), channels=(AMERICA.id,)),
    ),
    (
        {"kind": "match", "attribute": "mount", "what": "", "beside": "category:cameras"},
        Rule(RuleId(1), "match", None, Selector("category", "cameras"), attribute="mount"),
    ),
    (
        {"kind": "pair", "what": "product:case", "beside": "product:x100", "both": "on", "position": ""},
        Rule(RuleId(1), "pair", CASE, Selector("product", "x100"), both=True),
    ),
    (
        {"kind": "bury", "bury": "0,25", "what": "attribute:mount:x", "note": " Old stock ", "enabled": None},
        Rule(RuleId(1), "bury", Selector("attribute", "mount", "x"), factor=0.25, note="Old stock", enabled=False),
    ),
    (
        {"kind": "boost", "boost": "3", "what": "collection:travel", "since": "2126-06-01T08:30", "until": "2126-07-01T00:00"},
        Rule(
            RuleId(1), "boost", Selector("collection", "travel"), factor=3.0,
            since=datetime(2126, 6, 1, 6, 30, tzinfo=UTC), until=datetime(2126, 6, 30, 22, tzinfo=UTC),
        ),
    ),
)  # fmt: skip


@pytest.mark.parametrize(("form", "expected"), FORMS, ids=[form["kind"] for form, _rule in FORMS])
def test_a_rule_is_kept_as_it_was_typed_and_opens_so(
    app: Flask, client: FlaskClient, filled: Door, form: dict[str, Any], expected: Rule
) -> None:
    answer = post(client, filled, "rule/save", a_form(**form), tandem_zone="Europe/Berlin")

    headers = {**filled.headers(), "tandem-zone": "Europe/Berlin"}
    again = typed(client.get("/dashboard/fragments/rule?rule=1", headers=headers).text)
    assert (answer.status_code, kept(app, filled)) == (204, [expected])
    assert [again.get(name, [""]) for name in ("what", "beside", "since")] == [
        [a_form(**form)[name]] for name in ("what", "beside", "since")
    ]


def test_saving_turns_to_the_list_with_a_toast(client: FlaskClient, filled: Door) -> None:
    assert json.loads(save(client, filled).headers["HX-Trigger"]) == {
        "tandem:toast": {"title": "Saved", "text": "It counts from now on."},
        "tandem:turn": {"page": "rules", "title": "Rules", "fragment": "/dashboard/fragments/rules"},
    }


WRONG: tuple[tuple[dict[str, Any], dict[str, str]], ...] = (
    ({"kind": ""}, {"kind": "Choose one."}),
    ({"kind": "gift"}, {"kind": "Choose one."}),
    ({"what": ""}, {"what": "Choose one."}),
    ({"what": "nonsense"}, {"what": "Choose one."}),
    ({"position": "9"}, {"position": "Must be a whole number from 1 to 3."}),
    ({"kind": "boost", "boost": "much"}, {"factor": "Must be above 1, and 10 at most."}),
    ({"kind": "bury", "bury": "2"}, {"factor": "Must be below 1, and 0.1 at least."}),
    ({"kind": "match", "attribute": ""}, {"attribute": "Choose one."}),
    (
        {"kind": "pair", "what": "category:bags", "beside": ""},
        {"what": "Choose one.", "beside": "Choose one."},
    ),
    ({"kind": "pair", "beside": "product:card"}, {"what": "A product is never suggested beside itself."}),
    ({"channel": ["nowhere"]}, {"channels": "There is no channel 'nowhere'."}),
    ({"since": "soon"}, {"from": "Must be a time like 2026-12-24T18:00:00Z."}),
    ({"since": "2126-02-01T00:00", "until": "2126-01-01T00:00"}, {"until": "Must be after from."}),
)


@pytest.mark.parametrize(("changes", "told"), WRONG, ids=[json.dumps(changes) for changes, _told in WRONG])
def test_a_wrong_field_is_told_beside_it_and_nothing_typed_is_lost(
    app: Flask, client: FlaskClient, filled: Door, changes: dict[str, Any], told: dict[str, str]
) -> None:
    answer = save(client, filled, note="Typed", **changes)

    assert (answer.status_code, messages(answer.text), kept(app, filled)) == (400, told, [])
    assert (typed(answer.text)["note"], "Not saved." in answer.text) == (["Typed"], True)


def test_what_somebody_else_changed_meanwhile_is_told_and_can_be_saved_over(
    app: Flask, client: FlaskClient, ruled: Door
) -> None:
    opened_at = typed(client.get("/dashboard/fragments/rule?rule=3", headers=ruled.headers()).text)[
        "version"
    ][0]
    saved(app, ruled, {"id": "3", "kind": "pin", "what": {"product": "battery"}, "position": 1}, OTHER)

    refused = save(client, ruled, id="3", version=opened_at)
    over = re.findall(r'name="over" value="(\d+)"', refused.text)[0]
    done = save(client, ruled, id="3", version=opened_at, over=over)

    assert "Somebody else saved this rule meanwhile : Suggest Spare battery" in as_read(refused.text)
    assert (refused.status_code, done.status_code, kept(app, ruled)[2].what) == (
        400,
        204,
        Selector("product", "card"),
    )


def test_names_are_shown_as_text_and_never_as_markup(app: Flask, client: FlaskClient, filled: Door) -> None:
    with opened(app, filled) as shop:
        shop.db.conn.execute("update products set name = ? where id = 'card'", ['<b id="x">"Card"'])
    saved(app, filled, {"kind": "pin", "what": {"product": "card"}, "position": 1, "note": "<i>note"})

    pages = [
        client.get(f"/dashboard/fragments/{path}", headers=filled.headers()).text
        for path in ("rules", "rule?rule=1", "rule/search/what?q=card", "rule/search/what?q=<i>")
    ]

    assert [tag for page in pages for tag in ("<b id", "<i>") if tag in page] == []


def test_a_rule_nobody_knows_is_not_found(client: FlaskClient, filled: Door) -> None:
    answers = [
        client.get("/dashboard/fragments/rule?rule=9", headers=filled.headers()),
        post(client, filled, "rules/9/switch", {"enabled": "on"}),
        post(client, filled, "rules/9/remove", {}),
        save(client, filled, id="9", version="1"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4


def test_who_made_a_rule_is_written_down(app: Flask, client: FlaskClient, filled: Door) -> None:
    save(client, filled)

    with opened(app, filled) as shop:
        assert shop.db.conn.execute("select who from changes").fetchall() == [(ME,)]
