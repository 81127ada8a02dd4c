"""The two lines between Tandem and the sandbox Saleor, in one process: they count, can be cut, and let things happen meanwhile."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime

import httpx

OPERATION = re.compile(r"\b(?:query|mutation)\s+(\w+)")

Clock = Callable[[], datetime]


@dataclass
class LineToSaleor(httpx.BaseTransport):
    """How Tandem calls Saleor. Answers carry Saleor's clock in their Date header, as a real server's do."""

    inner: httpx.BaseTransport
    clock: Clock
    asked: list[str] = field(default_factory=list)
    """GraphQL operations and other paths asked for so far, oldest first."""
    cut: set[str] = field(default_factory=set)
    """Operations and paths that do not get through; "*" for all."""
    meanwhile: dict[str, Callable[[], object]] = field(default_factory=dict)
    """What happens once, just before Saleor answers this operation."""
    afterwards: dict[str, Callable[[], object]] = field(default_factory=dict)
    """What happens once, while Saleor's answer is still on its way."""
    always: Callable[[], object] = lambda: None
    """What happens before every answer."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Ask Saleor."""
        name = _name(request)
        self.asked.append(name)
        self.always()
        self.meanwhile.pop(name, lambda: None)()
        if self.cut & {"*", name}:
            raise httpx.ConnectError("the line to Saleor is cut")
        answer = self.inner.handle_request(request)
        answer.headers["Date"] = format_datetime(self.clock().astimezone(UTC), usegmt=True)
        answer.read()
        self.afterwards.pop(name, lambda: None)()
        return answer

    def count(self, name: str) -> int:
        """How often this was asked for."""
        return self.asked.count(name)


@dataclass
class Patience(httpx.BaseTransport):
    """A line that notes how long each call would wait: to connect and then for the answer, in seconds."""

    inner: httpx.BaseTransport
    longest: list[float] = field(default_factory=list)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Note it, and ask."""
        limits = request.extensions["timeout"]
        self.longest.append(limits["connect"] + limits["read"])
        return self.inner.handle_request(request)


@dataclass
class Crossroads(httpx.BaseTransport):
    """One Tandem's way to several Saleors, by their origin."""

    lines: Mapping[str, httpx.BaseTransport]

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Ask the one it is for."""
        return self.lines[f"{request.url.scheme}://{request.url.netloc.decode()}"].handle_request(request)


@dataclass
class LineToTandem(httpx.BaseTransport):
    """How Saleor calls Tandem. `down`: a status answered in Tandem's place, or None when it is up."""

    inner: httpx.BaseTransport
    down: int | None = None
    answers: list[tuple[str, int]] = field(default_factory=list)
    """Path and status of every request so far."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Ask Tandem."""
        answer = self.inner.handle_request(request) if self.down is None else httpx.Response(self.down)
        self.answers.append((request.url.path, answer.status_code))
        return answer

    def told(self) -> Counter[tuple[str, int]]:
        """How often each webhook was answered with which status."""
        prefix = "/api/webhooks/"
        found = [
            (path.removeprefix(prefix), status) for path, status in self.answers if path.startswith(prefix)
        ]
        return Counter(found)


def _name(request: httpx.Request) -> str:
    if not request.url.path.startswith("/graphql"):
        return request.url.path
    found = OPERATION.search(json.loads(request.content)["query"])
    return found.group(1) if found else ""
