"""ORDER_CREATED deliveries as Saleor sends them: our subscription's shape, signed with a key made for this run."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.benchmarks.made_up_orders import MadeUpOrder
from tests.benchmarks.made_up_shop import API_URL, APP_ID, NOW, node

KEY_ID = "bench"
PATH = "/api/webhooks/order_created"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery: the raw body and its detached signature."""

    body: bytes
    signature: str

    @property
    def headers(self) -> dict[str, str]:
        """As Saleor sends them."""
        return {
            "Content-Type": "application/json", "Saleor-Api-Url": API_URL, "Saleor-Event": "order_created",
            "Saleor-Domain": "bench.example.com", "Saleor-Signature": self.signature,
        }  # fmt: skip

    def environ(self) -> dict[str, Any]:
        """A WSGI request with it, as a server would hand it over."""
        headers = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in self.headers.items()}
        return {
            "REQUEST_METHOD": "POST", "PATH_INFO": PATH, "SCRIPT_NAME": "", "QUERY_STRING": "", "SERVER_NAME": "bench",
            "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.version": (1, 0), "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(self.body), "wsgi.errors": io.StringIO(), "wsgi.multithread": True,
            "wsgi.multiprocess": False, "wsgi.run_once": False, "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(self.body)), **headers,
        }  # fmt: skip


class Signer:
    """Saleor's part: signs bodies, publishes the key."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    @property
    def jwks(self) -> dict[str, Any]:
        """What Saleor serves at /.well-known/jwks.json."""
        public = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [{**public, "kid": KEY_ID, "use": "sig", "alg": "RS256"}]}

    def delivery(self, number: int, order: MadeUpOrder) -> Delivery:
        """The event that tells this order."""
        told = {
            "__typename": "OrderCreated", "issuedAt": NOW.isoformat(),
            "issuingPrincipal": {"__typename": "User"}, "recipient": {"id": APP_ID}, "order": node(number, order),
        }  # fmt: skip
        body = json.dumps(told).encode()
        header = {"b64": False, "crit": ["b64"], "kid": KEY_ID}
        signature = jwt.api_jws.encode(body, self.key, "RS256", header, is_payload_detached=True)
        return Delivery(body, signature)
