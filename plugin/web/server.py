"""gunicorn, started from our own command: threads, because the work is SQLite and waiting for Saleor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

GRACEFUL_SECONDS = 20
"""A little longer than Saleor waits for an answer."""


class Server(BaseApplication):
    """gunicorn without a configuration file."""

    def __init__(self, make_app: Callable[[], Flask], settings: dict[str, Any]) -> None:
        self.make_app = make_app
        self.settings = settings
        super().__init__()

    def load_config(self) -> None:
        """gunicorn asks for its settings."""
        for name, value in self.settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:  # type: ignore[override]  # the stubs want a bare callable; a Flask app is one
        """gunicorn asks for the app, in each process after the fork: so each has its own worker threads."""
        return self.make_app()


def serve_forever(make_app: Callable[[], Flask], bind: str, threads: int, workers: int) -> None:
    """Serve until told to stop."""
    settings = {
        "bind": bind, "threads": threads, "workers": workers, "worker_class": "gthread", "accesslog": None,
        "graceful_timeout": GRACEFUL_SECONDS, "timeout": 60, "keepalive": 5, "proc_name": "tandem",
        "control_socket_disable": True,
    }  # fmt: skip
    Server(make_app, settings).run()
