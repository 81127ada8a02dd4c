"""The roof: create_app(config). The only module that knows all the others."""

from __future__ import annotations

import atexit
import logging
import sys

import httpx
from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from plugin.config import Config, from_environment
from plugin.errors import TandemError
from plugin.shop import Tandem
from plugin.web import dashboard, installation, operations, storefront
from plugin.worker import Worker
from webhooks import EVENTS, receiver

log = logging.getLogger("tandem")


def create_app(
    config: Config | None = None, *, transport: httpx.BaseTransport | None = None, work: bool = True
) -> Flask:
    """The app, wired. `work`: with the worker's threads. `transport`: replaces the network to Saleor (tests).

    Raises:
        BadConfig: the environment is wrong.
    """
    config = config or from_environment()
    subscriptions = tuple(event.subscription for event in EVENTS)
    tandem = Tandem(config, subscriptions, transport)
    tandem.installations()

    app = Flask(__name__, static_folder=None)
    app.json.sort_keys = False  # type: ignore[attr-defined]  # Flask's default provider has it
    app.config["MAX_CONTENT_LENGTH"] = config.max_body_bytes
    app.extensions["tandem"] = tandem
    operations.measure(app)
    for blueprint in (
        receiver.blueprint,
        installation.blueprint,
        dashboard.blueprint,
        storefront.blueprint,
        operations.blueprint,
    ):
        app.register_blueprint(blueprint)
    app.register_error_handler(TandemError, _said)
    app.register_error_handler(HTTPException, _said_by_flask)
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops, x_prefix=hops)  # type: ignore[method-assign]
    if work:
        _start_worker(app, tandem)
    return app


def log_to_stderr(level: str) -> None:
    """Lines with time, level and origin on standard error."""
    form = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    logging.basicConfig(stream=sys.stderr, format=form)
    logging.getLogger().setLevel(level)  # basicConfig itself listens only the first time
    logging.getLogger("httpx").setLevel("WARNING")
    logging.getLogger("gql").setLevel("WARNING")


def _start_worker(app: Flask, tandem: Tandem) -> None:
    worker = Worker(tandem)
    tandem.wake = worker.wake
    app.extensions["tandem_worker"] = worker.start()
    atexit.register(worker.stop)


def _said(error: TandemError) -> tuple[Response, int]:
    """The one place where our errors become HTTP. Saleor shows the message to the merchant, so it is plain and secret-free."""
    log.log(
        logging.ERROR if error.status >= 500 else logging.WARNING,
        "%s %s from %s: %d %s: %s",
        request.method, request.path, request.headers.get("Saleor-Api-Url", "somebody")[:200], error.status, type(error).__name__, error,
    )  # fmt: skip
    return jsonify(error={"code": type(error).__name__, "message": str(error)}), error.status


def _said_by_flask(error: HTTPException) -> tuple[Response, int]:
    return jsonify(
        error={"code": error.name.title().replace(" ", ""), "message": error.description}
    ), error.code or 500
