"""What buyers chose and kept comes first, then the smaller step."""

from __future__ import annotations

from decimal import Decimal

from plugin.suggestions.habits.choices import Choice
from plugin.suggestions.model import BasketLine, UpgradeOffer, VariantId
from plugin.suggestions.upgrades.ranking import best_first, liking
from tests.builders import a_variant, an_offer

OLD, NEW = VariantId("old"), VariantId("new")


def an_upgrade(name: str, difference: str, kept: int = 0, of: int = 0) -> UpgradeOffer:
    """A step up of so much, kept so often."""
    offered = an_offer(1, name, a_variant(name))
    return UpgradeOffer(
        BasketLine(OLD, 1), offered, offered.variants[0], (), Decimal(difference), of, kept, of
    )


def test_the_one_most_often_kept_comes_first_then_the_nearest_then_by_id() -> None:
    offers = [
        an_upgrade("returned", "1.00", kept=2, of=20),
        an_upgrade("b", "5.00"),
        an_upgrade("a", "5.00"),
        an_upgrade("near", "4.00"),
        an_upgrade("loved", "9.00", kept=18, of=20),
    ]

    assert [one.variant.id for one in best_first(offers)] == ["loved", "near", "a", "b", "returned"]
    assert best_first(reversed(offers)) == best_first(offers)


def test_one_happy_buyer_is_not_a_habit() -> None:
    assert [
        one.variant.id
        for one in best_first([an_upgrade("one", "9.00", 1, 1), an_upgrade("many", "9.00", 60, 100)])
    ] == ["many", "one"]


def test_choices_count_the_new_one_and_both_together() -> None:
    choices = {OLD: Choice(6, 6, 6, 0), NEW: Choice(4, 3, 5, 1)}

    assert (liking(choices, OLD, NEW), liking({}, OLD, NEW), liking({OLD: Choice(6, 6, 6, 0)}, OLD, NEW)) == (
        (4, 3, 10),
        (0, 0, 0),
        (0, 0, 6),
    )
