"""tandem rebuild at the terminal: counts anew, tells what it did, and says in words what is missing."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from plugin.cli import main
from tests.builders import counts_of
from tests.house import EUROPE, SECRET, House, a_copy
from tests.use_cases.test_rebuild_counts import an_export

Rebuild = Callable[..., Result]


@pytest.fixture
def shop(pattern: House, tmp_path: Path) -> Iterator[House]:
    """A shop whose history is learned; the commands open its files by themselves."""
    house = a_copy(pattern, tmp_path)
    house.tandem.close()
    yield house
    house.close()


@pytest.fixture
def rebuild(shop: House, tmp_path: Path) -> Rebuild:
    """The command `tandem rebuild` in the operator's environment."""
    environment = {
        "SECRET_KEY": SECRET,
        "DATA_DIR": str(shop.config.data_dir),
        "ALLOWED_SALEOR_URLS": "*",
    }
    scratch = tmp_path / "scratch"
    scratch.mkdir()

    def run(*arguments: str) -> Result:
        asked = ["rebuild", "--scratch", str(scratch), *arguments]
        result = CliRunner().invoke(main, asked, env=environment, catch_exceptions=False)
        assert list(scratch.iterdir()) == []
        return result

    return run


def counted(shop: House) -> object:
    with shop.tandem.shop(shop.installation) as opened:
        found = counts_of(opened.db)
    shop.tandem.close()
    return found


@pytest.mark.parametrize("engine", ["sqlite", "duckdb"])
def test_counting_anew_changes_nothing_that_was_right(shop: House, rebuild: Rebuild, engine: str) -> None:
    before = counted(shop)

    result = rebuild("--engine", engine, "--json")

    assert (result.exit_code, counted(shop)) == (0, before)
    told = json.loads(result.stdout)
    assert (told["engine"], told["orders"] > 0, told["until"]) == (engine, True, None)


def test_what_was_done_is_told_to_people(rebuild: Rebuild) -> None:
    result = rebuild()

    assert [words for words in ("orders counted", "pairs", "putting them in place") if words in result.stdout] == [
        "orders counted", "pairs", "putting them in place",
    ]  # fmt: skip


def test_an_export_beside_kept_orders_needs_a_word(shop: House, rebuild: Rebuild, tmp_path: Path) -> None:
    before = counted(shop)

    result = rebuild("--from", str(an_export(tmp_path)))

    assert (result.exit_code, "--replace" in result.stderr, counted(shop)) == (1, True, before)


def test_an_export_of_another_age_replaces_what_was_counted(
    shop: House, rebuild: Rebuild, tmp_path: Path
) -> None:
    told = ["--from", str(an_export(tmp_path)), "--replace", "--channel", EUROPE, "--json"]

    result = rebuild(*told)

    assert (result.exit_code, json.loads(result.stdout)["orders"]) == (0, 10), result.stderr


@pytest.mark.parametrize(("engine", "module"), [("duckdb", "duckdb"), ("spark", "pyspark.sql")])
def test_a_missing_extra_is_named(
    shop: House, rebuild: Rebuild, monkeypatch: pytest.MonkeyPatch, engine: str, module: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)

    result = rebuild("--engine", engine)

    assert (result.exit_code, f"pip install 'tandem-for-saleor[{engine}]'" in result.stderr) == (1, True)


def test_a_missing_java_is_named(rebuild: Rebuild, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)

    result = rebuild("--engine", "spark")

    assert (result.exit_code, "Java 17" in result.stderr) == (1, True)


def test_a_cluster_needs_a_folder_for_all(rebuild: Rebuild) -> None:
    result = rebuild("--engine", "spark", "--master", "yarn", "--scratch", "")

    assert (result.exit_code, "--scratch" in result.stderr) == (1, True)


def test_an_amount_of_memory_that_is_none_is_refused(rebuild: Rebuild) -> None:
    result = rebuild("--memory", "much")

    assert (result.exit_code, "512m or 4g" in result.stderr) == (1, True)
