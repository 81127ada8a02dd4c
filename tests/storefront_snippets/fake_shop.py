"""A toy shop on a local port: a page, the snippet files, Saleor's two operations and the app's doors."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from tests.storefront_snippets.documents import PRODUCTS, Json, a_document, a_line, a_suggestion

SNIPPETS = Path(__file__).parents[2] / "storefront_snippets"
TYPES = {".js": "text/javascript", ".svg": "image/svg+xml", ".html": "text/html; charset=utf-8"}
PICTURE = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" fill="{0}"/>{1}</svg>"""
SHAPES = {
    "camera": PICTURE.format(
        "#e9ebee",
        '<rect x="10" y="20" width="44" height="28" rx="3" fill="#3a3d42"/><path d="M10 25h44v5H10z" fill="#b9bec6"/>'
        '<path d="M24 20l3-5h10l3 5z" fill="#b9bec6"/><circle cx="32" cy="35" r="11" fill="#1f2226"/>'
        '<circle cx="32" cy="35" r="7" fill="#35507a"/><circle cx="29" cy="32" r="2" fill="#a9c4ee"/>',
    ),
    "card": PICTURE.format(
        "#e7edf3",
        '<path d="M20 14h18l8 8v28H20z" fill="#33475b"/><path d="M24 18v8m5-8v8m5-8v8" stroke="#e0b44c" stroke-width="3"/>'
        '<rect x="24" y="34" width="18" height="10" rx="1" fill="#8fb3d1"/>',
    ),
    "bag": PICTURE.format(
        "#eef0e6",
        '<path d="M18 28C20 6 44 6 46 28" fill="none" stroke="#4d5537" stroke-width="3"/>'
        '<rect x="12" y="26" width="40" height="26" rx="6" fill="#6b7550"/><rect x="18" y="34" width="28" height="12" rx="3" fill="#4d5537"/>',
    ),
    "lens": PICTURE.format(
        "#f1ebe6",
        '<circle cx="32" cy="32" r="21" fill="#2b2b2e"/><circle cx="32" cy="32" r="14" fill="#4a4a52"/>'
        '<circle cx="32" cy="32" r="9" fill="#1d2b45"/><circle cx="28" cy="28" r="3" fill="#9db7e8"/>',
    ),
}


class FakeShop:
    """One checkout with a camera in it; what goes with it is written a little later, as in a real Saleor."""

    def __init__(self) -> None:
        self.url = ""
        self.pages: dict[str, str] = {}
        self.asked: list[str] = []
        self.lines = [a_line("camera")]
        self.late = 0
        """How many reads still find the document of the basket before."""
        self.saleor_is_down = False
        self.app_is_down = False
        self.bundle: Json | None = None
        """The set to complete; offered as long as a member is missing."""
        self.door_answers = 200
        self.refusal = ""
        self.nothing_fits = False
        self.offers: list[Json] = []
        """What is offered instead of the toy shop's own: what is in the basket or was declined is left out."""
        self.limits: Json = {}
        self.deaf = False
        """A document is then as old as it can be: it offers what was declined again."""
        self.declined: list[str] = []
        self._before = self.document()

    def document(self) -> Json:
        """What goes with the basket now."""
        inside = {line["variantId"] for line in self.lines}
        added = {"limits": self.limits} if self.limits else {}
        if self.offers:
            gone = inside | set([] if self.deaf else self.declined)
            left = [
                offer for offer in self.offers if not gone & {"all", offer["variantId"], offer["productId"]}
            ]
            return a_document(self.lines, *left, **added)
        rest = [] if self.nothing_fits else [name for name in PRODUCTS if name not in inside]
        offered = [self.bundle] if self.bundle and self._missing(self.bundle) else []
        return a_document(
            self.lines, *offered, *(a_suggestion(name) for name in rest[: 3 - len(offered)]), **added
        )

    def _missing(self, bundle: Json) -> list[Json]:
        inside = {line["variantId"] for line in self.lines}
        return [member for member in bundle["bundle"]["members"] if member["variantId"] not in inside]

    def door(self, path: str, facts: Json) -> tuple[int, Json]:
        """The app's answer at the door that completes a set, swaps a line, settles the prices or hears a decline."""
        self.asked.append(f"{path} {json.dumps(facts)}")
        if self.door_answers != 200:
            return self.door_answers, {"error": {"code": "BundleGone", "message": "the set is not available"}}
        if path.endswith("/settle"):
            return 200, {"status": "settled", "checkout": path.split("/")[-2], "lines": self._priced_lines()}
        if path.endswith("/decline"):
            self.declined.append("all" if facts.get("all") else facts["productId"])
            return 200, {"status": "dismissed" if facts.get("all") else "declined"}
        if path.endswith("/upgrade"):
            return 200, self._swap(path.split("/")[-2], facts["from"], facts["to"])
        assert self.bundle
        missing = self._missing(self.bundle)
        self.lines += [a_line(member["variantId"], member["quantity"]) for member in missing]
        status = "added" if missing else "already_complete"
        answer = {"status": status, "checkout": facts["checkout"], "bundle": path.split("/")[-2]}
        prices = {name: self.bundle["bundle"][name] for name in ("price", "saving")}
        return 200, answer | prices | {"lines": self._priced_lines()}

    def _swap(self, checkout: str, old: str, new: str) -> Json:
        found = [line for line in self.lines if line["variantId"] == old]
        self.lines = [line | {"variantId": new} if line in found else line for line in self.lines]
        status = "upgraded" if found else "already_upgraded"
        return {"status": status, "checkout": checkout, "lines": self._priced_lines()}

    def _priced_lines(self) -> list[Json]:
        price = {"amount": "9.90", "currency": "EUR"}
        return [
            {
                "lineId": f"line-{line['variantId']}",
                "variantId": line["variantId"],
                "quantity": line["quantity"],
                "totalPrice": price,
            }
            for line in self.lines
        ]

    def graphql(self, operation: Json) -> Json:
        """Saleor's answer to one of the two operations of the client."""
        if "mutation" in operation["query"]:
            return {"data": {"checkoutLinesAdd": self._add(operation["variables"])}}
        self.asked.append("read")
        return {"data": {"checkout": {"metafield": json.dumps(self._read()), "lines": self._saleor_lines()}}}

    def _add(self, variables: Json) -> Json:
        self.asked.append(f"add {variables['id']} {variables['lines']}")
        if self.refusal:
            error = {"field": "quantity", "message": self.refusal, "code": "INSUFFICIENT_STOCK"}
            return {"checkout": None, "errors": [error]}
        self._before, self.late = self.document(), 1
        self.lines += [a_line(line["variantId"], line["quantity"]) for line in variables["lines"]]
        return {"checkout": {"lines": self._saleor_lines()}, "errors": []}

    def _read(self) -> Json:
        if self.late:
            self.late -= 1
            return self._before
        return self.document()

    def _saleor_lines(self) -> list[Json]:
        return [
            {
                "id": f"line-{line['variantId']}",
                "quantity": line["quantity"],
                "isGift": line["isGift"],
                "variant": {"id": line["variantId"]},
            }
            for line in self.lines
        ]

    def file(self, path: str) -> tuple[str, bytes] | None:
        """A page, a snippet or a picture: its type and its bytes."""
        suffix = Path(path).suffix or ".html"
        if path in self.pages:
            return TYPES[suffix], self.pages[path].encode()
        if path.startswith("/pictures/") and Path(path).stem in SHAPES:
            return TYPES[suffix], SHAPES[Path(path).stem].encode()
        snippet = SNIPPETS / path.removeprefix("/snippets/")
        if path.startswith("/snippets/") and snippet.is_file():
            return TYPES[suffix], snippet.read_bytes()
        return None


@contextmanager
def a_fake_shop() -> Iterator[FakeShop]:
    """The shop, open until the end of the block."""
    shop = FakeShop()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            operation = json.loads(self.rfile.read(int(self.headers["content-length"])))
            if re.fullmatch(
                r"/storefront/shop/(bundles/[^/]+/add|checkouts/[^/]+/(settle|upgrade|decline))", self.path
            ):
                status, told = shop.door(self.path, operation)
                self.answer(status, "application/json", json.dumps(told).encode())
            elif shop.saleor_is_down:
                self.answer(503, "text/html", b"down")
            else:
                self.answer(200, "application/json", json.dumps(shop.graphql(operation)).encode())

        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            found = shop.file(path)
            if path == "/storefront/shop/suggestions":
                shop.asked.append(self.path)
                status = 503 if shop.app_is_down else 200
                self.answer(status, "application/json", json.dumps(shop.document()).encode())
            elif found:
                self.answer(200, *found)
            else:
                self.answer(404, "text/plain", b"not here")

        def answer(self, status: int, content_type: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("content-type", content_type)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - named so by the base class
            """Silence: a test that fails says so itself."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        server.daemon_threads = True
        shop.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield shop
        finally:
            server.shutdown()
            thread.join()
