"""A shopper of the demo: talks to the sandbox over HTTP without a token, as a storefront does."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import httpx
from graphql import parse, print_ast, separate_operations

from plugin.errors import TandemError

OPERATIONS = {
    name: print_ast(document)
    for name, document in separate_operations(
        parse(Path(__file__).with_suffix(".graphql").read_text())
    ).items()
}

CENT = Decimal("0.01")

LOOK_EVERY = 0.02
PATIENCE = 30.0
"""Seconds."""

Found = TypeVar("Found")


class NothingHappened(TandemError):
    """The demo waited for something that did not come."""


def wait_for(what: str, look: Callable[[], Found | None], patience: float = PATIENCE) -> tuple[Found, float]:
    """Look until there is something; what it is, and how many seconds it took.

    Raises:
        NothingHappened: it did not come.
    """
    began = time.monotonic()
    while time.monotonic() - began < patience:
        found = look()
        if found is not None:
            return found, time.monotonic() - began
        time.sleep(LOOK_EVERY)
    raise NothingHappened(f"{what} did not come within {patience:.0f} s")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a basket."""

    variant: str
    name: str
    pieces: int
    notes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Basket:
    """What a checkout holds and costs, gross. `total`: with delivery."""

    subtotal: Decimal
    total: Decimal
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Shopper:
    """Somebody with a basket."""

    http: httpx.Client
    api_url: str

    def open_checkout(self, channel: str) -> str:
        """An empty checkout's id."""
        return str(self._ask("OpenCheckout", channel=channel)["checkoutCreate"]["checkout"]["id"])

    def add(
        self, checkout_id: str, variant_id: str, pieces: int = 1, notes: Mapping[str, str] | None = None
    ) -> None:
        """So many into the basket, with notes on the line."""
        noted = [{"key": key, "value": value} for key, value in (notes or {}).items()]
        self._ask("AddLine", id=checkout_id, variant=variant_id, quantity=pieces, metadata=noted)

    def remove(self, checkout_id: str, variant_id: str) -> None:
        """The line with this variant out of the basket."""
        lines = self._ask("Lines", id=checkout_id)["checkout"]["lines"]
        line = next(it["id"] for it in lines if it["variant"]["id"] == variant_id)
        self._ask("RemoveLine", id=checkout_id, line=line)

    def prices(self, checkout_id: str) -> dict[str, Decimal]:
        """What every line costs, by the name of its product, as Saleor says."""
        lines = self._ask("Lines", id=checkout_id)["checkout"]["lines"]
        return {it["variant"]["product"]["name"]: _amount(it["totalPrice"]) for it in lines}

    def basket(self, checkout_id: str) -> Basket:
        """How the checkout stands, as Saleor says."""
        found = self._ask("Basket", id=checkout_id)["checkout"]
        return Basket(
            subtotal=_amount(found["subtotalPrice"]),
            total=_amount(found["totalPrice"]),
            lines=tuple(
                Line(
                    variant=it["variant"]["id"],
                    name=it["variant"]["product"]["name"],
                    pieces=it["quantity"],
                    notes={pair["key"]: pair["value"] for pair in it["metadata"]},
                )
                for it in found["lines"]
            ),
        )

    def choose_delivery(self, checkout_id: str) -> tuple[str, Decimal]:
        """The cheapest one: its name, and what it costs."""
        offered = self._ask("Deliveries", id=checkout_id)["checkout"]["shippingMethods"]
        if not offered:
            raise NothingHappened("no delivery is offered")
        found = min(offered, key=lambda it: (it["price"]["amount"], it["name"]))
        self._ask("Deliver", id=checkout_id, method=found["id"])
        return found["name"], Decimal(str(found["price"]["amount"])).quantize(CENT)

    def order(self, checkout_id: str) -> dict[str, Any]:
        """The order's id and number."""
        placed: dict[str, Any] = self._ask("Order", id=checkout_id)["checkoutComplete"]["order"]
        return placed

    def suggestions(self, checkout_id: str) -> list[dict[str, Any]] | None:
        """What the checkout's metafield says; None until there is something."""
        made = self.document(checkout_id)
        return (made and made["suggestions"]) or None

    def document(self, checkout_id: str) -> dict[str, Any] | None:
        """All of the checkout's metafield; None until it is written."""
        text = self._ask("Suggestions", id=checkout_id)["checkout"]["metafield"]
        made: dict[str, Any] | None = json.loads(text) if text else None
        return made

    def _ask(self, operation: str, **variables: object) -> dict[str, Any]:
        asked = {"query": OPERATIONS[operation], "variables": variables}
        answer: dict[str, Any] = self.http.post(self.api_url, json=asked).json()
        refused = [
            it for part in (answer.get("data") or {}).values() for it in (part or {}).get("errors") or ()
        ]
        if answer.get("errors") or refused:
            raise NothingHappened(f"{operation}: {answer.get('errors') or refused}")
        data: dict[str, Any] = answer["data"]
        return data


def _amount(money: Mapping[str, Any]) -> Decimal:
    return Decimal(str(money["gross"]["amount"])).quantize(CENT)
