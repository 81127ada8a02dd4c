"""Shoppers: suggestions as JSON, and the snippet files. Whatever goes wrong, a page gets a valid, empty document."""

from __future__ import annotations

import json
import logging
import threading
import time
from base64 import b64decode, b64encode
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request, send_from_directory

from plugin.errors import BadPayload, Forbidden, NotFound, TandemError, TooFast
from plugin.shop import Shop, Tandem
from plugin.store import preferences
from plugin.suggestions.document import as_text, document
from plugin.suggestions.model import BasketLine, VariantId
from plugin.suggestions.placements import BASKET, PLACEMENTS, PRODUCT
from plugin.use_cases.answer_storefront import bundle_answer, checkout_answer
from plugin.use_cases.complete_bundle import Wish, complete_bundle
from plugin.use_cases.decline import decline, dismiss
from plugin.use_cases.hold_prices import hold_prices
from plugin.use_cases.suggest_for_storefront import Glances, suggest_for_checkout, suggest_for_lines
from plugin.use_cases.upgrade_line import upgrade_line
from plugin.use_cases.upgrade_promise import swap_of

log = logging.getLogger(__name__)

blueprint = Blueprint("storefront", __name__)

SNIPPETS = Path(__file__).parents[2] / "storefront_snippets"

SNIPPET_FILES = ("suggestions_client.js", "suggestions_element.js", "define.js", "suggestions.schema.json")

MOST_VARIANTS = 100
LONGEST_ID = 200
MOST_ADDRESSES = 20_000

MOST_BYTES_ASKED = 20_000

DOORS_AT_ONCE = 3
"""Of the server's 8 threads."""

DOOR_SECONDS = 5.0
"""Seconds in all while a shopper waits to pay."""


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
    """?checkout=<id>, or ?variants=<id>,<id>&channel=<slug>; &placement=product, basket, checkout or payment: always a document."""
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


@blueprint.route("/storefront/<key>/bundles/<number>/add", methods=["POST", "OPTIONS"])
def add_bundle(key: str, number: str) -> Response:
    """{"checkout": id, "variants": [id, …]?}: add what the checkout lacks of one set, priced at once. The client sends no price."""

    def add(shop: Shop) -> dict[str, Any]:
        asked = _asked()
        offered_for = asked.get("linesHash") or ""
        wanted = asked.get("variants") or []
        if not isinstance(wanted, list) or not all(isinstance(one, str) for one in wanted):
            raise BadPayload("variants must be a list of variant ids")
        if not isinstance(offered_for, str):
            raise BadPayload("linesHash must be a text")
        now = datetime.now(UTC)
        variants = [VariantId(one[:LONGEST_ID]) for one in wanted[:MOST_VARIANTS]]
        wish = Wish(variants, offered_for)
        done = complete_bundle(shop, number, _id(asked.get("checkout")), wish, now, DOOR_SECONDS)
        status = "added" if done.added else "already_complete"
        return {"status": status, **bundle_answer(done.held, number)}

    return _door(key, add)


@blueprint.route("/storefront/<key>/checkouts/<checkout>/settle", methods=["POST", "OPTIONS"])
def settle_checkout(key: str, checkout: str) -> Response:
    """Bring the bundle prices of a checkout up to date; a storefront calls it before it takes the payment."""

    def settle(shop: Shop) -> dict[str, Any]:
        held = hold_prices(shop, _id(checkout), datetime.now(UTC), seconds=DOOR_SECONDS)
        if held is None:
            raise NotFound("there is no such checkout")
        return {"status": "settled" if held.changed else "unchanged", **checkout_answer(held)}

    return _door(key, settle)


@blueprint.route("/storefront/<key>/checkouts/<checkout>/upgrade", methods=["POST", "OPTIONS"])
def upgrade(key: str, checkout: str) -> Response:
    """{"from": variant id, "to": variant id, "linesHash"?}: swap a line for the better option that was offered; 409 when it cannot be had."""

    def swap(shop: Shop) -> dict[str, Any]:
        asked = _asked()
        wish = swap_of(asked.get("from"), asked.get("to"), asked.get("linesHash") or "")
        done = upgrade_line(shop, _id(checkout), wish, datetime.now(UTC), DOOR_SECONDS)
        return {"status": "upgraded" if done.swapped else "already_upgraded", **checkout_answer(done.held)}

    return _door(key, swap)


@blueprint.route("/storefront/<key>/checkouts/<checkout>/decline", methods=["POST", "OPTIONS"])
def decline_suggestion(key: str, checkout: str) -> Response:
    """{"kind", "productId"}: not this one; {"all": true}: no more of them in this checkout. Saleor is not asked."""

    def turn_down(shop: Shop) -> dict[str, Any]:
        asked = _asked()
        if asked.get("all") is True:
            dismiss(shop, _id(checkout), datetime.now(UTC))
            return {"status": "dismissed"}
        kind, product = asked.get("kind"), asked.get("productId")
        if not isinstance(kind, str) or not isinstance(product, str) or not kind or not product:
            raise BadPayload("kind and productId must name a suggestion, or all must be true")
        decline(shop, _id(checkout), kind[:LONGEST_ID], product[:LONGEST_ID], datetime.now(UTC))
        return {"status": "declined"}

    return _door(key, turn_down)


@blueprint.get("/storefront/snippets/<name>")
def snippet(name: str) -> Response:
    """The element's files, for pages of any origin."""
    if name not in SNIPPET_FILES:
        return Response("not found", 404)
    answer = send_from_directory(SNIPPETS, name, max_age=300)
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


def _door(key: str, work: Callable[[Shop], dict[str, Any]]) -> Response:
    """A door that changes a checkout: JSON in and out, errors said, the shop's own storefronts only."""
    tandem: Tandem = current_app.extensions["tandem"]
    origins: Sequence[str] = ("*",)
    try:
        installation = tandem.installed_as(key)
        with tandem.shop(installation) as shop:
            origins = preferences.get(shop.db).storefront_origins
            if request.method == "OPTIONS":
                return _allowed(Response(status=204), origins)
            _pace(tandem).spend(request.remote_addr or "", time.monotonic())
            if not installation.active:
                raise NotFound("this shop has switched Tandem off")
            _from_a_storefront(origins)
            with _few_at_once():
                answer = jsonify(work(shop))
        tandem.wake(installation)
    except TandemError as error:
        status = 404 if error.status == 401 else error.status
        log.info("storefront %s: %s", key, error)
        answer = jsonify(error={"code": type(error).__name__, "message": str(error)})
        answer.status_code = status
    answer.headers["Cache-Control"] = "no-store"
    return _allowed(answer, origins)


@contextmanager
def _few_at_once() -> Iterator[None]:
    """Doors wait for Saleor; the other threads are for webhooks, and for the guard inside somebody's completion.

    Raises TooFast when enough of them wait already.
    """
    doors = current_app.extensions.setdefault("tandem_doors", threading.BoundedSemaphore(DOORS_AT_ONCE))
    if not doors.acquire(blocking=False):
        raise TooFast("too many at once; try again in a moment")
    try:
        yield
    finally:
        doors.release()


def _from_a_storefront(origins: Sequence[str]) -> None:
    """A page that is not the shop's own may not change its checkouts. Servers send no origin."""
    origin = request.headers.get("Origin")
    if origin and "*" not in origins and origin not in origins:
        raise Forbidden(f"{origin[:100]} is none of this shop's storefronts")


def _allowed(answer: Response, origins: Sequence[str]) -> Response:
    """CORS, with the preflight that JSON needs."""
    origin = request.headers.get("Origin", "")
    if "*" in origins:
        answer.headers["Access-Control-Allow-Origin"] = "*"
    else:
        answer.vary.add("Origin")
        if origin in origins:
            answer.headers["Access-Control-Allow-Origin"] = origin
    answer.headers["Access-Control-Allow-Methods"] = "POST, OPTIONS"
    answer.headers["Access-Control-Allow-Headers"] = "Content-Type"
    answer.headers["Access-Control-Max-Age"] = "600"
    if answer.status_code == 429:
        answer.headers["Retry-After"] = "15"
    return answer


def _asked() -> dict[str, Any]:
    body = request.stream.read(MOST_BYTES_ASKED + 1)
    if len(body) > MOST_BYTES_ASKED:
        raise BadPayload(f"more than {MOST_BYTES_ASKED} bytes")
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadPayload("must be a JSON object") from error
    if not isinstance(asked, dict):
        raise BadPayload("must be a JSON object")
    return asked


def _id(value: object) -> str:
    """As Saleor writes it: it also reads ids without their padding, and one checkout must not have two names here."""
    if not isinstance(value, str) or not value or len(value) > LONGEST_ID:
        raise BadPayload("checkout must be the id of a checkout")
    try:
        plain = b64decode(value + "=" * (-len(value) % 4), validate=True).decode()
    except ValueError as error:
        raise NotFound("there is no such checkout") from error
    return b64encode(plain.encode()).decode()


def _document(shop: Shop) -> dict[str, Any]:
    now = datetime.now(UTC)
    checkout = request.args.get("checkout", "")
    if checkout:
        return suggest_for_checkout(shop, checkout[:LONGEST_ID], now, _glances(), _placement())
    return suggest_for_lines(shop, _lines(), request.args.get("channel", ""), _placement(), now)


def _lines() -> list[BasketLine]:
    given = [part[:LONGEST_ID] for part in request.args.get("variants", "").split(",") if part][
        :MOST_VARIANTS
    ]
    return [BasketLine(VariantId(variant), 1) for variant in given]


def _placement() -> str:
    """A checkout's suggestions are those of the basket page, unless another place asks."""
    usual = BASKET if "checkout" in request.args else PRODUCT
    asked = request.args.get("placement", usual)
    return asked if asked in PLACEMENTS else usual


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
