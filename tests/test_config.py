from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from plugin.config import READERS, Config, from_environment
from plugin.errors import BadConfig

SECRET = "s" * 40


def test_every_setting_has_a_reader_and_a_word_of_help() -> None:
    assert set(READERS) == {setting.name for setting in fields(Config)}
    assert all(setting.metadata["help"] for setting in fields(Config))


def test_a_missing_secret_key_is_an_error_in_production() -> None:
    with pytest.raises(BadConfig, match="SECRET_KEY is missing"):
        from_environment({})


def test_for_trying_out_a_secret_key_is_made_and_kept(tmp_path: Path) -> None:
    environment = {"PRODUCTION": "0", "DATA_DIR": str(tmp_path)}

    assert from_environment(environment).secret_key == from_environment(environment).secret_key


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"), ("APP_URL", "tandem.example.com"), ("ALLOWED_SALEOR_URLS", "shop.example.com"), ("LOG_LEVEL", "loud"),
        ("MAX_BODY_BYTES", "5 MB"), ("MAX_BODY_BYTES", "10"), ("FORGET_AFTER_DAYS", "-1"), ("PRODUCTION", "perhaps"), ("TRUSTED_PROXIES", "x"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_an_error_that_names_the_variable(name: str, value: str) -> None:
    with pytest.raises(BadConfig, match=name):
        from_environment({"SECRET_KEY": SECRET, name: value})


def test_several_secret_keys_may_be_given() -> None:
    assert from_environment({"SECRET_KEY": f"{SECRET}, {'t' * 40}"}).secret_key == (SECRET, "t" * 40)


@pytest.mark.parametrize(
    ("patterns", "allowed"),
    [
        ("", False),
        ("*", True),
        ("https://*.example.com/graphql/", True),
        ("https://other.com/graphql/", False),
    ],
)
def test_only_listed_saleors_may_install(patterns: str, allowed: bool) -> None:
    config = from_environment({"SECRET_KEY": SECRET, "ALLOWED_SALEOR_URLS": patterns})

    assert config.allows("https://shop.example.com/graphql/") is allowed
