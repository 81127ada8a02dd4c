"""Driving our pages inside the framed Dashboard: open one, read what the Dashboard heard, collect what went wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, FrameLocator, Locator, Page, Request, expect
from playwright.sync_api import Frame as BrowserFrame
from playwright.sync_api import TimeoutError as TooLate

from plugin.shop import Shop, Tandem
from tests.browser.dashboard_frame import Frame
from tests.web.dashboard.camera_shop import Door

HIGH = 1400
"""Pixels: the whole overview without scrolling inside the frame."""


@dataclass(slots=True)
class Stage:
    """The app, its shop, the Dashboard around it, and a browser."""

    app: Flask
    door: Door
    frame: Frame
    browser: Browser

    @contextmanager
    def shop(self) -> Iterator[Shop]:
        """The shop behind the page."""
        tandem: Tandem = self.app.extensions["tandem"]
        with tandem.shop(self.door.installation) as shop:
            yield shop

    @contextmanager
    def page(
        self, path: str = "/settings", width: int = 1280, theme: str = "light", **parameters: str
    ) -> Iterator[Opened]:
        """Our page at `path`, framed and loaded."""
        page = self.browser.new_page(viewport={"width": width, "height": HIGH})
        opened = Opened(page)
        page.on(
            "console", lambda message: opened.wrong.append(message.text) if message.type == "error" else None
        )
        page.on("pageerror", lambda error: opened.wrong.append(str(error)))
        page.on("request", lambda request: opened.asked.append(request))
        try:
            page.goto(self.frame.url(path, theme, **parameters))
            opened.settled()
            yield opened
        finally:
            page.close()


@dataclass(slots=True)
class Opened:
    """An open page: `app` looks into the frame, `wrong` are console errors, `asked` the requests made."""

    page: Page
    wrong: list[str] = field(default_factory=list)
    asked: list[Request] = field(default_factory=list)

    @property
    def app(self) -> FrameLocator:
        """Inside the iframe."""
        return self.page.frame_locator("iframe")

    @property
    def inside(self) -> BrowserFrame:
        """The iframe's document, for scripts."""
        return self.page.frames[1]

    def settled(self) -> None:
        """Wait until content or a state stands where the skeletons were, and for pictures on their way.

        Chromium now and then never calls a page with a frame idle on a busy machine: what counts is on the page by then.
        """
        self.app.locator("#page:not([aria-busy])").wait_for()
        expect(self.app.locator("#page .skeleton, .htmx-request")).to_have_count(0, timeout=20_000)
        with suppress(TooLate):
            self.page.wait_for_load_state("networkidle", timeout=3_000)

    def heard(self, kind: str) -> list[dict[str, Any]]:
        """What the Dashboard heard of this kind, without the ids."""
        heard: list[dict[str, Any]] = self.page.evaluate("heard")
        return [
            {name: value for name, value in message["payload"].items() if name != "actionId"}
            for message in heard
            if message["type"] == kind
        ]

    def say(self, kind: str, payload: dict[str, Any]) -> None:
        """The Dashboard says something to the app."""
        self.page.evaluate("([kind, payload]) => say(kind, payload)", [kind, payload])

    def fragments(self) -> list[Request]:
        """Requests behind the door, oldest first."""
        return [request for request in self.asked if "/fragments/" in request.url]

    def field(self, label: str) -> Locator:
        """A control by its label."""
        return self.app.get_by_label(label)
