from __future__ import annotations

from plugin.suggestions import also_bought
from plugin.suggestions.model import (
    Basket,
    BasketLine,
    Candidate,
    ChosenProduct,
    Evidence,
    Neighbour,
    ProductNumber,
    VariantId,
)
from tests.builders import HERE, a_variant, an_offer

CAMERA = BasketLine(
    VariantId("camera-1"), 1, ProductNumber(1), "X100 camera", "cameras", frozenset({("mount", "x")})
)
BASKET = Basket(HERE, (CAMERA,))
BECAUSE = Neighbour(ProductNumber(2), ProductNumber(1), 38, 30, 412, 90, 38.0, 412.0, 90.0)


def test_the_reason_states_the_evidence() -> None:
    evidence = Evidence(
        BASKET, (Candidate(ProductNumber(2), 0.5, BECAUSE),), (), {ProductNumber(2): an_offer(2, "card")}
    )

    reason = also_bought.suggest(evidence)[0].reason

    assert (reason.key, reason.parameters, reason.text) == (
        "bought_together",
        {"product": "X100 camera", "together": 38, "orders": 412},
        "Bought together in 38 of 412 orders with X100 camera",
    )


def test_a_candidate_that_cannot_be_bought_is_not_proposed() -> None:
    evidence = Evidence(BASKET, (Candidate(ProductNumber(2), 0.5, BECAUSE),), (), {})

    assert also_bought.suggest(evidence) == []


def test_what_the_merchant_pairs_stands_beside_what_was_learned_and_says_so() -> None:
    offers = {ProductNumber(2): an_offer(2, "card"), ProductNumber(3): an_offer(3, "bag")}
    wished = (ChosenProduct(ProductNumber(3), "X100 camera", 1), ChosenProduct(ProductNumber(2), "", 2))
    evidence = Evidence(
        BASKET, (Candidate(ProductNumber(2), 0.5, BECAUSE, 0.3),), offers=offers, chosen=wished
    )

    made = [(one.offer.name, one.rung, one.position, one.reason.key) for one in also_bought.suggest(evidence)]

    assert made == [("card", "learned", 2, "bought_together"), ("bag", "merchant", 1, "goes_with")]


def test_the_variant_shares_the_attributes_of_the_basket() -> None:
    offer = an_offer(
        2, "lens", a_variant("lens-y", "5.00", mount="y"), a_variant("lens-x", "9.00", mount="x")
    )

    assert also_bought.fitting(offer, BASKET.lines).id == "lens-x"


def test_where_nothing_is_shared_the_cheapest_variant_is_offered_and_ties_go_by_id() -> None:
    offer = an_offer(
        2, "card", a_variant("card-c", "7.00"), a_variant("card-b", "5.00"), a_variant("card-a", "5.00")
    )

    assert also_bought.fitting(offer, BASKET.lines).id == "card-a"
