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
from plugin.web.dashboard.controls import CATEGORIES, Choice, control, given, picked
from plugin.web.dashboard.door import staff
from plugin.web.dashboard.permitting import DELIVERIES, SHOPPERS, Permission, ask_anew, lacking
from plugin.web.dashboard.staff import shop_of, wake

blueprint = Blueprint("choosing", __name__)

MOST_FOUND = 8

LONGEST_SEARCH = 100

ABOUT = {
    "Suggestions": "How much Tandem says, and where. Excluded products still count as evidence for others.",
    "Learning": "Which orders are heard, and how many people must agree.",
    "Upgrades": "A better option of what is in the basket, always with the fact in which it is better.",
    "Free delivery": "One more product that makes delivery free, when that is worth it to the shopper.",
    "Restraint": "When Tandem holds back. What was withheld, and why, is on the overview.",
    "What shoppers own": "What a signed-in shopper has already is not offered again.",
    "Bundles": "What bundles keep, and how closely their prices are watched.",
    "Storefront": "Pages that may fetch suggestions straight from Tandem.",
}
"""What stands beside a group of preferences."""

BETTER_WITH = {"Free delivery": DELIVERIES, "Restraint": SHOPPERS}
"""Groups that can do more with a permission."""


@dataclass(frozen=True, slots=True)
class Group:
    """Preferences that belong together on the page. `missing`: a permission with which they would do more."""

    title: str
    explained: str
    choices: tuple[Choice, ...]
    missing: Permission | None = None


@blueprint.get("/preferences")
def form() -> str:
    """All preferences as they are."""
    with shop_of(staff()) as shop:
        chosen = preferences.get(shop.db)
        grouped: dict[str, list[Choice]] = {}
        for field in fields(Preferences):
            grouped.setdefault(field.metadata["group"], []).append(control(shop, field, chosen))
        missing = {title: lacking(shop, permission) for title, permission in BETTER_WITH.items()}
        ask_anew(shop, *missing.values())
    groups = [
        Group(title, ABOUT.get(title, ""), tuple(choices), missing.get(title))
        for title, choices in grouped.items()
    ]
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
    find = faces.categories_named if picked(purpose) == CATEGORIES else faces.products_named
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
