"""A merchant says what better means: checked, kept with who and when, obeyed at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from plugin.errors import BadPreference, NotFound
from plugin.shop import Shop
from plugin.store import attributes, directions
from plugin.store.database import writing
from plugin.suggestions.upgrades.scales import ANY_TYPE, CHOICES, FORBID, ORDER, Choice
from plugin.use_cases import plan_work

LEAST_ORDERED = 2
MOST_ORDERED = 100
"""Values in an order: one has none, and nobody reads a longer list."""


def set_direction(
    shop: Shop, product_type: str, attribute: str, choice: Choice, who: str, now: datetime
) -> None:
    """What better means for an attribute of a product type, or with an empty type of all types.

    Raises:
        NotFound: there is no such attribute or product type.
        BadPreference: no way, or no order.
    """
    _change(shop, product_type, attribute, _checked(choice), who, now)


def forbid_direction(shop: Shop, product_type: str, attribute: str, who: str, now: datetime) -> None:
    """It is a matter of taste: never a reason for an upgrade, and an upgrade keeps it as it is. Raises NotFound."""
    _change(shop, product_type, attribute, Choice(FORBID), who, now)


def clear_direction(shop: Shop, product_type: str, attribute: str, who: str, now: datetime) -> None:
    """Go by what is learned. Raises NotFound."""
    _change(shop, product_type, attribute, None, who, now)


def _change(
    shop: Shop, product_type: str, attribute: str, choice: Choice | None, who: str, now: datetime
) -> None:
    if attribute not in attributes.every(shop.db):
        raise NotFound(f"there is no attribute {attribute[:40]!r}")
    known = directions.every(shop.db)
    if product_type != ANY_TYPE and product_type not in known:
        raise NotFound(f"there is no product type {product_type[:40]!r}")
    with writing(shop.db):
        if directions.choices(shop.db).get((product_type, attribute)) == choice:
            return
        directions.choose(shop.db, product_type, attribute, choice, who, now.astimezone(UTC).isoformat())
        directions.mark(shop.db, known if product_type == ANY_TYPE else [product_type])
        plan_work.learn_directions(shop, now)


def _checked(choice: Choice) -> Choice:
    if choice.way not in CHOICES:
        raise BadPreference("way", f"must be one of {', '.join(CHOICES)}")
    return Choice(ORDER, _order(choice.order)) if choice.way == ORDER else Choice(choice.way)


def _order(names: Sequence[str]) -> tuple[str, ...]:
    order = tuple(name.strip() for name in names if name.strip())
    if len({name.casefold() for name in order}) != len(order):
        raise BadPreference("order", "every value only once")
    if not LEAST_ORDERED <= len(order) <= MOST_ORDERED:
        raise BadPreference("order", f"from {LEAST_ORDERED} to {MOST_ORDERED} values, worst first")
    return order
