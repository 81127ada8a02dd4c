"""Which baskets are tried: every kind of promotion with every discount on the order, tax mode and currency."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tests.sandbox.prices.playing import Step
from tests.sandbox.prices.world import GROUPS, ORDERS, PLACES, PRECISION, SCARCE, Place, price_of

FACTORS = ("0.83", "0.6667", "0.9", "0.5", "0.7549", "1.1")
"""Overridden prices, as shares of the list price."""


@dataclass(frozen=True, slots=True)
class Case:
    """Steps in one channel while some order promotions run."""

    name: str
    channel: str
    under: tuple[str, ...]
    steps: tuple[Step, ...]


def every_case() -> list[Case]:
    """All of them; the same ones at every call."""
    return [*_matrix(), *_edges(), *_orders()]


def _options() -> list[tuple[tuple[str, ...], str | None]]:
    """Order promotions that run, and the voucher that is entered."""
    alone: list[tuple[tuple[str, ...], str | None]] = [((), None)]
    alone += [((promotion.name,), None) for promotion in ORDERS]
    alone += [(("Order tenth", "Order fixed"), None)]
    codes = ("MX-TENTH", "MX-THIRD", "MX-FIXED", "MX-HUGE", "MX-SOME", "MX-SOME-FIXED", "MX-ONCE", "MX-ONCE-FIXED", "MX-SOME-ONCE")  # fmt: skip
    alone += [((), code) for code in codes]
    return [*alone, (("Order tenth",), "MX-TENTH"), (("Order tenth",), "MX-SOME")]


def _matrix() -> Iterator[Case]:
    for place in PLACES[:6]:
        count = len(GROUPS) if place.currency == "USD" else 2
        for at, (under, code) in enumerate(_options()):
            for turn in [it for it in range(count) if count == 2 or (at + it) % 3]:
                dice = random.Random(f"{place.slug} {at} {turn}")
                group = GROUPS[(turn if count > 2 else at * 2 + turn) % len(GROUPS)]
                steps = _basket(dice, place, group, code)
                yield Case(f"{place.slug}: {_title(under, code)}, {group}", place.slug, under, tuple(steps))


def _title(under: tuple[str, ...], code: str | None) -> str:
    return " + ".join([*under, *([code] if code else [])]) or "no discount"


def _basket(dice: random.Random, place: Place, group: str, code: str | None) -> list[Step]:
    """Two to four lines put in, the code entered, then prices set on some of them."""
    own = [f"{group}-{number}" for number in (1, 2, 3)]
    others = [f"{dice.choice(GROUPS)}-{number}" for number in (1, 2, 3)]
    wanted = list(dict.fromkeys([dice.choice(own), *dice.sample(own + others, dice.randint(2, 3))]))[:4]
    if len(wanted) < 2:
        wanted.append(next(it for it in own if it not in wanted))
    lines = [{"variant": it, "quantity": dice.randint(1, 3)} for it in dice.sample(wanted, len(wanted))]
    steps: list[Step] = [["create", "shopper", lines]]
    if code:
        steps.append(["add_code", "shopper", code])
    chosen = sorted(dice.sample(range(len(lines)), dice.randint(1, len(lines))))
    prices = [
        {"line": at, "price": _override(dice, str(lines[at]["variant"]), place), "reason": "bundle:7"}
        for at in chosen
    ]
    return [*steps, ["update", "app", prices]]


def _override(dice: random.Random, variant: str, place: Place) -> float:
    """A price a bundle might set; now and then with one decimal more than the currency has."""
    digits = min(PRECISION[place.currency] + (dice.random() < 0.2), 3)
    exact = Decimal(price_of(variant, place.currency)) * Decimal(dice.choice(FACTORS))
    return float(exact.quantize(Decimal(1).scaleb(-digits)))


def _edges() -> Iterator[Case]:
    for place in (PLACES[0], PLACES[1], PLACES[3]):
        for name, under, steps in (*_line_stories(place.currency), *_discount_stories(place.currency)):
            yield Case(f"{place.slug}: {name}", place.slug, under, tuple(steps))


def _two(*lines: tuple[str, int]) -> Step:
    return ["create", "shopper", [{"variant": variant, "quantity": quantity} for variant, quantity in lines]]


def update(*lines: dict[str, Any], by: str = "app") -> Step:
    """A step that updates lines."""
    return ["update", by, list(lines)]


PAIR: Step = _two(("plain-1", 2), ("ten-2", 1))


def _both(some: float) -> Step:
    return update({"line": 0, "price": some, "reason": "bundle:7"}, {"line": 1, "price": some})


def _line_stories(currency: str) -> Iterator[tuple[str, tuple[str, ...], list[Step]]]:
    some, fine = (5.55, 5.555) if currency == "USD" else (555.0, 555.5)
    pair, both = PAIR, _both(some)
    yield "a price set and reset", (), [pair, both, ["reasons", "app", None], update({"line": 0, "price": None}), update({"line": 1, "price": None}), ["reasons", "app", None]]  # fmt: skip
    yield "a price reset at once under a promotion", ("Order tenth",), [pair, both, update({"line": 0, "price": None}, {"line": 1, "price": None})]  # fmt: skip
    yield "for nothing", (), [pair, update({"line": 0, "price": 0}, {"line": 1, "price": 0})]
    yield "for nothing under an order promotion", ("Order odd",), [pair, update({"line": 0, "price": 0}, {"line": 1, "price": 0})]  # fmt: skip
    yield "one line for nothing under an order promotion", ("Order huge",), [pair, update({"line": 1, "price": 0})]  # fmt: skip
    yield "dearer than listed", (), [pair, update({"line": 0, "price": some * 100}, {"line": 1, "price": some * 100})]  # fmt: skip
    yield "finer than the currency", (), [_two(("plain-1", 1), ("ten-2", 2), ("odd-1", 3)), *[update(*({"line": at, "price": fine + more} for at in (0, 1, 2))) for more in (0, 1)]]  # fmt: skip
    yield "finer than three decimals", (), [pair, update({"line": 0, "price": 4.44449}, {"line": 1, "price": 4.44451})]  # fmt: skip
    yield "a quantity changed", (), [pair, both, update({"line": 0, "quantity": 3}, by="shopper"), update({"line": 1, "quantity": 2, "price": some + 1}), update({"line": 0, "quantity": 0}, by="shopper")]  # fmt: skip
    yield "more of the same added", (), [pair, both, ["add", "shopper", [{"variant": "plain-1", "quantity": 2}]], ["reasons", "app", None]]  # fmt: skip
    yield "more of the same added by the app at a price", (), [pair, ["add", "app", [{"variant": "plain-1", "quantity": 1, "price": some}, {"variant": "odd-1", "quantity": 1, "price": some, "reason": "x"}]], ["reasons", "app", None]]  # fmt: skip
    yield "a line forced", (), [pair, both, ["add", "app", [{"variant": "plain-1", "quantity": 1, "forceNewLine": True, "price": some + 2}]], ["add", "shopper", [{"variant": "plain-1", "quantity": 1}]], update({"variant": "plain-1", "quantity": 5}, by="shopper"), update({"line": 2, "quantity": 5}, by="shopper")]  # fmt: skip
    yield "created by the app at a price", (), [["create", "app", [{"variant": "ten-1", "quantity": 2, "price": some, "reason": " spaced "}, {"variant": "fifteen-1", "quantity": 1}]], ["reasons", "app", None]]  # fmt: skip
    yield "missing members added by an update", (), [pair, update({"line": 0, "price": some}, {"variant": "fixed-1", "quantity": 2, "price": some, "reason": "bundle:9", "metadata": [{"key": "tandem.from", "value": "9"}]}), ["reasons", "app", None]]  # fmt: skip
    yield "a swap", (), [pair, both, update({"line": 0, "quantity": 0}, {"variant": "both-1", "quantity": 1}, by="shopper")]  # fmt: skip
    yield "too little stock changes nothing", (), [pair, both, update({"line": 0, "quantity": 1, "price": some + 3}, {"variant": SCARCE, "quantity": 3}), ["add", "shopper", [{"variant": SCARCE, "quantity": 3}]], update({"line": 0, "price": some + 1})]  # fmt: skip
    yield "too much of one thing", (), [pair, update({"line": 0, "quantity": 51}, by="shopper")]
    yield "a price set by a shopper", (), [pair, update({"line": 0, "quantity": 1, "price": some}, by="shopper"), update({"line": 0, "price": None}, by="shopper"), update({"line": 0, "reason": "x"}, by="staff"), ["add", "shopper", [{"variant": "odd-1", "quantity": 1, "price": some}]], ["create", "shopper", [{"variant": "odd-1", "quantity": 1, "price": some}]]]  # fmt: skip
    yield "a quantity not said by a shopper", (), [pair, update({"line": 0}, by="shopper")]
    yield "a reason without a price", (), [pair, update({"line": 0, "reason": "why"}), update({"line": 0, "price": None, "reason": "why"}), both, update({"line": 0, "reason": "because"}), ["reasons", "app", None], update({"line": 0, "price": some}), ["reasons", "app", None], update({"line": 1, "price": some, "reason": "r" * 300}), ["reasons", "app", None]]  # fmt: skip
    yield "labels on lines", (), [pair, ["label", "app", [0, {"tandem.bundle": "7"}]], update({"line": 0, "quantity": 1, "metadata": [{"key": "a", "value": "1"}]}, by="shopper"), update({"line": 0, "metadata": [{"key": "b", "value": "2"}]}), update({"line": 0, "price": some, "metadata": [{"key": "c", "value": "3"}]}), ["reasons", "app", None]]  # fmt: skip


def _discount_stories(currency: str) -> Iterator[tuple[str, tuple[str, ...], list[Step]]]:
    some = 5.55 if currency == "USD" else 555.0
    pair, both = PAIR, _both(some)
    yield "below the least spent", (), [_two(("plain-1", 1), ("plain-2", 1)), ["add_code", "shopper", "MX-LEAST"], update({"line": 1, "quantity": 2}, by="shopper"), ["add_code", "shopper", "MX-LEAST"], update({"line": 1, "price": some}), update({"line": 1, "price": None})]  # fmt: skip
    yield "fewer pieces than the voucher wants", ("Order tenth",), [pair, ["add_code", "shopper", "MX-THREE"], update({"line": 0, "quantity": 1}, by="shopper"), update({"line": 0, "quantity": 3}, by="shopper")]  # fmt: skip
    yield "nothing the voucher is for", (), [_two(("plain-2", 1), ("ten-1", 1)), ["add_code", "shopper", "MX-SOME"], ["add_code", "shopper", "MX-UNKNOWN"], ["remove_code", "shopper", "MX-TENTH"], ["remove_code", "shopper", "MX-UNKNOWN"]]  # fmt: skip
    yield "what the voucher is for leaves", (), [pair, ["add_code", "shopper", "MX-SOME"], ["delete", "shopper", [0]], ["delete", "shopper", [0]]]  # fmt: skip
    yield "one voucher after the other", ("Order tenth",), [pair, both, ["add_code", "shopper", "MX-TENTH"], ["add_code", "shopper", "MX-ONCE"], ["add_code", "shopper", "MX-SOME-FIXED"], ["remove_code", "shopper", "MX-SOME-FIXED"]]  # fmt: skip
    yield "a voucher, then prices, then more", ("Order fixed",), [pair, ["add_code", "shopper", "MX-THIRD"], both, ["add", "shopper", [{"variant": "both-3", "quantity": 1}]], ["delete", "shopper", [1]], ["remove_code", "shopper", "MX-THIRD"]]  # fmt: skip
    yield "below the promotion's least", ("Order tenth",), [pair, both, update({"line": 0, "quantity": 7}, by="shopper"), update({"line": 0, "price": 0.01 if currency == "USD" else 1})]  # fmt: skip
    yield "the cheapest line is the overridden one", (), [_two(("plain-2", 2), ("ten-2", 2), ("plain-1", 1)), ["add_code", "shopper", "MX-ONCE"], update({"line": 0, "price": some}), update({"line": 1, "price": some}), update({"line": 0, "price": None})]  # fmt: skip
    yield "one line of a promotion that is dearer than the override", (), [_two(("fixed-1", 3), ("both-1", 2)), update({"line": 0, "price": 2}, {"line": 1, "price": 2}), ["add_code", "shopper", "MX-SOME-FIXED"]]  # fmt: skip
    opened: Step = ["open", *PAIR[1:]]
    glance, look = (["glance", "shopper", None], ["look", "shopper", None])
    yield "a promotion nobody has looked at", ("Order fixed",), [opened, glance, look, glance, look, ["bill", "shopper", None], look]  # fmt: skip
    yield "a voucher before anybody looked", (), [opened, ["add_code", "shopper", "MX-TENTH"], glance, look, both, ["bill", "shopper", None], look]  # fmt: skip
    yield "with shipping", ("Order tenth",), [_two(("parcel", 1), ("plain-2", 1)), ["deliver", "shopper", "Matrix post"], update({"line": 1, "price": some}), ["add_code", "shopper", "MX-FIXED"], ["complete", "shopper", None]]  # fmt: skip


def _orders() -> Iterator[Case]:
    for place in (*PLACES[:2], PLACES[3], *PLACES[5:]):
        for at, (under, code) in enumerate(_options()):
            if place.legacy_propagation and under and not code:
                continue
            dice = random.Random(f"order {place.slug} {at}")
            steps = _basket(dice, place, GROUPS[at % len(GROUPS)], code)
            labels: Step = ["label", "app", [0, {"tandem.bundle": "7"}]]
            name = f"{place.slug}: ordered with {_title(under, code)}"
            yield Case(name, place.slug, under, (*steps, labels, ["complete", "shopper", None]))
