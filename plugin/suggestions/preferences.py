"""What a merchant may choose, with defaults and limits. Unknown names and values out of limits are errors, never ignored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace

from plugin.errors import BadPreference
from plugin.suggestions.inducing import INDUCED_ORDERS

MOST_SUGGESTIONS = 3
"""Shopify's and Baymard's guidance: two or three; more is noise."""

UNPAID_ORDERS = ("confirmed", "never", "always")


SHOWING = "Suggestions"
LEARNING = "Learning"
UPGRADES = "Upgrades"
DELIVERY = "Free delivery"
RESTRAINT = "Restraint"
BUNDLES = "Bundles"
STOREFRONT = "Storefront"


def _choice(group: str, label: str, explained: str, **limits: object) -> dict[str, object]:
    return {"group": group, "label": label, "explained": explained, **limits}


@dataclass(frozen=True, slots=True)
class Preferences:
    """The merchant's choices for one shop."""

    suggesting: bool = field(
        default=True,
        metadata=_choice(SHOWING, "Show suggestions", "Off: Tandem goes on learning but shows nothing."),
    )
    most_suggestions: int = field(
        default=3,
        metadata=_choice(
            SHOWING,
            "On the basket page at most",
            "Never filled up: fewer when the evidence is thin, and nothing rather than filler.",
            least=1,
            most=MOST_SUGGESTIONS,
        ),
    )
    most_on_product: int = field(
        default=3,
        metadata=_choice(
            SHOWING, "On a product page at most", "0: none there.", least=0, most=MOST_SUGGESTIONS
        ),
    )
    most_on_checkout: int = field(
        default=1,
        metadata=_choice(
            SHOWING,
            "At the checkout at most",
            "Whoever has decided to buy is shown the one best offer, if any. 0: none there.",
            least=0,
            most=MOST_SUGGESTIONS,
        ),
    )
    most_on_payment: int = field(
        default=0,
        metadata=_choice(
            SHOWING,
            "At the payment step at most",
            "0: nothing may come between a shopper and the payment.",
            least=0,
            most=MOST_SUGGESTIONS,
        ),
    )
    min_buyers: int = field(
        default=3,
        metadata=_choice(
            LEARNING,
            "Distinct buyers",
            "A pair is shown once this many different people bought both.",
            least=2,
            most=100,
        ),
    )
    half_life_days: int = field(
        default=180,
        metadata=_choice(
            LEARNING,
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
            LEARNING,
            "Unpaid orders count",
            "confirmed: once the order is confirmed; never: only paid ones; always: even unconfirmed ones.",
            options=UNPAID_ORDERS,
        ),
    )
    induced_orders: str = field(
        default="half",
        metadata=_choice(
            LEARNING,
            "Orders Tandem had a part in count",
            "half: half the weight; full: as any other; without: what was suggested or sold in a bundle is not learned from, "
            "what the shopper chose besides counts in full. So that Tandem does not learn from itself.",
            options=INDUCED_ORDERS,
        ),
    )
    popular_when_unknown: bool = field(
        default=True,
        metadata=_choice(
            SHOWING,
            "Popular in the same category",
            "When nothing was learned for a basket, show what is much bought in its category.",
        ),
    )
    excluded_products: tuple[str, ...] = field(
        default=(), metadata=_choice(SHOWING, "Never suggest these products", "Product ids, one a line.")
    )
    excluded_categories: tuple[str, ...] = field(
        default=(),
        metadata=_choice(SHOWING, "Never suggest from these categories", "Category ids, one a line."),
    )
    upgrades: bool = field(
        default=True,
        metadata=_choice(
            UPGRADES,
            "Suggest upgrades",
            "A better option of a product in the basket, with the fact in which it is better. One per checkout.",
        ),
    )
    upgrade_least_percent: int = field(
        default=5,
        metadata=_choice(
            UPGRADES, "Dearer by at least, in percent", "A smaller step is no offer.", least=1, most=100
        ),
    )
    upgrade_most_percent: int = field(
        default=40,
        metadata=_choice(
            UPGRADES, "Dearer by at most, in percent", "A larger step is another purchase.", least=1, most=300
        ),
    )
    free_delivery: bool = field(
        default=True,
        metadata=_choice(
            DELIVERY,
            "Suggest what makes delivery free",
            "A relevant product that closes the gap to free delivery. Silent when delivery is free already.",
        ),
    )
    filler_above_delivery: bool = field(
        default=False,
        metadata=_choice(
            DELIVERY,
            "Also when it costs more than the delivery",
            "Off: a product dearer than the delivery it saves is never offered for that reason.",
        ),
    )
    free_delivery_from: tuple[str, ...] = field(
        default=(),
        metadata=_choice(
            DELIVERY,
            "Free delivery by hand",
            "Only while Tandem may not read your shipping zones. One channel a line: channel-slug: 50.00, 4.90 "
            "(free from this subtotal, and what delivery costs below it).",
        ),
    )
    add_on_share: int = field(
        default=35,
        metadata=_choice(
            RESTRAINT,
            "An add-on costs at most, in percent of the basket",
            "0: no limit. Product pages have no basket yet, and no limit.",
            least=1,
            most=1_000,
            off=0,
        ),
    )
    bundle_share: int = field(
        default=100,
        metadata=_choice(
            RESTRAINT,
            "Completing a bundle costs at most, in percent of the basket",
            "0: no limit.",
            least=1,
            most=1_000,
            off=0,
        ),
    )
    own_history: bool = field(
        default=False,
        metadata=_choice(
            RESTRAINT,
            "Hear what a signed-in shopper bought before",
            "Their own earlier orders help to choose. Off, and for guests: everybody with the same basket gets the same.",
        ),
    )
    least_acceptance: int = field(
        default=5,
        metadata=_choice(
            RESTRAINT,
            "Taken by at least so many of 1,000 shoppers",
            "What fewer are expected to take is not shown. 0: no floor.",
            least=1,
            most=500,
            off=0,
        ),
    )
    default_margin: int = field(
        default=30,
        metadata=_choice(
            RESTRAINT,
            "Margin where the cost is not known, in percent",
            "What a suggestion earns is weighed; never over one that shoppers take twice as often.",
            least=1,
            most=100,
        ),
    )
    exploration: int = field(
        default=5,
        metadata=_choice(
            RESTRAINT,
            "Baskets in which another order is tried, in percent",
            "So that what is offered rarely gets its chance. Every trial is logged. 0: none.",
            least=1,
            most=20,
            off=0,
        ),
    )
    leave_out_owned: bool = field(
        default=True,
        metadata=_choice(
            RESTRAINT,
            "Leave out what a signed-in shopper owns",
            "Of durable categories. What is used up may come back.",
        ),
    )
    respect_usual_basket: bool = field(
        default=True,
        metadata=_choice(
            RESTRAINT,
            "No upgrade in an unusually dear basket",
            "Above nine of ten earlier orders of the same signed-in shopper. Guests are never recognised.",
        ),
    )
    careful_with_costly_shoppers: bool = field(
        default=False,
        metadata=_choice(
            RESTRAINT,
            "No discounts and upgrades for costly shoppers",
            "Who sent most back, or bought only on promotion, in three orders or more. They still get neutral "
            "suggestions, and staff see why.",
        ),
    )
    sensitive_categories: tuple[str, ...] = field(
        default=(),
        metadata=_choice(
            RESTRAINT,
            "Sensitive categories",
            "Neither suggested nor used as a reason, with the categories below them.",
        ),
    )
    bundle_margin: int = field(
        default=0,
        metadata=_choice(
            BUNDLES,
            "Bundles keep at least",
            "So many percent above what you pay, where the cost price is known. 0: never below cost.",
            least=0,
            most=500,
        ),
    )
    guard: bool = field(
        default=True,
        metadata=_choice(
            BUNDLES,
            "Guard the moment of ordering",
            "While a bundle is active, Saleor asks Tandem inside the completion of a checkout that is delivered, so that "
            "no bundle price outlives its bundle. Off: found after the order only.",
        ),
    )
    storefront_origins: tuple[str, ...] = field(
        default=("*",),
        metadata=_choice(
            STOREFRONT, "Storefront addresses", "Origins whose pages may ask for suggestions; * for any."
        ),
    )


RELEARN_AFTER = ("half_life_days", "unpaid_orders", "induced_orders")
"""Preferences that change what every order contributes."""


def changed(preferences: Preferences, changes: Mapping[str, object]) -> Preferences:
    """The preferences with these changes.

    Raises:
        BadPreference: an unknown name, a value of the wrong type or out of its limits, or two that contradict each other.
    """
    known = {choice.name: choice for choice in fields(Preferences)}
    accepted = {}
    for name, value in changes.items():
        if name not in known:
            raise BadPreference(name, "there is no such preference")
        accepted[name] = _checked(name, value, known[name].default, known[name].metadata)
    made = replace(preferences, **accepted)  # type: ignore[arg-type]  # _checked returns the default's type
    if made.upgrade_least_percent > made.upgrade_most_percent:
        name = next(name for name in ("upgrade_least_percent", "upgrade_most_percent") if name in accepted)
        raise BadPreference(name, "“at least” must not be above “at most”")
    return made


def _checked(name: str, value: object, default: object, limits: Mapping[str, object]) -> object:
    if isinstance(default, bool):
        return _yes_or_no(name, value)
    if isinstance(default, int):
        return _whole(name, value, limits)
    if isinstance(default, tuple):
        return _several(name, value)
    return _one_of(name, value, limits)


def _one_of(name: str, value: object, limits: Mapping[str, object]) -> object:
    options = tuple(str(option) for option in limits["options"])  # type: ignore[attr-defined]  # a tuple, where it is there
    if value not in options:
        raise BadPreference(name, f"must be one of {', '.join(options)}")
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
