"""Write down the deliveries Saleor makes, exactly as they came: middleware around the app."""

from __future__ import annotations

import base64
import io
import json
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HEADERS = (
    "Saleor-Api-Url",
    "Saleor-Event",
    "Saleor-Signature",
    "Saleor-Domain",
    "Content-Type",
    "User-Agent",
)


def recording(app: WSGIApplication, folder: Path) -> WSGIApplication:
    """The app, with one JSON file in `folder` per webhook delivery it gets: <time>-<event>.json."""
    folder.mkdir(parents=True, exist_ok=True)

    def recorded(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith("/api/webhooks/"):
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            environ["wsgi.input"] = io.BytesIO(body)
            event = environ["PATH_INFO"].rsplit("/", 1)[1]
            path = folder / f"{time.time_ns()}-{event}.json"
            path.write_text(json.dumps(_delivery(event, environ, body), indent=1) + "\n")
        return app(environ, start_response)

    return recorded


def _delivery(event: str, environ: WSGIEnvironment, body: bytes) -> dict[str, object]:
    """Event, headers that matter, and the raw body: signatures are made over bytes, not over JSON."""
    found = {name: environ.get("HTTP_" + name.upper().replace("-", "_")) for name in HEADERS}
    found["Content-Type"] = environ.get("CONTENT_TYPE")
    return {
        "event": event,
        "headers": {name: value for name, value in found.items() if value},
        "body": base64.b64encode(body).decode(),
    }
