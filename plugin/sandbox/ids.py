"""Saleor's global ids: base64 of "Type:key"."""

from __future__ import annotations

import base64
import binascii
import random


def global_id(kind: str, key: object) -> str:
    """`global_id("Product", 7)` is what Saleor shows as the id of product 7."""
    return base64.b64encode(f"{kind}:{key}".encode()).decode()


def kind_and_key(gid: str) -> tuple[str, str]:
    """The type and the key inside a global id; two empty strings when it is none."""
    try:
        kind, _, key = base64.b64decode(gid, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return "", ""
    return kind, key


def random_key(dice: random.Random) -> str:
    """A UUID of version 4 from these dice, as orders and checkouts have; written by hand, since a history needs 120,000."""
    text = f"{dice.getrandbits(128):032x}"
    variant = "89ab"[int(text[16], 16) & 3]
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{variant}{text[17:20]}-{text[20:]}"
