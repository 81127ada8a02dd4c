"""A merchant installs us: may this Saleor, is the token ours, and then all is stored and the learning begins."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from plugin.errors import Refused, SaleorRefused, SaleorTrouble, UnknownShop
from plugin.saleor.gateway import WHILE_SALEOR_WAITS, SaleorGateway, fetch_jwks
from plugin.saleor.manifest import card
from plugin.shop import Tandem
from plugin.store.installations import Installation, shop_key
from plugin.use_cases import plan_work


def install_shop(tandem: Tandem, api_url: str, token: str, app_url: str, now: datetime) -> Installation:
    """Check, store, plan the history import. A shop that comes back keeps what was learned for it.

    Raises:
        Refused: the merchant reads the message in the Dashboard.
    """
    if not tandem.config.allows(api_url):
        raise Refused(
            f"{api_url} may not install this Tandem. Its operator has to add it to ALLOWED_SALEOR_URLS."
        )
    told, jwks = _introduce(tandem, api_url, token)
    app = told["app"]
    if app is None or app["identifier"] != card()["id"]:
        raise Refused("The token is not one of Tandem's. Install it from its own manifest URL.")

    found = Installation(
        api_url=api_url, key=shop_key(api_url), app_id=app["id"], token=token, buyer_key="", jwks=jwks,
        saleor_version=told["shop"]["version"] or "", name=told["shop"]["name"] or "", app_url=app_url, active=True,
        installed_at=now.astimezone(UTC).isoformat(), deleted_at=None,
    )  # fmt: skip
    with tandem.register() as register:
        register.keep(found)
    tandem.changed()
    installation = tandem.installed_at(api_url)
    with tandem.shop(installation) as shop:
        plan_work.after_install(shop, now)
    tandem.wake(installation)
    return installation


def _introduce(tandem: Tandem, api_url: str, token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Who the token says we are, and the keys this Saleor signs with."""
    saleor = SaleorGateway(api_url, token, tandem.transport)
    try:
        told = saleor.ask("who_am_i", seconds=WHILE_SALEOR_WAITS)
        return told, fetch_jwks(api_url, tandem.transport)
    except SaleorRefused as error:
        raise Refused(f"Saleor at {api_url} did not accept the token it sent: {error}") from error
    except SaleorTrouble as error:
        raise Refused(
            f"Tandem cannot reach Saleor at {api_url}: {error}. Is it reachable from Tandem's server?"
        ) from error
    finally:
        saleor.close()


def set_active(tandem: Tandem, installation: Installation, active: bool, now: datetime) -> None:
    """The merchant switched the app on or off. Switched on again, it catches up with what it missed."""
    with tandem.register() as register:
        register.set_active(installation.api_url, active)
    tandem.changed()
    if active:
        with tandem.shop(tandem.installed_at(installation.api_url)) as shop:
            plan_work.catch_up(shop, now)
        tandem.wake(tandem.installed_at(installation.api_url))


def refresh_keys(tandem: Tandem, installation: Installation) -> Installation:
    """Fetch Saleor's signing keys anew: it has rotated them, or somebody forges."""
    jwks = fetch_jwks(installation.api_url, tandem.transport)
    with tandem.register() as register:
        register.keep_jwks(installation.api_url, jwks)
    tandem.changed()
    try:
        return tandem.installed_at(installation.api_url)
    except UnknownShop:
        return installation
