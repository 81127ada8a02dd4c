"""The document a storefront reads: version 1, published as storefront_snippets/suggestions.schema.json."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from plugin.suggestions.model import BasketLine, Suggestion

VERSION = 1

METADATA_KEY = "tandem"

MOST_BYTES = 8_192
"""The whole metadata travels in every webhook and query that selects it: keep it light."""

LONGEST_TEXT = 250
"""Saleor allows longer names; a suggestion needs no more to be recognised."""

FNV_OFFSET = 0xCBF29CE484222325
FNV_PRIME = 0x100000001B3


def lines_hash(lines: Iterable[BasketLine]) -> str:
    """FNV-1a, 64 bit (Fowler, Noll, Vo), over sorted "variantId:quantity": a browser can compute it without a library."""
    quantities: dict[str, int] = {}
    for line in lines:
        if not line.gift:
            quantities[line.variant] = quantities.get(line.variant, 0) + line.quantity
    text = ",".join(f"{variant}:{quantity}" for variant, quantity in sorted(quantities.items()))
    value = FNV_OFFSET
    for byte in text.encode():
        value = ((value ^ byte) * FNV_PRIME) % (1 << 64)
    return f"{value:016x}"


def document(
    suggestions: Sequence[Suggestion], lines: Iterable[BasketLine], placement: str, made_at: datetime
) -> dict[str, object]:
    """Version 1 as plain JSON types. Holds nothing personal: reasons speak of products only."""
    return {
        "version": VERSION,
        "madeAt": made_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "placement": placement,
        "linesHash": lines_hash(lines),
        "suggestions": [_suggestion(suggestion) for suggestion in suggestions],
    }


def as_text(made: dict[str, object]) -> str:
    """Compact JSON; drops the weakest suggestions rather than exceed MOST_BYTES."""
    suggestions = list(made["suggestions"])  # type: ignore[call-overload]  # built by document()
    while True:
        text = json.dumps({**made, "suggestions": suggestions}, ensure_ascii=False, separators=(",", ":"))
        if len(text.encode()) <= MOST_BYTES:
            return text
        suggestions.pop()


def says_the_same(text: str | None, made: dict[str, object]) -> bool:
    """Whether a document already written gives this answer, whenever it was made."""
    try:
        there = json.loads(text or "")
    except ValueError:
        return False
    if not isinstance(there, dict):
        return False
    return {**there, "madeAt": None} == {**json.loads(as_text(made)), "madeAt": None}


def _suggestion(suggestion: Suggestion) -> dict[str, object]:
    offer, variant, reason = suggestion.offer, suggestion.variant, suggestion.reason
    return {
        "kind": suggestion.kind,
        "rung": suggestion.rung,
        "productId": offer.id,
        "variantId": variant.id,
        "name": offer.name[:LONGEST_TEXT],
        "variantName": variant.name[:LONGEST_TEXT] or None,
        "price": {"amount": _plain(variant.amount), "currency": variant.currency},
        "thumbnail": {"url": offer.thumbnail, "alt": offer.alt[:LONGEST_TEXT]} if offer.thumbnail else None,
        "reason": {
            "key": reason.key,
            "parameters": {
                name: value[:LONGEST_TEXT] if isinstance(value, str) else value
                for name, value in reason.parameters.items()
            },
            "text": reason.text[: 2 * LONGEST_TEXT],
        },
    }


def _plain(amount: Decimal) -> str:
    """12.00 stays 12.00, and never 1.2E+1."""
    return f"{amount:f}"
