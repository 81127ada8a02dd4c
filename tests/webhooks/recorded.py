"""Deliveries a real Saleor made, as tests/live/record.py wrote them down: never typed by hand, never changed."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

PAYLOADS = Path(__file__).parent / "payloads"


@dataclass(frozen=True, slots=True)
class Recorded:
    """One delivery: which event, with which headers, and the very bytes."""

    name: str
    event: str
    headers: dict[str, str]
    body: bytes

    def __str__(self) -> str:
        return self.name

    @property
    def signature(self) -> str:
        """The detached JWS Saleor made over the body."""
        return self.headers["Saleor-Signature"]

    @property
    def facts(self) -> dict[str, Any]:
        """The body, read."""
        found: dict[str, Any] = json.loads(self.body)
        return found


@cache
def recorded() -> tuple[Recorded, ...]:
    """All of them, by name."""
    return tuple(_read(path) for path in sorted(PAYLOADS.glob("*.json")) if path.name != "jwks.json")


def the(name: str) -> Recorded:
    """The delivery in <name>.json."""
    return next(delivery for delivery in recorded() if delivery.name == name)


@cache
def jwks() -> dict[str, Any]:
    """The keys that Saleor published when these were recorded."""
    found: dict[str, Any] = json.loads((PAYLOADS / "jwks.json").read_text())
    return found


def _read(path: Path) -> Recorded:
    told = json.loads(path.read_text())
    return Recorded(path.stem, told["event"], told["headers"], base64.b64decode(told["body"]))
