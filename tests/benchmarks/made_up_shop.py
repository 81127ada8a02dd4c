"""The shop the benchmarks run on: its ids, and its orders as Saleor tells them and as our model holds them."""

from __future__ import annotations

from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import blake2b
from typing import Any
from uuid import UUID

from plugin.store.installations import Installation, shop_key
from plugin.suggestions.model import ChannelId, ProductId, VariantId
from tests.benchmarks.made_up_orders import MadeUpOrder

API_URL = "https://bench.example.com/graphql/"
APP_ID = "QXBwOjI="
BUYER_KEY = "ab" * 32
CHANNEL = ChannelId("Q2hhbm5lbDox")
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def an_installation(jwks: dict[str, Any] | None = None) -> Installation:
    """The shop as it installed us."""
    return Installation(
        api_url=API_URL, key=shop_key(API_URL), app_id=APP_ID, token="token", buyer_key=BUYER_KEY,
        jwks=jwks or {"keys": []}, saleor_version="3.23.28", name="Bench", app_url="https://tandem.example.com",
        active=True, installed_at=NOW.isoformat(), deleted_at=None,
    )  # fmt: skip


@cache
def product_id(rank: int) -> ProductId:
    """Saleor's global id."""
    return ProductId(_global_id("Product", str(rank + 1)))


@cache
def variant_id(rank: int) -> VariantId:
    """The product's only variant."""
    return VariantId(_global_id("ProductVariant", str(rank + 1)))


def number_of(saleor_id: str) -> int:
    """The number in an id of a product or variant; products are kept under the same number."""
    return int(b64decode(saleor_id).split(b":")[1])


def order_id(number: int) -> str:
    """Orders have UUIDs."""
    return _global_id("Order", str(UUID(int=number * 0x9E3779B97F4A7C15F39CC0605CEDC835 % (1 << 128))))


def checkout_id(number: int) -> str:
    """The checkout the order came from."""
    return _global_id("Checkout", str(UUID(int=number)))


def price(rank: int) -> float:
    """Between 5 and 104, the same each time."""
    return 5.0 + rank * 37 % 100


def ordered_at(order: MadeUpOrder) -> datetime:
    """Noon of its day."""
    return NOW - timedelta(days=order.days_ago)


def email(order: MadeUpOrder) -> str:
    """Who bought."""
    return f"buyer{order.buyer}@example.com"


def buyer_hash(order: MadeUpOrder) -> bytes:
    """What stands for the buyer in the store."""
    return blake2b(email(order).encode(), key=bytes.fromhex(BUYER_KEY), digest_size=10).digest()


def node(number: int, order: MadeUpOrder) -> dict[str, Any]:
    """The order as OrderFacts."""
    at = ordered_at(order).isoformat()
    lines = [_line(number, line, rank) for line, rank in enumerate(order.products)]
    return {
        "id": order_id(number), "created": at, "updatedAt": at, "status": "UNFULFILLED", "chargeStatus": "FULL",
        "authorizeStatus": "FULL", "original": None, "checkoutId": checkout_id(number),
        "userEmail": email(order), "user": {"id": _global_id("User", str(order.buyer))},
        "channel": {"id": CHANNEL, "slug": "default-channel", "currencyCode": "EUR"},
        "total": {"gross": {"amount": sum(price(rank) for rank in order.products)}}, "totalRefunded": {"amount": 0.0},
        "lines": lines,
        "fulfillments": [{"status": "FULFILLED", "lines": [
            {"quantity": 1, "orderLine": {"id": line["id"]}} for line in lines
        ]}],
        "grantedRefunds": [],
    }  # fmt: skip


def _line(number: int, line: int, rank: int) -> dict[str, Any]:
    return {
        "id": _global_id("OrderLine", str(UUID(int=(number << 8) + line))), "quantity": 1, "isGift": False,
        "productVariantId": variant_id(rank),
        "variant": {"id": variant_id(rank), "product": {"id": product_id(rank)}},
        "totalPrice": {"gross": {"amount": price(rank)}},
    }  # fmt: skip


def _global_id(typename: str, key: str) -> str:
    return b64encode(f"{typename}:{key}".encode()).decode()
