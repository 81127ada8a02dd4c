"""A driver for a real Saleor: what a merchant and a shopper do, over its GraphQL API."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

OPERATIONS = Path(__file__).parent / "operations"


@dataclass
class RealSaleor:
    """SALEOR_API_URL, SALEOR_EMAIL and SALEOR_PASSWORD of a member of staff with all permissions."""

    api_url: str = field(default_factory=lambda: os.environ["SALEOR_API_URL"])
    email: str = field(default_factory=lambda: os.environ.get("SALEOR_EMAIL", "admin@example.com"))
    password: str = field(default_factory=lambda: os.environ.get("SALEOR_PASSWORD", "admin"))
    token: str = ""
    logged_in_at: float = 0.0
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=60))

    def ask(
        self, name: str, *, staff: bool = True, token: str | None = None, **variables: Any
    ) -> dict[str, Any]:
        """Run operations/<name>.graphql as staff, as the app of that token, or as nobody; fails the test on any error."""
        answer = self.answer(name, staff=staff, token=token, **variables)
        assert "errors" not in answer, (name, answer["errors"])
        for payload in answer["data"].values():
            if isinstance(payload, dict):
                assert not payload.get("errors"), (name, payload["errors"])
        data: dict[str, Any] = answer["data"]
        return data

    def answer(
        self, name: str, *, staff: bool = True, token: str | None = None, **variables: Any
    ) -> dict[str, Any]:
        """The same, whatever Saleor answers."""
        headers = {"Authorization": f"Bearer {token or self.staff_token()}"} if staff else {}
        query = (OPERATIONS / f"{name}.graphql").read_text()
        asked = {"query": query, "variables": variables}
        answer: dict[str, Any] = self.http.post(self.api_url, json=asked, headers=headers).json()
        return answer

    def staff_token(self) -> str:
        """A token of the member of staff; they live five minutes."""
        if time.time() - self.logged_in_at > 200:
            query = (OPERATIONS / "log_in.graphql").read_text()
            variables = {"email": self.email, "password": self.password}
            answer = self.http.post(self.api_url, json={"query": query, "variables": variables}).json()
            self.token, self.logged_in_at = answer["data"]["tokenCreate"]["token"], time.time()
        return self.token

    def install(self, manifest_url: str) -> dict[str, Any]:
        """As the Dashboard does: fetch the manifest, start the installation, wait until it is gone from the list."""
        manifest = self.ask("fetch_manifest", url=manifest_url)["appFetchManifest"]["manifest"]
        permissions = [permission["code"] for permission in manifest["permissions"]]
        wanted = {
            "appName": manifest["name"],
            "manifestUrl": manifest_url,
            "permissions": permissions,
            "activateAfterInstallation": True,
        }
        started = self.ask("install_app", input=wanted)["appInstall"]["appInstallation"]["id"]
        for _ in range(120):
            waiting = [
                found for found in self.ask("installations")["appsInstallations"] if found["id"] == started
            ]
            if not waiting:
                return next(app for app in self.apps() if app["identifier"] == manifest["identifier"])
            assert waiting[0]["status"] != "FAILED", waiting[0]["message"]
            time.sleep(0.5)
        raise AssertionError("the installation did not end")

    def apps(self) -> list[dict[str, Any]]:
        """The apps installed there."""
        return [edge["node"] for edge in self.ask("apps")["apps"]["edges"]]

    def uninstall(self, identifier: str) -> None:
        """Delete the app if it is there."""
        for app in self.apps():
            if app["identifier"] == identifier:
                self.ask("delete_app", id=app["id"])
