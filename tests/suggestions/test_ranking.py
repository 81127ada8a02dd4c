from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from plugin.suggestions.model import Reason, Suggestion
from plugin.suggestions.ranking import best
from tests.builders import an_offer

REASON = Reason("bought_together", {}, "")


def a_suggestion(number: int, score: float, category: str | None = None) -> Suggestion:
    offer = an_offer(number, f"product {number:03}", category=category)
    return Suggestion("also_bought", "learned", offer, offer.variants[0], REASON, score)


SUGGESTIONS = st.lists(
    st.builds(
        a_suggestion,
        st.integers(1, 20),
        st.sampled_from([0.1, 0.5, 0.5, 0.9]),
        st.sampled_from(["a", "b", None]),
    ),
    max_size=15,
)


@given(SUGGESTIONS, st.integers(0, 3))
def test_never_more_than_asked_and_no_product_twice(proposals: list[Suggestion], most: int) -> None:
    chosen = [suggestion.offer.product for suggestion in best(proposals, most)]

    assert len(chosen) <= most
    assert len(chosen) == len(set(chosen))


@given(SUGGESTIONS, st.randoms(use_true_random=False))
def test_the_order_of_proposals_does_not_matter(proposals: list[Suggestion], dice: random.Random) -> None:
    unique = {suggestion.offer.product: suggestion for suggestion in proposals}
    shuffled = sorted(unique.values(), key=lambda _: dice.random())

    assert best(shuffled, 3) == best(unique.values(), 3)


def test_at_most_two_of_a_category() -> None:
    proposals = [
        a_suggestion(1, 0.9, "cards"),
        a_suggestion(2, 0.8, "cards"),
        a_suggestion(3, 0.7, "cards"),
        a_suggestion(4, 0.1, "bags"),
    ]

    assert [found.offer.product for found in best(proposals, 3)] == [1, 2, 4]


def test_ties_are_broken_by_id() -> None:
    assert [found.offer.product for found in best([a_suggestion(2, 0.5), a_suggestion(1, 0.5)], 3)] == [1, 2]
