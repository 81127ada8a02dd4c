"""The race between a shopper who breaks a set and the order: played many times, judged by the orders Saleor has in the end."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from plugin.suggestions.money import units
from tests.live.bundle_shop import BundleShop
from tests.live.waiting import settle, soon

LIST_PRICES = (60, 40)
PROMISE = "80.00"

FOUND_WITHIN = 60.0

LONGEST_OFFSET = 0.1
"""Seconds between removal and completion where neither waits for the other; Saleor itself needs longer for each."""


@dataclass(frozen=True, slots=True)
class Lap:
    """One shopper: the order, what it was undersold by (cents), by its lines in Saleor, and how long its completion took."""

    order: str
    leaked: int
    took: float


@dataclass(frozen=True, slots=True)
class Race:
    """All laps of one kind, and what the audit says of their orders: cents by order."""

    laps: Sequence[Lap]
    refused: int
    audited: dict[str, int]

    @property
    def leaks(self) -> dict[str, int]:
        """The truth: cents by order."""
        return {lap.order: lap.leaked for lap in self.laps if lap.leaked}

    @property
    def found(self) -> int:
        """Leaks that the audit found, with the right amount."""
        return sum(self.audited.get(order) == leaked for order, leaked in self.leaks.items())

    @property
    def made_up(self) -> int:
        """Orders that the audit calls leaks, and that are none."""
        return len(self.audited.keys() - self.leaks.keys())

    def row(self, what: str) -> str:
        """Of the table in results/race.md."""
        took = median(lap.took for lap in self.laps)
        lost = sum(self.leaks.values()) / 100
        return (
            f"| {what} | {len(self.laps)} | {self.refused} | {len(self.leaks)} | {lost:.2f} EUR | {self.found} of {len(self.leaks)} | "
            f"{self.made_up} | {took:.2f} s |"
        )


HEAD = """| | orders | completions refused | leaked | leaked amount | found by the audit, exact amount | made up by the audit | completion, median |
|---|---|---|---|---|---|---|---|"""


def race(shop: BundleShop, times: int, *, parallel: bool = False) -> Race:
    """So many shoppers remove one of two pieces and order at once; `parallel`: without waiting for the removal's answer."""
    body, strap = shop.goods(*LIST_PRICES)
    shop.keep(shop.draft(body, strap, price=PROMISE))
    dice = random.Random(times)
    laps, refused = [], 0
    for number in range(times):
        checkout = shop.basket(body, strap, email=f"racer-{number}@example.com")
        shop.will_cost(checkout, PROMISE)
        shop.choose_delivery(checkout)
        lap = _lap(shop, checkout, (body, strap)[number % 2], dice if parallel else None)
        laps += [_judged(shop, *lap, (body, strap))] if lap else []
        refused += lap is None
    return Race(laps, refused, _audited(shop, laps))


def _lap(shop: BundleShop, checkout: str, gone: str, dice: random.Random | None) -> tuple[str, float] | None:
    """The order's id and the seconds its completion took; None where Saleor made none."""
    line = shop.line_of(checkout, gone)

    def remove() -> None:
        shop.saleor.answer("delete_lines", staff=False, id=checkout, lines=[line])

    def complete() -> tuple[str, float] | None:
        began = time.monotonic()
        made = shop.saleor.answer("complete_checkout", staff=False, id=checkout)["data"]["checkoutComplete"]
        took = time.monotonic() - began
        return (made["order"]["id"], took) if made and made["order"] else None

    if dice is None:
        remove()
        return complete()
    return _at_once(remove, complete, dice.uniform(0, LONGEST_OFFSET))


def _at_once(
    remove: Callable[[], None], complete: Callable[[], tuple[str, float] | None], offset: float
) -> tuple[str, float] | None:
    with ThreadPoolExecutor(2) as hands:
        removing = hands.submit(remove)
        time.sleep(offset)
        completing = hands.submit(complete)
        removing.result()
        return completing.result()


def _judged(shop: BundleShop, order: str, took: float, names: tuple[str, str]) -> Lap:
    """What its lines should have cost, and did."""
    pieces = dict.fromkeys(shop.toys.variants(*names), 0)
    paid = Decimal()
    for line in shop.sold(order)["lines"]:
        pieces[line["variant"]["id"]] += line["quantity"]
        paid += Decimal(str(line["totalPrice"]["gross"]["amount"]))
    one, other = pieces.values()
    sets = min(one, other)
    due = sets * Decimal(PROMISE) + (one - sets) * LIST_PRICES[0] + (other - sets) * LIST_PRICES[1]
    return Lap(order, units(max(due - paid, Decimal()), "EUR"), took)


def _audited(shop: BundleShop, laps: Sequence[Lap]) -> dict[str, int]:
    """What the audit says of these orders, once it had the time to."""
    orders = {lap.order for lap in laps}
    leaks = {lap.order for lap in laps if lap.leaked}

    def look() -> dict[str, int]:
        return {order: leak.leaked for order, leak in shop.audited().items() if order in orders}

    try:
        soon(lambda: leaks <= look().keys(), FOUND_WITHIN)
    except AssertionError:
        return look()
    settle()
    return look()
