"""What Tandem learned of categories: what lasts, what goes together; a merchant's word is saved the moment it is said."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response, make_response, render_template, request

from plugin.errors import BadPreference, NotFound
from plugin.shop import Shop
from plugin.store import preferences
from plugin.suggestions.habits.natures import UNKNOWN
from plugin.suggestions.habits.relations import NOTHING
from plugin.use_cases.change_habits import choose_nature, choose_relation
from plugin.use_cases.change_preferences import change_preferences
from plugin.use_cases.describe_habits import CategoryHabit, RelationHabit, describe_habits
from plugin.web.dashboard import answers, learned_words
from plugin.web.dashboard.door import staff
from plugin.web.dashboard.staff import shop_of, wake

blueprint = Blueprint("knowing_categories", __name__)

LONGEST_ID = 200


@blueprint.get("/learned/categories")
def categories() -> str:
    """What lasts, what is used up, and what is sensitive: those something is known of, then the others."""
    with shop_of(staff()) as shop:
        found = describe_habits(shop).categories
        sensitive = preferences.get(shop.db).sensitive_categories
    known = [one for one in found if one.nature != UNKNOWN or one.id in sensitive]
    return render_template(
        "dashboard/learned_categories.html",
        known=known,
        others=[one for one in found if one not in known],
        sensitive=sensitive,
        words=learned_words,
    )


@blueprint.post("/learned/nature")
def nature() -> Response:
    """Whether a category lasts. ?category=&nature=, empty: as learned"""
    category, wanted = _given("category"), _given("nature")
    with shop_of(staff()) as shop:
        choose_nature(shop, category, wanted or None, staff().token.user_id, datetime.now(UTC))
        return _saved_category(shop, category)


@blueprint.post("/learned/sensitive")
def sensitive() -> Response:
    """Whether a category is sensitive. ?category=&sensitive=on"""
    category = _given("category")
    with shop_of(staff()) as shop:
        others = [one for one in preferences.get(shop.db).sensitive_categories if one != category]
        wanted = [*others, category] if _given("sensitive") == "on" else others
        _category(shop, category)
        change_preferences(shop, {"sensitive_categories": wanted}, staff().token.user_id, datetime.now(UTC))
        return _saved_category(shop, category)


@blueprint.get("/learned/relations")
def relations() -> str:
    """What goes together, and what replaces what."""
    with shop_of(staff()) as shop:
        return _relations(shop)


@blueprint.post("/learned/relation")
def relation() -> Response:
    """What two categories are to each other. ?one=&other=&relation=, empty: as learned"""
    one, other, wanted = _given("one"), _given("other"), _given("relation")
    with shop_of(staff()) as shop:
        choose_relation(shop, one, other, wanted or None, staff().token.user_id, datetime.now(UTC))
        pair = _pair(shop, one, other)
        made = (
            render_template("dashboard/relation.html", one=pair, words=learned_words, saved=True)
            if pair
            else ""
        )
    wake(staff())
    return answers.announced(make_response(made), "Saved", _told(pair))


@blueprint.post("/learned/relations")
def add_relation() -> Response:
    """The merchant's word on two categories of which nothing was learned."""
    one, other, wanted = _given("one"), _given("other"), _given("relation")
    with shop_of(staff()) as shop:
        try:
            choose_relation(shop, one, other, wanted, staff().token.user_id, datetime.now(UTC))
        except (NotFound, BadPreference):
            return make_response(
                _relations(shop, "Choose two categories, and what they are to each other."), 400
            )
        answer = make_response(_relations(shop))
        pair = _pair(shop, one, other)
    wake(staff())
    return answers.announced(answer, "Saved", _told(pair))


def _given(name: str) -> str:
    return request.form.get(name, "")[:LONGEST_ID]


def _saved_category(shop: Shop, category: str) -> Response:
    one = _category(shop, category)
    made = render_template(
        "dashboard/learned_category.html",
        one=one,
        sensitive=preferences.get(shop.db).sensitive_categories,
        words=learned_words,
        saved=True,
    )
    wake(staff())
    return answers.announced(make_response(made), "Saved", one.name)


def _category(shop: Shop, category: str) -> CategoryHabit:
    for one in describe_habits(shop).categories:
        if one.id == category:
            return one
    raise NotFound(f"there is no category {category[:40]!r}")


def _pair(shop: Shop, one: str, other: str) -> RelationHabit | None:
    """The two of them, in whatever order; None when nothing is known of them any more."""
    return next((it for it in describe_habits(shop).relations if {it.one, it.other} == {one, other}), None)


def _told(pair: RelationHabit | None) -> str:
    if pair is None:
        return learned_words.RELATIONS[NOTHING]
    return f"{pair.one_name} and {pair.other_name}: {learned_words.RELATIONS[pair.kind].lower()}"


def _relations(shop: Shop, refused: str = "") -> str:
    found = describe_habits(shop)
    kinds = [(kind, [one for one in found.relations if one.kind == kind]) for kind in learned_words.RELATIONS]
    return render_template(
        "dashboard/learned_relations.html",
        groups=[(kind, pairs) for kind, pairs in kinds if pairs],
        categories=found.categories,
        words=learned_words,
        refused=refused,
        given=request.form,
    )
