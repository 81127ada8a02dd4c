"""What Tandem learned of the catalogue, with the merchant's last word on each of it; a choice is saved the moment it is made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, Response, make_response, render_template, request

from plugin.errors import BadPreference, NotFound
from plugin.shop import Shop
from plugin.store import directions
from plugin.suggestions.upgrades.scales import DOWN, ORDER, UP, Choice
from plugin.use_cases.change_directions import clear_direction, set_direction
from plugin.use_cases.describe_directions import DescribedAttribute, DescribedType, describe_directions
from plugin.web.dashboard import answers, learned_words
from plugin.web.dashboard.door import staff
from plugin.web.dashboard.staff import shop_of, wake

blueprint = Blueprint("knowing", __name__)

LONGEST = 200
LONGEST_ORDER = 10_000


@dataclass(frozen=True, slots=True)
class Typed:
    """An order of values that is being typed, and why it was refused."""

    order: str
    error: str = ""


@blueprint.get("/learned")
def every() -> str:
    """All of it."""
    with shop_of(staff()) as shop:
        types = describe_directions(shop)
    return render_template(
        "dashboard/learned.html",
        types=types,
        telling=max(types, key=_told, default=None),
        words=learned_words,
        typed=None,
    )


@blueprint.post("/learned/direction")
def direction() -> Response:
    """What better means for an attribute of a type. ?type=&attribute=&way=, empty: as learned, and for an order &order=."""
    form = request.form
    product_type, attribute, way = (form.get(name, "")[:LONGEST] for name in ("type", "attribute", "way"))
    who, now = staff().token.user_id, datetime.now(UTC)
    with shop_of(staff()) as shop:
        if way == ORDER and "order" not in form:
            return make_response(
                _row(shop, product_type, attribute, Typed(_values(shop, product_type, attribute)))
            )
        typed = form.get("order", "")[:LONGEST_ORDER]
        try:
            if way:
                order = tuple(typed.splitlines()) if way == ORDER else ()
                set_direction(shop, product_type, attribute, Choice(way, order), who, now)
            else:
                clear_direction(shop, product_type, attribute, who, now)
        except BadPreference as error:
            told = str(error).removeprefix(f"{error.field}: ")
            return make_response(_row(shop, product_type, attribute, Typed(typed, told)), error.status)
        answer = make_response(_row(shop, product_type, attribute, saved=True))
        about = _described(shop, product_type, attribute)[1]
    wake(staff())
    return answers.announced(answer, "Saved", f"{about.name}: {learned_words.WAYS[about.way].lower()}")


def _told(kind: DescribedType) -> int:
    """Attributes of which a direction or an order is known."""
    return sum(about.way in (UP, DOWN, ORDER) for about in kind.attributes)


def _row(
    shop: Shop, product_type: str, attribute: str, typed: Typed | None = None, saved: bool = False
) -> str:
    kind, about = _described(shop, product_type, attribute)
    return render_template(
        "dashboard/direction.html", type=kind, about=about, words=learned_words, typed=typed, saved=saved
    )


def _described(shop: Shop, product_type: str, attribute: str) -> tuple[DescribedType, DescribedAttribute]:
    for kind in describe_directions(shop):
        for about in kind.attributes:
            if (kind.id, about.attribute) == (product_type, attribute):
                return kind, about
    raise NotFound(f"nothing was learned of {attribute[:40]!r}")


def _values(shop: Shop, product_type: str, attribute: str) -> str:
    """To begin an order with: the chosen one, the learned one, or all values there are."""
    about = _described(shop, product_type, attribute)[1]
    chosen = about.choice.order if about.choice else ()
    scales = directions.learned(shop.db, [product_type])[product_type]
    scale = next(one for one in scales if one.attribute == attribute)
    return "\n".join(chosen or about.order or sorted(set(map(scale.called, scale.names))))
