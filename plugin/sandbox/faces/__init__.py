"""Pages for people: the demo shop and a small demo Dashboard, as Flask routes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from flask import Blueprint, Response, abort, jsonify, request, send_from_directory

from plugin.sandbox.app_facts import App
from plugin.sandbox.ids import global_id
from plugin.sandbox.pictures import picture
from plugin.store.installations import shop_key

if TYPE_CHECKING:
    from plugin.sandbox.saleor import SandboxSaleor

FOLDER = Path(__file__).parent
PUBLIC = frozenset({".css", ".html", ".js", ".svg"})


def described(app: App) -> dict[str, Any]:
    """What the demo Dashboard has to know of an app."""
    return {
        "id": app.id,
        "name": app.name,
        "author": app.author,
        "appUrl": app.app_url,
        "logoUrl": urljoin(app.app_url or "", "/logo.png"),
        "extensions": [
            {"id": it.id, "label": it.label, "url": it.url, "mount": it.mount_name, "target": it.target_name}
            for it in app.extensions
        ],
    }


def make_faces(saleor: SandboxSaleor) -> Blueprint:
    """`/` is the shop, `/dashboard/` the Dashboard."""
    faces = Blueprint("faces", __name__)

    @faces.get("/")
    def shop() -> Response:
        return send_from_directory(FOLDER, "shop.html")

    @faces.get("/dashboard/")
    def dashboard() -> Response:
        return send_from_directory(FOLDER, "dashboard.html")

    @faces.get("/faces/<name>")
    def face(name: str) -> Response:
        if Path(name).suffix not in PUBLIC:
            abort(404)
        return send_from_directory(FOLDER, name)

    @faces.get("/faces/config.json")
    def config() -> Response:
        app = next((it for it in saleor.state.apps.values() if it.app_url and it.is_active), None)
        snippets = urljoin(app.app_url or "", "/storefront/snippets/define.js") if app else None
        return jsonify(
            apiUrl=saleor.api_url,
            domain=urlsplit(saleor.origin).netloc,
            saleorVersion=saleor.settings.version,
            app=described(app) if app else None,
            snippetsUrl=snippets,
            storefrontUrl=urljoin(app.app_url or "", f"/storefront/{shop_key(saleor.api_url)}")
            if app
            else None,
        )

    @faces.get("/dashboard/token")
    def token() -> Response:
        """A real token of the administrator: this is a demo, there is no password."""
        if request.args.get("staff"):
            return jsonify(token=saleor.staff_token())
        app = next(iter(saleor.state.apps.values()), None) or abort(404)
        wanted = request.args.get("extension")
        extension = next((it for it in app.extensions if it.id == wanted), None)
        return jsonify(token=saleor.dashboard_token(app, extension=extension))

    @faces.get("/thumbnail/<key>/<int:size>/", defaults={"ending": ""})
    @faces.get("/thumbnail/<key>/<int:size>/<ending>/")
    def thumbnail(key: str, size: int, ending: str) -> Response:  # noqa: ARG001  # the format, part of the path
        """Drawn, whatever format was asked for."""
        product = saleor.state.products.get(global_id("Product", key)) or abort(404)
        drawn = Response(picture(product.picture, product.colour, size), mimetype="image/svg+xml")
        drawn.headers["Cache-Control"] = "public, max-age=3600"
        return drawn

    return faces
