"""The operator: is it alive, is it ready, how much does it do; and the page that says what this app is."""

from __future__ import annotations

import time
from collections import defaultdict
from pathlib import Path

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    g,
    jsonify,
    render_template,
    request,
    send_from_directory,
)

from plugin.shop import Tandem
from plugin.web.installation import host

blueprint = Blueprint("operations", __name__, template_folder="templates")

STATIC = Path(__file__).parent / "dashboard" / "static"

LOGO_LIVES = 86_400

Measured = tuple[str, int]


class Meter:
    """How many requests of each door, with which status, and how long they took in all."""

    def __init__(self) -> None:
        self.count: dict[Measured, int] = defaultdict(int)
        self.seconds: dict[Measured, float] = defaultdict(float)

    def note(self, endpoint: str, status: int, seconds: float) -> None:
        """One request."""
        self.count[endpoint, status] += 1
        self.seconds[endpoint, status] += seconds


def measure(app: Flask) -> None:
    """Measure every request of this app."""
    meter = Meter()
    app.extensions["tandem_meter"] = meter

    @app.before_request
    def start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def note(response: Response) -> Response:
        meter.note(
            request.endpoint or "none",
            response.status_code,
            time.perf_counter() - g.get("started", time.perf_counter()),
        )
        return response


@blueprint.get("/health")
def health() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@blueprint.get("/ready")
def ready() -> Response:
    """The data can be read, and the secret key fits it; an error otherwise."""
    tandem: Tandem = current_app.extensions["tandem"]
    return jsonify(status="ok", shops=len(tandem.installations()))


@blueprint.get("/metrics")
def metrics() -> Response:
    """Counters of this process in Prometheus' text format."""
    meter: Meter = current_app.extensions["tandem_meter"]
    lines = ["# TYPE tandem_requests_total counter", "# TYPE tandem_request_seconds_total counter"]
    for (endpoint, status), count in sorted(meter.count.items()):
        labels = f'{{endpoint="{endpoint}",status="{status}"}}'
        lines.append(f"tandem_requests_total{labels} {count}")
        lines.append(f"tandem_request_seconds_total{labels} {meter.seconds[endpoint, status]:.6f}")
    return Response("\n".join(lines) + "\n", mimetype="text/plain; version=0.0.4")


@blueprint.get("/logo.png")
def logo() -> Response:
    """The app's picture; Saleor fetches it at install."""
    return send_from_directory(STATIC, "logo.png", max_age=LOGO_LIVES)


@blueprint.get("/")
@blueprint.get("/about")
def about() -> str:
    """What this app is, what it keeps, where to find help."""
    tandem: Tandem = current_app.extensions["tandem"]
    return render_template("about.html", host=host(tandem), config_days=tandem.config.forget_after_days)
