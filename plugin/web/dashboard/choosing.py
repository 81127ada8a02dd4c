"""The merchant's preferences as controls; each is saved by itself the moment it changes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request

from plugin.errors import BadPreference, NotFound
from plugin.shop import Shop
from plugin.store import faces, preferences
from plugin.store.faces import Face
from plugin.suggestions.preferences import RELEARN_AFTER, Preferences
from plugin.use_cases.change_preferences import change_preferences
from plugin.web.dashboard.door import staff
from plugin.web.dashboard.staff import shop_of

blueprint = Blueprint("choosing", __name__)

MOST_FOUND = 8

LONGEST_SEARCH = 100

PICKED = {"excluded_products": "products", "excluded_categories": "categories"}
"""Preferences that hold ids nobody knows by heart: chosen by name."""

GROUPS = (
    ("What is shown", "How much Tandem says beside a basket, and when.", ("suggesting", "most_suggestions", "popular_when_unknown")),
    ("What counts as evidence", "Which orders are heard, and how many people must agree.", ("min_buyers", "half_life_days", "unpaid_orders")),
    ("What is never shown", "Excluded products still count as evidence for others.", ("excluded_products", "excluded_categories")),
    ("Who may ask", "Pages that may fetch suggestions straight from Tandem.", ("storefront_origins",)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """One preference as a control. `value` is what the control shows, `error` why it was not accepted."""

    name: str
    label: str
    explained: str
    control: str
    value: object
    default: object
    limits: Mapping[str, Any]
    picked: tuple[Face, ...] = ()
    error: str = ""
    saved: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Preferences that belong together on the page."""

    title: str
    explained: str
    choices: tuple[Choice, ...]


@blueprint.get("/preferences")
def form() -> str:
    """All preferences as they are."""
    with shop_of(staff()) as shop:
        chosen = preferences.get(shop.db)
        known = {choice.name: _choice(shop, choice, chosen) for choice in fields(Preferences)}
    groups = [Group(title, told, tuple(known.pop(name) for name in names)) for title, told, names in GROUPS]
    if known:
        groups.append(Group("More", "", tuple(known.values())))
    return render_template("dashboard/preferences.html", groups=groups)


@blueprint.post("/preferences/<name>")
def save(name: str) -> Response:
    """One preference, saved or refused: its control again, with what came of it."""
    field = _field(name)
    with shop_of(staff()) as shop:
        try:
            value = _given(shop, field)
            chosen = change_preferences(shop, {name: value}, staff().token.user_id, datetime.now(UTC))
        except BadPreference as error:
            message = str(error).removeprefix(f"{error.field}: ")
            return _answer(_choice(shop, field, preferences.get(shop.db), error=message), error.status)
        answer = _answer(_choice(shop, field, chosen, saved=True))
    answer.headers["HX-Trigger"] = json.dumps({"tandem:toast": {"title": "Saved", "text": _said(field)}})
    return answer


@blueprint.get("/search/<purpose>")
def search(purpose: str) -> str:
    """Products or categories by name, as buttons that add them. ?q=<text>"""
    wanted = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    find = faces.categories_named if PICKED.get(purpose) == "categories" else faces.products_named
    with shop_of(staff()) as shop:
        found = find(shop.db, wanted, MOST_FOUND) if wanted else []
    return render_template("dashboard/found.html", purpose=purpose, found=found, wanted=wanted)


def _field(name: str) -> Field[Any]:
    for field in fields(Preferences):
        if field.name == name:
            return field
    raise NotFound(f"there is no preference {name!r}")


def _choice(
    shop: Shop, field: Field[Any], chosen: Preferences, *, error: str = "", saved: bool = False
) -> Choice:
    value = getattr(chosen, field.name)
    default = field.default if field.default is not MISSING else None
    return Choice(
        name=field.name,
        label=field.metadata["label"],
        explained=field.metadata["explained"],
        control=_control(field),
        value=request.form.get("value", "") if error and field.name not in PICKED else value,
        default=default,
        limits=field.metadata,
        picked=_picked(shop, field.name, value),
        error=error,
        saved=saved,
    )


def _control(field: Field[Any]) -> str:
    if field.name in PICKED:
        return "picker"
    if "options" in field.metadata:
        return "select"
    return {bool: "switch", int: "number", tuple: "lines"}.get(type(field.default), "text")


def _picked(shop: Shop, name: str, value: tuple[str, ...]) -> tuple[Face, ...]:
    """The chosen ones by name; what Saleor deleted meanwhile keeps its id as a name, so that it can be taken out."""
    if name not in PICKED:
        return ()
    look_up = faces.of_categories if PICKED[name] == "categories" else faces.of_products
    known = look_up(shop.db, value)
    return tuple(known.get(chosen) or Face(faces.UNKNOWN, chosen, chosen) for chosen in value)


def _given(shop: Shop, field: Field[Any]) -> object:
    """The control's value in the preference's own type; a number that is none stays text, and is refused by name."""
    text = request.form.get("value", "")
    if field.name in PICKED:
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


def _answer(choice: Choice, status: int = 200) -> Response:
    return make_response(render_template("dashboard/choice.html", choice=choice), status)


def _said(field: Field[Any]) -> str:
    told = str(field.metadata["label"])
    return f"{told}. Your orders are being counted anew." if field.name in RELEARN_AFTER else told
