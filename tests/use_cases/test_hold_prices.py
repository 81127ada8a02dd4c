"""A bundle's price is exact while the set is whole, and gone with it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from plugin.sandbox.toy_shop import variant
from plugin.store import bundles
from tests.bundles import a_draft, allowed, kept, line_of, paid, put, seen, set_price
from tests.house import House


@pytest.fixture
def shop(house: House) -> House:
    """A shop whose merchant lets Tandem set prices."""
    return allowed(house)


def test_a_whole_set_costs_what_was_promised(shop: House) -> None:
    """Beans at 12.00 and a mug at 8.00, ten percent off."""
    kept(shop, a_draft("beans", "mug"))

    checkout = shop.open_checkout("beans", "mug")
    shop.work()

    assert paid(shop, checkout) == {"Coffee beans": Decimal("10.80"), "Mug": Decimal("7.20")}


def test_a_member_taken_out_restores_its_partner_exactly(shop: House) -> None:
    """And what is held is forgotten."""
    kept(shop, a_draft("beans", "mug"))
    checkout = shop.open_checkout("beans", "mug")
    shop.work()

    shop.sandbox.checkouts.delete_lines(checkout.id, [line_of(shop, checkout, "beans")])
    shop.work()

    assert paid(shop, checkout) == {"Mug": Decimal("8.00")}
    with shop.shop() as open_shop:
        assert bundles.held(open_shop.db, checkout.id) == []
    assert [line.price_override for line in seen(shop, checkout).lines] == [None]


def test_pieces_beyond_the_set_keep_their_price(shop: House) -> None:
    """Three mugs, one of them in the set: the line costs two whole mugs and the bundled one, to the cent."""
    kept(shop, a_draft("beans", "mug", rule=set_price("17.77")))

    checkout = shop.open_checkout("beans", "mug")
    shop.sandbox.checkouts.add_lines(checkout.id, {variant("mug"): 2})
    shop.work()

    assert sum(paid(shop, checkout).values()) == Decimal("17.77") + 2 * Decimal("8.00")


def test_one_line_of_several_pieces_is_exact_too(shop: House) -> None:
    """Three mugs for 20.00: no whole unit price does that, one finer than a cent does."""
    kept(shop, a_draft("mug*3", "bag", rule=set_price("20.50")))

    checkout = shop.sandbox.checkouts.create("default-channel", {variant("mug"): 3, variant("bag"): 1})
    shop.work()

    assert sum(paid(shop, checkout).values()) == Decimal("20.50")


def test_nothing_is_written_when_nothing_differs(shop: House) -> None:
    """An event that changes no entitlement costs one question."""
    kept(shop, a_draft("beans", "mug"))
    checkout = shop.open_checkout("beans", "mug")
    shop.work()
    before = shop.to_saleor.count("SetLinePrices")

    shop.sandbox.checkouts.add_lines(checkout.id, {variant("tea"): 1})
    shop.work()

    assert shop.to_saleor.count("SetLinePrices") == before


def test_a_basket_without_bundles_costs_no_question(shop: House) -> None:
    """Most baskets of most shops."""
    kept(shop, a_draft("beans", "mug"))
    shop.open_checkout("tea", "pot")
    shop.work()

    assert shop.to_saleor.count("CheckoutPrices") == 0


@pytest.mark.parametrize("discount", [{"percent": 10}, {"percent": 15}, {"amount": 2}])
def test_a_promotion_does_not_stack_on_the_promise(shop: House, discount: dict[str, Any]) -> None:
    """Beans at 12.00 under a promotion: the set still costs 15.00, whatever kind of promotion it is."""
    kept(shop, a_draft("beans", "mug", rule=set_price("15.00")))
    shop.sandbox.discounts.start_promotion("Spring", [variant("beans")], **discount)
    shop.work()

    checkout = shop.open_checkout("beans", "mug")
    shop.work()

    assert sum(paid(shop, checkout).values()) == Decimal("15.00")


def test_where_a_promotion_is_better_the_bundle_keeps_out_of_it(shop: House) -> None:
    """The shopper never pays more than without bundles."""
    kept(shop, a_draft("beans", "mug"))
    shop.sandbox.discounts.start_promotion("Spring", [variant("beans"), variant("mug")], percent=30)
    shop.work()

    checkout = shop.open_checkout("beans", "mug")
    shop.work()

    assert paid(shop, checkout) == {"Coffee beans": Decimal("8.40"), "Mug": Decimal("5.60")}
    assert [line.price_override for line in seen(shop, checkout).lines] == [None, None]


@pytest.mark.parametrize("discount", [{"percent": 10}, {"amount": 3}])
@pytest.mark.parametrize("others", [(), ("tea",), ("tea", "pot")])
def test_under_an_order_promotion_the_promise_is_what_is_left(
    shop: House, discount: dict[str, Any], others: tuple[str, ...]
) -> None:
    """The set costs 15.00 after the order promotion, beside whatever else is in the basket."""
    kept(shop, a_draft("beans", "mug", rule=set_price("15.00")))
    shop.sandbox.discounts.order_promotion("Everything", **discount)

    checkout = shop.open_checkout("beans", "mug", *others)
    shop.work()

    prices = paid(shop, checkout)
    assert prices["Coffee beans"] + prices["Mug"] == Decimal("15.00")


def test_an_order_promotion_lost_by_the_bundle_leaves_the_promise(shop: House) -> None:
    """From 20.00 on 3.00 off: the set takes the basket below it, so there is nothing left to allow for."""
    kept(shop, a_draft("beans", "mug", rule=set_price("15.00")))
    shop.sandbox.discounts.order_promotion("From twenty on", amount=3, least=20)

    checkout = shop.open_checkout("beans", "mug")
    shop.work()

    assert sum(paid(shop, checkout).values()) == Decimal("15.00")


def test_a_voucher_stacks_where_the_merchant_says_so(shop: House) -> None:
    """Ten percent off the promise."""
    kept(shop, a_draft("beans", "mug", rule=set_price("15.00"), vouchers="stack"))
    shop.sandbox.discounts.add_voucher("TEN", percent=10)
    checkout = shop.open_checkout("beans", "mug")
    shop.work()

    shop.sandbox.promo_codes.add(checkout.id, "TEN")
    shop.work()

    assert sum(paid(shop, checkout).values()) == Decimal("13.50")


def test_a_voucher_takes_the_place_of_the_bundle_where_the_merchant_says_so(shop: House) -> None:
    """And gives it back when it is taken off."""
    kept(shop, a_draft("beans", "mug", rule=set_price("15.00"), vouchers="withdraw"))
    shop.sandbox.discounts.add_voucher("TEN", percent=10)
    checkout = shop.open_checkout("beans", "mug")
    shop.work()

    shop.sandbox.promo_codes.add(checkout.id, "TEN")
    shop.work()
    with_voucher = sum(paid(shop, checkout).values())
    shop.sandbox.promo_codes.remove(checkout.id, "TEN")
    shop.work()

    assert (with_voucher, sum(paid(shop, checkout).values())) == (Decimal("18.00"), Decimal("15.00"))


def test_a_bundle_paused_takes_its_prices_back(shop: House) -> None:
    """In every open checkout, without anybody touching it."""
    bundle = kept(shop, a_draft("beans", "mug"))
    checkout = shop.open_checkout("beans", "mug")
    shop.work()

    put(shop, bundle, "paused")

    assert paid(shop, checkout) == {"Coffee beans": Decimal("12.00"), "Mug": Decimal("8.00")}


def test_a_price_set_by_somebody_else_is_left_alone(shop: House) -> None:
    """It is no price of ours to take back, and its line no member."""
    kept(shop, a_draft("beans", "mug"))
    checkout = shop.open_checkout("beans")
    line = line_of(shop, checkout, "beans")
    shop.sandbox.checkouts.update_lines(checkout.id, [{"line_id": line, "price": "9"}])
    shop.sandbox.checkouts.add_lines(checkout.id, {variant("mug"): 1})
    shop.work()

    assert paid(shop, checkout) == {"Coffee beans": Decimal("9.00"), "Mug": Decimal("8.00")}


def test_a_gift_is_no_member(shop: House) -> None:
    """It costs nothing already."""
    kept(shop, a_draft("beans", "mug"))
    checkout = shop.open_checkout("beans")
    shop.sandbox.checkouts.add_gift(checkout.id, variant("mug"))
    shop.sandbox.checkouts.add_lines(checkout.id, {variant("bag"): 1})
    shop.work()

    assert paid(shop, checkout)["Coffee beans"] == Decimal("12.00")


def test_a_basket_changed_while_we_write_is_put_right_at_once(shop: House) -> None:
    """The shopper takes the beans out in the very moment the price is set."""
    kept(shop, a_draft("beans", "mug"))
    checkout = shop.open_checkout("beans", "mug")
    line = line_of(shop, checkout, "beans")
    shop.to_saleor.meanwhile["SetLinePrices"] = lambda: shop.sandbox.checkouts.delete_lines(
        checkout.id, [line]
    )
    shop.work()

    assert paid(shop, checkout) == {"Mug": Decimal("8.00")}


def test_a_basket_that_grows_while_we_write_is_not_judged_by_what_it_cost_before(shop: House) -> None:
    """A second set is put in beside the first in the very moment the price is set: more is paid, and less than without bundles."""
    kept(shop, a_draft("beans", "mug"))
    checkout = shop.open_checkout("beans", "mug")
    shop.to_saleor.meanwhile["SetLinePrices"] = lambda: shop.sandbox.checkouts.add_lines(
        checkout.id, {variant("beans"): 1, variant("mug"): 1}
    )
    shop.work()

    assert paid(shop, checkout) == {"Coffee beans": Decimal("21.60"), "Mug": Decimal("14.40")}


def test_without_the_permission_nothing_is_priced_and_the_merchant_is_told(house: House) -> None:
    """Until it is granted; then open checkouts get their price."""
    kept(house, a_draft("beans", "mug"))
    checkout = house.open_checkout("beans", "mug")
    house.work()
    without = paid(house, checkout)
    told = {problem.key for problem in house.sandbox.problems.of(house.saleor_app.id)}

    allowed(house)
    house.sandbox.checkouts.add_lines(checkout.id, {variant("tea"): 1})
    house.work()

    assert without == {"Coffee beans": Decimal("12.00"), "Mug": Decimal("8.00")}
    assert told == {"bundles-not-allowed"}
    assert paid(house, checkout)["Mug"] == Decimal("7.20")


def test_while_somebody_pays_prices_are_only_taken_back(shop: House) -> None:
    """No page may become cheaper under a payment; no set may be broken under one either."""
    kept(shop, a_draft("beans", "mug"))
    checkout = shop.open_checkout("beans", "mug")
    shop.work()
    shop.sandbox.payments.pay(checkout.id)

    shop.sandbox.checkouts.delete_lines(checkout.id, [line_of(shop, checkout, "beans")])
    shop.work()

    assert paid(shop, checkout) == {"Mug": Decimal("8.00")}
