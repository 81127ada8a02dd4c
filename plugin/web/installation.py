"""Saleor at the door: the manifest it installs, and the token it hands over."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request

from plugin.errors import Refused
from plugin.saleor import manifest
from plugin.shop import Tandem
from plugin.use_cases.install_shop import install_shop

blueprint = Blueprint("installation", __name__)

LONGEST_REGISTRATION = 10_000


@blueprint.get("/api/manifest")
@blueprint.get("/manifest.json")
def complete_manifest() -> Response:
    """The manifest, for the Saleor version that asks (header Saleor-Schema-Version)."""
    tandem: Tandem = current_app.extensions["tandem"]
    saleor = manifest.version(request.headers.get("Saleor-Schema-Version", ""))
    return jsonify(manifest.complete(host(tandem), saleor, tandem.subscriptions))


@blueprint.post("/api/register")
def register() -> Response:
    """Take the token. A refusal is a 400 whose message the merchant reads."""
    tandem: Tandem = current_app.extensions["tandem"]
    install_shop(tandem, request.headers.get("Saleor-Api-Url", ""), _token(), host(tandem), datetime.now(UTC))
    return jsonify(success=True)


def host(tandem: Tandem) -> str:
    """Where Saleor and browsers reach us: APP_URL, else the host that was asked. Never with a trailing slash."""
    return tandem.config.app_url or request.url_root.rstrip("/")


def _token() -> str:
    if (request.content_length or 0) > LONGEST_REGISTRATION:
        raise Refused("The registration is far too long.")
    try:
        body: Any = request.get_json(silent=True, force=True)
    except RecursionError as error:
        raise Refused("The registration has no auth_token.") from error
    token = body.get("auth_token") if isinstance(body, dict) else None
    if not isinstance(token, str) or not 0 < len(token) <= 1_000:
        raise Refused("The registration has no auth_token.")
    return token
