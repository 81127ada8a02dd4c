"""A set is offered in the checkout, taken through the door, and whole at once: priced by us, never by the client."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from werkzeug.test import TestResponse

from plugin.sandbox.sales_facts import Checkout
from plugin.sandbox.toy_shop import variant
from plugin.suggestions.bundles.model import Bundle
from tests.bundles import a_draft, allowed, kept, line_of, paid, put, set_price
from tests.house import House


@pytest.fixture
def shop(house: House) -> House:
    """A shop whose merchant lets Tandem set prices."""
    return allowed(house)


def add(house: House, bundle: Bundle, checkout: Checkout, **more: Any) -> TestResponse:
    """What a storefront sends when the shopper takes the set."""
    path = f"/storefront/{house.installation.key}/bundles/{bundle.id}/add"
    return house.client.post(path, json={"checkout": checkout.id, **more})


def offered(house: House, checkout: Checkout) -> dict[str, Any]:
    """The bundle in the checkout's document."""
    document = house.written(checkout)
    assert document is not None
    (found,) = [told for told in document["suggestions"] if told["kind"] == "bundle"]
    return dict(found["bundle"])


def test_a_set_that_was_begun_is_offered_with_what_it_saves(shop: House) -> None:
    kept(shop, a_draft("beans", "mug*2", rule=set_price("25.00")))

    checkout = shop.open_checkout("beans")
    shop.work()

    bundle = offered(shop, checkout)
    assert (bundle["price"], bundle["separately"], bundle["saving"]) == (
        {"amount": "25.00", "currency": "EUR"},
        {"amount": "28.00", "currency": "EUR"},
        {"amount": "3.00", "currency": "EUR"},
    )
    assert {piece["name"]: (piece["quantity"], piece["missing"]) for piece in bundle["members"]} == {
        "Coffee beans": (1, 0),
        "Mug": (2, 2),
    }


def test_what_the_set_offers_is_not_suggested_beside_it(shop: House) -> None:
    """Beans are bought with mugs: once as a set is enough."""
    kept(shop, a_draft("beans", "mug"))

    checkout = shop.open_checkout("beans")
    shop.work()

    assert shop.suggested(checkout)[0] == "Coffee set"
    assert "Mug" not in shop.suggested(checkout)


def test_a_set_taken_is_whole_and_priced_in_one_mutation(shop: House) -> None:
    bundle = kept(shop, a_draft("beans", "mug*2", rule=set_price("25.00")))
    checkout = shop.open_checkout("beans")
    shop.work()
    before = shop.to_saleor.count("SetLinePrices")

    answer = add(shop, bundle, checkout)

    assert (answer.status_code, answer.json["status"]) == (200, "added")  # type: ignore[index]
    assert sum(paid(shop, checkout).values()) == Decimal("25.00")
    assert shop.to_saleor.count("SetLinePrices") == before + 1
    shop.work()
    assert shop.to_saleor.count("SetLinePrices") == before + 1


def test_taken_twice_it_is_added_once(shop: House) -> None:
    """A double click, or a storefront that repeats what timed out."""
    bundle = kept(shop, a_draft("beans", "mug"))
    checkout = shop.open_checkout("beans")
    shop.work()

    answers = [add(shop, bundle, checkout).json["status"] for _ in range(3)]  # type: ignore[index]

    assert answers == ["added", "already_complete", "already_complete"]
    assert paid(shop, checkout) == {"Coffee beans": Decimal("10.80"), "Mug": Decimal("7.20")}


def test_after_it_was_taken_it_is_not_offered_again_and_the_document_is_new(shop: House) -> None:
    bundle = kept(shop, a_draft("beans", "mug"))
    checkout = shop.open_checkout("beans")
    shop.work()

    add(shop, bundle, checkout)
    shop.work()

    assert "Coffee set" not in shop.suggested(checkout)


def test_broken_and_completed_again_it_costs_the_same(shop: House) -> None:
    bundle = kept(shop, a_draft("beans", "mug", rule=set_price("15.55")))
    checkout = shop.open_checkout("beans")
    shop.work()
    add(shop, bundle, checkout)

    shop.sandbox.checkouts.delete_lines(checkout.id, [line_of(shop, checkout, "mug")])
    shop.work()
    broken = paid(shop, checkout)
    add(shop, bundle, checkout)

    assert broken == {"Coffee beans": Decimal("12.00")}
    assert sum(paid(shop, checkout).values()) == Decimal("15.55")


def test_from_a_product_page_all_of_it_is_added(shop: House) -> None:
    bundle = kept(shop, a_draft("beans", "mug"))
    checkout = shop.open_checkout("tea")
    shop.work()

    add(shop, bundle, checkout)

    assert paid(shop, checkout) == {
        "Green tea": Decimal("9.00"),
        "Coffee beans": Decimal("10.80"),
        "Mug": Decimal("7.20"),
    }


def test_sold_out_it_is_neither_offered_nor_added(shop: House) -> None:
    bundle = kept(shop, a_draft("beans", "mug*2"))
    shop.sandbox.shelves.set_stock(variant("mug"), 1)
    shop.work()
    checkout = shop.open_checkout("beans")
    shop.work()

    answer = add(shop, bundle, checkout)

    assert "Coffee set" not in shop.suggested(checkout)
    assert answer.status_code == 409
    assert paid(shop, checkout) == {"Coffee beans": Decimal("12.00")}


def test_sold_out_behind_our_back_nothing_is_added(shop: House) -> None:
    """The event is still on its way; Saleor itself is asked."""
    bundle = kept(shop, a_draft("beans", "mug"))
    checkout = shop.open_checkout("beans")
    shop.work()
    shop.sandbox.outbox.mode = "hold"
    shop.sandbox.shelves.set_stock(variant("mug"), 0)

    answer = add(shop, bundle, checkout)

    assert answer.status_code == 409
    assert paid(shop, checkout) == {"Coffee beans": Decimal("12.00")}


def test_paused_it_can_no_longer_be_taken(shop: House) -> None:
    bundle = kept(shop, a_draft("beans", "mug"))
    checkout = shop.open_checkout("beans")
    shop.work()
    put(shop, bundle, "paused")

    answer = add(shop, bundle, checkout)

    assert (answer.status_code, answer.json["error"]["code"]) == (409, "Gone")  # type: ignore[index]


def test_without_the_permission_it_is_shown_and_added_without_a_discount(house: House) -> None:
    bundle = kept(house, a_draft("beans", "mug"))
    checkout = house.open_checkout("beans")
    house.work()
    told = offered(house, checkout)

    answer = add(house, bundle, checkout)

    assert (told["saving"], told["price"]) == (None, told["separately"])
    assert answer.json["status"] == "added"  # type: ignore[index]
    assert paid(house, checkout) == {"Coffee beans": Decimal("12.00"), "Mug": Decimal("8.00")}


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("bundles/999/add", {"checkout": "Q2hlY2tvdXQ6MQ=="}, 404),
        ("bundles/one/add", {"checkout": "Q2hlY2tvdXQ6MQ=="}, 404),
        ("bundles/1/add", {"checkout": "Q2hlY2tvdXQ6MQ=="}, 404),
        ("bundles/1/add", {"checkout": "x" * 201}, 400),
        ("bundles/1/add", {}, 400),
        ("bundles/1/add", [], 400),
        ("bundles/1/add", {"checkout": "a", "variants": "b"}, 400),
        ("bundles/1/add", {"checkout": "a", "price": "0.01", "variants": ["x" * 30_000]}, 400),
        ("checkouts/Q2hlY2tvdXQ6MQ==/settle", {}, 404),
    ],
)
def test_whoever_asks_wrongly_is_told_so(shop: House, path: str, body: Any, status: int) -> None:
    kept(shop, a_draft("beans", "mug"))

    answer = shop.client.post(f"/storefront/{shop.installation.key}/{path}", json=body)

    assert answer.status_code == status
    assert set(answer.json["error"]) == {"code", "message"}  # type: ignore[index]


def test_a_browser_may_ask_first(shop: House) -> None:
    """JSON needs a preflight; the shop's own storefronts are let in."""
    path = f"/storefront/{shop.installation.key}/bundles/1/add"

    answer = shop.client.options(path, headers={"Origin": "https://shop.example.com"})

    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (204, "*")
    assert answer.headers["Access-Control-Allow-Headers"] == "Content-Type"


def test_settling_restores_what_no_event_told_yet(shop: House) -> None:
    """The storefront asks before it takes the payment."""
    kept(shop, a_draft("beans", "mug"))
    checkout = shop.open_checkout("beans", "mug")
    shop.work()
    shop.sandbox.outbox.mode = "hold"
    shop.sandbox.checkouts.delete_lines(checkout.id, [line_of(shop, checkout, "beans")])

    path = f"/storefront/{shop.installation.key}/checkouts/{checkout.id}/settle"
    answers = [shop.client.post(path).json["status"] for _ in range(2)]  # type: ignore[index]

    assert answers == ["settled", "unchanged"]
    assert paid(shop, checkout) == {"Mug": Decimal("8.00")}
