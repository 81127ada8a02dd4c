"""Which variants of the demo shop are better than others, which only look so, and what past buyers made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from plugin.sandbox.demo_shop import goods, variant_id


@dataclass(frozen=True, slots=True)
class Step:
    """From one variant to a dearer one (5 to 40 percent, in both channels), and the attribute or the word that decides."""

    replaces: str
    better: str
    why: str


def _steps(name: str) -> tuple[Step, ...]:
    return tuple(
        Step(variant_id(old, value), variant_id(new, other), why)
        for old, value, new, other, why in goods()["upgrades"][name]
    )


TRUE_UPGRADES = _steps("true")
"""`why` is the slug of an attribute in which the dearer one is better; it is worse in nothing."""

FALSE_UPGRADES = _steps("false")
"""Must never be offered as an upgrade. `why`: colour, size, fit (another mount, diameter or laptop), nothing better,
or worse: better in one stated fact and worse in another, so that it is wrong at least as long as that is not said."""

CHOSEN: Mapping[str, float] = {
    variant_id(row["is"][0], value): share
    for row in goods()["products"]
    for (value, _price), share in zip(row["variants"], row.get("chosen", ()), strict=False)
}
"""Variant id -> share of the product's buyers that took it, where it was planted."""

RETURNED: Mapping[str, float] = {
    variant_id(row["is"][0], value): share
    for row in goods()["products"]
    for value, share in row.get("returned", {}).items()
}
"""Variant id -> share of the lines with it that came back, where it was planted. The plain ones disappoint more often."""
