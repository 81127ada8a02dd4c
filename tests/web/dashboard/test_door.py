"""Nobody passes without a token that this shop's Saleor signed for this app, now, for staff who may."""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Callable

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from flask import Flask
from flask.testing import FlaskClient

from plugin.app import create_app
from plugin.config import Config
from plugin.sandbox.keys import SigningKeys
from plugin.sandbox.saleor import SandboxSaleor
from plugin.sandbox.toy_shop import toy_shop
from tests.web.dashboard.camera_shop import Door, installed

FRAGMENTS = (
    "overview", "learning", "highlights", "trial", "storefront", "preferences", "search/trial",
    "widget_product", "widget_order", "widget_home", "bundles", "permissions/prices", "permissions/deliveries",
    "bundle", "proposals", "rules", "rule", "rule/search/what", "learned", "learned/categories", "learned/relations", "withheld",
)  # fmt: skip

CHANGING = (
    "preferences/suggesting", "bundles/1/state", "bundle/save", "bundle/members", "bundle/names", "bundle/preview", "proposals",
    "rules/1/switch", "rules/1/remove", "rule/save", "rule/fields", "rule/words", "learned/direction",
    "learned/nature", "learned/sensitive", "learned/relation", "learned/relations",
)  # fmt: skip


def part(text: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(text).encode()).rstrip(b"=").decode()


def signed_by_another_key(door: Door) -> str:
    """The same key id, another key behind it."""
    other = SigningKeys()
    other.rotate()
    other.kid = door.keys.kid
    return other.token(door.claims())


def without_algorithm(door: Door) -> str:
    return f"{part({'alg': 'none', 'kid': door.keys.kid, 'typ': 'JWT'})}.{part(door.claims())}."


def signed_with_the_public_key(door: Door) -> str:
    """HS256 with RS256's public key as the secret: the oldest trick. PyJWT refuses to make it, so it is made by hand."""
    public = jwt.PyJWK(door.keys.jwks()["keys"][0]).key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    signed = f"{part({'alg': 'HS256', 'kid': door.keys.kid, 'typ': 'JWT'})}.{part(door.claims())}"
    mac = hmac.new(public, signed.encode(), "sha256").digest()
    return f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def with_a_claim_altered(door: Door) -> str:
    header, _claims, signature = door.token().split(".")
    return f"{header}.{part(door.claims(user_permissions=['MANAGE_APPS', 'MANAGE_STAFF']))}.{signature}"


REFUSED: dict[str, Callable[[Door], str]] = {
    "signed by another key": signed_by_another_key,
    "without an algorithm": without_algorithm,
    "HS256 with the public key": signed_with_the_public_key,
    "an altered claim": with_a_claim_altered,
    "expired": lambda door: door.token(exp=int(time.time()) - 60),
    "without an expiry": lambda door: door.token(exp=None),
    "of another Saleor": lambda door: door.token(iss="https://other.example.com/graphql/"),
    "without an issuer": lambda door: door.token(iss=None),
    "for another app": lambda door: door.token(app="QXBwOjM="),
    "without an app": lambda door: door.token(app=None),
    "a plain staff token": lambda door: door.token(type="access"),
    "of a customer": lambda door: door.token(is_staff=False),
    "of staff without a needed permission": lambda door: door.token(user_permissions=["MANAGE_MENUS"]),
    "with the extension's permissions only": lambda door: door.token(
        user_permissions=[], permissions=["MANAGE_PRODUCTS"]
    ),
    "no token at all": lambda _door: "",
    "not a token": lambda _door: "x.y.z",
}


@pytest.mark.parametrize("forged", REFUSED.values(), ids=REFUSED.keys())
def test_a_wrong_token_is_refused_with_a_page_that_says_so(
    client: FlaskClient, door: Door, forged: Callable[[Door], str]
) -> None:
    answer = client.get("/dashboard/fragments/overview", headers=door.headers(forged(door)))

    assert (answer.status_code, "The Dashboard's token was refused" in answer.text) == (401, True)


@pytest.mark.parametrize("forged", REFUSED.values(), ids=REFUSED.keys())
def test_a_wrong_token_changes_nothing(
    client: FlaskClient, door: Door, forged: Callable[[Door], str]
) -> None:
    address = "/dashboard/fragments/preferences/most_suggestions"

    answer = client.post(address, data={"value": "1"}, headers=door.headers(forged(door)))

    kept = client.get("/dashboard/fragments/preferences", headers=door.headers()).text
    assert (answer.status_code, 'value="3"' in kept) == (401, True)


@pytest.mark.parametrize("fragment", FRAGMENTS)
def test_every_fragment_asks_for_a_token(client: FlaskClient, door: Door, fragment: str) -> None:
    answer = client.get(
        f"/dashboard/fragments/{fragment}", headers={"saleor-api-url": door.installation.api_url}
    )

    assert answer.status_code == 401


@pytest.mark.parametrize("fragment", CHANGING)
def test_nothing_is_changed_without_a_token(client: FlaskClient, door: Door, fragment: str) -> None:
    answer = client.post(
        f"/dashboard/fragments/{fragment}", headers={"saleor-api-url": door.installation.api_url}
    )

    assert answer.status_code == 401


@pytest.mark.parametrize("fragment", FRAGMENTS)
def test_every_fragment_opens_for_staff_and_is_kept_out_of_caches(
    client: FlaskClient, door: Door, fragment: str
) -> None:
    answer = client.get(f"/dashboard/fragments/{fragment}", headers=door.headers())

    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")


@pytest.mark.parametrize("permission", ["MANAGE_PRODUCTS", "MANAGE_ORDERS", "MANAGE_APPS"])
def test_each_of_three_permissions_opens_the_door(client: FlaskClient, door: Door, permission: str) -> None:
    headers = door.headers(door.token(user_permissions=[permission]))

    assert client.get("/dashboard/fragments/overview", headers=headers).status_code == 200


def test_a_shop_that_never_installed_us_is_told_so_before_anything_is_fetched(
    client: FlaskClient, door: Door
) -> None:
    elsewhere = "http://169.254.169.254/graphql/"
    headers = {**door.headers(door.token(iss=elsewhere)), "saleor-api-url": elsewhere}

    answer = client.get("/dashboard/fragments/overview", headers=headers)

    assert (answer.status_code, "not installed in this shop" in answer.text) == (401, True)


def test_staff_of_one_shop_cannot_look_into_another(app: Flask, client: FlaskClient, door: Door) -> None:
    keys = SigningKeys()
    keys.rotate()
    other = installed(app, keys, "https://other.example.com/graphql/")
    headers = {**door.headers(), "saleor-api-url": other.installation.api_url}

    assert client.get("/dashboard/fragments/overview", headers=headers).status_code == 401


def test_after_saleor_rotates_its_keys_staff_still_come_in(config: Config) -> None:
    with SandboxSaleor(toy_shop()) as saleor:
        app = create_app(config, transport=httpx.WSGITransport(app=saleor.wsgi), work=False)
        door = installed(app, saleor.keys, saleor.api_url)

        saleor.keys.rotate()

        answer = app.test_client().get("/dashboard/fragments/overview", headers=door.headers())
        app.extensions["tandem"].close()
    assert answer.status_code == 200


def test_a_refusal_takes_the_place_of_the_whole_page(client: FlaskClient, door: Door) -> None:
    answer = client.post("/dashboard/fragments/preferences/suggesting", headers=door.headers(""))

    assert (answer.headers["HX-Retarget"], answer.headers["HX-Reswap"]) == ("#page", "innerHTML")
