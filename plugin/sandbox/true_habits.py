"""What the demo shop's buyers buy once, again and again, together, instead of each other, or in secret; as known beforehand."""

from __future__ import annotations

from collections.abc import Iterable

from plugin.sandbox.demo_shop import goods, numbers, product_id


def _ids(slugs: Iterable[str]) -> tuple[str, ...]:
    return tuple(numbers().category[slug] for slug in slugs)


def _pairs(name: str) -> tuple[tuple[str, str], ...]:
    return tuple((_ids(pair)[0], _ids(pair)[1]) for pair in goods()["habits"][name])


DURABLE = _ids(goods()["habits"]["durable"])
"""Categories in which nobody ever bought a second time."""

CONSUMABLE = _ids(goods()["habits"]["consumable"])
"""Categories whose buyers come back."""

SENSITIVE = _ids(goods()["habits"]["sensitive"])
"""Categories nobody wants to be reminded of. The shop does not know; the merchant has to say so."""

COMPLEMENTS = _pairs("complements")
"""Categories that meet in baskets much more often than by chance."""

SUBSTITUTES = _pairs("substitutes")
"""Categories that never meet in a basket, and are bought with the same companions."""

POPULAR = {
    _ids([category])[0]: product_id(slug)
    for category, slug in (
        ("cleaning", "cleaning-cloth"),
        ("computers", "laptop-14"),
        ("tripods", "travel-tripod"),
    )
}
"""Category -> the product most people buy there, in both channels."""

HOARDED = product_id(goods()["habits"]["hoarded"])
"""One buyer ordered 500 pieces at once; it is popular with nobody else."""
