"""The environment, read once into a frozen Config. A wrong value is an error with the variable's name, never a default."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit

from plugin.errors import BadConfig

SHORTEST_SECRET = 32
"""Characters of a SECRET_KEY: 32 random ones are beyond guessing."""

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


@dataclass(frozen=True, slots=True)
class Config:
    """What the operator decides. Every field is one environment variable of the same name in capitals."""

    secret_key: tuple[str, ...] = field(
        metadata={
            "help": "Encrypts Saleor's tokens at rest. Several, comma-separated: the first encrypts, all decrypt."
        }
    )
    app_url: str = field(
        default="",
        metadata={
            "help": "Public https URL of this app; empty: taken from the request that fetches the manifest."
        },
    )
    data_dir: Path = field(
        default=Path("data"),
        metadata={"help": "Folder of the SQLite files: one per shop and the register of installations."},
    )
    allowed_saleor_urls: tuple[str, ...] = field(
        default=(),
        metadata={
            "help": "Saleor API URLs that may install the app, comma-separated; * stands for any characters. Empty: none."
        },
    )
    dashboard_origins: tuple[str, ...] = field(
        default=("*",),
        metadata={"help": "Origins whose pages may frame the app's pages (CSP frame-ancestors)."},
    )
    log_level: str = field(default="INFO", metadata={"help": "DEBUG, INFO, WARNING or ERROR."})
    max_body_bytes: int = field(
        default=5_000_000, metadata={"help": "Largest webhook body accepted; larger ones get 413."}
    )
    storefront_requests_per_minute: int = field(
        default=240,
        metadata={"help": "Storefront requests one address may make per minute; beyond: 429."},
    )
    forget_after_days: int = field(
        default=7, metadata={"help": "Days a shop's data outlives the app's removal; 0 removes it at once."}
    )
    import_pause_ms: int = field(
        default=50,
        metadata={"help": "Pause between two pages of the history import, so that Saleor keeps its breath."},
    )
    guard_ms: int = field(
        default=1_500,
        metadata={"help": "How long the guard may hold the completion of a checkout; then it lets it go on."},
    )
    trusted_proxies: int = field(
        default=0, metadata={"help": "Reverse proxies in front whose X-Forwarded-* headers are believed."}
    )
    production: bool = field(
        default=True, metadata={"help": "0 only for trying out: permits a generated SECRET_KEY."}
    )

    def allows(self, saleor_api_url: str) -> bool:
        """Whether this Saleor may install the app. Patterns match the whole URL."""
        return any(_matches(saleor_api_url, pattern) for pattern in self.allowed_saleor_urls)


def _matches(url: str, pattern: str) -> bool:
    """`*` alone is any URL. In the host it stands for letters, digits, dots and hyphens only: evil.com/.example.com is no host."""
    if pattern == "*":
        return url.startswith(("http://", "https://"))
    found = re.fullmatch(r"(https?://)([^/]*)(/.*)", pattern)
    if found is None:
        return url == pattern
    scheme, host, path = map(re.escape, found.groups())
    allowed = scheme + host.replace(r"\*", "[A-Za-z0-9.-]*") + path.replace(r"\*", "[^?#]*")
    return re.fullmatch(allowed, url) is not None


def from_environment(environment: Mapping[str, str] = os.environ) -> Config:
    """Read and check every variable.

    Raises:
        BadConfig: a value is missing or wrong; the message names the variable and says what would be right.
    """
    known = {setting.name: environment.get(setting.name.upper(), "").strip() for setting in fields(Config)}
    given = {name: READERS[name](name.upper(), text) for name, text in known.items() if text}
    production = bool(given.get("production", True))
    if "secret_key" not in given:
        if production:
            raise BadConfig("SECRET_KEY is missing: set it to 32 or more random characters and keep it")
        given["secret_key"] = (_generated_secret(Path(str(given.get("data_dir", "data")))),)
    return Config(**given)  # type: ignore[arg-type]  # READERS has one reader per field, tested


def _generated_secret(data_dir: Path) -> str:
    """A key for trying out, kept beside the data so that a restart can still read it."""
    kept = data_dir / "trial-secret-key"
    if not kept.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(os.urandom(32).hex())
    return kept.read_text()


def _secrets(name: str, text: str) -> tuple[str, ...]:
    keys = _list(name, text)
    if any(len(key) < SHORTEST_SECRET for key in keys):
        raise BadConfig(f"{name}: every key needs at least {SHORTEST_SECRET} characters")
    return keys


def _list(_name: str, text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _url(name: str, text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise BadConfig(f"{name}: {text!r} is not a URL such as https://tandem.example.com")
    return text.rstrip("/")


def _saleor_urls(name: str, text: str) -> tuple[str, ...]:
    urls = _list(name, text)
    for url in urls:
        if url != "*" and not re.match(r"^https?://[^/]+/.*", url):
            raise BadConfig(
                f"{name}: {url!r} is not a Saleor API URL such as https://shop.example.com/graphql/"
            )
    return urls


def _whole(least: int) -> Callable[[str, str], int]:
    def read(name: str, text: str) -> int:
        if not re.fullmatch(r"\d{1,12}", text) or int(text) < least:
            raise BadConfig(f"{name}: {text!r} is not a whole number of at least {least}")
        return int(text)

    return read


def _level(name: str, text: str) -> str:
    if text.upper() not in LOG_LEVELS:
        raise BadConfig(f"{name}: {text!r} is not one of {', '.join(LOG_LEVELS)}")
    return text.upper()


def _yes_or_no(name: str, text: str) -> bool:
    answers = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    if text.lower() not in answers:
        raise BadConfig(f"{name}: {text!r} is neither 1 nor 0")
    return answers[text.lower()]


READERS: Mapping[str, Callable[[str, str], object]] = {
    "secret_key": _secrets,
    "app_url": _url,
    "data_dir": lambda _name, text: Path(text),
    "allowed_saleor_urls": _saleor_urls,
    "dashboard_origins": _list,
    "log_level": _level,
    "max_body_bytes": _whole(1_000),
    "storefront_requests_per_minute": _whole(1),
    "forget_after_days": _whole(0),
    "import_pause_ms": _whole(0),
    "guard_ms": _whole(100),
    "trusted_proxies": _whole(0),
    "production": _yes_or_no,
}
