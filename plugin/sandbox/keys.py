"""Saleor's signing key: webhooks as detached JWS, tokens as JWT, the public half as JWKS."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from jwt.algorithms import RSAAlgorithm

KEY_BITS = 2048


@cache
def _first_key() -> rsa.RSAPrivateKey:
    """Made once per process: a 2048-bit key takes longer than most tests."""
    return rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class SigningKeys:
    """The one RSA key in use; `rotate` replaces it, as an operator of Saleor may."""

    def __init__(self) -> None:
        self._use(_first_key())

    def rotate(self) -> None:
        """Sign with a new key from now on; the JWKS shows only that one."""
        self._use(rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS))

    def _use(self, key: rsa.RSAPrivateKey) -> None:
        self._key = key
        public: dict[str, Any] = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
        thumbprint = json.dumps(
            {"e": public["e"], "kty": "RSA", "n": public["n"]}, separators=(",", ":"), sort_keys=True
        )
        self.kid = _encoded(hashlib.sha256(thumbprint.encode()).digest())
        """RFC 7638 thumbprint of the public key."""
        self._jwk = {**public, "use": "sig", "kid": self.kid, "alg": "RS256"}
        header = {"alg": "RS256", "b64": False, "crit": ["b64"], "kid": self.kid, "typ": "JWT"}
        self._jws_header = _encoded(json.dumps(header, separators=(",", ":")).encode())

    def jwks(self) -> dict[str, Any]:
        """What /.well-known/jwks.json answers."""
        return {"keys": [self._jwk]}

    def signature(self, body: bytes) -> str:
        """Detached JWS of a webhook body (RFC 7797, b64=false): the same body always gives the same one."""
        signed = self._key.sign(self._jws_header.encode() + b"." + body, padding.PKCS1v15(), hashes.SHA256())
        return f"{self._jws_header}..{_encoded(signed)}"

    def token(self, claims: dict[str, Any]) -> str:
        """A JWT with these claims."""
        return jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": self.kid})

    def claims(self, token: str) -> dict[str, Any]:
        """The claims of a token of ours that has not expired.

        Raises:
            jwt.InvalidTokenError: it is not ours, or too old.
        """
        return jwt.decode(token, self._key.public_key(), algorithms=["RS256"], options={"verify_aud": False})
