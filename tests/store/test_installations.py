"""The register of installations: SQLite's troubles are ours, and one secret nobody can read is no trouble of the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from plugin.errors import BadConfig, TryAgain
from plugin.store.installations import Register
from tests.conftest import SECRET, an_installation

ONE, OTHER = "https://one.example.com/graphql/", "https://other.example.com/graphql/"
REMOVED_AT = "2026-11-20T00:00:00+00:00"


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    """Of two shops."""
    opened = Register(tmp_path, [SECRET])
    for api_url in (ONE, OTHER):
        opened.keep(an_installation(api_url))
    yield opened
    opened.close()


ASKED: dict[str, Callable[[Register], object]] = {
    "keep": lambda register: register.keep(an_installation(ONE)),
    "by_api_url": lambda register: register.by_api_url(ONE),
    "by_key": lambda register: register.by_key("key"),
    "every": lambda register: register.every(),
    "readable": lambda register: register.readable(),
    "removed": lambda register: register.removed(),
    "keep_jwks": lambda register: register.keep_jwks(ONE, {"keys": []}),
    "keep_version": lambda register: register.keep_version(ONE, "3.23"),
    "set_active": lambda register: register.set_active(ONE, True),
    "remove": lambda register: register.remove(ONE, REMOVED_AT),
    "forgetting": lambda register: register.forgetting(an_installation(ONE)).__enter__(),
    "encrypt_anew": lambda register: register.encrypt_anew(),
}


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
def test_whatever_sqlite_says_is_our_own_trouble(
    register: Register, asked: Callable[[Register], object]
) -> None:
    register.db.conn.execute("drop table installations")

    with pytest.raises(TryAgain, match="register"):
        asked(register)


def test_one_secret_nobody_can_read_hides_no_other_shop(register: Register) -> None:
    register.db.conn.execute("update installations set token = 'lost key' where api_url = ?", [ONE])

    assert [found.api_url for found in register.readable()] == [OTHER]
    with pytest.raises(BadConfig, match="SECRET_KEY"):
        register.every()
    with pytest.raises(BadConfig, match="SECRET_KEY"):
        register.by_api_url(ONE)


def test_only_what_was_removed_then_is_forgotten(register: Register) -> None:
    register.remove(ONE, REMOVED_AT)
    (removed,) = register.removed()

    with register.forgetting(replace(removed, deleted_at="2026-11-19T00:00:00+00:00")) as earlier:
        pass
    with register.forgetting(removed) as now:
        pass

    assert (earlier, now, [found.api_url for found in register.every()]) == (False, True, [OTHER])
    assert (removed.token, removed.buyer_key) == ("", "")
