"""What a merchant may choose, with defaults and limits. Unknown names and values out of limits are errors, never ignored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace

from plugin.errors import BadPreference

MOST_SUGGESTIONS = 3
"""Shopify's and Baymard's guidance: two or three; more is noise."""

UNPAID_ORDERS = ("confirmed", "never", "always")


def _choice(label: str, explained: str, **limits: object) -> dict[str, object]:
    return {"label": label, "explained": explained, **limits}


@dataclass(frozen=True, slots=True)
class Preferences:
    """The merchant's choices for one shop."""

    suggesting: bool = field(
        default=True, metadata=_choice("Show suggestions", "Off: Tandem goes on learning but shows nothing.")
    )
    most_suggestions: int = field(
        default=3,
        metadata=_choice(
            "Suggestions at most",
            "Never filled up: fewer when the evidence is thin.",
            least=1,
            most=MOST_SUGGESTIONS,
        ),
    )
    min_buyers: int = field(
        default=3,
        metadata=_choice(
            "Distinct buyers",
            "A pair is shown once this many different people bought both.",
            least=2,
            most=100,
        ),
    )
    half_life_days: int = field(
        default=180,
        metadata=_choice(
            "Half-life in days",
            "An order this old counts half. 0: all orders count the same.",
            least=7,
            most=3650,
            off=0,
        ),
    )
    unpaid_orders: str = field(
        default="confirmed",
        metadata=_choice(
            "Unpaid orders count",
            "confirmed: once the order is confirmed; never: only paid ones; always: even unconfirmed ones.",
            options=UNPAID_ORDERS,
        ),
    )
    popular_when_unknown: bool = field(
        default=True,
        metadata=_choice(
            "Popular in the same category",
            "When nothing was learned for a basket, show what is much bought in its category.",
        ),
    )
    excluded_products: tuple[str, ...] = field(
        default=(), metadata=_choice("Never suggest these products", "Product ids, one a line.")
    )
    excluded_categories: tuple[str, ...] = field(
        default=(), metadata=_choice("Never suggest from these categories", "Category ids, one a line.")
    )
    bundle_margin: int = field(
        default=0,
        metadata=_choice(
            "Bundles keep at least",
            "So many percent above what you pay, where the cost price is known. 0: never below cost.",
            least=0,
            most=500,
        ),
    )
    guard: bool = field(
        default=True,
        metadata=_choice(
            "Guard the moment of ordering",
            "While a bundle is active, Saleor asks Tandem inside the completion of a checkout that is delivered, so that "
            "no bundle price outlives its bundle. Off: found after the order only.",
        ),
    )
    storefront_origins: tuple[str, ...] = field(
        default=("*",),
        metadata=_choice("Storefront addresses", "Origins whose pages may ask for suggestions; * for any."),
    )


RELEARN_AFTER = ("half_life_days", "unpaid_orders")
"""Preferences that change what every order contributes."""


def changed(preferences: Preferences, changes: Mapping[str, object]) -> Preferences:
    """The preferences with these changes.

    Raises:
        BadPreference: an unknown name, or a value of the wrong type or out of its limits.
    """
    known = {choice.name: choice for choice in fields(Preferences)}
    accepted = {}
    for name, value in changes.items():
        if name not in known:
            raise BadPreference(name, "there is no such preference")
        accepted[name] = _checked(name, value, known[name].default, known[name].metadata)
    return replace(preferences, **accepted)  # type: ignore[arg-type]  # _checked returns the default's type


def _checked(name: str, value: object, default: object, limits: Mapping[str, object]) -> object:
    if isinstance(default, bool):
        return _yes_or_no(name, value)
    if isinstance(default, int):
        return _whole(name, value, limits)
    if isinstance(default, tuple):
        return _several(name, value)
    if value not in UNPAID_ORDERS:
        raise BadPreference(name, f"must be one of {', '.join(UNPAID_ORDERS)}")
    return value


def _yes_or_no(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise BadPreference(name, "must be true or false")
    return value


def _whole(name: str, value: object, limits: Mapping[str, object]) -> int:
    least, most, off = int(str(limits["least"])), int(str(limits["most"])), limits.get("off")
    if not isinstance(value, int) or isinstance(value, bool) or not (least <= value <= most or value == off):
        also = f", or {off}" if off is not None else ""
        raise BadPreference(name, f"must be a whole number from {least} to {most}{also}")
    return value


def _several(name: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(
        isinstance(part, str) and len(part) <= 200 for part in value
    ):
        raise BadPreference(name, "must be a list of short texts")
    if len(value) > 10_000:
        raise BadPreference(name, "must be a list of at most 10,000 texts")
    return tuple(dict.fromkeys(part.strip() for part in value if part.strip()))


def as_json(preferences: Preferences) -> dict[str, object]:
    """Plain JSON types, as `changed` reads them."""
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in asdict(preferences).items()
    }
