"""Which shops installed us: API URL, app id, token, keys. A file of its own; secrets are encrypted in it."""

from __future__ import annotations

import json
import logging
import sqlite3
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlite_utils import Database, Migrations

from plugin.errors import BadConfig, TryAgain, UnknownShop
from plugin.store.database import open_file, writing

log = logging.getLogger(__name__)

migrations = Migrations("tandem_installations")


@migrations()
def create_installations(db: Database) -> None:
    db.executescript("""
        create table installations (
            api_url text primary key, key text not null unique, app_id text not null, token blob not null, buyer_key blob not null,
            jwks text not null, saleor_version text not null default '', name text not null default '', app_url text not null default '',
            active integer not null default 1, installed_at text not null, deleted_at text
        ) without rowid;
    """)


@dataclass(frozen=True, slots=True)
class Installation:
    """One shop that installed us. `token` and `buyer_key` are secrets: never log, never send."""

    api_url: str
    key: str
    app_id: str
    token: str
    buyer_key: str
    jwks: dict[str, Any]
    saleor_version: str
    name: str
    app_url: str
    active: bool
    installed_at: str
    deleted_at: str | None

    def __repr__(self) -> str:
        return f"Installation({self.api_url!r}, app_id={self.app_id!r})"


KEEP = """
insert into installations (api_url, key, app_id, token, buyer_key, jwks, saleor_version, name, app_url, active, installed_at)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?)
on conflict (api_url) do update set app_id = excluded.app_id, token = excluded.token, jwks = excluded.jwks,
    saleor_version = excluded.saleor_version, name = excluded.name, app_url = excluded.app_url, active = 1,
    installed_at = excluded.installed_at, deleted_at = null
"""

COLUMNS = "api_url, key, app_id, token, buyer_key, jwks, saleor_version, name, app_url, active, installed_at, deleted_at"


def shop_key(api_url: str) -> str:
    """The public name of a shop in URLs and file names."""
    return sha256(api_url.encode()).hexdigest()[:16]


class Register:
    """The file of installations, open for one piece of work. Whatever SQLite says in it is our own trouble: TryAgain."""

    def __init__(self, data_dir: Path, secret_keys: Sequence[str]) -> None:
        self.db = open_file(data_dir / "installations.sqlite3", migrations)
        self.cipher = MultiFernet([Fernet(_fernet_key(key)) for key in secret_keys])

    def keep(self, found: Installation) -> None:
        """Remember an installation; a reinstalled shop keeps its buyer key, so that buyers stay the same."""
        values = [
            found.api_url, found.key, found.app_id, self.cipher.encrypt(found.token.encode()),
            self.cipher.encrypt((found.buyer_key or token_hex(32)).encode()), json.dumps(found.jwks),
            found.saleor_version, found.name, found.app_url, found.installed_at,
        ]  # fmt: skip
        self._write(KEEP, values)

    def by_api_url(self, api_url: str) -> Installation:
        """Raises UnknownShop when there is none, or it was removed."""
        return self._one("api_url = ? and deleted_at is null", api_url)

    def by_key(self, key: str) -> Installation:
        """Raises UnknownShop when there is none, or it was removed."""
        return self._one("key = ? and deleted_at is null", key)

    def every(self) -> list[Installation]:
        """All of them, removed ones too. Raises BadConfig when one cannot be decrypted."""
        return [self._installation(row) for row in self._rows("order by api_url")]

    def readable(self) -> list[Installation]:
        """All that can be decrypted, removed ones too: one that cannot must not stop the work for the others."""
        found = []
        for row in self._rows("order by api_url"):
            try:
                found.append(self._installation(row))
            except (BadConfig, ValueError) as error:
                log.warning("installation %s: %s", row[0], error)
        return found

    def removed(self) -> list[Installation]:
        """The removed ones, without their secrets: what nobody can decrypt any more is forgotten like the others."""
        rows = self._rows("where deleted_at is not null order by api_url")
        return [_told(row, token="", buyer_key="", jwks={}) for row in rows]

    def keep_jwks(self, api_url: str, jwks: dict[str, Any]) -> None:
        """Saleor's newest signing keys."""
        self._write("update installations set jwks = ? where api_url = ?", [json.dumps(jwks), api_url])

    def keep_version(self, api_url: str, version: str) -> None:
        """The Saleor version seen last."""
        self._write("update installations set saleor_version = ? where api_url = ?", [version, api_url])

    def set_active(self, api_url: str, active: bool) -> None:
        """Whether the merchant has the app switched on."""
        self._write("update installations set active = ? where api_url = ?", [active, api_url])

    def remove(self, api_url: str, at: str) -> None:
        """Mark as removed; the data waits for its grace period."""
        self._write("update installations set deleted_at = ?, active = 0 where api_url = ?", [at, api_url])

    @contextmanager
    def forgetting(self, removed: Installation) -> Iterator[bool]:
        """Drop it for good, its secrets with it; False when it was installed again meanwhile, and stays.

        Until the block ends nobody can install it: what belongs to it can go without hitting a successor's.
        """
        with self._border(), writing(self.db):
            gone = self._write(
                "delete from installations where api_url = ? and deleted_at = ?",
                [removed.api_url, removed.deleted_at],
            )
            yield gone == 1

    def encrypt_anew(self) -> int:
        """Rewrite every secret with the first key; afterwards the older keys can be dropped. Returns how many shops."""
        for found in self.every():
            token, buyer_key = (
                self.cipher.encrypt(found.token.encode()),
                self.cipher.encrypt(found.buyer_key.encode()),
            )
            self._write(
                "update installations set token = ?, buyer_key = ? where api_url = ?",
                [token, buyer_key, found.api_url],
            )
        return len(self.every())

    def close(self) -> None:
        """Close the file."""
        self.db.close()

    def _one(self, where: str, value: str) -> Installation:
        for row in self._rows(f"where {where}", value):
            return self._installation(row)
        raise UnknownShop("Tandem is not installed there")

    def _rows(self, which: str, *values: str) -> list[Sequence[Any]]:
        with self._border():
            return self.db.conn.execute(f"select {COLUMNS} from installations {which}", values).fetchall()  # noqa: S608  # constants

    def _write(self, statement: str, values: Sequence[Any]) -> int:
        """How many rows it changed."""
        with self._border():
            return self.db.conn.execute(statement, values).rowcount

    @contextmanager
    def _border(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise TryAgain(f"the register of installations: {error}") from error

    def _installation(self, row: Sequence[Any]) -> Installation:
        try:
            token, buyer_key = (self.cipher.decrypt(secret).decode() for secret in row[3:5])
        except InvalidToken as error:
            raise BadConfig(
                "SECRET_KEY cannot decrypt what is stored: give the key it was encrypted with as well"
            ) from error
        return _told(row, token, buyer_key, json.loads(row[5]))


def _told(row: Sequence[Any], token: str, buyer_key: str, jwks: dict[str, Any]) -> Installation:
    return Installation(
        api_url=row[0], key=row[1], app_id=row[2], token=token, buyer_key=buyer_key, jwks=jwks, saleor_version=row[6],
        name=row[7], app_url=row[8], active=bool(row[9]), installed_at=row[10], deleted_at=row[11],
    )  # fmt: skip


def _fernet_key(secret: str) -> bytes:
    return urlsafe_b64encode(sha256(f"tandem token {secret}".encode()).digest())
