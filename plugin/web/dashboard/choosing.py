"""The merchant's preferences as controls; each is saved by itself the moment it changes."""

from __future__ import annotations

import json
from dataclasses import Field, dataclass, fields
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request

from plugin.errors import BadPreference, NotFound
from plugin.store import faces, preferences
from plugin.suggestions.preferences import RELEARN_AFTER, Preferences
from plugin.use_cases.change_preferences import change_preferences
from plugin.web.dashboard.controls import PICKED, Choice, control, given
from plugin.web.dashboard.door import staff
from plugin.web.dashboard.staff import shop_of, wake

blueprint = Blueprint("choosing", __name__)

MOST_FOUND = 8

LONGEST_SEARCH = 100

GROUPS = (
    ("What is shown", "How much Tandem says beside a basket, and when.", ("suggesting", "most_suggestions", "popular_when_unknown")),
    ("What counts as evidence", "Which orders are heard, and how many people must agree.", ("min_buyers", "half_life_days", "unpaid_orders")),
    ("What is never shown", "Excluded products still count as evidence for others.", ("excluded_products", "excluded_categories")),
    ("Bundles", "What bundles keep, and how closely their prices are watched.", ("bundle_margin", "guard")),
    ("Who may ask", "Pages that may fetch suggestions straight from Tandem.", ("storefront_origins",)),
)  # fmt: skip


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
        known = {choice.name: control(shop, choice, chosen) for choice in fields(Preferences)}
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
            value = given(shop, field)
            chosen = change_preferences(shop, {name: value}, staff().token.user_id, datetime.now(UTC))
        except BadPreference as error:
            message = str(error).removeprefix(f"{error.field}: ")
            return _answer(control(shop, field, preferences.get(shop.db), error=message), error.status)
        answer = _answer(control(shop, field, chosen, saved=True))
    wake(staff())
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


def _answer(choice: Choice, status: int = 200) -> Response:
    return make_response(render_template("dashboard/choice.html", choice=choice), status)


def _said(field: Field[Any]) -> str:
    told = str(field.metadata["label"])
    return f"{told}. Your orders are being counted anew." if field.name in RELEARN_AFTER else told
