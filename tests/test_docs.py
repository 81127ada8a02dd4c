"""The README is always true: whatever can be used is named in it."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from plugin.cli import main
from plugin.config import Config
from plugin.saleor import manifest
from plugin.suggestions import KINDS
from plugin.suggestions.preferences import Preferences
from plugin.use_cases import plan_work
from webhooks import EVENTS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()


def missing(names: list[str]) -> list[str]:
    return [name for name in names if f"`{name}`" not in README]


def test_every_command_is_in_the_readme() -> None:
    assert missing([f"tandem {name}" for name in main.commands]) == []


def test_every_option_of_a_command_is_in_the_readme() -> None:
    options = {
        option.opts[0]
        for command in main.commands.values()
        for option in command.params
        if option.opts[0].startswith("--")
    }

    assert [option for option in sorted(options) if option not in README] == []


def test_every_setting_is_in_the_readme() -> None:
    assert missing([setting.name.upper() for setting in fields(Config)]) == []


def test_every_preference_is_in_the_readme() -> None:
    assert missing([preference.name for preference in fields(Preferences)]) == []


def test_every_event_is_in_the_readme() -> None:
    assert missing([event.name for event in EVENTS]) == []


def test_every_kind_is_in_the_readme() -> None:
    assert missing([kind.name for kind in KINDS]) == []


def test_every_job_is_in_the_readme() -> None:
    assert missing([*plan_work.QUICK, *plan_work.LONG]) == []


def test_every_permission_is_in_the_readme() -> None:
    assert missing(manifest.card()["permissions"]) == []


def test_every_make_target_is_in_the_readme() -> None:
    targets = [
        line.split(":")[0]
        for line in (ROOT / "Makefile").read_text().splitlines()
        if ":  ##" in line or ") ## " in line
    ]

    assert missing([f"make {target}" for target in targets]) == []


def test_every_picture_in_the_readme_is_there() -> None:
    pictures = [
        part.split(")")[0] for part in README.split("](")[1:] if part.split(")")[0].endswith((".png", ".svg"))
    ]

    assert [picture for picture in pictures if not (ROOT / picture).exists()] == []


def test_the_manifest_and_the_package_have_one_version() -> None:
    assert f'version = "{manifest.card()["version"]}"' in (ROOT / "pyproject.toml").read_text()
