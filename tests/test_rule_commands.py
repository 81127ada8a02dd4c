"""tandem rules: JSON in, JSON out, own pairs as CSV; what is wrong is told with its field, and then nothing is kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from plugin.cli import main
from plugin.sandbox.toy_shop import product
from plugin.store import rules
from tests.house import EUROPE, SECRET, House, a_copy

Tandem = Callable[..., Result]


@pytest.fixture
def shop(pattern: House, tmp_path: Path) -> Iterator[House]:
    """A shop whose history is learned; the commands open its files by themselves."""
    house = a_copy(pattern, tmp_path)
    house.tandem.close()
    yield house
    house.close()


@pytest.fixture
def tandem(shop: House) -> Tandem:
    """The command `tandem rules` in the operator's environment."""
    environment = {
        "SECRET_KEY": SECRET,
        "DATA_DIR": str(shop.config.data_dir),
        "ALLOWED_SALEOR_URLS": "*",
    }

    def run(*arguments: str, given: object = None) -> Result:
        text = given if isinstance(given, str) else json.dumps(given)
        return CliRunner().invoke(
            main, ["rules", *arguments], input=text, env=environment, catch_exceptions=False
        )

    return run


def a_draft(**changes: Any) -> dict[str, Any]:
    return {"kind": "exclude", "what": {"product": product("mug")}, **changes}


def whole(**changes: Any) -> dict[str, Any]:
    """The same as it is told once kept."""
    return {
        "id": "1", "version": 1, **a_draft(), "beside": None, "channels": [], "from": None, "until": None, "note": "",
        "enabled": True, **changes,
    }  # fmt: skip


def told(result: Result) -> Any:
    assert (result.exit_code, result.stderr) == (0, "")
    return json.loads(result.stdout)


def problems(result: Result) -> list[tuple[str, str]]:
    assert (result.exit_code, result.stdout) == (1, "")
    return [(problem["field"], problem["message"]) for problem in json.loads(result.stderr)["problems"]]


TABLE = f"""product,with,both,position,from,until,channels
{product("beans")},{product("mug")},yes,1,,2026-12-24T18:00:00Z,{EUROPE}
{product("tea")},{product("pot")},no,,,,
"""


def test_a_rule_from_standard_input_comes_back_as_it_is_kept(tandem: Tandem) -> None:
    assert told(tandem("add", given=a_draft())) == whole()


def test_what_is_listed_can_be_added_again_as_a_change(tandem: Tandem) -> None:
    tandem("add", given=[a_draft(), a_draft(kind="pin", position=1)])
    listed = told(tandem("list", "--kind", "exclude"))

    result = tandem("add", given=[{**listed[0], "note": "ugly"}])

    assert told(result) == [whole(version=3, note="ugly")]


def test_a_rule_is_switched_off_and_on_and_removed(tandem: Tandem, shop: House) -> None:
    tandem("add", given=a_draft())

    found = [told(tandem(command, "1")) for command in ("disable", "enable", "remove")]

    assert found == [whole(version=2, enabled=False), whole(version=3), whole(version=3)]
    assert told(tandem("list")) == []
    with shop.shop() as opened:
        assert {version.who for version in rules.versions(opened.db)} == {"the command line"}


def test_a_rule_is_shown_in_words(tandem: Tandem) -> None:
    tandem("add", given=[a_draft(), a_draft(kind="boost", factor=2)])

    every, second = told(tandem("show")), told(tandem("show", "2"))

    assert [one["words"] for one in every] == ["Never suggest Mug", "Boost Mug by 2"]
    assert (second["status"], second["rule"]["id"], second["warnings"]) == (
        "on", "2", ["It changes nothing: rule 1 always wins (Never suggest Mug)."],
    )  # fmt: skip


def test_all_rules_make_a_round_trip(tandem: Tandem) -> None:
    tandem("add", given=[a_draft(), a_draft(kind="bury", factor=0.5)])
    exported = tandem("export").stdout

    tandem("remove", "1")
    result = tandem("import", given=exported)

    assert [(rule["id"], rule["kind"]) for rule in told(result)] == [("1", "exclude"), ("2", "bury")]
    assert told(tandem("export")) == told(result)


def test_own_pairs_make_a_round_trip_as_csv(tandem: Tandem, tmp_path: Path) -> None:
    file = tmp_path / "pairs.csv"
    file.write_text(TABLE)
    tandem("add", given=a_draft())

    first = told(tandem("import", "--csv", str(file)))
    again = told(tandem("import", "--csv", given=tandem("export", "--csv").stdout))

    assert (tandem("export", "--csv").stdout, again) == (TABLE, first)
    assert [rule["kind"] for rule in told(tandem("list"))] == ["exclude", "pair", "pair"]


def test_every_problem_is_told_with_its_field_and_nothing_is_kept(tandem: Tandem) -> None:
    found = [
        problems(tandem("add", given=a_draft(channels=["mars"], until="soon"))),
        problems(tandem("add", given=[a_draft(), a_draft(kind="pin")])),
        problems(tandem("add", given="[1]")),
        problems(tandem("import", given=[a_draft(), {}])),
        problems(tandem("import", given=a_draft())),
        problems(tandem("import", "--csv", given="product,with\na,a\n")),
    ]

    assert [[field for field, _message in several] for several in found] == [
        ["until", "channels"], ["1.position"], ["0"], ["1.kind"], [""], ["0.with"],
    ]  # fmt: skip
    assert told(tandem("list")) == []


def test_what_is_no_json_and_what_is_no_rule_is_said_plainly(tandem: Tandem) -> None:
    assert "this is no JSON" in tandem("add", given="{").stderr
    assert "there is no rule '7'" in tandem("show", "7").stderr
    assert "there is no rule '7'" in tandem("enable", "7").stderr
