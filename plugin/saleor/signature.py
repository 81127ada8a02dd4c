"""Did Saleor sign this body; did its Dashboard issue this token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from plugin.errors import BadSignature, BadToken

ALGORITHM = "RS256"
"""Saleor's only one. Pinned: a header that names another is a forgery."""

STAFF_MAY = frozenset({"MANAGE_PRODUCTS", "MANAGE_ORDERS", "MANAGE_APPS"})
"""One of these opens our pages to a member of staff."""


class UnknownKey(BadSignature):
    """Signed with a key we do not hold: fetch the keys once, then judge again."""


@dataclass(frozen=True, slots=True)
class StaffToken:
    """Who looks at our pages: a member of staff, proved by Saleor."""

    user_id: str
    permissions: frozenset[str]
    app_id: str


def check_body(signature: str, body: bytes, jwks: Mapping[str, Any]) -> None:
    """Verify a detached JWS (RFC 7515 appendix F, RFC 7797 with b64=false) over the raw body.

    Raises:
        UnknownKey: the key id is not in `jwks`.
        BadSignature: missing, malformed, or not made over this body.
    """
    try:
        key_id = _key_id(signature.partition(".")[0])
    except jwt.PyJWTError as error:
        raise BadSignature("the signature is missing or malformed") from error
    key = _key(key_id, jwks)
    try:
        jwt.api_jws.decode_complete(signature, key=key, algorithms=[ALGORITHM], detached_payload=body)
    except (jwt.PyJWTError, ValueError) as error:
        raise BadSignature("the signature does not fit the body") from error


def dashboard_token(token: str, api_url: str, app_id: str, jwks: Mapping[str, Any]) -> StaffToken:
    """Verify a token the Dashboard handed to our page.

    Raises:
        UnknownKey: the key id is not in `jwks`.
        BadToken: forged, expired, of another Saleor or app, or of someone without a permission of STAFF_MAY.
    """
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError as error:
        raise BadToken("no valid token") from error
    if header.get("alg") != ALGORITHM:
        raise BadToken("no valid token")
    key = _key(str(header.get("kid", "")), jwks)
    try:
        claims = jwt.decode(
            token, key=key, algorithms=[ALGORITHM], issuer=api_url, leeway=10,
            options={"require": ["exp", "iat", "iss"], "verify_aud": False},
        )  # fmt: skip
    except (jwt.PyJWTError, ValueError) as error:
        raise BadToken("the token is forged, expired or of another Saleor") from error
    return _staff(claims, app_id)


def _staff(claims: Mapping[str, Any], app_id: str) -> StaffToken:
    permissions = frozenset(str(code) for code in claims.get("user_permissions") or [])
    if claims.get("type") != "thirdparty" or claims.get("app") != app_id:
        raise BadToken("the token is not for this app")
    if not claims.get("is_staff") or not permissions & STAFF_MAY:
        raise BadToken("none of the permissions this page needs: " + ", ".join(sorted(STAFF_MAY)))
    return StaffToken(str(claims.get("user_id", "")), permissions, app_id)


@lru_cache(maxsize=256)
def _key_id(header: str) -> str:
    """The key a detached signature names, from its first part; kept, for it is the same in every delivery of a shop."""
    named = jwt.get_unverified_header(f"{header}..")
    if named.get("alg") != ALGORITHM or named.get("b64") is not False:
        raise BadSignature("the signature is not a detached RS256 one")
    return str(named.get("kid", ""))


def _key(kid: str, jwks: Mapping[str, Any]) -> RSAPublicKey:
    for key in jwks.get("keys", []):
        if isinstance(key, dict) and key.get("kid") == kid and key.get("kty") == "RSA":
            return _public(str(key.get("n", "")), str(key.get("e", "")))
    raise UnknownKey("signed with an unknown key")


@lru_cache(maxsize=256)
def _public(modulus: str, exponent: str) -> RSAPublicKey:
    """The key of these numbers; kept, for reading it costs more than using it."""
    try:
        public = jwt.PyJWK({"kty": "RSA", "n": modulus, "e": exponent}, algorithm=ALGORITHM).key
    except jwt.PyJWTError as error:
        raise BadSignature("Saleor's key cannot be read") from error
    assert isinstance(public, RSAPublicKey)  # noqa: S101  # narrows the type: without "d" it is a public one
    return public
