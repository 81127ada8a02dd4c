"""The sandbox over HTTP: GraphQL, keys, pictures, and pages for people."""

from __future__ import annotations

from datetime import UTC
from email.utils import format_datetime
from typing import TYPE_CHECKING

from flask import Flask, Response, jsonify, make_response, request

from plugin.sandbox.faces import make_faces

if TYPE_CHECKING:
    from plugin.sandbox.saleor import SandboxSaleor

LARGEST_REQUEST = 2_621_440
"""Bytes; beyond it Saleor answers 413."""

CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "Authorization, Authorization-Bearer, Content-Type",
    "Access-Control-Allow-Methods": "POST, OPTIONS",
}


def bearer_of(headers: dict[str, str]) -> str | None:
    """Both ways Saleor takes a token."""
    scheme, _, token = headers.get("Authorization", "").partition(" ")
    if headers.get("Authorization-Bearer"):
        return headers["Authorization-Bearer"]
    return token if scheme.lower() in ("bearer", "jwt") else None


def make_wsgi(saleor: SandboxSaleor) -> Flask:
    """The Flask app; tests reach it by httpx.WSGITransport, the demo by a port."""
    app = Flask("plugin.sandbox", static_folder=None)

    @app.post("/graphql/")
    def graphql() -> Response:
        if (request.content_length or 0) > LARGEST_REQUEST:
            return make_response("Request body exceeds maximum size.", 413)
        status, answer = saleor.graphql.answer(
            request.get_json(silent=True), bearer_of(dict(request.headers))
        )
        response = make_response(jsonify(answer), status)
        response.headers.update(CORS)
        return response

    @app.route("/graphql/", methods=["OPTIONS"])
    def preflight() -> Response:
        return Response(status=200, headers=CORS)

    @app.after_request
    def dated(response: Response) -> Response:
        """Saleor's server says its time."""
        response.headers["Date"] = format_datetime(saleor.kernel.clock().astimezone(UTC), usegmt=True)
        return response

    @app.get("/.well-known/jwks.json")
    def jwks() -> Response:
        return jsonify(saleor.keys.jwks())

    app.register_blueprint(make_faces(saleor))
    return app
