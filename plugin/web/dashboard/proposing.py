"""Sets that the shop's own orders propose as bundles; one becomes a draft by one press."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from flask import Blueprint, Response, make_response, render_template, request

from plugin.errors import BadBundle
from plugin.shop import Shop
from plugin.store import channels, faces
from plugin.use_cases.propose_bundles import make_draft, proposed, proposed_at
from plugin.web.dashboard import bundle_words
from plugin.web.dashboard.answers import saved
from plugin.web.dashboard.bundle_page import kept, page
from plugin.web.dashboard.door import staff
from plugin.web.dashboard.staff import shop_of, wake

blueprint = Blueprint("proposing", __name__)

LONGEST_ID = 200


@blueprint.get("/proposals")
def every() -> str:
    """The proposals as they were last computed, best first."""
    with shop_of(staff()) as shop:
        return _proposals(shop)


@blueprint.post("/proposals")
def draft() -> Response:
    """A draft of one of them, open to be changed."""
    wanted = request.form.get("proposal", "")[:LONGEST_ID]
    with shop_of(staff()) as shop:
        try:
            bundle = make_draft(shop, wanted, staff().token.user_id, datetime.now(UTC))
        except BadBundle as error:
            answer = make_response(_proposals(shop, error.problems), error.status)
            answer.headers["HX-Retarget"] = "#proposals"
            return answer
        answer = make_response(
            page(shop, kept(shop, bundle), said="A draft: nobody sees it before you activate it.")
        )
    wake(staff())
    return saved(answer, "Draft made", bundle)


def _proposals(shop: Shop, refused: Sequence[tuple[str, str]] = ()) -> str:
    found = proposed(shop)
    return render_template(
        "dashboard/proposals.html",
        proposals=found,
        known=faces.of_products(shop.db, [product for one in found for product in one.products]),
        names={channel.slug: channel.name or channel.slug for channel in channels.every(shop.db)},
        at=proposed_at(shop),
        now=datetime.now(UTC),
        words=bundle_words,
        refused=refused,
    )
