"""Tandem in a process of its own, as a real Saleor reaches it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from plugin.app import create_app
from plugin.config import from_environment
from plugin.jobs import run_due
from plugin.shop import Shop, Tandem
from plugin.store import jobs
from plugin.store.installations import shop_key
from plugin.use_cases.change_preferences import change_preferences

REPOSITORY = Path(__file__).parents[2]

SECRET_KEY = "live-tests-live-tests-live-tests"


@dataclass
class RunningTandem:
    """Started, stopped, killed and started again over the same data."""

    api_url: str
    folder: Path
    record_into: Path | None = None
    port: int = 0
    process: subprocess.Popen[bytes] | None = None
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=10))

    def __post_init__(self) -> None:
        self.port = self.port or free_port()

    @property
    def url(self) -> str:
        """Where it is reached."""
        return f"http://localhost:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """Its settings."""
        return {
            "APP_URL": self.url,
            "DATA_DIR": str(self.folder / "data"),
            "SECRET_KEY": SECRET_KEY,
            "ALLOWED_SALEOR_URLS": self.api_url,
            "STOREFRONT_REQUESTS_PER_MINUTE": "100000",
            "LOG_LEVEL": "INFO",
        }

    def start(self) -> None:
        """Start, and wait until it answers."""
        told = {"BIND": f"127.0.0.1:{self.port}", "ASKED_FILE": str(self.folder / "asked.jsonl")}
        if self.record_into is not None:
            told["RECORD_INTO"] = str(self.record_into)
        with (self.folder / "tandem.log").open("ab") as log:
            self.process = subprocess.Popen(  # our own module
                [sys.executable, "-m", "tests.live.watched"],
                cwd=REPOSITORY,
                env={**os.environ, **self.environment, **told},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + 30
        while not self.is_ready():
            assert time.monotonic() < deadline, (self.folder / "tandem.log").read_text()
            time.sleep(0.1)

    def stop(self) -> None:
        """As a deployment stops it."""
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=40)
        self.process = None

    def kill(self) -> None:
        """As a power cut ends it: nothing is finished."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(timeout=10)
        self.process = None

    def is_ready(self) -> bool:
        """Whether it answers."""
        try:
            return self.http.get(f"{self.url}/ready").status_code == 200
        except httpx.HTTPError:
            return False

    def suggestions(self, channel: str, *variants: str) -> dict[str, Any]:
        """What the storefront endpoint answers for a basket of these variants; product pages show what is popular beside it."""
        asked = {"variants": ",".join(variants), "channel": channel, "placement": "basket"}
        answer = self.http.get(f"{self.url}/storefront/{shop_key(self.api_url)}/suggestions", params=asked)
        document: dict[str, Any] = answer.json()
        return document

    def suggested(self, channel: str, *variants: str) -> list[str]:
        """The variants suggested beside these."""
        return [found["variantId"] for found in self.suggestions(channel, *variants)["suggestions"]]

    def asked(self, operation: str, of: str | None = None) -> list[float]:
        """When it sent that operation (about that object) to Saleor."""
        path = self.folder / "asked.jsonl"
        lines = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
        return [line["at"] for line in lines if line["operation"] == operation and of in (None, line["id"])]

    @contextmanager
    def opened(self) -> Iterator[tuple[Tandem, Shop]]:
        """Its data, opened beside the running process."""
        app = create_app(from_environment(self.environment), work=False)
        tandem: Tandem = app.extensions["tandem"]
        with tandem.shop(tandem.installed_at(self.api_url)) as shop:
            yield tandem, shop
        tandem.close()

    def prefer(self, **changes: object) -> None:
        """The merchant changes preferences."""
        with self.opened() as (_, shop):
            change_preferences(shop, changes, "live tests", datetime.now(UTC))

    def do_now(self, *names: str) -> int:
        """Do this regular work now instead of when its time comes."""
        with self.opened() as (tandem, shop):
            for name in names:
                jobs.write(shop.db, name, name, {}, 0.0)
            return run_due(tandem, shop.installation, names)

    def command(self, *words: str) -> Any:
        """What `tandem … --json` answers."""
        ran = subprocess.run(  # noqa: S603  # our own command
            [sys.executable, "-c", "from plugin.cli import main; main()", *words, "--json"],
            cwd=REPOSITORY, env={**os.environ, **self.environment}, capture_output=True, check=False,
        )  # fmt: skip
        assert ran.stdout, ran.stderr.decode()
        return json.loads(ran.stdout)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])
