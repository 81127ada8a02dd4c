"""A preference as a control on a page, and what came back from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass
from typing import Any

from flask import request

from plugin.shop import Shop
from plugin.store import faces, preferences
from plugin.store.faces import Face
from plugin.suggestions.preferences import Preferences

PRODUCTS, CATEGORIES = "products", "categories"

TOLD = {
    "excluded_products": "Products are still learned from, only never offered.",
    "excluded_categories": "Products are still learned from, only never offered. All products of the category.",
}
"""Where the page's control needs other words than a list of ids does."""


def picked(name: str) -> str:
    """What a preference of ids nobody knows by heart is chosen from by name: PRODUCTS or CATEGORIES; empty for any other."""
    return next((goods for goods in (PRODUCTS, CATEGORIES) if name.endswith(f"_{goods}")), "")


@dataclass(frozen=True, slots=True)
class Choice:
    """One preference as a control. `value` is what the control shows, `error` why it was not accepted.

    `goods`: PRODUCTS or CATEGORIES, where it is a picker of these.
    """

    name: str
    label: str
    explained: str
    control: str
    value: object
    default: object
    limits: Mapping[str, Any]
    goods: str = ""
    picked: tuple[Face, ...] = ()
    error: str = ""
    saved: bool = False


def control(
    shop: Shop, field: Field[Any], chosen: Preferences, *, error: str = "", saved: bool = False
) -> Choice:
    """The preference as it is, or as it was typed when that was refused."""
    value = getattr(chosen, field.name)
    default = field.default if field.default is not MISSING else None
    return Choice(
        name=field.name,
        label=field.metadata["label"],
        explained=TOLD.get(field.name, field.metadata["explained"]),
        control=_kind(field),
        value=request.form.get("value", "") if error and not picked(field.name) else value,
        default=default,
        limits=field.metadata,
        goods=picked(field.name),
        picked=_picked(shop, field.name, value),
        error=error,
        saved=saved,
    )


def _kind(field: Field[Any]) -> str:
    if picked(field.name):
        return "picker"
    if "options" in field.metadata:
        return "select"
    return {bool: "switch", int: "number", tuple: "lines"}.get(type(field.default), "text")


def _picked(shop: Shop, name: str, value: tuple[str, ...]) -> tuple[Face, ...]:
    """The chosen ones by name; what Saleor deleted meanwhile keeps its id as a name, so that it can be taken out."""
    if not picked(name):
        return ()
    look_up = faces.of_categories if picked(name) == CATEGORIES else faces.of_products
    known = look_up(shop.db, value)
    return tuple(known.get(chosen) or Face(faces.UNKNOWN, chosen, chosen) for chosen in value)


def given(shop: Shop, field: Field[Any]) -> object:
    """The control's value in the preference's own type; a number that is none stays text, and is refused by name."""
    text = request.form.get("value", "")
    if picked(field.name):
        there = getattr(preferences.get(shop.db), field.name)
        leaving = request.form.get("remove", "")
        return [one for one in (*there, request.form.get("add", "")) if one and one != leaving]
    if isinstance(field.default, bool):
        return text == "on"
    if isinstance(field.default, int):
        digits = text.strip()
        return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else text
    if isinstance(field.default, tuple):
        return text.splitlines()
    return text
