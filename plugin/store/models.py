"""What was fitted to the shop as a whole: its scale, its blends, its bestsellers. One fact, read with every basket."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache

from sqlite_utils import Database

from plugin.store import facts
from plugin.suggestions.fitting.blending import Blends
from plugin.suggestions.fitting.rows import Row, row


@dataclass(frozen=True, slots=True)
class Model:
    """`scale`: the weight an order had on the day of the fit; `orders`: all of them, in orders of that day; `popular`: the
    bestsellers; `blends`: how loud each ingredient is, by what is looked for and the size of the basket."""

    scale: float
    orders: float
    popular: Row
    blends: Blends
    at: str


def get(db: Database) -> Model | None:
    """The model in use, or None before the first fit."""
    text = facts.text(db, "model")
    return None if text is None else _read(text)


@lru_cache(maxsize=64)
def _read(text: str) -> Model:
    kept = json.loads(text)
    blends = {wanted: tuple(sizes) for wanted, sizes in kept["blends"].items()}
    return Model(kept["scale"], kept["orders"], row(*kept["popular"]), blends, kept["at"])


def keep(db: Database, model: Model) -> None:
    """From now on this one is in use."""
    popular = [model.popular.products.tolist(), model.popular.weights.tolist()]
    facts.keep(
        db,
        "model",
        {
            "scale": model.scale,
            "orders": model.orders,
            "popular": popular,
            "blends": {wanted: [dict(blend) for blend in sizes] for wanted, sizes in model.blends.items()},
            "at": model.at,
        },
    )
