"""The door to every fragment: only proved staff pass, nothing is cached, and what goes wrong is a page that says what to do."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, g, make_response, render_template, request

from plugin.errors import NotAllowed, TandemError, UnknownShop
from plugin.web.dashboard.staff import Staff, proved

log = logging.getLogger(__name__)

blueprint = Blueprint("proved", __name__, url_prefix="/fragments")


def staff() -> Staff:
    """Who made this request."""
    found: Staff = g.staff
    return found


@blueprint.before_request
def prove() -> None:
    """Every request anew: there is no session."""
    g.staff = proved()


@blueprint.after_request
def keep_out_of_caches(answer: Response) -> Response:
    """A fragment holds a shop's facts."""
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.errorhandler(TandemError)
def state(error: TandemError) -> Response:
    """The whole page gives way to what happened."""
    log.log(logging.ERROR if error.status >= 500 else logging.INFO, "%s: %s", request.path, error)
    made = render_template("dashboard/state.html", state=_state(error), message=str(error))
    answer = make_response(made, error.status)
    answer.headers["HX-Retarget"] = "#page"
    answer.headers["HX-Reswap"] = "innerHTML"
    return answer


def _state(error: TandemError) -> str:
    if isinstance(error, UnknownShop):
        return "not_installed"
    return "refused" if isinstance(error, NotAllowed) else "trouble"
