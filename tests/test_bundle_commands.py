"""tandem bundles: JSON in, JSON out; what is wrong is told with its field, and then nothing is kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from plugin.cli import main
from plugin.sandbox.toy_shop import product, variant
from plugin.store import audits, bundles
from plugin.store.database import writing
from tests.house import EUROPE, SECRET, House, a_copy

Tandem = Callable[..., Result]


@pytest.fixture
def shop(pattern: House, tmp_path: Path) -> Iterator[House]:
    """A shop whose history is learned; the commands open its files by themselves."""
    house = a_copy(pattern, tmp_path)
    house.sweep()
    house.tandem.close()
    yield house
    house.close()


@pytest.fixture
def tandem(shop: House) -> Tandem:
    """The command `tandem bundles` in the operator's environment."""
    environment = {
        "SECRET_KEY": SECRET,
        "DATA_DIR": str(shop.config.data_dir),
        "ALLOWED_SALEOR_URLS": "*",
    }

    def run(*arguments: str, given: object = None) -> Result:
        text = given if isinstance(given, str) else json.dumps(given)
        return CliRunner().invoke(
            main, ["bundles", *arguments], input=text, env=environment, catch_exceptions=False
        )

    return run


def a_draft(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Coffee set",
        "members": [{"product": product("beans")}, {"variant": variant("mug"), "quantity": 2}],
        "rule": {"kind": "percent", "percent": "10"},
        "channels": [EUROPE],
        **changes,
    }


def whole(**changes: Any) -> dict[str, Any]:
    """The same as it is told once kept."""
    draft = a_draft()
    return {
        "id": "1", "version": 1, "state": "draft", "name": "Coffee set", "translations": {},
        "members": [{"product": product("beans"), "quantity": 1}, draft["members"][1]], "rule": draft["rule"],
        "channels": [EUROPE], "starts": None, "ends": None, "mostSets": None, "vouchers": "stack", **changes,
    }  # fmt: skip


def problems(result: Result) -> list[tuple[str, str]]:
    assert (result.exit_code, result.stdout) == (1, "")
    return [(problem["field"], problem["message"]) for problem in json.loads(result.stderr)["problems"]]


def test_one_bundle_from_standard_input_comes_back_as_it_is_kept(tandem: Tandem) -> None:
    result = tandem("add", given=a_draft())

    assert (result.exit_code, json.loads(result.stdout)) == (0, whole())


def test_several_from_a_file_come_back_as_an_array(tandem: Tandem, tmp_path: Path) -> None:
    file = tmp_path / "bundles.json"
    file.write_text(json.dumps([a_draft(), a_draft(name="Other set", state="active")]))

    result = tandem("add", str(file))

    assert json.loads(result.stdout) == [whole(), whole(id="2", name="Other set", state="active")]


def test_what_is_listed_can_be_added_again_as_a_change(tandem: Tandem) -> None:
    tandem("add", given=a_draft())
    (listed,) = json.loads(tandem("list").stdout)

    result = tandem("add", given={**listed, "name": "Better set"})

    assert json.loads(result.stdout) == whole(version=2, name="Better set")


def test_the_list_is_newest_first_and_can_be_of_one_state(tandem: Tandem) -> None:
    tandem("add", given=[a_draft(), a_draft(state="active"), a_draft(state="paused")])

    every, active = json.loads(tandem("list").stdout), json.loads(tandem("list", "--state", "active").stdout)

    assert ([one["id"] for one in every], [one["id"] for one in active]) == (["3", "2", "1"], ["2"])


def test_who_changed_it_is_written_down(shop: House, tandem: Tandem) -> None:
    tandem("add", given=a_draft())
    tandem("activate", "1")

    with shop.shop() as opened:
        assert [version.who for version in bundles.versions(opened.db, 1)] == ["the command line"] * 2


def test_a_bundle_is_activated_and_paused(tandem: Tandem) -> None:
    tandem("add", given=a_draft())

    told = [json.loads(tandem(*command).stdout) for command in (("activate", "1"), ("pause", "1"))]

    assert told == [whole(version=2, state="active"), whole(version=3, state="paused")]


def test_every_problem_is_told_with_its_field(tandem: Tandem) -> None:
    result = tandem("add", given=a_draft(name="", channels=["nowhere"], ends="soon"))

    assert problems(result) == [
        ("channels", "there is no channel 'nowhere'"),
        ("ends", "must be a time like 2026-12-24T18:00:00Z"),
        ("name", "must not be empty"),
    ]


def test_of_several_with_one_wrong_none_is_kept(tandem: Tandem) -> None:
    result = tandem(
        "add", given=[a_draft(), a_draft(rule={"kind": "percent", "percent": "200"}), "no bundle"]
    )

    assert problems(result) == [
        ("1.rule.percent", "must be above 0 and below 100, with two decimals at most")
    ]
    assert json.loads(tandem("list").stdout) == []


@pytest.mark.parametrize(
    ("given", "field"), [("7", ""), ([1], "0"), ([[]], "0"), ('"text"', "")], ids=["7", "[1]", "[[]]", "text"]
)
def test_what_is_no_bundle_is_refused(tandem: Tandem, given: object, field: str) -> None:
    assert problems(tandem("add", given=given)) == [(field, "must be a JSON object")]


def test_what_is_no_json_is_refused_in_one_sentence(tandem: Tandem) -> None:
    result = tandem("add", given="{nothing")

    assert (result.exit_code, result.stderr.startswith("Error: this is no JSON: ")) == (1, True)


def test_an_old_version_is_refused(tandem: Tandem) -> None:
    tandem("add", given=a_draft())
    tandem("activate", "1")

    result = tandem("add", given=whole(name="Late"))

    assert problems(result) == [("version", "somebody changed this bundle meanwhile; it is at version 2")]


@pytest.mark.parametrize("command", ["activate", "pause"])
def test_a_bundle_that_does_not_exist_is_said_in_one_sentence(tandem: Tandem, command: str) -> None:
    result = tandem(command, "7")

    assert (result.exit_code, result.stderr) == (1, "Error: there is no bundle '7'\n")


def test_the_shop_may_be_left_out_when_there_is_only_one(shop: House, tandem: Tandem) -> None:
    named, unknown = (
        tandem("list", "--shop", shop.sandbox.api_url),
        tandem("list", "--shop", "https://stranger/"),
    )

    assert (named.exit_code, unknown.exit_code) == (0, 1)
    assert unknown.stderr.startswith("Error: Tandem is not installed there")


def test_the_audit_tells_what_leaked(shop: House, tandem: Tandem) -> None:
    now = datetime.now(UTC)
    with shop.shop() as opened, writing(opened.db):
        for order, days, given, leaked in (
            ("order 1", 1, 3_000, 0),
            ("order 2", 2, 1_000, 1_000),
            ("old", 40, 9, 9),
        ):
            at = (now - timedelta(days=days)).isoformat(timespec="seconds")
            audits.keep(
                opened.db, audits.Audit(order, at, "gone", "EUR", given, leaked, [{"variant": "beans"}])
            )

    told = json.loads(tandem("audit").stdout)

    assert told["currencies"] == [
        {"currency": "EUR", "orders": 2, "leaks": 1, "given": "40.00", "leaked": "10.00", "leakageRate": 0.25}
    ]
    assert [(leak["order"], leak["leaked"], leak["details"]) for leak in told["leaks"]] == [
        ("order 2", "10.00", [{"variant": "beans"}])
    ]
    assert len(json.loads(tandem("audit", "--days", "60").stdout)["leaks"]) == 2


def test_a_proposal_is_told_and_made_into_a_draft(tandem: Tandem) -> None:
    proposed = json.loads(tandem("propose").stdout)

    made = json.loads(tandem("propose", "--draft", "1").stdout)

    first = proposed[0]
    assert (first["number"], made["state"]) == (1, "draft")
    assert {node["product"] for node in made["members"]} == {node["id"] for node in first["products"]}


def test_a_proposal_that_does_not_exist_is_said_in_one_sentence(tandem: Tandem) -> None:
    result = tandem("propose", "--draft", "99")

    assert (result.exit_code, result.stderr) == (1, "Error: there is no proposal '99'\n")
