"""Who buys a basket in the demo's history: nobody a second camera, many the next pack of batteries."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from plugin.sandbox.app_facts import User
from plugin.sandbox.demo_shop import goods
from plugin.sandbox.ids import global_id

ACCOUNTS = 5_000
GUESTS = 9_000
LOGGED_IN = 0.45

COMES_BACK = 0.8
"""How often something that is used up is bought by somebody who had it before."""

TRIES = 50
"""After so many who have one already, somebody new comes by."""

Buyer = tuple[str, str | None]
"""E-mail address, and the account's id."""


@cache
def _shelf(kind: str) -> Mapping[str, str]:
    """Category by product, of the products in categories of this habit."""
    categories = goods()["habits"][kind]
    return {row["is"][0]: row["in"] for row in goods()["products"] if row["in"] in categories}


@dataclass
class Buyers:
    """Draws buyers from seeded dice, and remembers what they had."""

    dice: random.Random
    people: list[User] = field(init=False)
    _owners: dict[str, set[str]] = field(default_factory=dict)
    """By durable category, addresses."""
    _had: set[tuple[str, str]] = field(default_factory=set)
    """(consumable category, address)."""
    _pool: dict[str, list[Buyer]] = field(default_factory=dict)
    """By consumable category, whoever bought there, each once, to draw from."""
    _newcomers: int = 0

    def __post_init__(self) -> None:
        self.people = [
            User(global_id("User", 1000 + at), f"buyer{at}@example.com", f"Buyer {at}")
            for at in range(ACCOUNTS)
        ]

    def of(self, products: Iterable[str]) -> Buyer:
        """Who buys these products (slugs)."""
        wanted = list(products)
        lasting = {_shelf("durable")[it] for it in wanted if it in _shelf("durable")}
        used_up = sorted({_shelf("consumable")[it] for it in wanted if it in _shelf("consumable")})
        buyer = self._new_owner(lasting) if lasting else self._anybody(used_up)
        for category in lasting:
            self._owners.setdefault(category, set()).add(buyer[0])
        for category in used_up:
            if (category, buyer[0]) not in self._had:
                self._had.add((category, buyer[0]))
                self._pool.setdefault(category, []).append(buyer)
        return buyer

    def _new_owner(self, categories: set[str]) -> Buyer:
        owners = [self._owners.get(category, set()) for category in categories]
        for _ in range(TRIES):
            buyer = self._stranger()
            if not any(buyer[0] in it for it in owners):
                return buyer
        self._newcomers += 1
        return f"newcomer{self._newcomers}@example.com", None

    def _anybody(self, used_up: list[str]) -> Buyer:
        known = self._pool.get(used_up[0]) if used_up else None
        if known and self.dice.random() < COMES_BACK:
            return self.dice.choice(known)
        return self._stranger()

    def _stranger(self) -> Buyer:
        if self.dice.random() < LOGGED_IN:
            person = self.dice.choice(self.people)
            return person.email, person.id
        return f"guest{self.dice.randrange(GUESTS)}@example.com", None
