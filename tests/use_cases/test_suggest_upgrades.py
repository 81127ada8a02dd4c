"""A line is offered what is better, a little dearer, and can be had now; and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from plugin.errors import BadPreference, NotFound
from plugin.sandbox.toy_shop import EUR, variant
from plugin.shop import Shop
from plugin.store import bundles, catalogue, directions, jobs
from plugin.store.database import writing
from plugin.suggestions.bundles.model import BundleId
from plugin.suggestions.model import Basket, BasketLine, BetterFact, VariantId
from plugin.suggestions.upgrades.scales import ANY_TYPE, Choice
from plugin.use_cases import plan_work
from plugin.use_cases.change_directions import clear_direction, forbid_direction, set_direction
from plugin.use_cases.change_preferences import change_preferences
from plugin.use_cases.describe_directions import describe_directions
from plugin.use_cases.suggest_upgrades import upgrade_offers
from tests.house import House, a_house
from tests.use_cases.gadgets import NOW, found, here, learns, opens, reasons, sells, upgrades


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """The gadget shop."""
    house = a_house(tmp_path)
    house.install()
    house.sweep()
    with house.shop() as opened:
        opens(opened)
        yield opened
    house.close()


def test_more_memory_in_the_same_colour_is_offered(shop: Shop) -> None:
    (offer,) = found(shop, "phone-64-black").offers

    assert (offer.variant.id, offer.facts, offer.difference, offer.replaces.variant, offer.offer.name) == (
        "phone-128-black",
        (BetterFact("memory", "Memory", "64 GB", "128 GB"),),
        Decimal("20.00"),
        "phone-64-black",
        "Phone",
    )


def test_a_brighter_light_of_the_same_kind_is_offered_nearest_first(shop: Shop) -> None:
    assert upgrades(shop, "light-200") == ["light-400", "light-600"]


def test_another_thing_of_the_same_type_is_no_upgrade(shop: Shop) -> None:
    sells(shop, "Torch", "lights", {"torch": ({}, "60.00")}, traits={"brightness": "900"})
    learns(shop)

    assert "torch" not in upgrades(shop, "light-200")
    assert reasons(shop, "light-200", everything=True)["torch"] == "other_kind"


def test_every_line_has_its_own(shop: Shop) -> None:
    assert upgrades(shop, "phone-64-black", "light-800") == ["light-1000", "phone-128-black"]


def test_people_who_ask_are_told_why_not(shop: Shop) -> None:
    told = reasons(shop, "phone-64-black", everything=True)

    assert told == {
        "phone-64-gold": "other_taste:colour",
        "phone-128-gold": "other_taste:colour",
        "phone-256-black": "too_dear",
        "phone-256-gold": "too_dear",
    }


@pytest.mark.parametrize(("fact", "reason"), [("gift", "gift"), ("priced", "priced_line")])
def test_a_gift_and_a_line_with_a_price_of_its_own_are_left_alone(shop: Shop, fact: str, reason: str) -> None:
    assert upgrades(shop, "phone-64-black", **{fact: True}) == []
    assert reasons(shop, "phone-64-black", **{fact: True}) == {"phone-64-black": reason}


def test_a_line_in_a_set_is_left_alone(shop: Shop) -> None:
    line = BasketLine(VariantId("phone-64-black"), 1, id="line 1")
    with writing(shop.db):
        hold = bundles.Hold("line 1", line.variant, 1, 9_000, 10_000, {BundleId(1): 1})
        bundles.hold(shop.db, "checkout", [hold], "2026-11-22")
    basket = Basket(here(shop), catalogue.lines(shop.db, [line], here(shop)))

    told = upgrade_offers(shop, basket, NOW)

    assert (list(told.offers), [one.reason for one in told.dropped]) == ([], ["priced_line"])


def test_what_is_in_the_basket_is_not_offered_again(shop: Shop) -> None:
    told = found(shop, "phone-64-black", "phone-128-black")

    assert [offer.replaces.variant for offer in told.offers] == ["phone-128-black"]
    assert [one.reason for one in told.dropped] == ["in_basket"]


def test_there_must_be_enough_pieces_for_the_line(shop: Shop) -> None:
    assert upgrades(shop, "phone-64-black", quantity=9) == ["phone-128-black"]
    assert upgrades(shop, "phone-64-black", quantity=10) == []
    assert reasons(shop, "phone-64-black", quantity=10) == {"phone-128-black": "too_few_pieces"}


def test_prices_and_stock_of_now_decide(shop: Shop) -> None:
    values = {"memory": "128 GB", "colour": "black"}
    with writing(shop.db):
        shop.db.conn.execute(
            "update listings set amount = '141.00' where variant = (select number from variants where id = 'phone-128-black')"
        )
    dear = reasons(shop, "phone-64-black")
    sells(shop, "Phone", "phones", {"phone-128-black": (values, "120.00")}, quantity=0)

    assert (dear, reasons(shop, "phone-64-black")) == (
        {"phone-128-black": "too_dear"},
        {"phone-128-black": "unavailable"},
    )


def test_a_deleted_variant_is_not_offered(shop: Shop) -> None:
    with writing(shop.db):
        catalogue.delete_variant(shop.db, VariantId("phone-128-black"))

    assert upgrades(shop, "phone-64-black") == []


def test_the_merchants_window_counts(shop: Shop) -> None:
    change_preferences(shop, {"upgrade_most_percent": 50}, "ann@example.com", NOW)
    learns(shop)

    assert upgrades(shop, "phone-64-black") == ["phone-128-black", "phone-256-black"]


def test_a_forbidden_direction_ends_at_once(shop: Shop) -> None:
    forbid_direction(shop, "phones", "memory", "ann@example.com", NOW)

    assert upgrades(shop, "phone-64-black") == []
    assert reasons(shop, "phone-64-black") == {"phone-128-black": "other_taste:memory"}
    assert jobs.waits(shop.db, plan_work.DIRECTIONS)


def test_a_merchants_order_makes_even_a_colour_better(shop: Shop) -> None:
    order = Choice("order", ("black", "gold"))
    set_direction(shop, ANY_TYPE, "colour", order, "ann@example.com", NOW)
    learns(shop)

    assert upgrades(shop, "phone-64-black") == ["phone-64-gold", "phone-128-black", "phone-128-gold"]


def test_a_cleared_choice_leaves_what_was_learned(shop: Shop) -> None:
    forbid_direction(shop, "phones", "memory", "ann@example.com", NOW)
    clear_direction(shop, "phones", "memory", "ann@example.com", NOW)

    assert upgrades(shop, "phone-64-black") == ["phone-128-black"]
    changes = [row[0] for row in shop.db.conn.execute("select what from changes")]
    assert len([what for what in changes if "direction" in what]) == 2


def test_what_is_no_choice_is_refused(shop: Shop) -> None:
    with pytest.raises(BadPreference):
        set_direction(shop, "phones", "memory", Choice("sideways"), "ann@example.com", NOW)
    with pytest.raises(BadPreference):
        set_direction(shop, "phones", "memory", Choice("order", ("64 GB",)), "ann@example.com", NOW)
    with pytest.raises(NotFound):
        forbid_direction(shop, "phones", "taste", "ann@example.com", NOW)
    with pytest.raises(NotFound):
        forbid_direction(shop, "cars", "memory", "ann@example.com", NOW)


def test_people_read_what_was_learned_and_chosen(shop: Shop) -> None:
    forbid_direction(shop, "lights", "brightness", "ann@example.com", NOW)

    told = {
        (one.name, about.attribute): (about.way, about.learned, about.how, about.agreeing, about.pairs)
        for one in describe_directions(shop)
        for about in one.attributes
    }

    assert told == {
        ("lights", "brightness"): ("taste", "up", "alike", 4, 4),
        ("phones", "colour"): ("taste", "taste", "", 0, 0),
        ("phones", "memory"): ("up", "up", "same_product", 4, 4),
    }


def test_a_type_is_learned_again_when_a_price_changes_and_not_for_stock(house: House) -> None:
    house.work(timedelta(hours=1))
    house.sandbox.shelves.set_stock(variant("mug"), 7)
    house.work(timedelta(minutes=5))
    with house.shop() as shop:
        after_stock = directions.stale(shop.db)

    house.sandbox.shelves.set_price(variant("mug"), EUR.slug, Decimal("8.50"))
    house.work(timedelta(minutes=5))

    with house.shop() as shop:
        assert (after_stock, len(directions.stale(shop.db))) == ([], 1)
    house.work(timedelta(minutes=15))
    with house.shop() as shop:
        assert directions.stale(shop.db) == []


def test_nothing_is_said_of_what_nobody_knows(shop: Shop) -> None:
    assert found(shop, "nothing of ours") == found(shop)
