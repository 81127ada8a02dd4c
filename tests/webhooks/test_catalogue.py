"""What the merchant changes in the catalogue is what shoppers see: some of it at once, the rest right after."""

from __future__ import annotations

from decimal import Decimal

import pytest

from plugin.sandbox.toy_shop import product, variant
from plugin.store import catalogue
from tests.house import AMERICA, EUROPE, House, names_in


def price_of(house: House, name: str, channel: str = EUROPE) -> str:
    """What the storefront endpoint says it costs, beside tea or beans."""
    for beside in ("beans", "tea"):
        document = house.storefront(f"variants={variant(beside)}&channel={channel}").get_json()
        for suggestion in document["suggestions"]:
            if suggestion["variantId"] == variant(name):
                return str(suggestion["price"]["amount"])
    return "not suggested"


def reason_beside_tea(house: House) -> str:
    document = house.storefront(f"variants={variant('strainer')}&channel={EUROPE}").get_json()
    return str(document["suggestions"][0]["reason"]["text"]) if document["suggestions"] else "nothing"


def test_a_new_price_is_shown_after_its_event(house: House) -> None:
    house.sandbox.shelves.set_price(variant("mug"), EUROPE, Decimal("9.50"))
    house.work()

    assert (price_of(house, "mug"), price_of(house, "mug", AMERICA)) == ("9.50", "8.00")


def test_what_is_no_longer_published_is_no_longer_suggested(house: House) -> None:
    house.sandbox.shelves.list_product(product("mug"), EUROPE, is_published=False)
    house.work()

    assert house.offered("beans") == ["Paper filters"]
    assert house.offered("beans", channel=AMERICA) == ["Mug", "Paper filters"]


def test_what_cannot_be_bought_any_more_is_no_longer_suggested(house: House) -> None:
    house.sandbox.shelves.list_product(product("mug"), EUROPE, is_available_for_purchase=False)
    house.work()

    assert house.offered("beans") == ["Paper filters"]


def test_what_is_sold_out_is_gone_at_once_and_returns_with_new_stock(house: House) -> None:
    house.sandbox.shelves.set_stock(variant("mug"), 0)
    at_once = house.offered("beans")
    house.work()
    later = house.offered("beans")

    house.sandbox.shelves.set_stock(variant("mug"), 50)
    house.work()

    assert (at_once, later, house.offered("beans")) == (
        ["Paper filters"],
        ["Paper filters"],
        ["Mug", "Paper filters"],
    )


def test_the_last_piece_a_shopper_buys_is_not_suggested_to_the_next(house: House) -> None:
    house.sandbox.shelves.set_stock(variant("mug"), 1 + 18)
    house.work()

    house.place("mug")

    assert house.offered("beans") == ["Paper filters"]


def test_what_is_sold_out_in_one_country_only_stays_on_sale_in_the_other(house: House) -> None:
    """Its event does not say where; what Saleor answers about each channel does."""
    house.deliver(
        "product_variant_out_of_stock",
        house.body(
            "product_variant_out_of_stock",
            productVariant={"id": variant("mug"), "product": {"id": product("mug")}},
        ),
    )
    at_once = house.offered("beans")
    house.work()

    assert (at_once, house.offered("beans")) == (["Paper filters"], ["Mug", "Paper filters"])


def test_a_deleted_product_is_gone_at_once_though_its_event_names_no_variant(house: House) -> None:
    house.sandbox.shelves.delete_product(product("mug"))
    at_once = house.offered("beans")
    house.work()

    assert (at_once, house.offered("beans")) == (["Paper filters"], ["Paper filters"])


def test_a_deleted_variant_is_gone_at_once(house: House) -> None:
    house.sandbox.shelves.delete_variant(variant("mug"))

    assert house.offered("beans") == ["Paper filters"]


def test_a_deleted_product_still_speaks_for_what_was_bought_with_it(house: House) -> None:
    """Somebody may still have it in the basket."""
    house.sandbox.shelves.delete_product(product("beans"))
    house.work()

    assert house.offered("beans") == ["Mug", "Paper filters"]


def test_a_new_name_is_shown_after_its_event(house: House) -> None:
    house.sandbox.shelves.change_product(product("mug"), name="Enamel mug")
    house.work()

    assert house.offered("beans") == ["Enamel mug", "Paper filters"]


def test_a_renamed_category_is_called_by_its_new_name_at_once(house: House) -> None:
    house.place_several(4, "strainer", "bag")
    category = house.sandbox.state.products[product("strainer")].category_id
    assert category
    house.sandbox.shelves.delete_product(product("tea"))
    house.sandbox.shelves.delete_product(product("bag"))
    before = reason_beside_tea(house)

    house.sandbox.shelves.change_category(category, name="Tea time")

    assert (before, reason_beside_tea(house)) == ("Popular in Tea", "Popular in Tea time")


def test_products_of_a_deleted_category_go_on_without_one(house: House) -> None:
    category = house.sandbox.state.products[product("mug")].category_id
    assert category

    house.sandbox.shelves.delete_category(category)
    house.work()

    assert house.offered("beans") == ["Mug", "Paper filters"]
    with house.shop() as shop:
        (line,) = catalogue.lines(shop.db, house.basket("mug"))
    assert line.category is None


def test_a_channel_that_closes_suggests_nothing_and_goes_on_when_it_opens_again(house: House) -> None:
    house.sandbox.shelves.change_channel(AMERICA, is_active=False)
    house.work()
    closed = house.offered("beans", channel=AMERICA)

    house.sandbox.shelves.change_channel(AMERICA, is_active=True)
    house.work()

    assert (closed, house.offered("beans", channel=AMERICA)) == ([], ["Mug", "Paper filters"])
    assert house.offered("beans") == ["Mug", "Paper filters"]


def test_a_deleted_channel_suggests_nothing(house: House) -> None:
    house.sandbox.shelves.delete_channel(AMERICA)

    assert house.offered("beans", channel=AMERICA) == []


def test_a_channel_that_shows_prices_without_tax_is_asked_for_them(house: House) -> None:
    house.sandbox.shelves.change_channel(EUROPE, display_gross_prices=False)
    house.work()
    house.sandbox.shelves.change_product(product("mug"))
    house.work()

    assert price_of(house, "mug") == "6.67"


@pytest.mark.parametrize("event", ["product_created", "product_updated"])
def test_an_event_about_a_product_that_is_gone_by_then_forgets_it(house: House, event: str) -> None:
    house.deliver(event, house.body(event, product={"id": "UHJvZHVjdDo5OTk="}))

    house.work()

    with house.shop() as shop:
        assert catalogue.count(shop.db) == 7


def test_what_was_unlisted_unnoticed_is_found_by_the_daily_sweep(house: House) -> None:
    house.to_tandem.down = 400
    mug = house.sandbox.state.products[product("mug")]
    europe = house.sandbox.state.channel(EUROPE)
    assert europe
    house.sandbox.shelves.change_product(
        mug.id, listings={gid: it for gid, it in mug.listings.items() if gid != europe.id}
    )
    house.sandbox.shelves.set_price(variant("filter"), EUROPE, Decimal("3.33"))
    house.sandbox.shelves.delete_product(product("pot"))
    house.to_tandem.down = None

    house.sweep()

    assert (
        names_in(house.storefront(f"variants={variant('beans')}&channel={EUROPE}").get_json()),
        price_of(house, "filter"),
    ) == (
        ["Paper filters"],
        "3.33",
    )
    assert house.offered("tea") == ["Tea strainer"]
