"""The last back-test of a shop, kept for its pages."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlite_utils import Database

from plugin.store import facts
from plugin.suggestions.evaluating.model import Estimate, Evaluation, Figures, Sample

NAME = "evaluation"


def keep(db: Database, made: Evaluation) -> None:
    """Remember it, in place of the one before."""
    facts.keep(db, NAME, as_json(made))


def last(db: Database) -> Evaluation | None:
    """The newest one, or None before the first."""
    kept = facts.get(db, NAME)
    return None if kept is None else _read(kept)


def as_json(made: Evaluation) -> dict[str, Any]:
    """Plain JSON types; times in UTC."""
    until = made.learned_until
    return {**asdict(made), "at": _text(made.at), "learned_until": _text(until) if until else None}


def _read(kept: dict[str, Any]) -> Evaluation:
    figures, until = kept["figures"], kept["learned_until"]
    return Evaluation(
        at=datetime.fromisoformat(kept["at"]),
        orders=kept["orders"],
        products=kept["products"],
        baskets=kept["baskets"],
        learned_until=datetime.fromisoformat(until) if until else None,
        figures={name: _figures(one) for name, one in figures.items()} if figures else None,
        rival=kept["rival"],
        ahead=Estimate(**kept["ahead"]) if kept["ahead"] else None,
        samples=tuple(_sample(one) for one in kept["samples"]),
    )


def _figures(kept: dict[str, Any]) -> Figures:
    read = {name: Estimate(**value) for name, value in kept.items() if isinstance(value, dict)}
    return Figures(**read, catalogue=kept["catalogue"])


def _sample(kept: dict[str, Any]) -> Sample:
    named = {name: tuple(products) for name, products in kept["named"].items()}
    return Sample(tuple(kept["basket"]), kept["hidden"], named)


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
