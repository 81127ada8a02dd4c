"""The page Saleor's Dashboard frames: styles, scripts and empty rooms. Nothing of the shop, for nobody has proved anything yet."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from flask import Blueprint, Response, current_app, make_response, render_template, request

from plugin.shop import Tandem

blueprint = Blueprint(
    "shell", __name__, template_folder="templates", static_folder="static", static_url_path="/static"
)

THEMES = ("light", "dark")


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the shell: the fragment (an endpoint behind the door) it loads and the parameters of its address it hands on.

    `under`: the tab a page without one of its own belongs to.
    """

    name: str
    title: str
    fragment: str
    parameters: tuple[str, ...] = ()
    widget: bool = False
    under: str = ""

    @property
    def tab(self) -> str:
        """The name of the tab that is lit while the page is shown."""
        return self.under or self.name


OVERVIEW = Page("overview", "Overview", "fragments.overview")

PAGES = (
    OVERVIEW,
    Page("bundles", "Bundles", "bundling.every"),
    Page("bundles/edit", "Bundle", "bundling.edit", ("bundle",), under="bundles"),
    Page("rules", "Rules", "ruling.every"),
    Page("rules/edit", "Rule", "ruling.edit", ("rule",), under="rules"),
    Page("learned", "Learned", "knowing.every"),
    Page("proof", "Proof", "proving.every"),
    Page("preferences", "Preferences", "choosing.form"),
    Page("storefront", "Storefront", "fragments.storefront"),
    Page("widgets/product", "Bought together", "fragments.widget_product", ("productId",), widget=True),
    Page("widgets/order", "Suggested for this order", "fragments.widget_order", ("orderId",), widget=True),
    Page("widgets/home", "Tandem this week", "fragments.widget_home", widget=True),
)

BY_NAME = {page.name: page for page in PAGES} | {"": OVERVIEW, "settings": OVERVIEW}


@blueprint.get("", strict_slashes=False)
@blueprint.get("/<path:name>")
def page(name: str = "") -> tuple[str, int]:
    """A page of the shell; an unknown name shows the overview's shell, saying so."""
    found = BY_NAME.get(name.rstrip("/"))
    theme = request.args.get("theme", "")
    made = render_template(
        "dashboard/shell.html",
        page=found or OVERVIEW,
        tabs=[tab for tab in PAGES if not tab.widget and not tab.under],
        theme=theme if theme in THEMES else "",
        found=found is not None,
    )
    return made, 200 if found else 404


@blueprint.get("/htmx.js")
def htmx() -> Response:
    """htmx 2, out of the package that carries it."""
    answer = make_response(_htmx())
    answer.mimetype = "text/javascript"
    answer.add_etag()
    answer.headers["Cache-Control"] = "no-cache"
    answer.make_conditional(request)
    return answer


@cache
def _htmx() -> bytes:
    return files("django_htmx").joinpath("static", "django_htmx", "htmx.min.js").read_bytes()


def secure(answer: Response) -> Response:
    """Only our own scripts and styles, framed only by the Dashboards the operator named, and no address told to others.

    Pictures come from wherever the shop keeps its media. No X-Frame-Options: it knows no list of origins.
    """
    tandem: Tandem = current_app.extensions["tandem"]
    pictures = "'self' https: http:" if request.scheme == "http" else "'self' https:"
    answer.headers["Content-Security-Policy"] = "; ".join((
        "default-src 'none'", "script-src 'self'", "style-src 'self'", f"img-src {pictures}", "connect-src 'self'",
        "base-uri 'none'", "form-action 'none'", f"frame-ancestors {' '.join(tandem.config.dashboard_origins)}",
    ))  # fmt: skip
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
