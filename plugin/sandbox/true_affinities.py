"""What the demo shop's shoppers truly buy together, as known beforehand: tests ask whether it was found."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from plugin.sandbox.demo_shop import goods, product_id

BESTSELLER = "cleaning-cloth"
"""In about 60 % of all baskets, and belongs to nothing."""

LOYAL_PAIR = ("thermal-paste", "strap")
"""Bought together again and again, but by one buyer only: must never be shown."""

SUMMER_MONTHS = range(4, 10)

Rules = Mapping[str, tuple[tuple[str, float], ...]]
"""Product slug -> (partner slug, probability)."""


def season(moment: datetime) -> str:
    """summer or winter."""
    return "summer" if moment.month in SUMMER_MONTHS else "winter"


def rules(name: str) -> Rules:
    """The rules of a season, with those of the whole year."""
    found: dict[str, list[tuple[str, float]]] = {}
    for anchor, partner, probability in [*goods()["together"]["all_year"], *goods()["together"][name]]:
        found.setdefault(anchor, []).append((partner, probability))
    return {anchor: tuple(partners) for anchor, partners in found.items()}


def affinities(name: str) -> Mapping[str, tuple[str, ...]]:
    """Product id -> ids of its true partners in a season, likeliest first."""
    return {
        product_id(anchor): tuple(
            product_id(partner) for partner, _ in sorted(partners, key=lambda it: (-it[1], it[0]))
        )
        for anchor, partners in rules(name).items()
    }


TRUE_AFFINITIES: Mapping[str, tuple[str, ...]] = {
    product_id(anchor): tuple(
        product_id(partner)
        for partner, _ in sorted(
            {**dict(rules("winter").get(anchor, ())), **dict(rules("summer").get(anchor, ()))}.items(),
            key=lambda it: (-it[1], it[0]),
        )
    )
    for anchor in {**rules("summer"), **rules("winter")}
}
"""Product id -> ids of its true partners over the whole year, likeliest first."""

SEASONAL: Mapping[str, Mapping[str, str]] = {
    product_id(summer[0]): {"summer": product_id(summer[1]), "winter": product_id(winter[1])}
    for summer, winter in zip(goods()["together"]["summer"], goods()["together"]["winter"], strict=True)
}
"""Product id -> its partner in each season: the pair switches."""
