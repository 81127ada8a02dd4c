"""One route per event: known shop, valid signature, right shape, hand over, answer in milliseconds."""

from __future__ import annotations

import json
import logging
import time
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request
from werkzeug.exceptions import RequestEntityTooLarge

from plugin.errors import BadPayload, BadSignature, NotFound, TryAgain
from plugin.saleor.signature import UnknownKey, check_body
from plugin.saleor.translate import moment
from plugin.shop import Shop, Tandem
from plugin.store import facts
from plugin.store.installations import Installation
from plugin.use_cases.install_shop import refresh_keys, set_active
from webhooks import EVENTS
from webhooks.apps import EVENTS as APP_EVENTS
from webhooks.event import Delivery
from webhooks.orders import EVENTS as ORDER_EVENTS

log = logging.getLogger(__name__)

blueprint = Blueprint("webhooks", __name__)

BY_SLUG = {event.slug: event for event in EVENTS}

KEYS_REFRESHED_EVERY = 60.0
"""Seconds between two fetches of a shop's keys: a forger with made-up key ids must not make us call Saleor each time."""

HEARD_FROM_EVERY = 5.0
"""Seconds between two notes of "last delivery"; more would only write more."""

keys_refreshed: dict[str, tuple[float, bool]] = {}
"""Per shop: when its keys were asked for last, and whether they came."""

heard_from_at: dict[str, float] = {}


@blueprint.post("/api/webhooks/<slug>")
def receive(slug: str) -> Response:
    """Take one delivery. 2xx: done. 4xx: never repeat it. 5xx: Saleor tries again."""
    tandem: Tandem = current_app.extensions["tandem"]
    event = BY_SLUG.get(slug)
    if event is None:
        raise NotFound(f"Tandem does not know the event {slug!r}")
    body = _raw_body(tandem.config.max_body_bytes)
    installation = _signed_by(tandem, body)
    payload = _payload(body, event.typename)
    if payload["recipient"]["id"] != installation.app_id:
        return jsonify(status="ignored", reason="meant for an earlier installation of this app")

    now, issued_at = datetime.now(UTC), moment(payload["issuedAt"])
    with tandem.shop(installation) as shop:
        if not installation.active and event not in APP_EVENTS:
            _is_active_after_all(tandem, shop, issued_at, now)
        delivery = Delivery(tandem, shop, payload, issued_at, _is_own(payload, installation), now)
        try:
            answer = event.handle(delivery)
        except (KeyError, TypeError, AttributeError) as error:
            raise BadPayload(f"{event.name}: {type(error).__name__} {error}") from error
        _note_heard(shop, event.name, now)
    if event not in ORDER_EVENTS or not installation.active:
        tandem.wake(installation)  # an order is learned by now, and leaves the worker nothing to do
    return jsonify(status="done") if answer is None else jsonify(answer)


def _raw_body(limit: int) -> bytes:
    """The bytes Saleor signed. A body without a length is cut off at the limit by werkzeug; a longer announced one refused."""
    body = request.get_data(cache=False)
    if request.content_length is None and len(body) >= limit:
        raise RequestEntityTooLarge
    return body


def _signed_by(tandem: Tandem, body: bytes) -> Installation:
    """The installation whose Saleor signed this body; unknown keys are fetched once, then it is final."""
    installation = tandem.installed_at(request.headers.get("Saleor-Api-Url", ""))
    signature = request.headers.get("Saleor-Signature", "")
    try:
        check_body(signature, body, installation.jwks)
    except UnknownKey:
        installation = _with_new_keys(tandem, installation)
        check_body(signature, body, installation.jwks)
    return installation


def _with_new_keys(tandem: Tandem, installation: Installation) -> Installation:
    """The installation with keys fetched now. Fetched a moment ago, unknown is forged; not reached, Saleor shall try again."""
    at, fetched = keys_refreshed.get(installation.api_url, (-KEYS_REFRESHED_EVERY, True))
    if time.monotonic() - at < KEYS_REFRESHED_EVERY:
        raise (
            BadSignature("signed with an unknown key") if fetched else TryAgain("no new keys from Saleor yet")
        )
    keys_refreshed[installation.api_url] = time.monotonic(), False
    found = refresh_keys(tandem, installation)
    keys_refreshed[installation.api_url] = time.monotonic(), True
    return found


def _payload(body: bytes, typename: str) -> dict[str, Any]:
    try:
        payload = json.loads(body)
        told = payload["__typename"], payload["issuedAt"], payload["recipient"]["id"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadPayload(f"not the shape of an event: {type(error).__name__} {error}") from error
    if told[0] != typename:
        raise BadPayload(f"a {told[0]} was delivered where a {typename} belongs")
    if payload.get("errors"):
        log.warning("Saleor could not fill %s: %s", typename, str(payload["errors"])[:500])
    return dict(payload)


def _is_active_after_all(tandem: Tandem, shop: Shop, issued_at: datetime, now: datetime) -> None:
    """Saleor tells a switched-off app nothing: we were switched on again and missed being told."""
    if issued_at.isoformat() > (facts.get(shop.db, "status_issued_at") or ""):
        set_active(tandem, shop.installation, True, now)


def _is_own(payload: dict[str, Any], installation: Installation) -> bool:
    principal = payload.get("issuingPrincipal") or {}
    return principal.get("__typename") == "App" and principal.get("id") == installation.app_id


def _note_heard(shop: Shop, event: str, now: datetime) -> None:
    key = shop.installation.key
    if time.monotonic() - heard_from_at.get(key, -HEARD_FROM_EVERY) >= HEARD_FROM_EVERY:
        heard_from_at[key] = time.monotonic()
        facts.keep(shop.db, "last_delivery", {"event": event, "at": now.isoformat()})
