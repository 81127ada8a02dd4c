"""Apps, their webhooks and their deliveries, and who is asking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is asking: nobody, a person or an app, and what they may do."""

    kind: str = "anonymous"
    """anonymous, user or app."""
    id: str | None = None
    permissions: frozenset[str] = frozenset()
    is_staff: bool = False

    @property
    def is_known(self) -> bool:
        """Staff and apps see what shoppers do not."""
        return self.kind == "app" or self.is_staff


ANONYMOUS = Principal()


@dataclass(frozen=True, slots=True)
class User:
    """A person: staff or a buyer with an account."""

    id: str
    email: str
    first_name: str = ""
    last_name: str = ""
    is_staff: bool = False
    is_active: bool = True
    password: str = ""
    permissions: frozenset[str] = frozenset()
    metadata: Mapping[str, str] = field(default_factory=dict)
    private_metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def principal(self) -> Principal:
        """This person asking."""
        return Principal("user", self.id, self.permissions, self.is_staff)


@dataclass(frozen=True, slots=True)
class AppExtension:
    """A place in the Dashboard an app fills."""

    id: str
    app_id: str
    label: str
    url: str
    mount_name: str
    target_name: str
    permissions: tuple[str, ...] = ()
    settings: Mapping[str, object] = field(default_factory=dict)
    identifier: str | None = None


@dataclass(frozen=True, slots=True)
class App:
    """An installed app."""

    id: str
    identifier: str
    name: str
    token: str
    permissions: frozenset[str]
    created: datetime
    is_active: bool = True
    version: str = ""
    about_app: str | None = None
    author: str | None = None
    app_url: str | None = None
    manifest_url: str | None = None
    homepage_url: str | None = None
    support_url: str | None = None
    data_privacy_url: str | None = None
    audience: str | None = None
    extensions: tuple[AppExtension, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    private_metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def principal(self) -> Principal:
        """This app asking with its token."""
        return Principal("app", self.id, self.permissions)


@dataclass(frozen=True, slots=True)
class AppProblem:
    """Something an app tells the merchant about itself."""

    id: str
    app_id: str
    key: str
    message: str
    created_at: datetime
    updated_at: datetime
    count: int = 1
    is_critical: bool = False
    dismissed_by: Principal | None = None


@dataclass(frozen=True, slots=True)
class AppInstallation:
    """An installation under way or failed; it vanishes when it succeeds."""

    id: str
    app_name: str
    manifest_url: str
    permissions: frozenset[str]
    activate: bool
    created_at: datetime
    updated_at: datetime
    status: str = "PENDING"
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Webhook:
    """Which events an app wants to be told, where, and with which words."""

    id: str
    app_id: str
    name: str
    target_url: str
    events: tuple[str, ...]
    subscription_query: str
    sync_events: tuple[str, ...] = ()
    is_active: bool = True
    identifier: str | None = None
    custom_headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to deliver."""

    id: str
    created_at: datetime
    status: str
    response_status_code: int | None
    response: str
    duration: float


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way to one webhook."""

    id: str
    webhook_id: str
    event_type: str
    created_at: datetime
    payload: bytes
    signature: str
    status: str = "PENDING"
    attempts: tuple[Attempt, ...] = ()
