"""Rules as staff set them up: the list, switched on and off there, and one rule's form."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from flask import Blueprint, Response, make_response, render_template, request, url_for

from plugin.errors import BadRule
from plugin.suggestions.rules.model import EXCLUDE
from plugin.use_cases.change_rules import remove_rule, save_rule, switch_rule
from plugin.web.dashboard import answers, rule_words, selecting
from plugin.web.dashboard.bundle_page import zone
from plugin.web.dashboard.door import staff
from plugin.web.dashboard.rule_form import Chosen, typed_in
from plugin.web.dashboard.rule_page import every as every_rule
from plugin.web.dashboard.rule_page import opened, page
from plugin.web.dashboard.staff import shop_of

blueprint = Blueprint("ruling", __name__)

LONGEST_ID = 200
LONGEST_SEARCH = 100


@blueprint.get("/rules")
def every() -> str:
    """All rules."""
    with shop_of(staff()) as shop:
        return every_rule(shop)


@blueprint.post("/rules/<number>/switch")
def switch(number: str) -> Response:
    """On or off. ?enabled=on or off"""
    wanted = request.form.get("enabled") == "on"
    with shop_of(staff()) as shop:
        rule = switch_rule(shop, number, wanted, staff().token.user_id, datetime.now(UTC))
        answer = make_response(every_rule(shop))
    return answers.announced(answer, "Switched on" if wanted else "Switched off", _kind(rule.kind))


@blueprint.post("/rules/<number>/remove")
def remove(number: str) -> Response:
    """Gone; what it was stays in the record of changes."""
    with shop_of(staff()) as shop:
        remove_rule(shop, number, staff().token.user_id, datetime.now(UTC))
        answer = make_response(every_rule(shop))
    return answers.announced(answer, "Removed", "The rule no longer counts.")


@blueprint.get("/rule")
def edit() -> str:
    """One rule's form; without ?rule=<number> an empty one."""
    with shop_of(staff()) as shop:
        return page(shop, opened(shop, request.args.get("rule", "")[:LONGEST_ID]))


@blueprint.get("/rule/search/<field>")
def search(field: str) -> str:
    """What a rule may be about, by name, as buttons that choose it. ?q=<text>&only=product"""
    wanted = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    with shop_of(staff()) as shop:
        found = selecting.found(shop, wanted, request.args.get("only") == "product") if wanted else []
    return render_template("dashboard/rule_found.html", found=found, wanted=wanted, field=field)


@blueprint.post("/rule/fields")
def fields() -> Response:
    """The fields of the chosen kind, with something chosen or taken out. ?field=what or beside&choose=<selector>"""
    typed = typed_in(request.form)
    field, chosen = request.form.get("field", ""), Chosen(request.form.get("choose", "")[:LONGEST_ID])
    if field == "what":
        typed = replace(typed, what=chosen)
    elif field == "beside":
        typed = replace(typed, beside=chosen)
    with shop_of(staff()) as shop:
        made = page(shop, typed, part="fields", focus=field)
    return answers.typed(make_response(made))


@blueprint.post("/rule/words")
def words() -> str:
    """What is typed, as a sentence."""
    with shop_of(staff()) as shop:
        return page(shop, typed_in(request.form), part="words")


@blueprint.post("/rule/save")
def save() -> Response:
    """Keep what is typed and turn to the list; refused, the same page with every message beside its field."""
    typed = typed_in(request.form)
    wanted = replace(typed, version=request.form.get("over", "") or typed.version)
    with shop_of(staff()) as shop:
        try:
            rule = save_rule(shop, wanted.draft(zone()), staff().token.user_id, datetime.now(UTC))
        except BadRule as error:
            problems = rule_words.by_field(error.problems, typed.kind)
            return make_response(page(shop, typed, problems), error.status)
    told = "It wins over every other rule." if rule.kind == EXCLUDE else "It counts from now on."
    turned = {"page": "rules", "title": "Rules", "fragment": url_for("dashboard.proved.ruling.every")}
    return answers.turned(
        make_response("", 204), "Saved", told if rule.enabled else "It is switched off.", turned
    )


def _kind(kind: str) -> str:
    return rule_words.BY_KIND[kind].label
