"""Suggestions documents and baskets to try the snippets with, and the lines' hash in Python."""

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

Json = dict[str, Any]

PRODUCTS: dict[str, Json] = {
    "card": {
        "name": "Memory card 64 GB",
        "variantName": "64 GB",
        "price": {"amount": "24.90", "currency": "EUR"},
        "reason": {
            "key": "bought_together",
            "parameters": {"product": "X100 camera", "together": 38, "orders": 1412},
            "text": "Bought together in 38 of 1412 orders with X100 camera",
        },
    },
    "bag": {
        "name": "Everyday sling bag",
        "variantName": "Olive",
        "price": {"amount": "89.00", "currency": "EUR"},
        "reason": {
            "key": "bought_together",
            "parameters": {"product": "X100 camera", "together": 21, "orders": 1412},
            "text": "Bought together in 21 of 1412 orders with X100 camera",
        },
    },
    "lens": {
        "name": "Prime lens 35 mm f/1.8",
        "variantName": None,
        "price": {"amount": "1249.00", "currency": "EUR"},
        "rung": "popular",
        "reason": {
            "key": "popular_in_category",
            "parameters": {"category": "Lenses"},
            "text": "Popular in Lenses",
        },
    },
}
"""What the toy shop suggests with a camera, best first."""


CAMERA: Json = {
    "name": "X100 camera",
    "variantName": "Silver",
    "price": {"amount": "1399.00", "currency": "EUR"},
}
"""What is in the basket to begin with."""


def lines_hash(lines: Iterable[Mapping[str, Any]]) -> str:
    """FNV-1a, 64 bits, as the contract of the document says it; a second opinion to the client's own."""
    quantities: Counter[str] = Counter()
    for line in lines:
        if not line.get("isGift"):
            quantities[line["variantId"]] += line["quantity"]
    text = ",".join(f"{variant}:{quantities[variant]}" for variant in sorted(quantities))

    fingerprint = 0xCBF29CE484222325
    for byte in text.encode():
        fingerprint = (fingerprint ^ byte) * 0x100000001B3 % 2**64
    return f"{fingerprint:016x}"


def a_line(variant: str = "camera", quantity: int = 1, is_gift: bool = False) -> Json:
    """One line of a basket, as the element's `lines` attribute takes it."""
    return {"variantId": variant, "quantity": quantity, "isGift": is_gift}


def a_suggestion(product: str, **changed: Any) -> Json:
    """What is suggested of a product of the toy shop."""
    suggestion = {
        "kind": "also_bought",
        "rung": "learned",
        "productId": f"product-{product}",
        "variantId": product,
        "thumbnail": {"url": f"/pictures/{product}.svg", "alt": PRODUCTS[product]["name"]},
    }
    return suggestion | PRODUCTS[product] | changed


def a_member(product: str, quantity: int = 1, missing: int = 0, **changed: Any) -> Json:
    """A member of a set, as the document tells it."""
    facts = {name: (CAMERA if product == "camera" else PRODUCTS[product])[name] for name in CAMERA}
    picture = {"url": f"/pictures/{product}.svg", "alt": facts["name"]}
    counts = {"quantity": quantity, "missing": missing, "thumbnail": picture}
    return {"productId": f"product-{product}", "variantId": product} | facts | counts | changed


def a_bundle(*members: Json, saves: str | None = "52.00", **changed: Any) -> Json:
    """The suggestion to complete the camera set, by default of a camera in the basket and a card and a bag that are not."""
    pieces = list(members) or [a_member("camera"), a_member("card", missing=1), a_member("bag", missing=1)]
    first = next(piece for piece in pieces if piece["missing"])
    currency = first["price"]["currency"]
    separately = sum(Decimal(piece["price"]["amount"]) * piece["quantity"] for piece in pieces)
    missing = sum(Decimal(piece["price"]["amount"]) * piece["missing"] for piece in pieces)
    set_price = separately - Decimal(saves or 0)
    return {
        "kind": "bundle",
        "rung": "merchant",
        "productId": first["productId"],
        "variantId": first["variantId"],
        "name": "Camera set",
        "variantName": None,
        "price": {"amount": f"{missing:f}", "currency": currency},
        "thumbnail": first["thumbnail"],
        "reason": {
            "key": "complete_the_set",
            "parameters": {"bundle": "Camera set", "product": "X100 camera"},
            "text": "Complete the set with X100 camera",
        },
        "bundle": {
            "id": "12",
            "names": {"": "Camera set", "de": "Kamera-Set", "pt-br": "Conjunto de câmera"},
            "members": pieces,
            "price": {"amount": f"{set_price:f}", "currency": currency},
            "separately": {"amount": f"{separately:f}", "currency": currency},
            "saving": {"amount": saves, "currency": currency} if saves else None,
        },
    } | changed


def a_document(lines: Iterable[Mapping[str, Any]], *suggestions: Json) -> Json:
    """The document for a basket; without suggestions it says that nothing goes with it."""
    return {
        "version": 1,
        "madeAt": "2026-11-22T01:50:00Z",
        "placement": "checkout",
        "linesHash": lines_hash(lines),
        "suggestions": list(suggestions),
    }
