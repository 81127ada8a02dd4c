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


def a_fact(name: str = "Memory", old: str = "64 GB", new: str = "128 GB", better: bool = True) -> Json:
    """One fact in which the new one differs."""
    return {"attribute": name.lower(), "name": name, "from": old, "to": new, "better": better}


def an_upgrade(*facts: Json, quantity: int = 1, **changed: Any) -> Json:
    """The suggestion of a card with more memory instead of the one in the basket."""
    replaced = {
        "variantId": "card",
        "productId": "product-card",
        "name": "Memory card",
        "variantName": "64 GB",
    }
    return a_suggestion("card") | {
        "kind": "upgrade",
        "variantId": "card-128",
        "name": "Memory card",
        "variantName": "128 GB",
        "price": {"amount": "36.90", "currency": "EUR"},
        "reason": {
            "key": "better_option",
            "parameters": {
                "product": "Memory card",
                "facts": "128 GB instead of 64 GB",
                "difference": "12.00",
            },
            "text": "128 GB instead of 64 GB, +12.00 EUR",
        },
        "upgrade": {
            "replaces": replaced | {"quantity": quantity, "price": {"amount": "24.90", "currency": "EUR"}},
            "facts": list(facts) or [a_fact()],
            "difference": {"amount": "12.00", "currency": "EUR"},
            "total": {"amount": f"{12 * quantity}.00", "currency": "EUR"},
        },
        **changed,
    }


def a_free_delivery(product: str = "card", saves: str | None = "4.90", **changed: Any) -> Json:
    """The suggestion of one more product with which the delivery is free."""
    parameters = PRODUCTS[product]["reason"]["parameters"]
    why = PRODUCTS[product]["reason"]["text"]
    return a_suggestion(
        product,
        kind="free_delivery",
        reason={
            "key": "free_delivery",
            "parameters": parameters | {"gap": "4.30", "currency": "EUR", "over": "20.60"},
            "text": f"4.30 EUR to free delivery. {why}",
        },
        delivery={
            "gap": {"amount": "4.30", "currency": "EUR"},
            "from": {"amount": "50.00", "currency": "EUR"},
            "saves": {"amount": saves, "currency": "EUR"} if saves else None,
            "over": {"amount": "20.60", "currency": "EUR"},
        },
        **changed,
    )


def a_popular(product: str = "lens", **changed: Any) -> Json:
    """The suggestion of what many people buy, which says no more than that."""
    reason = {"key": "popular_here", "parameters": {}, "text": "Popular in this shop"}
    return a_suggestion(product, kind="popular", rung="popular", **({"reason": reason} | changed))


def a_document(lines: Iterable[Mapping[str, Any]], *suggestions: Json, **added: Any) -> Json:
    """The document for a basket; without suggestions it says that nothing goes with it."""
    return {
        "version": 1,
        "madeAt": "2026-11-22T01:50:00Z",
        "placement": "checkout",
        "linesHash": lines_hash(lines),
        "suggestions": list(suggestions),
    } | added
