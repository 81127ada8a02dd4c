"""Tandem as the live tests run it: the real app on the real network, with what it asks Saleor written down.

Run as `python -m tests.live.watched`; the environment says the rest (see running_tandem.py).
"""

from __future__ import annotations

import json
import os
import re
import time
from pathlib import Path

import httpx
from flask import Flask

from plugin.app import create_app, log_to_stderr
from plugin.config import from_environment
from plugin.web.server import serve_forever
from tests.live.recording import recording

OPERATION = re.compile(r"\s*(?:query|mutation)\s+(\w+)")


class Watched(httpx.BaseTransport):
    """The network, shared by all threads; one line of JSON per GraphQL operation sent."""

    def __init__(self, asked: Path) -> None:
        self.network = httpx.HTTPTransport()
        self.asked = asked

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Pass on, and note what was asked and when it was answered."""
        response = self.network.handle_request(request)
        body = json.loads(request.read() or b"{}") if request.method == "POST" else {}
        if named := OPERATION.match(body.get("query", "")):
            line = {
                "operation": named[1],
                "id": (body.get("variables") or {}).get("id"),
                "at": time.time(),
                "status": response.status_code,
            }
            with self.asked.open("a") as asked:
                asked.write(json.dumps(line) + "\n")
        return response

    def close(self) -> None:
        """Stays open: every gateway of every thread shares it."""


def watched_app() -> Flask:
    """The app of this process, recording its deliveries where RECORD_INTO says."""
    app = create_app(transport=Watched(Path(os.environ["ASKED_FILE"])))
    if folder := os.environ.get("RECORD_INTO"):
        app.wsgi_app = recording(app.wsgi_app, Path(folder))  # type: ignore[method-assign,assignment]  # Flask's documented way
    return app


if __name__ == "__main__":
    log_to_stderr(from_environment().log_level)
    serve_forever(watched_app, os.environ["BIND"], threads=8, workers=1)
