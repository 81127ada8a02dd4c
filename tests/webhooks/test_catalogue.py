"""What the merchant changes in the catalogue is what shoppers see: some of it at once, the rest right after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import httpx
import pytest

from plugin.jobs import run_due
from plugin.sandbox.toy_shop import product, variant
from plugin.store import catalogue, channels, jobs
from plugin.use_cases import plan_work
from tests.house import AMERICA, EUROPE, House, names_in


@dataclass
class Garbled(httpx.BaseTransport):
    """A line on which some words arrive as others."""

    inner: httpx.BaseTransport
    said: bytes
    heard: bytes

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self.inner.handle_request(request)
        content = answer.read().replace(self.said, self.heard)
        return httpx.Response(
            answer.status_code, content=content, headers={"Content-Type": "application/json"}
        )


def price_of(house: House, name: str, channel: str = EUROPE) -> str:
    """What the storefront endpoint says it costs, beside tea or beans."""
    for beside in ("beans", "tea"):
        document = house.storefront(f"variants={variant(beside)}&channel={channel}").get_json()
        for suggestion in document["suggestions"]:
            if suggestion["variantId"] == variant(name):
                return str(suggestion["price"]["amount"])
    return "not suggested"


def listed(house: House, name: str) -> tuple[int, ...]:
    """Whether it is available, published, and available for purchase in Europe."""
    with house.shop() as shop:
        (row,) = shop.db.conn.execute(
            """select available, published, available_for_purchase from listings
               where channel = (select number from channels where slug = ?)
               and variant = (select number from variants where id = ?)""",
            [EUROPE, variant(name)],
        )
    return tuple(row)


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


def test_what_is_scheduled_is_not_suggested_before_it_is_published(house: House) -> None:
    """Saleor says isPublished at once, and shows it to an app; a shopper does not see it yet."""
    tomorrow = house.clock() + timedelta(days=1)
    house.sandbox.shelves.list_product(product("mug"), EUROPE, published_at=tomorrow)
    house.work()
    today = house.offered("beans")

    house.later(days=2)
    house.sweep()

    assert (today, house.offered("beans")) == (["Paper filters"], ["Mug", "Paper filters"])


@pytest.mark.parametrize("stamped", [True, False])
def test_what_was_published_this_very_moment_is_suggested(house: House, stamped: bool) -> None:
    now = house.clock() if stamped else None
    house.sandbox.shelves.list_product(product("mug"), EUROPE, is_published=False)
    house.work()

    house.sandbox.shelves.list_product(product("mug"), EUROPE, is_published=True, published_at=now)
    house.work()

    assert house.offered("beans") == ["Mug", "Paper filters"]


def test_why_something_is_not_available_is_remembered(house: House) -> None:
    house.sandbox.shelves.list_product(product("mug"), EUROPE, is_published=False)
    house.sandbox.shelves.list_product(product("filter"), EUROPE, is_available_for_purchase=False)
    house.sandbox.shelves.set_stock(variant("bag"), 0)
    house.work()

    assert [listed(house, name) for name in ("mug", "filter", "bag", "beans")] == [
        (0, 0, 1),
        (0, 1, 0),
        (0, 1, 1),
        (1, 1, 1),
    ]


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


def test_the_only_channel_that_sells_goes_on_when_it_opens_again(house: House) -> None:
    house.sandbox.shelves.change_channel(AMERICA, is_active=False)
    house.work()
    house.sandbox.shelves.change_channel(EUROPE, is_active=False)
    house.work()
    closed = house.offered("beans")

    house.sandbox.shelves.change_channel(EUROPE, is_active=True)
    house.work()

    assert (closed, house.offered("beans")) == ([], ["Mug", "Paper filters"])


def test_what_is_deleted_while_it_is_asked_for_stays_deleted(house: House) -> None:
    house.to_saleor.afterwards["Listings"] = lambda: house.sandbox.shelves.delete_product(product("mug"))

    house.sandbox.shelves.change_product(product("mug"))
    house.work()

    assert house.offered("beans") == ["Paper filters"]


def test_what_is_deleted_while_everything_is_read_stays_deleted(house: House) -> None:
    house.to_saleor.afterwards["Products"] = lambda: house.sandbox.shelves.delete_product(product("mug"))

    house.sweep()

    with house.shop() as shop:
        assert catalogue.count(shop.db) == 6


def test_a_variant_deleted_while_its_product_is_asked_for_stays_deleted(house: House) -> None:
    house.to_saleor.afterwards["Listings"] = lambda: house.sandbox.shelves.delete_variant(variant("mug"))

    house.sandbox.shelves.change_product(product("mug"))
    house.work()

    assert house.offered("beans") == ["Paper filters"]


def test_a_channel_deleted_while_channels_are_asked_for_stays_closed(house: House) -> None:
    house.to_saleor.afterwards["Channels"] = lambda: house.sandbox.shelves.delete_channel(AMERICA)

    house.sandbox.shelves.change_channel(EUROPE, name="Europe")
    run_due(house.tandem, house.installation, plan_work.QUICK)

    with house.shop() as shop:
        assert [channel.slug for channel in channels.every(shop.db) if channel.active] == [EUROPE]


def test_a_category_deleted_while_its_products_are_asked_for_stays_forgotten(house: House) -> None:
    """Only its own event arrives, and none about its products."""
    category = house.sandbox.state.products[product("mug")].category_id
    assert category
    told = house.body("category_deleted", category={"id": category})

    def delete() -> None:
        house.to_tandem.down = 400
        house.sandbox.shelves.delete_category(category)
        house.to_tandem.down = None
        house.deliver("category_deleted", told)

    house.to_saleor.afterwards["Products"] = delete
    house.sandbox.shelves.change_product(product("mug"))
    house.work()

    with house.shop() as shop:
        (line,) = catalogue.lines(shop.db, house.basket("mug"))
    assert line.category is None


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


def test_a_product_and_a_variant_without_a_name_are_read_like_others(house: House) -> None:
    house.sandbox.shelves.change_product(product("mug"), name="")
    house.sandbox.shelves.change_variant(variant("filter"), name="")

    house.sweep()

    assert house.offered("beans") == ["", "Paper filters"]


@pytest.mark.parametrize("read", [House.sweep, House.work])
def test_one_product_that_cannot_be_read_does_not_keep_the_others_from_it(
    house: House, read: Callable[[House], object], caplog: pytest.LogCaptureFixture
) -> None:
    house.sandbox.shelves.change_product(product("mug"), slug="", name="Enamel mug")
    house.sandbox.shelves.change_product(product("filter"), name="Round filters")

    read(house)

    assert house.offered("beans") == ["Mug", "Round filters"]
    assert f"skipped product {product('mug')}" in caplog.text
    with house.shop() as shop:
        assert [name for name, _count, _error in jobs.waiting(shop.db) if name == "refresh_product"] == [
            "refresh_product"
        ] * (read == House.sweep)


def test_one_listing_that_cannot_be_read_does_not_keep_the_others_from_it(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.sandbox.shelves.list_product(product("mug"), EUROPE, published_at=datetime(2001, 2, 3, tzinfo=UTC))
    house.sandbox.shelves.set_price(variant("filter"), EUROPE, Decimal("3.33"))
    house.to_saleor.inner = Garbled(house.to_saleor.inner, b"2001-02-03", b"someday")

    house.sweep()

    assert (house.offered("beans"), price_of(house, "filter")) == (["Paper filters"], "3.33")
    assert "skipped a listing" in caplog.text
