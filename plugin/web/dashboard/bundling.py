"""Bundles as staff set them up: the list, and one bundle with a live preview of what shoppers pay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from flask import Blueprint, Response, make_response, render_template, request

from plugin.errors import BadBundle
from plugin.shop import Shop
from plugin.store import channels
from plugin.suggestions.bundles.model import ACTIVE, PAUSED
from plugin.use_cases import describe_bundles
from plugin.use_cases.change_bundles import change_state, save_bundle
from plugin.web.dashboard import answers, bundle_words, permitting
from plugin.web.dashboard.bundle_form import Typed, typed_in, with_product
from plugin.web.dashboard.bundle_page import by_field, kept, opened, page, zone
from plugin.web.dashboard.door import staff
from plugin.web.dashboard.staff import shop_of, wake

blueprint = Blueprint("bundling", __name__)

LONGEST_ID = 200

SAID = {"active": "Activated", "paused": "Paused", "draft": "Put back to draft"}


@blueprint.get("/bundles")
def every() -> str:
    """All bundles, and whether their promises are kept."""
    with shop_of(staff()) as shop:
        permitting.ask_anew(shop, permitting.lacking(shop, permitting.PRICES))
        return _list(shop)


@blueprint.post("/bundles/<number>/state")
def state(number: str) -> Response:
    """Activate or pause a bundle of the list; refused, its row says why."""
    wanted = request.form.get("state", "")
    with shop_of(staff()) as shop:
        try:
            bundle = change_state(shop, number, wanted, staff().token.user_id, datetime.now(UTC))
        except BadBundle as error:
            told = [bundle_words.problem(*problem) for problem in error.problems]
            return make_response(_list(shop, {number: told}), error.status)
        answer = make_response(_list(shop))
    wake(staff())
    return answers.announced(answer, SAID[bundle.state], bundle.name)


@blueprint.get("/bundle")
def edit() -> str:
    """One bundle's page; without ?bundle=<number> an empty one."""
    number = request.args.get("bundle", "")[:LONGEST_ID]
    with shop_of(staff()) as shop:
        return page(shop, opened(shop, number))


@blueprint.post("/bundle/members")
def members() -> Response:
    """The products of the form with one added or taken out."""
    typed = typed_in(request.form)
    if adding := request.form.get("add", "")[:LONGEST_ID]:
        typed = replace(typed, members=with_product(typed, adding))
    elif leaving := request.form.get("remove", ""):
        rows = enumerate(typed.members)
        typed = replace(typed, members=tuple(row for place, row in rows if str(place) != leaving))
    with shop_of(staff()) as shop:
        made = page(shop, typed, part="members")
    return answers.typed(make_response(made))


@blueprint.post("/bundle/names")
def names() -> Response:
    """The names in other languages with one row added or taken out."""
    typed = typed_in(request.form)
    leaving = request.form.get("remove", "")
    rows = (*typed.names, ("", "")) if "add" in request.form else typed.names
    typed = replace(typed, names=tuple(row for place, row in enumerate(rows) if str(place) != leaving))
    with shop_of(staff()) as shop:
        made = page(shop, typed, part="names")
    return answers.typed(make_response(made))


@blueprint.post("/bundle/preview")
def preview() -> str:
    """What shoppers would pay for what is typed."""
    with shop_of(staff()) as shop:
        return page(shop, typed_in(request.form), part="preview")


@blueprint.post("/bundle/save")
def save() -> Response:
    """Keep what is typed; refused, the same page with every message beside its field. ?then= keep, activate or pause."""
    typed = typed_in(request.form)
    then, over = request.form.get("then", "keep"), request.form.get("over", "")
    with shop_of(staff()) as shop:
        if then == "pause":
            return _paused(shop, typed)
        wanted = replace(
            typed, version=over or typed.version, state=ACTIVE if then == "activate" else typed.state
        )
        try:
            bundle = save_bundle(shop, wanted.draft(zone()), staff().token.user_id, datetime.now(UTC))
        except BadBundle as error:
            return make_response(page(shop, typed, by_field(error.problems)), error.status)
        answer = make_response(page(shop, kept(shop, bundle), said=f"Saved as version {bundle.version}."))
    wake(staff())
    title = "Saved" if bundle.state == typed.state else SAID[bundle.state]
    return answers.saved(answer, title, bundle)


def _paused(shop: Shop, typed: Typed) -> Response:
    """Paused at once; what is typed and not saved stays as it is typed, unless somebody else changed the bundle too."""
    before = opened(shop, typed.number)
    bundle = change_state(shop, typed.number, PAUSED, staff().token.user_id, datetime.now(UTC))
    wake(staff())
    version = str(bundle.version) if before.version == typed.version else typed.version
    answer = make_response(page(shop, replace(typed, state=bundle.state, version=version), said="Paused."))
    return answers.announced(answer, SAID[PAUSED], bundle.name)


def _list(shop: Shop, refused: Mapping[str, list[str]] | None = None) -> str:
    now = datetime.now(UTC)
    return render_template(
        "dashboard/bundles.html",
        bundles=describe_bundles.listed(shop, now),
        leakage=describe_bundles.leakage(shop, now),
        missing=permitting.lacking(shop, permitting.PRICES),
        refused=refused or {},
        me=staff().token.user_id,
        now=now,
        words=bundle_words,
        zone=zone(),
        names={channel.id: channel.name or channel.slug for channel in channels.every(shop.db)},
    )
