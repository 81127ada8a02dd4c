"""Shoppers answer what they are offered: an upgrade is swapped in one step or not at all, and a no is heard."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from plugin.sandbox.sales_facts import Checkout
from plugin.sandbox.toy_shop import product, variant
from plugin.store import responses, suggestions_shown
from plugin.suggestions.acceptance import Answers
from plugin.suggestions.document import lines_hash
from plugin.suggestions.model import BasketLine, ProductId, VariantId
from tests.bundles import a_draft, allowed, kept, seen
from tests.house import EUROPE, House

NOTE = [{"key": "engraving", "value": "For Ann"}]


def post(house: House, checkout: str, door: str, body: Any) -> Any:
    path = f"/storefront/{house.installation.key}/checkouts/{checkout}/{door}"
    return house.client.post(path, json=body)


def hash_of(**quantities: int) -> str:
    return lines_hash([BasketLine(VariantId(variant(name)), count) for name, count in quantities.items()])


def offered(house: House, checkout: Checkout, old: str, new: str, price: str) -> None:
    """Tandem has offered this upgrade: a document as it would be written."""
    with house.shop() as shop:
        told = {
            "kind": "upgrade",
            "productId": product(new),
            "variantId": variant(new),
            "price": {"amount": price, "currency": "EUR"},
            "upgrade": {"replaces": {"variantId": variant(old)}},
        }
        document = {"linesHash": "", "madeAt": datetime.now(UTC).isoformat(), "suggestions": [told]}
        suggestions_shown.keep(shop.db, checkout.id, document, "")


def swap(house: House, checkout: Checkout, old: str, new: str, **more: str) -> Any:
    return post(house, checkout.id, "upgrade", {"from": variant(old), "to": variant(new), **more})


def lines(house: House, checkout: Checkout) -> list[tuple[str, int]]:
    return [(line.variant_id, line.quantity) for line in seen(house, checkout).lines]


def answers(house: House, kind: str, name: str) -> Answers:
    asked = (kind, ProductId(product(name)))
    with house.shop() as shop:
        return responses.totals(shop.db, [asked], datetime.now(UTC)).get(asked, Answers())


def a_basket(house: House, **quantities: int) -> Checkout:
    """Looked at by Tandem already."""
    wanted = {variant(name): count for name, count in quantities.items()}
    checkout = house.sandbox.checkouts.create(EUROPE, wanted)
    house.work()
    return checkout


def test_an_upgrade_swaps_the_line_in_its_quantity_and_its_notes_go_with_it(house: House) -> None:
    checkout = a_basket(house, tea=2, bag=1)
    line = seen(house, checkout).lines[0].id
    house.sandbox.labels.write(line, {"engraving": "For Ann"})
    house.sandbox.labels.write(line, {"picked": "yes"}, private=True)
    offered(house, checkout, "tea", "beans", "12.00")

    answer = swap(house, checkout, "tea", "beans", linesHash=hash_of(tea=2, bag=1))

    new = seen(house, checkout).lines[1]
    assert (answer.status_code, answer.json["status"]) == (200, "upgraded")
    assert lines(house, checkout) == [(variant("bag"), 1), (variant("beans"), 2)]
    assert (new.metadata["engraving"], new.private_metadata["picked"]) == ("For Ann", "yes")
    assert answer.json["lines"][1] == {
        "lineId": new.id,
        "variantId": variant("beans"),
        "quantity": 2,
        "isGift": False,
        "totalPrice": {"amount": "24.00", "currency": "EUR"},
    }
    assert answers(house, "upgrade", "beans") == Answers(1, 1)


def test_pressing_twice_upgrades_once(house: House) -> None:
    checkout = a_basket(house, tea=1)
    offered(house, checkout, "tea", "beans", "12.00")

    told = [swap(house, checkout, "tea", "beans", linesHash=hash_of(tea=1)).json["status"] for _ in range(3)]

    assert told == ["upgraded", "already_upgraded", "already_upgraded"]
    assert lines(house, checkout) == [(variant("beans"), 1)]
    assert answers(house, "upgrade", "beans") == Answers(1, 1)


def test_two_tabs_at_once_upgrade_once(house: House) -> None:
    checkout = a_basket(house, tea=1)
    offered(house, checkout, "tea", "beans", "12.00")

    with ThreadPoolExecutor(2) as tabs:
        told = [tab.json["status"] for tab in tabs.map(lambda _: swap(house, checkout, "tea", "beans"), "12")]

    assert sorted(told) == ["already_upgraded", "upgraded"]
    assert lines(house, checkout) == [(variant("beans"), 1)]


def sold_out(house: House, _checkout: Checkout) -> None:
    house.sandbox.shelves.set_stock(variant("beans"), 0)


def dearer(house: House, _checkout: Checkout) -> None:
    house.sandbox.shelves.set_price(variant("beans"), EUROPE, Decimal("13.00"))


def unpublished(house: House, _checkout: Checkout) -> None:
    house.sandbox.shelves.list_product(product("beans"), EUROPE, is_published=False)


def changed(house: House, checkout: Checkout) -> None:
    house.sandbox.checkouts.add_lines(checkout.id, [{"variant_id": variant("bag"), "quantity": 1}])


def there_already(house: House, checkout: Checkout) -> None:
    house.sandbox.checkouts.add_lines(checkout.id, [{"variant_id": variant("beans"), "quantity": 1}])


def given(house: House, checkout: Checkout) -> None:
    house.sandbox.checkouts.add_gift(checkout.id, variant("beans"))


def gone(house: House, checkout: Checkout) -> None:
    house.sandbox.checkouts.delete_lines(checkout.id, [seen(house, checkout).lines[0].id])


def twice(house: House, checkout: Checkout) -> None:
    line = {"variant_id": variant("tea"), "quantity": 1, "force_new_line": True}
    house.sandbox.checkouts.add_lines(checkout.id, [line])


@pytest.mark.parametrize(
    "happens", [sold_out, dearer, unpublished, changed, there_already, given, gone, twice]
)
def test_an_upgrade_that_cannot_be_had_as_offered_changes_nothing(house: House, happens: Any) -> None:
    checkout = a_basket(house, tea=1)
    offered(house, checkout, "tea", "beans", "12.00")
    happens(house, checkout)
    before = seen(house, checkout).lines

    answer = swap(house, checkout, "tea", "beans", linesHash=hash_of(tea=1))

    assert (answer.status_code, answer.json["error"]["code"]) == (409, "Gone")
    assert seen(house, checkout).lines == before
    assert answers(house, "upgrade", "beans").taken == 0


def test_what_saleor_refuses_in_the_last_moment_changes_nothing(house: House) -> None:
    checkout = a_basket(house, tea=2)
    offered(house, checkout, "tea", "beans", "12.00")
    house.to_saleor.meanwhile["SwapLine"] = lambda: house.sandbox.shelves.set_stock(variant("beans"), 1)

    answer = swap(house, checkout, "tea", "beans")

    assert (answer.status_code, answer.json["error"]["code"]) == (409, "Gone")
    assert "remaining in stock" in answer.json["error"]["message"]
    assert lines(house, checkout) == [(variant("tea"), 2)]


def test_what_was_never_offered_is_no_upgrade(house: House) -> None:
    checkout = a_basket(house, tea=1)

    assert swap(house, checkout, "tea", "pot").status_code == 409
    assert lines(house, checkout) == [(variant("tea"), 1)]


def test_a_line_in_a_set_is_not_swapped(house: House) -> None:
    allowed(house)
    kept(house, a_draft("tea", "pot"))
    checkout = a_basket(house, tea=1, pot=1)
    offered(house, checkout, "tea", "beans", "12.00")

    assert swap(house, checkout, "tea", "beans").status_code == 409
    assert {name for name, _ in lines(house, checkout)} == {variant("tea"), variant("pot")}


@pytest.mark.parametrize(
    "body",
    [
        {}, {"from": variant("tea")}, {"from": variant("tea"), "to": variant("tea")}, {"from": 1, "to": []},
        {"from": variant("tea"), "to": variant("beans"), "linesHash": 7}, [], "text", None,
    ],
)  # fmt: skip
def test_an_upgrade_asked_for_in_a_wrong_way_is_refused_in_words(house: House, body: Any) -> None:
    answer = post(house, a_basket(house, tea=1).id, "upgrade", body)

    assert (answer.status_code, answer.json["error"]["code"]) == (400, "BadPayload")


def test_a_checkout_that_does_not_exist_has_nothing_to_upgrade(house: House) -> None:
    answer = post(house, "Q2hlY2tvdXQ6MQ==", "upgrade", {"from": variant("tea"), "to": variant("beans")})

    assert answer.status_code == 404


def first(house: House, checkout: Checkout) -> dict[str, Any]:
    return dict((house.written(checkout) or {})["suggestions"][0])


def test_a_declined_suggestion_is_gone_at_once_and_from_the_checkout_soon(house: House) -> None:
    checkout = a_basket(house, beans=1)
    told = first(house, checkout)

    answer = post(house, checkout.id, "decline", {"kind": told["kind"], "productId": told["productId"]})

    offered_now = house.storefront(f"checkout={checkout.id}").json["suggestions"]  # type: ignore[index]
    assert (answer.status_code, answer.json) == (200, {"status": "declined"})
    assert told["productId"] not in [one["productId"] for one in offered_now]
    with house.shop() as shop:
        assert responses.standing(shop.db, checkout.id).declined == {told["productId"]}


def test_after_a_dismissal_nothing_is_told(house: House) -> None:
    checkout = a_basket(house, beans=1)

    answer = post(house, checkout.id, "decline", {"all": True})

    with house.shop() as shop:
        standing = responses.standing(shop.db, checkout.id)
        kept_document = suggestions_shown.last(shop.db, checkout.id) or {}
    assert (answer.status_code, answer.json, standing.closed) == (200, {"status": "dismissed"}, "dismissed")
    assert kept_document["suggestions"] == []


@pytest.mark.parametrize(
    "body", [{"kind": "also_bought", "productId": product("pot")}, {"kind": "x", "productId": "y" * 9_000}]
)
def test_what_was_never_offered_is_declined_without_a_trace(house: House, body: Any) -> None:
    checkout = a_basket(house, beans=1)

    answer = post(house, checkout.id, "decline", body)

    assert (answer.status_code, answer.json) == (200, {"status": "declined"})
    assert answers(house, "also_bought", "pot") == Answers()


def rows(house: House, tables: Iterable[str]) -> list[int]:
    with house.shop() as shop:
        return [shop.db.conn.execute(f"select count(*) from {name}").fetchone()[0] for name in tables]


def test_made_up_checkouts_leave_no_rows_and_no_work(house: House) -> None:
    tables = ("responses", "dismissals", "jobs", "response_totals")
    before = rows(house, tables)

    made_up = [b64encode(f"Checkout:{number}".encode()).decode() for number in range(20)]
    told = [post(house, one, "decline", {"all": True}).status_code for one in made_up]

    assert (set(told), rows(house, tables)) == ({200}, before)


@pytest.mark.parametrize(
    "body", [{}, {"all": "yes"}, {"kind": "also_bought"}, {"kind": 1, "productId": 2}, [], None]
)
def test_a_no_in_a_wrong_way_is_refused_in_words(house: House, body: Any) -> None:
    answer = post(house, a_basket(house, beans=1).id, "decline", body)

    assert (answer.status_code, answer.json["error"]["code"]) == (400, "BadPayload")


def test_what_is_ordered_from_a_checkout_was_taken(house: House) -> None:
    checkout = a_basket(house, beans=1)
    told = first(house, checkout)
    house.sandbox.checkouts.add_lines(checkout.id, [{"variant_id": told["variantId"], "quantity": 1}])

    house.sandbox.checkouts.write(checkout.id, email="ann@example.com", billing_address={"country": "DE"})
    house.sandbox.checkouts.complete(checkout.id)
    house.work()

    with house.shop() as shop:
        asked = (told["kind"], ProductId(told["productId"]))
        found = responses.totals(shop.db, [asked], datetime.now(UTC))[asked]
    assert (found.offered, found.taken) == (1, 1)
