"""The document a storefront reads: version 1, published as storefront_snippets/suggestions.schema.json."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from plugin.suggestions.model import BasketLine, BundleOffer, DeliveryGap, Offer, Suggestion, UpgradeOffer

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
    suggestions: Sequence[Suggestion],
    lines: Iterable[BasketLine],
    placement: str,
    made_at: datetime,
    limits: Mapping[str, int] | None = None,
) -> dict[str, object]:
    """Version 1 as plain JSON types. Holds nothing personal: reasons speak of products only.

    The weakest suggestions are dropped rather than exceed MOST_BYTES, so that every reader is given the same. `limits`: how
    many each place shows at most, the first ones.
    """
    told = [_suggestion(suggestion) for suggestion in suggestions]
    made: dict[str, object] = {
        "version": VERSION,
        "madeAt": made_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "placement": placement,
        "linesHash": lines_hash(lines),
        **({"limits": dict(limits)} if limits is not None else {}),
        "suggestions": told,
    }
    for one in told:  # names in fifty languages are worth less than a suggestion
        if len(as_text(made).encode()) > MOST_BYTES and isinstance(bundle := one.get("bundle"), dict):
            bundle["names"] = {"": bundle["names"][""]}
    while told and len(as_text(made).encode()) > MOST_BYTES:
        told.pop()
    return made


def as_text(made: Mapping[str, object]) -> str:
    """Compact JSON."""
    return json.dumps(made, ensure_ascii=False, separators=(",", ":"))


def says_the_same(text: str | None, made: Mapping[str, object]) -> bool:
    """Whether a document already written gives this answer, whenever it was made."""
    there = _read(text)
    return there is not None and {**there, "madeAt": None} == {**json.loads(as_text(made)), "madeAt": None}


def offers_nothing(text: str | None) -> bool:
    """Whether what is written offers nothing: it is missing, or a document without suggestions."""
    there = _read(text)
    return text is None or (
        there is not None and (there.get("version"), there.get("suggestions")) == (VERSION, [])
    )


def _read(text: str | None) -> dict[str, object] | None:
    """What is written, or None when it cannot be ours. Every shopper may write there: anything of any size and depth."""
    if text is None or len(text) > MOST_BYTES:
        return None
    try:
        there = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return there if isinstance(there, dict) else None


def _suggestion(suggestion: Suggestion) -> dict[str, object]:
    offer, variant, reason = suggestion.offer, suggestion.variant, suggestion.reason
    more: dict[str, object] = {"bundle": _bundle(suggestion.bundle)} if suggestion.bundle else {}
    if suggestion.upgrade:
        more["upgrade"] = _upgrade(suggestion.upgrade)
    if suggestion.delivery:
        more["delivery"] = _delivery(suggestion.delivery, variant.amount)
    return {
        "kind": suggestion.kind,
        "rung": suggestion.rung,
        "productId": offer.id,
        "variantId": variant.id,
        "name": (suggestion.bundle.name if suggestion.bundle else offer.name)[:LONGEST_TEXT],
        "variantName": None if suggestion.bundle else variant.name[:LONGEST_TEXT] or None,
        "price": _money(
            _missing(suggestion.bundle) if suggestion.bundle else variant.amount, variant.currency
        ),
        "thumbnail": _thumbnail(offer),
        "reason": {
            "key": reason.key,
            "parameters": {
                name: value[:LONGEST_TEXT] if isinstance(value, str) else value
                for name, value in reason.parameters.items()
            },
            "text": reason.text[: 2 * LONGEST_TEXT],
        },
        **more,
    }


def _bundle(bundle: BundleOffer) -> dict[str, object]:
    return {
        "id": str(bundle.id),
        "names": {"": bundle.name, **bundle.translations},
        "members": [
            {
                "productId": piece.offer.id,
                "variantId": piece.variant.id,
                "name": piece.offer.name[:LONGEST_TEXT],
                "variantName": piece.variant.name[:LONGEST_TEXT] or None,
                "quantity": piece.quantity,
                "missing": piece.missing,
                "price": _money(piece.variant.amount, bundle.currency),
                "thumbnail": _thumbnail(piece.offer),
            }
            for piece in bundle.pieces
        ],
        "price": _money(bundle.price, bundle.currency),
        "separately": _money(bundle.separately, bundle.currency),
        "saving": None if bundle.saving is None else _money(bundle.saving, bundle.currency),
    }


def _upgrade(upgrade: UpgradeOffer) -> dict[str, object]:
    old, currency = upgrade.replaces, upgrade.variant.currency
    return {
        "replaces": {
            "variantId": old.variant,
            "productId": old.product_id,
            "name": old.name[:LONGEST_TEXT],
            "variantName": old.variant_name[:LONGEST_TEXT] or None,
            "quantity": old.quantity,
            "price": _money(upgrade.variant.amount - upgrade.difference, currency),
        },
        "facts": [
            {
                "attribute": fact.attribute,
                "name": fact.name[:LONGEST_TEXT],
                "from": fact.old[:LONGEST_TEXT],
                "to": fact.new[:LONGEST_TEXT],
                "better": fact.better,
            }
            for fact in upgrade.facts
        ],
        "difference": _money(upgrade.difference, currency),
        "total": _money(upgrade.difference * old.quantity, currency),
    }


def _delivery(gap: DeliveryGap, price: Decimal) -> dict[str, object]:
    return {
        "gap": _money(gap.gap, gap.currency),
        "from": _money(gap.threshold, gap.currency),
        "saves": None if gap.saves is None else _money(gap.saves, gap.currency),
        "over": _money(price - gap.gap, gap.currency),
    }


def cut(made: Mapping[str, Any], placement: str) -> dict[str, Any]:
    """A document as one place shows it: of a checkout's suggestions the first ones, as many as are shown there."""
    most = made.get("limits", {}).get(placement)
    return dict(made) if most is None else {**made, "suggestions": made["suggestions"][:most]}


def _missing(bundle: BundleOffer) -> Decimal:
    """What the missing pieces cost one by one."""
    return sum((piece.variant.amount * piece.missing for piece in bundle.pieces), Decimal())


def _money(amount: Decimal, currency: str) -> dict[str, str]:
    return {"amount": _plain(amount), "currency": currency}


def _thumbnail(offer: Offer) -> dict[str, str] | None:
    return {"url": offer.thumbnail, "alt": offer.alt[:LONGEST_TEXT]} if offer.thumbnail else None


def _plain(amount: Decimal) -> str:
    """12.00 stays 12.00, and never 1.2E+1."""
    return f"{amount:f}"
