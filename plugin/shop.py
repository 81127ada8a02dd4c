"""What every verb is handed: a Shop, its file and its Saleor; and Tandem, which opens them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from sqlite_utils import Database

from plugin.config import Config
from plugin.saleor.gateway import SaleorGateway
from plugin.saleor.manifest import Subscription
from plugin.store.installations import Installation, Register
from plugin.store.open_files import OpenFiles

REMEMBERED_SECONDS = 2.0
"""How long another process' change of an installation may go unnoticed; our own is noticed at once."""


@dataclass(frozen=True, slots=True)
class Shop:
    """One shop, open for one piece of work in one thread."""

    installation: Installation
    db: Database
    open_saleor: Callable[[], SaleorGateway]

    @property
    def saleor(self) -> SaleorGateway:
        """Its Saleor; connected on first use, kept by the thread."""
        return self.open_saleor()


@dataclass(slots=True)
class Tandem:
    """The app apart from the web: configuration, doors to Saleor, the register. One per process.

    `wake` tells the worker that a shop has something to do. `transport` replaces the network (tests).
    """

    config: Config
    subscriptions: tuple[Subscription, ...] = ()
    transport: httpx.BaseTransport | None = None
    wake: Callable[[Installation], None] = lambda _installation: None
    files: OpenFiles = field(default_factory=OpenFiles)
    _remembered: dict[str, tuple[float, Installation]] = field(default_factory=dict)
    _of_thread: threading.local = field(default_factory=threading.local)

    @contextmanager
    def register(self) -> Iterator[Register]:
        """The register of installations, open for one piece of work."""
        register = Register(self.config.data_dir, self.config.secret_key)
        try:
            yield register
        finally:
            register.close()

    def installed_at(self, api_url: str) -> Installation:
        """The installation of that API URL. Raises UnknownShop."""
        return self._recall(api_url, lambda register: register.by_api_url(api_url))

    def installed_as(self, key: str) -> Installation:
        """The installation of that public key. Raises UnknownShop."""
        return self._recall(key, lambda register: register.by_key(key))

    def installations(self) -> list[Installation]:
        """Every installation that was not removed."""
        with self.register() as register:
            return [found for found in register.every() if found.deleted_at is None]

    def changed(self) -> None:
        """An installation changed: look again."""
        self._remembered.clear()

    def address_for(self, installation: Installation) -> str:
        """Where this shop's Saleor reaches us: APP_URL, else the host it was installed from."""
        return self.config.app_url or installation.app_url

    def file_of(self, installation: Installation) -> Path:
        """The shop's SQLite file."""
        return self.config.data_dir / f"shop-{installation.key}.sqlite3"

    @contextmanager
    def shop(self, installation: Installation) -> Iterator[Shop]:
        """The shop, open for one piece of work in this thread."""
        with self.files.opened(self.file_of(installation)) as db:
            yield Shop(installation, db, lambda: self._gateway(installation))

    def close(self) -> None:
        """Close what this thread holds open, and the files that wait."""
        for gateway in vars(self._of_thread).get("gateways", {}).values():
            gateway.close()
        self._of_thread.gateways = {}
        self.files.close()

    def _recall(self, name: str, find: Callable[[Register], Installation]) -> Installation:
        at, found = self._remembered.get(name, (0.0, None))
        if found is None or time.monotonic() - at > REMEMBERED_SECONDS:
            with self.register() as register:
                found = find(register)
            self._remembered[name] = (time.monotonic(), found)
        return found

    def _gateway(self, installation: Installation) -> SaleorGateway:
        gateways: dict[tuple[str, str], SaleorGateway] = vars(self._of_thread).setdefault("gateways", {})
        identity = (installation.api_url, installation.token)
        if identity not in gateways:
            gateways[identity] = SaleorGateway(installation.api_url, installation.token, self.transport)
        return gateways[identity]
