"""How well Tandem finds what this shop's people buy, beside what is usual; with baskets to judge by eye."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, render_template
from markupsafe import Markup

from plugin.store import preferences
from plugin.suggestions.evaluating import chart, words
from plugin.suggestions.evaluating.model import LISTED, NEEDED, SHOWN
from plugin.use_cases.describe_evaluation import describe_evaluation
from plugin.use_cases.learn_from_past_orders import history_is_read
from plugin.web.dashboard.door import staff
from plugin.web.dashboard.staff import shop_of

blueprint = Blueprint("proving", __name__)


@blueprint.get("/proof")
def every() -> str:
    """The last back-test."""
    with shop_of(staff()) as shop:
        described = describe_evaluation(shop)
        chosen, read = preferences.get(shop.db), history_is_read(shop)
    figures = described.evaluation.figures if described else None
    drawn = [Markup(chart.inline(panel)) for panel in chart.panels(figures)] if figures else []  # noqa: S704  # our own drawing, every word escaped
    return render_template(
        "dashboard/proof.html",
        made=described.evaluation if described else None,
        samples=described.samples if described else (),
        charts=drawn,
        read=read,
        induced=chosen.induced_orders,
        words=words,
        needed=NEEDED,
        shown=SHOWN,
        listed=LISTED,
        now=datetime.now(UTC),
    )
