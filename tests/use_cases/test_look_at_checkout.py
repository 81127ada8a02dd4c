"""What a checkout tells beside its lines: its worth, whether it is sent, and who is signed in where we may know."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from plugin.saleor.translate import Checkout, checkout_from
from plugin.sandbox.app_facts import User
from plugin.sandbox.people import add_user
from plugin.sandbox.sales_facts import Checkout as InSaleor
from plugin.sandbox.toy_shop import toy_shop, variant
from plugin.store import facts
from plugin.use_cases.look_at_checkout import ask_for_checkout
from tests.bundles import a_draft, allowed, kept
from tests.house import AMERICA, EUROPE, House, a_house

ANN = "Ann@Example.com"


def read(house: House, checkout: InSaleor) -> Checkout:
    with house.shop() as shop:
        node = ask_for_checkout(shop, "checkout", {"id": checkout.id})["checkout"]
        return checkout_from(node, shop.installation.buyer_key)


def signed_in(house: House) -> InSaleor:
    """Ann's basket; she has ordered before."""
    ann = add_user(house.sandbox.kernel, User("", ANN)).id
    house.place("beans", user_email=ANN, user_id=ann)
    return house.sandbox.checkouts.create(EUROPE, {variant("beans"): 1}, user_id=ann)


def permitted(house: House) -> None:
    house.sandbox.apps.grant(house.saleor_app.id, "MANAGE_USERS")
    house.work()


def test_who_is_signed_in_is_nobody_to_us_without_a_permission(house: House) -> None:
    assert read(house, signed_in(house)).shopper is None


def test_with_it_the_shopper_is_who_ordered_before_and_only_a_hash(house: House) -> None:
    permitted(house)

    shopper = read(house, signed_in(house)).shopper

    with house.shop() as shop:
        rows = shop.db.conn.execute("select hex(buyer) from orders order by number desc limit 1").fetchone()
    assert shopper is not None
    assert rows == (shopper.upper(),)
    assert "ann" not in shopper


def test_a_guest_is_never_recognised_not_even_by_a_known_address(house: House) -> None:
    permitted(house)
    signed_in(house)
    guest = house.sandbox.checkouts.create(EUROPE, {variant("beans"): 1}, email=ANN)

    assert read(house, guest).shopper is None


def test_a_permission_withdrawn_unheard_costs_no_suggestion(house: House) -> None:
    checkout = signed_in(house)
    with house.shop() as shop:
        facts.keep(shop.db, "may_read_shoppers", True)

    told = read(house, checkout)

    assert (told.shopper, [line.variant for line in told.lines]) == (None, [variant("beans")])
    with house.shop() as shop:
        assert facts.get(shop.db, "may_read_shoppers") is False


@pytest.mark.parametrize(("shipped", "expected"), [([], False), (["beans"], True)])
def test_what_has_to_be_sent_is_told(tmp_path: Path, shipped: list[str], expected: bool) -> None:
    house = a_house(tmp_path, toy_shop(shipped=shipped))
    house.install()

    told = read(house, house.open_checkout("beans", "mug")).ships
    house.close()

    assert told is expected


@pytest.mark.parametrize(("channel", "expected"), [(EUROPE, "29.00"), (AMERICA, "29.00")])
def test_the_subtotal_is_told_as_it_is_displayed(house: House, channel: str, expected: str) -> None:
    """Europe shows prices with tax, America without, each as they are entered."""
    checkout = house.sandbox.checkouts.create(channel, {variant("beans"): 2, variant("strainer"): 1})

    told = read(house, checkout)

    assert (told.subtotal, told.discounted) == (Decimal(expected), False)
    assert [line.amount for line in told.lines] == [Decimal("12.00"), Decimal("5.00")]
    assert [line.id for line in told.lines] == [line.id for line in checkout.lines]


def test_a_voucher_makes_the_subtotal_no_measure_of_what_is_missing(house: House) -> None:
    checkout = house.open_checkout("beans")
    house.sandbox.discounts.add_voucher("TEN", percent=10)
    house.sandbox.promo_codes.add(checkout.id, "TEN")

    assert read(house, checkout).discounted


def test_lines_of_a_set_have_a_price_of_their_own(house: House) -> None:
    allowed(house)
    kept(house, a_draft("beans", "mug"))
    checkout = house.open_checkout("beans", "mug", "bag")
    house.work()

    assert [line.priced for line in read(house, checkout).lines] == [True, True, False]


def test_a_price_set_by_somebody_else_is_its_own_too(house: House) -> None:
    checkout = house.open_checkout("beans", "bag")
    line = {"line_id": checkout.lines[0].id, "price": Decimal(5)}
    house.sandbox.checkouts.update_lines(checkout.id, [line])

    assert [line.priced for line in read(house, checkout).lines] == [True, False]
