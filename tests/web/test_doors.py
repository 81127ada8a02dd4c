"""The doors that change a checkout: open to the shop's own storefronts, in bounds, and never in the way of others."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from plugin.use_cases.change_preferences import change_preferences
from plugin.web import storefront
from tests.bundles import a_draft, allowed, kept
from tests.house import House

OURS = "https://shop.example.com"


def settle(house: House, checkout: str, **headers: str) -> Any:
    path = f"/storefront/{house.installation.key}/checkouts/{checkout}/settle"
    return house.client.post(path, headers=headers)


def only_ours(house: House) -> None:
    """The merchant names the shop's own pages."""
    with house.shop() as shop:
        change_preferences(shop, {"storefront_origins": [OURS]}, "ann@example.com", datetime.now(UTC))


@pytest.mark.parametrize(("origin", "status"), [(OURS, 200), ("https://evil.example", 403)])
def test_only_the_shops_own_pages_may_change_its_checkouts(house: House, origin: str, status: int) -> None:
    only_ours(house)
    checkout = house.open_checkout("beans")

    answer = settle(house, checkout.id, Origin=origin)

    assert answer.status_code == status
    assert answer.headers.get("Access-Control-Allow-Origin") == (origin if status == 200 else None)


def test_a_server_sends_no_origin_and_is_let_in(house: House) -> None:
    only_ours(house)

    assert settle(house, house.open_checkout("beans").id).status_code == 200


def test_a_checkout_has_one_name_however_its_id_is_written(house: House) -> None:
    """Saleor reads ids without their padding too."""
    checkout = house.open_checkout("beans")

    answer = settle(house, checkout.id.rstrip("="))

    assert answer.json["checkout"] == checkout.id


@pytest.mark.parametrize("body", ["[" * 15_000, "{", "null", '"text"', ""])
def test_what_is_no_json_object_is_refused_in_words(house: House, body: str) -> None:
    kept(house, a_draft("beans", "mug"))

    answer = house.client.post(f"/storefront/{house.installation.key}/bundles/1/add", data=body)

    assert (answer.status_code, answer.json["error"]["code"]) == (400, "BadPayload")  # type: ignore[index]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_too_many_at_once_are_sent_away_so_that_others_are_served(house: House) -> None:
    """Doors wait for Saleor; the threads that are left answer webhooks and the guard."""
    allowed(house)
    checkout = house.open_checkout("beans")
    house.storefront(f"checkout={checkout.id}")
    settle(house, checkout.id)
    doors = house.app.extensions["tandem_doors"]
    taken = [doors.acquire(blocking=False) for _ in range(storefront.DOORS_AT_ONCE)]

    answer = settle(house, checkout.id)

    assert taken == [True] * storefront.DOORS_AT_ONCE
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "15")


def test_an_unknown_shop_has_no_doors(house: House) -> None:
    answer = house.client.post("/storefront/0123456789abcdef/checkouts/Q2hlY2tvdXQ6MQ==/settle")

    assert (answer.status_code, answer.json["error"]["code"]) == (404, "UnknownShop")  # type: ignore[index]


def test_a_shop_that_switched_tandem_off_has_none_either(house: House) -> None:
    checkout = house.open_checkout("beans")
    house.sandbox.apps.set_active(house.saleor_app.id, False)
    house.work()

    assert settle(house, checkout.id).status_code == 404
