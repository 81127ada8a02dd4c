"""From an order webhook to a suggestion in the checkout, on a real Saleor."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from plugin.suggestions.document import lines_hash
from plugin.suggestions.model import BasketLine, VariantId
from plugin.use_cases.learn_from_past_orders import progress
from tests.live.probe import Probe
from tests.live.real_saleor import RealSaleor
from tests.live.running_tandem import RunningTandem
from tests.live.toy_shop import ADDRESS, Good, ToyShop, buyers
from tests.live.waiting import settle, soon

pytestmark = pytest.mark.live

SCHEMA = Path(__file__).parents[2] / "storefront_snippets" / "suggestions.schema.json"

FAST_ENOUGH = 5.0
"""Seconds from an order to a changed suggestion that we promise."""

IMPORTED_WITHIN = 180.0
"""Orders cannot be deleted: a Saleor where these tests ran often has thousands, and all of them are read."""


@pytest.fixture
def written(saleor: RealSaleor) -> Callable[..., dict[str, Any]]:
    """The document in a checkout, as an anonymous shopper reads it, once it is made for the lines that are there."""

    def read(checkout: str) -> dict[str, Any]:
        found = saleor.ask("read_checkout", staff=False, id=checkout)["checkout"]
        made: dict[str, Any] = json.loads(found["metafield"] or "{}")
        lines = [
            BasketLine(VariantId(line["variant"]["id"]), line["quantity"], gift=line["isGift"])
            for line in found["lines"]
        ]
        return made if made.get("linesHash") == lines_hash(lines) else {}

    def wait(checkout: str) -> dict[str, Any]:
        return soon(lambda: read(checkout), what="suggestions for these lines")[0]

    return wait


def test_the_history_is_learned_after_installation(tandem: RunningTandem, toys: ToyShop) -> None:
    found, _ = soon(lambda: tandem.suggestions(toys.slug, toys.goods["camera"].variant)["suggestions"])

    assert [(one["variantId"], one["rung"], one["reason"]["parameters"]) for one in found] == [
        (
            toys.goods["card"].variant,
            "learned",
            {"product": f"Camera {toys.run}", "together": 10, "orders": 12},
        )
    ]
    with tandem.opened() as (_, shop):
        made, _ = soon(
            lambda: (made := progress(shop)) and made.finished and made,
            IMPORTED_WITHIN,
            "all orders are read",
        )
        assert made
        assert made.seen == made.total


def test_a_camera_in_the_checkout_brings_a_card_that_anybody_can_read(
    toys: ToyShop, tandem: RunningTandem, written: Callable[..., dict[str, Any]]
) -> None:
    made = written(toys.checkout("camera"))

    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(made)
    card = made["suggestions"][0]
    assert (len(made["suggestions"]), card["variantId"], card["price"]) == (
        1,
        toys.goods["card"].variant,
        {"amount": "20.00", "currency": "EUR"},
    )


def test_a_bestseller_is_not_suggested_beside_what_it_has_nothing_to_do_with(
    toys: ToyShop, tandem: RunningTandem
) -> None:
    assert toys.goods["cloth"].variant not in tandem.suggested(toys.slug, *toys.variants("camera"))


def test_what_was_added_is_no_longer_suggested(
    toys: ToyShop, tandem: RunningTandem, written: Callable[..., dict[str, Any]]
) -> None:
    checkout = toys.checkout("camera")
    written(checkout)

    toys.add(checkout, "card")

    assert toys.goods["card"].variant not in [one["variantId"] for one in written(checkout)["suggestions"]]


def test_an_order_a_shopper_places_changes_the_suggestion_within_five_seconds(
    toys: ToyShop, tandem: RunningTandem, pair: tuple[Good, Good, list[str]]
) -> None:
    lens, cap, _ = pair
    names = [name for name, good in toys.goods.items() if good in (lens, cap)]
    checkout = toys.checkout(*names, email="the-fourth@example.com")

    toys.pay(checkout)

    toys.place(checkout)

    _, took = soon(lambda: _together(tandem, toys, lens) == (4, 4), within=FAST_ENOUGH)
    print(f"order placed by a shopper -> suggestion changed: {took:.2f} s")


def test_an_order_made_by_staff_from_a_draft_is_learned(
    toys: ToyShop, tandem: RunningTandem, pair: tuple[Good, Good, list[str]]
) -> None:
    lens, cap, _ = pair
    names = [name for name, good in toys.goods.items() if good in (lens, cap)]
    draft = toys.order("on-the-phone@example.com", *names, complete=False)
    settle()
    assert _together(tandem, toys, lens) == (3, 3)

    toys.saleor.ask("complete_draft", id=draft)

    soon(lambda: _together(tandem, toys, lens) == (4, 4), within=FAST_ENOUGH)


def test_orders_imported_into_saleor_after_installation_are_learned(
    toys: ToyShop, tandem: RunningTandem, pair: tuple[Good, Good, list[str]]
) -> None:
    lens, cap, _ = pair
    names = tuple(name for name, good in toys.goods.items() if good in (lens, cap))

    toys.import_orders([(buyer, names) for buyer in buyers(5, of="imported")], days_ago=10)

    soon(lambda: _together(tandem, toys, lens) == (8, 8), within=FAST_ENOUGH)


def test_one_loyal_buyer_does_not_show_through(toys: ToyShop, tandem: RunningTandem) -> None:
    wine, glass = toys.stock(f"wine {toys.run}", f"glass {toys.run}")
    names = (f"wine {toys.run}", f"glass {toys.run}")

    toys.import_orders([("loyal@example.com", names)] * 5)

    settle()
    assert glass.variant not in tandem.suggested(toys.slug, wine.variant)


def test_a_shopper_in_a_hurry_gets_the_suggestions_for_what_is_there_in_the_end(
    toys: ToyShop, tandem: RunningTandem, written: Callable[..., dict[str, Any]]
) -> None:
    checkout = toys.checkout("tripod")
    for name in ("bag", "camera"):
        toys.add(checkout, name)
    bag, tripod = toys.variants("bag", "tripod")
    # the bag was never offered: taking out what was offered ends all offers
    for changed in ((tripod, 3), (bag, 2), (tripod, 2), (bag, 0)):
        line = {"variantId": changed[0], "quantity": changed[1]}
        toys.saleor.ask("update_lines", staff=False, id=checkout, lines=[line])

    made = written(checkout)

    assert [one["variantId"] for one in made["suggestions"]] == toys.variants("card")
    settle()
    assert written(checkout) == made


def test_what_cannot_be_sent_to_the_shopper_s_country_is_not_suggested(
    saleor: RealSaleor, toys: ToyShop, tandem: RunningTandem, written: Callable[..., dict[str, Any]]
) -> None:
    in_france = {"warehouse": toys.ship_to("FR"), "quantity": 10}
    saleor.ask("set_stock", id=toys.goods["camera"].variant, stocks=[in_france])
    checkout = toys.checkout("camera")
    assert [one["variantId"] for one in written(checkout)["suggestions"]] == toys.variants("card")

    paris = {**ADDRESS, "country": "FR", "postalCode": "75001", "city": "Paris"}
    saleor.ask("set_shipping_address", staff=False, id=checkout, address=paris)

    soon(lambda: written(checkout)["suggestions"] == [], what="a card is only sent within Germany")


def test_a_gift_is_neither_suggested_nor_learned(
    saleor: RealSaleor,
    toys: ToyShop,
    tandem: RunningTandem,
    pair: tuple[Good, Good, list[str]],
    written: Callable[..., dict[str, Any]],
) -> None:
    lens, cap, _ = pair
    given = {
        "name": "a present", "channels": [toys.channel], "rewardType": "GIFT", "gifts": [cap.variant],
        "orderPredicate": {"discountedObjectPredicate": {"baseSubtotalPrice": {"range": {"gte": 1}}}},
    }  # fmt: skip
    wanted = {"name": f"Tandem {toys.run}", "type": "ORDER", "rules": [given]}
    promotion = saleor.ask("create_promotion", input=wanted)["promotionCreate"]["promotion"]["id"]
    try:
        checkout = toys.checkout(*(name for name, good in toys.goods.items() if good == lens))
        lines = saleor.ask("read_checkout", staff=False, id=checkout)["checkout"]["lines"]
        assert [line["variant"]["id"] for line in lines if line["isGift"]] == [cap.variant]
        assert cap.variant not in [one["variantId"] for one in written(checkout)["suggestions"]]

        toys.pay(checkout)
        toys.place(checkout)

        soon(lambda: _together(tandem, toys, lens) == (3, 4))
    finally:
        saleor.ask("delete_promotion", id=promotion)


@pytest.mark.parametrize("legacy_emission", [True, False])
def test_every_real_change_of_the_lines_is_written_exactly_once(
    saleor: RealSaleor,
    toys: ToyShop,
    tandem: RunningTandem,
    probe: Probe,
    written: Callable[..., dict[str, Any]],
    legacy_emission: bool,
) -> None:
    saleor.ask("legacy_emission", on=legacy_emission)
    checkout = toys.checkout("camera")
    written(checkout)
    settle()
    assert _writes(saleor, tandem, probe, checkout) == (1, 1)

    toys.add(checkout, "tripod")
    written(checkout)
    settle()
    assert _writes(saleor, tandem, probe, checkout) == (2, 2)

    updates = len(probe.updates(checkout))
    saleor.ask("set_email", staff=False, id=checkout, email="another@example.com")
    soon(lambda: len(probe.updates(checkout)) > updates, what="Saleor told of the new e-mail address")
    settle()
    assert _writes(saleor, tandem, probe, checkout) == (2, 2)


def test_nothing_is_written_once_somebody_pays(
    saleor: RealSaleor,
    toys: ToyShop,
    tandem: RunningTandem,
    probe: Probe,
    written: Callable[..., dict[str, Any]],
) -> None:
    checkout = toys.checkout("camera")
    written(checkout)
    paid = {"name": "Card", "pspReference": "paid", "amountAuthorized": {"amount": 900, "currency": "EUR"}}
    saleor.ask("create_transaction", id=checkout, transaction=paid)

    toys.add(checkout, "tripod")

    updates = len(probe.updates(checkout))
    settle()
    assert updates or probe.updates(checkout)
    assert _writes(saleor, tandem, probe, checkout) == (1, 1)


def _together(tandem: RunningTandem, toys: ToyShop, good: Good) -> tuple[int, int]:
    """Orders with both and orders with the good, as the first suggestion's reason says."""
    found = tandem.suggestions(toys.slug, good.variant)["suggestions"]
    told = found[0]["reason"]["parameters"] if found else {}
    return told.get("together", 0), told.get("orders", 0)


def _writes(saleor: RealSaleor, tandem: RunningTandem, probe: Probe, checkout: str) -> tuple[int, int]:
    """How often Tandem asked Saleor to write into this checkout, and how often Saleor says it did."""
    app = next(app["id"] for app in saleor.apps() if app["identifier"] == "tandem.cross-sell")
    return len(tandem.asked("WriteSuggestions", checkout)), len(probe.writes(checkout, by=app))
