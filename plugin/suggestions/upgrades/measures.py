"""Numbers with units, read from texts as people write them: "64 GB", "1,5 l", "20 Mpx". Whatever is unclear is no measure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from plugin.suggestions.upgrades.units import SALEORS_UNITS, unit_called

SPACES = " \u00a0\u2009\u202f"
NUMBER = rf"[-−]?(?:\d{{1,3}}(?:[{SPACES}'’]\d{{3}})+(?:[.,]\d+)?|\d{{1,3}}(?:,\d{{3}})+\.\d+|\d{{1,3}}(?:\.\d{{3}})+,\d+|\d{{1,3}}(?:[.,]\d{{3}}){{2,}}|\d+(?:[.,]\d+)?)"
WRITTEN = re.compile(rf"({NUMBER})\s*-?\s*([^\d\s].*)?")
FRACTION = re.compile(r"(?:(\d{1,3})[\s-]+)?(\d{1,3})/(\d{1,4})\s*-?\s*([^\d\s].*)")
AMBIGUOUS = re.compile(r"[-−]?[1-9]\d{0,2}[.,]\d{3}")
"""1,500 is one and a half or one thousand five hundred, depending on who wrote it."""

BROKEN = frozenset({"length", "time", "mass", "gallons", "fluid ounces"})
"""What is written in fractions: 8/256 GB are two numbers."""

LONGEST = 40
"""Letters: a longer text is a sentence."""

BOOLEAN = "BOOLEAN"
NUMERIC = "NUMERIC"
YES = frozenset({"true", "yes"})
NO = frozenset({"false", "no"})


@dataclass(frozen=True, slots=True, order=True)
class Measure:
    """How much of what: `amount` in the smallest common unit of its dimension, so that 1 TB is more than 512 GB."""

    dimension: str
    amount: Decimal


@lru_cache(maxsize=100_000)
def measure(value: str, name: str = "", input_type: str = "", unit: str = "") -> Measure | None:
    """The measure that a value called `name` states, or None where it states none, or not clearly.

    `input_type` and `unit`: Saleor's words. A bare number says something only where Saleor holds it to be a number.
    """
    if input_type == BOOLEAN:
        return _truth(value)
    text = (name or value).strip()
    if input_type == NUMERIC:
        return _number(text, unit)
    if not text or len(text) > LONGEST:
        return None
    return _fraction(text) or _written(text)


def _truth(value: str) -> Measure | None:
    """Saleor calls them 53_true and "Wifi: Yes"."""
    last = re.split(r"[\W_]+", value.lower())[-1]
    if last in YES or last in NO:
        return Measure("truth", Decimal(last in YES))
    return None


def _number(text: str, unit: str) -> Measure | None:
    """Saleor writes numbers in one way only."""
    if not re.fullmatch(r"-?\d+(\.\d+)?", text):
        return None
    if not unit:
        return Measure("number", Decimal(text))
    dimension, factor = SALEORS_UNITS.get(unit, (unit.lower(), Decimal(1)))
    return Measure(dimension, Decimal(text) * factor)


def _written(text: str) -> Measure | None:
    found = WRITTEN.fullmatch(text)
    if found is None or not found[2] or AMBIGUOUS.fullmatch(found[1]):
        return None
    unit = unit_called(found[2])
    if unit is None or (unit[0] == "data" and " " in found[1]):  # 16 512 GB are two numbers
        return None
    return Measure(unit[0], _plain(found[1]) * unit[1])


def _fraction(text: str) -> Measure | None:
    """ "1/2 in", "1 1/2 in", "1/8000 s"; 24/7 is none."""
    found = FRACTION.fullmatch(text)
    if found is None:
        return None
    whole, over, under, unit = (
        Decimal(found[1] or 0),
        Decimal(found[2]),
        Decimal(found[3]),
        unit_called(found[4]),
    )
    if unit is None or unit[0] not in BROKEN or not 0 < over < under:
        return None
    return Measure(unit[0], (whole + over / under) * unit[1])


def _plain(number: str) -> Decimal:
    """The number without what groups its digits; of two separators the last one is decimal, three digits follow a group."""
    text = re.sub(rf"[{SPACES}'’]", "", number).replace("−", "-")
    marks = re.findall(r"[.,]", text)
    if len(set(marks)) == 2:
        text = text.replace(marks[0], "")
    elif len(marks) > 1:
        text = re.sub(r"[.,]", "", text)
    return Decimal(text.replace(",", "."))
