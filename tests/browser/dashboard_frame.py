"""A Dashboard to be framed by: another origin, the same iframe sandbox, and the App Bridge's side of the conversation."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

from flask import Flask, Response, request
from werkzeug.serving import make_server

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Dashboard</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<style>html {{ background: {surface}; }} body {{ margin: 0; }} iframe {{ border: 0; display: block; width: {width}; height: {height}; }}
main.card {{ margin: 16px; padding: 16px 24px; border: 1px solid {border}; border-radius: 8px; width: 344px; box-sizing: border-box; }}</style></head>
<body><main class="{kind}"><iframe title="App" sandbox="allow-same-origin allow-forms allow-scripts allow-downloads allow-popups" src="{src}"></iframe></main>
<script>
window.heard = [];
window.silent = {silent};
const frame = document.querySelector("iframe");
const app = new URL(frame.src).origin;
window.say = (type, payload) => frame.contentWindow.postMessage({{ type, payload }}, app);
window.token = async () => (await fetch("/token")).text();
const greet = async () => {{
  const token = await window.token();
  if (token) say("handshake", {{ token, version: 1, saleorVersion: "3.23.28", dashboardVersion: "v3.23.27" }});
}};
addEventListener("message", async (event) => {{
  const {{ type, payload }} = event.data ?? {{}};
  if (event.origin !== app || !type || !payload?.actionId) return;
  heard.push({{ type, payload }});
  if (silent.includes(type)) return;
  if (type === "notifyReady") {{
    await greet();
    say("localeChanged", {{ locale: "en" }});
    say("theme", {{ theme: "{theme}" }});
  }}
  if (type === "widgetResize") frame.style.height = `${{payload.height}}px`;
  say("response", {{ actionId: payload.actionId, ok: true }});
}});
frame.addEventListener("load", greet);
</script></body></html>"""

PICTURE = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 80"><rect width="80" height="80" fill="hsl({hue} 45% 84%)"/>
<circle cx="40" cy="40" r="20" fill="hsl({hue} 40% 46%)"/><circle cx="46" cy="34" r="6" fill="hsl({hue} 60% 92%)"/></svg>"""

COLOURS = {
    "light": {"surface": "#fff", "border": "hsl(210 15% 87%)"},
    "dark": {"surface": "hsl(232 17% 18%)", "border": "hsl(210 32% 25%)"},
}


@dataclass(slots=True)
class Frame:
    """The Dashboard's address, and what it hands out. `token` may be replaced while it runs."""

    origin: str = ""
    app_origin: str = ""
    saleor_api_url: str = ""
    token: Callable[[], str] = field(default=lambda: "")

    def url(self, path: str = "", theme: str = "light", **parameters: str) -> str:
        """The page that frames the app's page at `path`, with the parameters Saleor's Dashboard adds."""
        return f"{self.origin}/?{urlencode({'path': path, 'theme': theme, **parameters})}"


@contextmanager
def serving(app: Flask, host: str) -> Iterator[str]:
    """The app on a free port, from a thread."""
    server = make_server(host, 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def framing(app: Flask) -> Iterator[Frame]:
    """The app on localhost, framed by a Dashboard on 127.0.0.1: two sites, as in production."""
    frame = Frame()
    with (
        serving(app, "localhost") as frame.app_origin,
        serving(_dashboard(frame), "127.0.0.1") as frame.origin,
    ):
        yield frame


def _dashboard(frame: Frame) -> Flask:
    dashboard = Flask("dashboard", static_folder=None)

    @dashboard.get("/")
    def page() -> str:
        asked = request.args.to_dict()
        path, theme = asked.pop("path"), asked["theme"]
        silent = asked.pop("silent", "")
        told = {"domain": "shop.example.com", "saleorApiUrl": frame.saleor_api_url, "id": "QXBwOjI=", **asked}
        widget = path.startswith("/widgets")
        return PAGE.format(
            src=f"{frame.app_origin}/dashboard{path}?{urlencode(told)}".replace("&", "&amp;"),
            silent=silent.split(","),
            theme=theme,
            kind="card" if widget else "",
            width="100%",
            height="200px" if widget else "100vh",
            **COLOURS[theme],
        )

    @dashboard.get("/token")
    def token() -> str:
        return frame.token()

    @dashboard.get("/pictures/<name>.svg")
    def picture(name: str) -> Response:
        return Response(PICTURE.format(hue=sum(map(ord, name)) * 47 % 360), mimetype="image/svg+xml")

    return dashboard
