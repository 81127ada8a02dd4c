"""What the browser is told beside a fragment: a toast of the Dashboard, a new address, that something is typed and not saved."""

from __future__ import annotations

import json

from flask import Response

from plugin.suggestions.bundles.model import Bundle


def announced(answer: Response, title: str, text: str) -> Response:
    """With a toast."""
    return _with_events(answer, {"tandem:toast": {"title": title, "text": text}})


def saved(answer: Response, title: str, bundle: Bundle) -> Response:
    """With a toast, and the address that leads back to this bundle's page."""
    told = {"query": f"bundle={bundle.id}", "title": bundle.name}
    return _with_events(answer, {"tandem:toast": {"title": title, "text": bundle.name}, "tandem:saved": told})


def turned(answer: Response, title: str, text: str, to: dict[str, str]) -> Response:
    """With a toast, and the page to turn to: its name, title and fragment."""
    return _with_events(answer, {"tandem:toast": {"title": title, "text": text}, "tandem:turn": to})


def typed(answer: Response) -> Response:
    """A part of a form that is not saved yet; once it stands on the page, the preview is old."""
    answer.headers["HX-Trigger-After-Settle"] = "tandem:changed"
    return _with_events(answer, {"tandem:typed": {}})


def _with_events(answer: Response, events: dict[str, dict[str, str]]) -> Response:
    answer.headers["HX-Trigger"] = json.dumps(events)
    return answer
