"""Who is looking: an installed shop first, then a member of its staff proved by a token Saleor signed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import current_app, request

from plugin.errors import BadToken, SaleorTrouble
from plugin.saleor.signature import StaffToken, UnknownKey, dashboard_token
from plugin.shop import Shop, Tandem
from plugin.store.installations import Installation
from plugin.use_cases.install_shop import refresh_keys

KEYS_REFRESHED_EVERY = 60.0
"""Seconds between two fetches of a shop's keys: made-up key ids must not make us call Saleor each time."""

keys_refreshed_at: dict[str, float] = {}


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of staff, and the shop they work for."""

    token: StaffToken
    installation: Installation


def proved() -> Staff:
    """Who made this request. The address in the header is looked up before anything is fetched from anywhere.

    Raises:
        UnknownShop: the API URL named in the header never installed us.
        NotAllowed: no token, or a forged, expired, foreign or powerless one.
    """
    tandem: Tandem = current_app.extensions["tandem"]
    installation = tandem.installed_at(request.headers.get("saleor-api-url", ""))
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise BadToken("no token")
    try:
        return _judged(token, installation)
    except UnknownKey:
        return _judged(token, _with_new_keys(tandem, installation))


@contextmanager
def shop_of(staff: Staff) -> Iterator[Shop]:
    """Their shop, open for one piece of work."""
    tandem: Tandem = current_app.extensions["tandem"]
    with tandem.shop(staff.installation) as shop:
        yield shop


def wake(staff: Staff) -> None:
    """Their shop has something to do now: what was saved is put into effect at once."""
    tandem: Tandem = current_app.extensions["tandem"]
    tandem.wake(staff.installation)


def _judged(token: str, installation: Installation) -> Staff:
    found = dashboard_token(token, installation.api_url, installation.app_id, installation.jwks)
    return Staff(found, installation)


def _with_new_keys(tandem: Tandem, installation: Installation) -> Installation:
    """The installation with keys fetched anew; at most one try a minute, then unknown stays unknown."""
    now = time.monotonic()
    if now - keys_refreshed_at.get(installation.api_url, -KEYS_REFRESHED_EVERY) < KEYS_REFRESHED_EVERY:
        raise BadToken("signed with an unknown key")
    keys_refreshed_at[installation.api_url] = now
    try:
        return refresh_keys(tandem, installation)
    except SaleorTrouble as error:
        raise BadToken("signed with an unknown key, and Saleor does not answer") from error
