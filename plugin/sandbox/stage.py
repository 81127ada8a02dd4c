"""The demo's stage: the sandbox Saleor and the app, each on a port of this computer, with data that is thrown away."""

from __future__ import annotations

import logging
import secrets
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from werkzeug.serving import make_server

from plugin.app import create_app
from plugin.config import Config
from plugin.sandbox.demo_shop import demo_shop
from plugin.sandbox.history import write_history
from plugin.sandbox.saleor import SandboxSaleor
from plugin.sandbox.settings import Settings
from plugin.shop import Tandem
from plugin.store.installations import Installation
from plugin.worker import Worker

HOST = "localhost"
PLENTY_PER_MINUTE = 100_000
"""The demo asks more often than a shopper would."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Both, running."""

    saleor: SandboxSaleor
    app: Flask
    app_url: str

    @property
    def tandem(self) -> Tandem:
        """The app apart from the web."""
        found: Tandem = self.app.extensions["tandem"]
        return found

    @property
    def installation(self) -> Installation:
        """The demo shop's."""
        return self.tandem.installed_at(self.saleor.api_url)


@contextmanager
def set_up(orders: int, port: int) -> Iterator[Stage]:
    """Start both; `port` is the app's and the shop takes the next one, or free ones where these are taken (or 0)."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with ExitStack() as after:
        settings = Settings(time_scale=1.0)
        saleor = after.enter_context(SandboxSaleor(demo_shop(), deliver="thread", settings=settings))
        write_history(saleor.kernel, orders, datetime.now(UTC))
        saleor.serve(_free(port and port + 1), HOST)
        folder = after.enter_context(tempfile.TemporaryDirectory(prefix="tandem-demo-"))
        app, url = _serve_app(after, saleor, Path(folder), _free(port))
        yield Stage(saleor, app, url)


def _serve_app(after: ExitStack, saleor: SandboxSaleor, folder: Path, port: int) -> tuple[Flask, str]:
    config = Config(
        secret_key=(secrets.token_hex(32),),
        app_url=f"http://{HOST}:{port}",
        data_dir=folder,
        allowed_saleor_urls=(saleor.api_url,),
        storefront_requests_per_minute=PLENTY_PER_MINUTE,
        import_pause_ms=0,
        production=False,
    )
    app = create_app(config)
    tandem: Tandem = app.extensions["tandem"]
    after.callback(tandem.close)
    worker: Worker = app.extensions["tandem_worker"]
    after.callback(worker.stop)
    server = make_server(HOST, port, app, threaded=True)
    after.callback(server.server_close)
    after.callback(server.shutdown)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return app, config.app_url


def _free(port: int) -> int:
    """This port, or one the system gives when it is taken."""
    for wanted in (port, 0):
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((HOST, wanted))
            except OSError:
                continue
            found: int = trial.getsockname()[1]
            return found
    raise OSError("this computer has no free port")
