"""Shoppers: suggestions as JSON, and the snippet files. Whatever goes wrong, a page gets a valid, empty document."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, request, send_from_directory

from plugin.errors import TandemError, TooFast
from plugin.shop import Shop, Tandem
from plugin.store import preferences
from plugin.suggestions.document import as_text, document
from plugin.suggestions.model import BasketLine, VariantId
from plugin.use_cases.suggest_for_storefront import Glances, suggest_for_checkout, suggest_for_lines

log = logging.getLogger(__name__)

blueprint = Blueprint("storefront", __name__)

SNIPPETS = Path(__file__).parents[2] / "storefront_snippets"

SNIPPET_FILES = ("suggestions_client.js", "suggestions_element.js", "define.js", "suggestions.schema.json")

MOST_VARIANTS = 100
LONGEST_ID = 200
MOST_ADDRESSES = 20_000

PLACEMENTS = ("product", "checkout")


class Pace:
    """A token bucket per address, in this process. Of too many addresses those not heard for longest are forgotten."""

    def __init__(self, per_minute: int) -> None:
        self.per_second, self.burst = per_minute / 60, per_minute / 4 + 1
        self.buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def spend(self, address: str, now: float) -> None:
        """One request. Raises TooFast when the bucket is empty."""
        with self._lock:
            left, at = self.buckets.get(address, (self.burst, now))
            left = min(self.burst, left + (now - at) * self.per_second)
            self.buckets[address] = (max(left - 1, 0.0), now)
            self.buckets.move_to_end(address)
            while len(self.buckets) > MOST_ADDRESSES:
                self.buckets.popitem(last=False)
        if left < 1:
            raise TooFast("too many requests; try again in a minute")


@blueprint.get("/storefront/<key>/suggestions")
def suggestions(key: str) -> Response:
    """?checkout=<id>, or ?variants=<id>,<id>&channel=<slug>[&placement=product]: always a document."""
    tandem: Tandem = current_app.extensions["tandem"]
    status = 200
    origins: Sequence[str] = ("*",)
    made: dict[str, Any] = document([], [], _placement(), datetime.now(UTC))
    try:
        _pace(tandem).spend(request.remote_addr or "", time.monotonic())
        with tandem.shop(tandem.installed_as(key)) as shop:
            origins = preferences.get(shop.db).storefront_origins
            made = _document(shop) if tandem.installed_as(key).active else made
    except TandemError as error:
        status = error.status if error.status in (401, 429) else 200
        status = 404 if status == 401 else status
        log.info("storefront %s: %s", key, error)
    return _answer(made, status, origins)


@blueprint.get("/storefront/snippets/<name>")
def snippet(name: str) -> Response:
    """The element's files, for pages of any origin."""
    if name not in SNIPPET_FILES:
        return Response("not found", 404)
    answer = send_from_directory(SNIPPETS, name, max_age=300)
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


def _document(shop: Shop) -> dict[str, Any]:
    now = datetime.now(UTC)
    checkout = request.args.get("checkout", "")
    if checkout:
        return suggest_for_checkout(shop, checkout[:LONGEST_ID], now, _glances())
    return suggest_for_lines(shop, _lines(), request.args.get("channel", ""), _placement(), now)


def _lines() -> list[BasketLine]:
    given = [part[:LONGEST_ID] for part in request.args.get("variants", "").split(",") if part][
        :MOST_VARIANTS
    ]
    return [BasketLine(VariantId(variant), 1) for variant in given]


def _placement() -> str:
    asked = request.args.get("placement", "checkout" if "checkout" in request.args else "product")
    return asked if asked in PLACEMENTS else "product"


def _answer(made: dict[str, Any], status: int, origins: Sequence[str]) -> Response:
    answer = Response(as_text(made), status, mimetype="application/json")
    answer.set_etag(sha256(json.dumps({**made, "madeAt": None}).encode()).hexdigest()[:32])
    answer.headers["Cache-Control"] = "no-cache" if status == 200 else "no-store"
    origin = request.headers.get("Origin", "")
    if "*" in origins:
        answer.headers["Access-Control-Allow-Origin"] = "*"
    else:
        answer.vary.add("Origin")
        if origin in origins:
            answer.headers["Access-Control-Allow-Origin"] = origin
    answer.headers["Access-Control-Expose-Headers"] = "ETag"
    if status == 429:
        answer.headers["Retry-After"] = "15"
    if status == 200:
        answer.make_conditional(request)
    return answer


def _pace(tandem: Tandem) -> Pace:
    pace = current_app.extensions.setdefault(
        "tandem_pace", Pace(tandem.config.storefront_requests_per_minute)
    )
    assert isinstance(pace, Pace)  # noqa: S101  # narrows the type of Flask's open dictionary
    return pace


def _glances() -> Glances:
    glances = current_app.extensions.setdefault("tandem_glances", Glances())
    assert isinstance(glances, Glances)  # noqa: S101  # as above
    return glances
