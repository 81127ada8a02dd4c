"""Upgrades, free delivery and popular, as they propose: the reasons shoppers read, and nothing that is not true."""

from __future__ import annotations

from decimal import Decimal

from plugin.suggestions import free_delivery, popular, upgrade
from plugin.suggestions.model import (
    Basket,
    BasketLine,
    BetterFact,
    Candidate,
    DeliveryGap,
    Evidence,
    Neighbour,
    PopularProduct,
    ProductNumber,
    UpgradeOffer,
    VariantId,
)
from tests.builders import HERE, a_variant, an_offer

CARD = BasketLine(VariantId("card-64"), 2, ProductNumber(1), "Card", "cards", variant_name="64 GB")
BASKET = Basket(HERE, (CARD,))
GAP = DeliveryGap(Decimal("4.30"), Decimal("50.00"), Decimal("4.90"), "EUR")


def better(chosen: int = 0, kept: int = 0, of: int = 0, *facts: BetterFact) -> UpgradeOffer:
    offer = an_offer(1, "card", a_variant("card-128", "42.00"))
    told = facts or (BetterFact("memory", "Memory", "64 GB", "128 GB"),)
    return UpgradeOffer(CARD, offer, offer.variants[0], told, Decimal("12.00"), chosen, kept, of)


def a_candidate(number: int, chance: float) -> Candidate:
    because = Neighbour(ProductNumber(number), ProductNumber(1), 38, 30, 412, 90, 38.0, 412.0, 90.0)
    return Candidate(ProductNumber(number), 0.5, because, chance)


def test_an_upgrade_is_named_with_its_benefit_and_its_price() -> None:
    (made,) = upgrade.suggest(Evidence(BASKET, upgrades=(better(),)))

    assert made.reason.text == "128 GB instead of 64 GB, +12.00 EUR"


def test_what_is_worse_is_said_and_a_bare_number_is_named() -> None:
    facts = (
        BetterFact("speed", "Speed", "100", "200"),
        BetterFact("wifi", "Wi-Fi", "No", "Yes"),
        BetterFact("weight", "Weight", "3 g", "4 g", better=False),
    )

    (made,) = upgrade.suggest(Evidence(BASKET, upgrades=(better(0, 0, 0, *facts),)))

    told = "Speed 200 instead of 100, Wi-Fi Yes instead of No, but 4 g instead of 3 g"
    assert (made.reason.parameters["facts"], made.reason.text) == (told, f"{told}, +12.00 EUR")


def test_what_buyers_chose_and_kept_is_likelier_and_what_they_sent_back_is_not() -> None:
    liked, unknown, returned = (
        upgrade.suggest(Evidence(BASKET, upgrades=(offer,)))[0].chance
        for offer in (better(60, 58, 100), better(), better(60, 2, 100))
    )

    assert liked > unknown > returned


def test_free_delivery_says_what_is_missing_and_why_this_product() -> None:
    offers = {ProductNumber(2): an_offer(2, "bag", a_variant("bag-1", "5.00"))}
    evidence = Evidence(BASKET, (a_candidate(2, 0.2),), offers=offers, delivery=GAP)

    (made,) = free_delivery.suggest(evidence)

    assert made.reason.text == "4.30 EUR to free delivery. Bought together in 38 of 412 orders with Card"
    assert (made.delivery, made.reason.parameters["over"]) == (GAP, "0.70")


def test_only_what_closes_the_gap_alone_is_proposed_and_the_least_overshoot_first() -> None:
    offers = {
        ProductNumber(2): an_offer(2, "near", a_variant("near-1", "4.30")),
        ProductNumber(3): an_offer(3, "short", a_variant("short-1", "4.29")),
        ProductNumber(4): an_offer(4, "far", a_variant("far-1", "2.00"), a_variant("far-2", "9.00")),
        ProductNumber(5): an_offer(5, "foreign", a_variant("foreign-1", "5.00")),
    }
    candidates = tuple(a_candidate(number, 0.1 * number) for number in (4, 3, 2))

    made = free_delivery.suggest(Evidence(BASKET, candidates, offers=offers, delivery=GAP))

    assert [one.variant.id for one in made] == ["near-1", "far-2"]


def test_without_a_gap_or_without_evidence_it_is_silent() -> None:
    offers = {ProductNumber(2): an_offer(2, "bag")}

    assert free_delivery.suggest(Evidence(BASKET, (a_candidate(2, 0.2),), offers=offers)) == []
    assert free_delivery.suggest(Evidence(BASKET, offers=offers, delivery=GAP)) == []


def test_popular_says_where_and_weighs_by_people_of_today() -> None:
    offers = {ProductNumber(2): an_offer(2, "lens"), ProductNumber(3): an_offer(3, "bag")}
    found = (
        PopularProduct(ProductNumber(2), "lenses", "Lenses", 9, 8.0),
        PopularProduct(ProductNumber(3), "", "", 90, 2.0),
        PopularProduct(ProductNumber(4), "lenses", "Lenses", 99, 1.0),
    )

    made = popular.suggest(Evidence(BASKET, popular=found, offers=offers))

    assert [(one.offer.name, one.reason.text, one.chance / popular.CHANCE) for one in made] == [
        ("lens", "Popular in Lenses", 1.0),
        ("bag", "Popular in this shop", 0.25),
    ]
