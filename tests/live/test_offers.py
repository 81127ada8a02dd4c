"""Upgrades, free delivery, what is popular, and restraint, on a real Saleor."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from plugin.store import affinities, catalogue
from plugin.suggestions.model import ChannelId
from plugin.use_cases import plan_work
from tests.live.offer_shop import FREE, POST, VIENNA, OfferShop
from tests.live.running_tandem import RunningTandem
from tests.live.toy_shop import ToyShop
from tests.live.waiting import settle, soon

pytestmark = pytest.mark.live

FAST_ENOUGH = 5.0
"""Seconds in which a merchant's rule is obeyed."""

LEADERS = 8
"""So many of the products people bought most: who stands where among them depends on what the tests before sold and offered."""

PHONE = {
    "64": (20, {"Memory": "64 GB", "Colour": "Black"}),
    "128": (25, {"Memory": "128 GB", "Colour": "Black"}),
    "256": (30, {"Memory": "256 GB", "Colour": "Black"}),
    "gold": (24, {"Memory": "64 GB", "Colour": "Gold"}),
}
"""From 64 GB only 128 GB is near enough; golden ones are dearer, and no better."""


@pytest.fixture(scope="module")
def shop(tandem: RunningTandem, toys: ToyShop) -> Iterator[OfferShop]:
    """The toy shop with better options and ways of delivery."""
    made = OfferShop(toys, tandem)
    try:
        made.open()
        yield made
    finally:
        made.close()


@pytest.fixture(scope="module")
def phone(shop: OfferShop) -> list[str]:
    """The names of its variants, as in PHONE."""
    return shop.put_on_sale("phones", PHONE)


def test_a_better_option_is_offered_with_its_fact_and_its_difference(
    shop: OfferShop, phone: list[str]
) -> None:
    small, better = shop.toys.variants(*phone[:2])

    told = shop.offered(shop.basket(phone[0], quantity=2))[0]

    assert (told["kind"], told["variantId"], told["price"]["amount"]) == ("upgrade", better, "25.00")
    upgrade = told["upgrade"]
    assert (upgrade["replaces"]["variantId"], upgrade["replaces"]["quantity"]) == (small, 2)
    facts = [{key: fact[key] for key in ("name", "from", "to", "better")} for fact in upgrade["facts"]]
    assert facts == [{"name": "Memory", "from": "64 GB", "to": "128 GB", "better": True}]
    assert [upgrade[name]["amount"] for name in ("difference", "total")] == ["5.00", "10.00"]
    assert told["reason"]["text"] == "128 GB instead of 64 GB, +5.00 EUR"


def test_an_upgrade_taken_swaps_the_line_with_its_note_and_quantity_in_one_mutation(
    shop: OfferShop, phone: list[str]
) -> None:
    _small, better = shop.toys.variants(*phone[:2])
    checkout = shop.basket(phone[0], quantity=2, note="for Ada")
    shop.offered(checkout)

    answer = shop.take(checkout, *phone[:2])

    assert (answer.status_code, answer.json()["status"]) == (200, "upgraded"), answer.text
    line = answer.json()["lines"][0]
    assert (line["variantId"], line["quantity"], line["totalPrice"]["amount"]) == (better, 2, "50.00")
    assert shop.lines(checkout) == [(better, 2, {"engraving": "for Ada"})]
    assert better not in [told["variantId"] for told in shop.offered(checkout)]
    assert shop.take(checkout, *phone[:2]).json()["status"] == "already_upgraded"
    settle()
    assert shop.lines(checkout) == [(better, 2, {"engraving": "for Ada"})]
    assert len(shop.tandem.asked("SwapLine", checkout)) == 1


def test_a_colour_is_no_better_than_another_however_dear(shop: OfferShop, phone: list[str]) -> None:
    cases = [
        shop.put_on_sale(
            "cases",
            {"black": (20, {"Farbe": "Schwarz"}), "silver": (22, {"Farbe": "Silber"}), "gold": (25, {"Farbe": "Gold"})},
        )
        for _ in range(3)
    ]  # fmt: skip

    for names in cases:
        assert "upgrade" not in [told["kind"] for told in shop.offered(shop.basket(names[0]))]
    golden = shop.toys.goods[phone[3]].variant
    assert golden not in [told["variantId"] for told in shop.offered(shop.basket(phone[0]))]
    assert shop.take(shop.basket(phone[0]), phone[0], phone[3]).status_code == 409


def test_a_better_option_that_was_sold_out_meanwhile_leaves_the_basket_as_it_was(shop: OfferShop) -> None:
    phone = shop.put_on_sale("phones", PHONE)
    checkout = shop.basket(phone[0], note="for Ada")
    assert shop.offered(checkout)[0]["kind"] == "upgrade"
    before = shop.saleor.ask("noted_lines", staff=False, id=checkout)

    shop.sold_out(phone[1])
    answer = shop.take(checkout, *phone[:2])

    assert answer.status_code == 409, answer.text
    assert shop.saleor.ask("noted_lines", staff=False, id=checkout) == before
    assert not shop.tandem.asked("SwapLine", checkout)


def test_what_closes_the_gap_to_free_delivery_exactly_makes_it_free(shop: OfferShop) -> None:
    kettle, cup = shop.parcels("45.51", "4.49")
    shop.bought(kettle, cup)
    checkout = shop.basket(kettle, address=VIENNA)

    told = shop.offered(checkout)[0]

    assert (told["kind"], told["productId"]) == ("free_delivery", shop.toys.goods[cup].product)
    assert {name: money["amount"] for name, money in told["delivery"].items()} == {
        "gap": "4.49",
        "from": "50.00",
        "saves": "4.90",
        "over": "0.00",
    }
    assert shop.deliveries(checkout) == {POST}
    shop.toys.add(checkout, cup)
    assert shop.deliveries(checkout) == {POST, FREE}


def test_nothing_is_said_of_free_delivery_once_it_is_free(shop: OfferShop) -> None:
    lamp, bulb, shade = shop.parcels("46", "4.50", "4.80")
    shop.bought(lamp, bulb, shade)

    assert shop.offered(shop.basket(lamp, address=VIENNA))[0]["kind"] == "free_delivery"
    for free in (shop.basket(lamp, quantity=2, address=VIENNA), shop.basket(lamp, bulb, address=VIENNA)):
        told = shop.offered(free)
        assert told
        assert "free_delivery" not in [one["kind"] for one in told]


def test_what_was_declined_is_gone_and_after_two_declines_there_is_nothing_more(shop: OfferShop) -> None:
    names = shop.parcels("40", "6", "7", "8")
    shop.bought(*names)
    checkout = shop.basket(names[0])
    by_product = {shop.toys.goods[name].product: name for name in names}
    first, *_ = (by_product[told["productId"]] for told in shop.offered(checkout))

    assert shop.decline(checkout, "also_bought", first).json() == {"status": "declined"}

    _, took = soon(lambda: not shop.offers(checkout, first), within=FAST_ENOUGH, what="it is gone")
    print(f"declined -> gone from the checkout: {took:.2f} s")
    left = [by_product[told["productId"]] for told in shop.offered(checkout)]
    assert left
    shop.decline(checkout, "also_bought", left[0])
    soon(lambda: shop.offered(checkout) == [], within=FAST_ENOUGH, what="nothing more")
    shop.toys.add(checkout, names[0])
    assert shop.offered(checkout) == []


def test_a_rule_that_excludes_a_product_is_obeyed_in_the_next_checkout_and_in_open_ones(
    shop: OfferShop,
) -> None:
    desk, chair = shop.parcels("45", "9")
    shop.bought(desk, chair)
    opened = shop.basket(desk)
    assert shop.offers(opened, chair)

    rule = shop.exclude(chair)
    try:
        checkout = shop.basket(desk)
        _, took = soon(lambda: not shop.offers(checkout, chair), within=FAST_ENOUGH, what="excluded")
        print(f"next checkout made after a rule -> document without the product: {took:.2f} s")
        _, took = soon(lambda: not shop.offers(opened, chair), what="excluded in the open checkout")
        print(f"after that -> open checkout without the product: {took:.2f} s")
    finally:
        shop.allow(rule)
    assert shop.offers(shop.basket(desk), chair)


def test_an_empty_basket_gets_what_is_popular_in_the_shop(shop: OfferShop) -> None:
    shop.tandem.do_now(plan_work.HABITS)

    found, _ = soon(lambda: shop.tandem.suggestions(shop.toys.slug)["suggestions"], what="what is popular")

    assert {(told["kind"], told["reason"]["key"]) for told in found} == {("popular", "popular_here")}
    with shop.tandem.opened() as (_, ours):
        leaders = affinities.popular_anywhere(ours.db, ChannelId(shop.toys.channel), 2, 1.0, LEADERS)
        numbers = catalogue.known_numbers(ours.db, [told["productId"] for told in found])
    assert set(numbers.values()) <= {one.product for one in leaders}
    assert len(found) <= 3
