"""The middle of the sandbox Saleor: its state, its clock, its lock, and what fires when something changed."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Protocol

from plugin.sandbox.app_facts import ANONYMOUS, App, Principal, Webhook
from plugin.sandbox.events import Fired
from plugin.sandbox.ids import global_id, random_key
from plugin.sandbox.keys import SigningKeys
from plugin.sandbox.pages import Listing
from plugin.sandbox.settings import Settings
from plugin.sandbox.state import State

Clock = Callable[[], datetime]

NUMBERED = frozenset({"App", "AppInstallation", "AppExtension", "Webhook", "EventDelivery", "User"})
"""Types whose ids count up; the others have a UUID."""


def real_time() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


class Dispatcher(Protocol):
    """Takes events once the change that fired them is complete."""

    def dispatch(self, fired: list[Fired]) -> None:
        """Deliver them, now or later."""


class Caller(Protocol):
    """Asks apps something and waits for their answers."""

    def call(self, fired: Fired) -> list[object]:
        """The JSON each of them answered; nothing of those that failed."""


class _Change(threading.local):
    """What one thread is in the middle of."""

    depth = 0
    by: Principal = ANONYMOUS

    def __init__(self) -> None:
        self.fired: list[Fired] = []


class Kernel:
    """Held open for the life of a sandbox; the verbs in *_desk.py work on it."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.state = State()
        self.settings: Settings = settings
        self.clock = clock
        self.dice = random.Random(settings.seed)  # noqa: S311  # ids of a toy
        self.keys = SigningKeys()
        self.origin = ""
        self.lock = threading.RLock()
        self.fired: list[Fired] = []
        """Every event so far, delivered or not, oldest first."""
        self.outbox: Dispatcher | None = None
        self.sync: Caller | None = None
        self.listings: dict[tuple[object, ...], Listing] = {}
        """Sorted orders, kept while none changes."""
        self._change = _Change()
        self._numbers: dict[str, int] = {}

    @property
    def api_url(self) -> str:
        """Where the GraphQL API is; also the issuer of tokens."""
        return f"{self.origin}/graphql/"

    def new_id(self, kind: str) -> str:
        """A fresh global id."""
        if kind not in NUMBERED:
            return global_id(kind, random_key(self.dice))
        self._numbers[kind] = self._numbers.get(kind, 0) + 1
        return global_id(kind, self._numbers[kind])

    @contextmanager
    def change(self, by: Principal | None = None) -> Iterator[None]:
        """One change at a time. Events leave when the outermost change is complete and the lock is free,
        so that a receiver may call back at once."""
        change = self._change
        outer_by, already = change.by, len(change.fired)
        with self.lock:
            change.depth += 1
            change.by = by or change.by
            try:
                yield
            except BaseException:
                del change.fired[already:]
                raise
            finally:
                change.depth -= 1
                change.by = outer_by
        if not change.depth:
            fired, change.fired = change.fired, []
            self.fired += fired
            if fired and self.outbox:
                self.outbox.dispatch(fired)

    def ask_apps(self, name: str, by: Principal, **about: object) -> list[object]:
        """A synchronous webhook; called outside a change, since apps call back before they answer."""
        return self.sync.call(Fired(name, by, about)) if self.sync else []

    def fire(self, name: str, to: tuple[tuple[App, Webhook], ...] | None = None, **about: object) -> None:
        """Something happened to `about`; called inside a change."""
        self._change.fired.append(Fired(name, self._change.by, about, to))
