"""Suggestions in the checkout: written once per real change, for what is there now, at the price of now."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from plugin.sandbox.toy_shop import product, variant
from plugin.store import jobs
from plugin.suggestions.document import MOST_BYTES, lines_hash
from plugin.suggestions.model import BasketLine, VariantId
from plugin.use_cases.change_preferences import change_preferences
from tests.builders import NOW
from tests.house import AMERICA, House

SCHEMA = Path(__file__).parents[2] / "storefront_snippets" / "suggestions.schema.json"

WRITE = "WriteSuggestions"
LOOK = "CheckoutWithCandidates"

ADDRESS = {"first_name": "Ann", "last_name": "Shopper", "city": "Springfield", "country": "DE"}


def hash_of(*goods: str) -> str:
    return lines_hash([BasketLine(VariantId(variant(name)), 1) for name in goods])


def waiting(house: House) -> list[str]:
    """Names of the jobs that wait to be done at once."""
    with house.shop() as shop:
        return [name for name, _count, _error in jobs.waiting(shop.db) if name == "inject"]


def choose(house: House, **changes: object) -> None:
    with house.shop() as shop:
        change_preferences(shop, changes, "staff", NOW)


def test_any_storefront_finds_the_suggestions_in_the_checkout_it_reads_anyway(house: House) -> None:
    checkout = house.open_checkout("beans")

    house.work()

    written = house.written(checkout) or {}
    assert (written["version"], written["placement"], written["linesHash"]) == (
        1,
        "checkout",
        hash_of("beans"),
    )
    assert written["suggestions"][0] == {
        "kind": "also_bought",
        "rung": "learned",
        "productId": product("mug"),
        "variantId": variant("mug"),
        "name": "Mug",
        "variantName": "Mug",
        "price": {"amount": "8.00", "currency": "EUR"},
        "thumbnail": {"url": f"{house.sandbox.origin}/thumbnail/2/256/webp/", "alt": "Mug"},
        "reason": {
            "key": "bought_together",
            "parameters": {"product": "Coffee beans", "together": 18, "orders": 24},
            "text": "Bought together in 18 of 24 orders with Coffee beans",
        },
    }
    assert house.suggested(checkout) == ["Mug", "Paper filters"]


def test_the_document_is_what_its_published_schema_promises_and_holds_nothing_personal(house: House) -> None:
    checkout = house.open_checkout("beans", "tea")
    house.sandbox.checkouts.write(checkout.id, email="ann@example.com", shipping_address=ADDRESS)

    house.work()

    text = house.sandbox.state.checkouts[checkout.id].metadata["tandem"]
    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(json.loads(text))
    assert len(text.encode()) <= MOST_BYTES
    assert not any(word in text for word in ("ann@example.com", "Ann", "Shopper", "Springfield", checkout.id))


@pytest.mark.parametrize("legacy_emission", [True, False])
def test_every_real_change_of_lines_is_answered_by_exactly_one_write(
    house: House, legacy_emission: bool
) -> None:
    house.sandbox.settings.legacy_webhook_emission = legacy_emission
    writes = []

    checkout = house.open_checkout("beans")
    for change in (
        lambda: None,
        lambda: house.sandbox.checkouts.add_lines(checkout.id, {variant("tea"): 1}),
        lambda: house.sandbox.checkouts.update_lines(
            checkout.id, [{"variant_id": variant("tea"), "quantity": 2}]
        ),
        lambda: house.sandbox.checkouts.write(checkout.id, email="ann@example.com"),
        lambda: house.sandbox.checkouts.write(checkout.id, billing_address=ADDRESS),
        lambda: house.sandbox.checkouts.update_lines(
            checkout.id, [{"variant_id": variant("tea"), "quantity": 0}]
        ),
    ):
        change()
        house.work()
        house.work()
        writes.append(house.to_saleor.count(WRITE))

    assert writes == [1, 2, 3, 3, 3, 4]


def test_its_own_writing_is_no_news_to_tandem(house: House) -> None:
    house.open_checkout("beans")
    house.work()

    assert house.sandbox.events("CHECKOUT_UPDATED") == ["CHECKOUT_UPDATED"]
    assert (waiting(house), house.to_saleor.count(LOOK)) == ([], 1)


def test_a_basket_about_which_nothing_is_known_gets_an_empty_answer(house: House) -> None:
    choose(house, popular_when_unknown=False)
    checkout = house.open_checkout("filter", "mug", "beans")

    house.work()

    assert (house.written(checkout) or {})["suggestions"] == []
    assert house.to_saleor.count(LOOK) == 0, "without candidates Saleor would be asked for every product"


def test_nothing_is_written_once_somebody_pays(house: House) -> None:
    checkout = house.open_checkout("beans")
    house.work()
    house.sandbox.payments.create(checkout.id, authorized=Decimal(5))
    asked = len(house.to_saleor.asked)

    house.sandbox.checkouts.add_lines(checkout.id, {variant("tea"): 1})
    house.work()

    assert (house.written(checkout) or {})["linesHash"] == hash_of("beans")
    assert house.to_saleor.asked[asked:] == ["Checkout"]


@pytest.mark.parametrize("moment", ["before the work", "during the work"])
def test_nothing_is_written_when_the_payment_begins_after_the_event(house: House, moment: str) -> None:
    checkout = house.open_checkout("beans")

    def pay() -> None:
        house.sandbox.payments.create(checkout.id, authorized=Decimal(5))

    if moment == "before the work":
        pay()
    else:
        house.to_saleor.meanwhile[LOOK] = pay
    house.work()

    assert house.written(checkout) is None
    assert (waiting(house), house.to_saleor.count(WRITE)) == ([], 0)


def test_what_sells_out_at_the_last_moment_makes_room_for_the_next(house: House) -> None:
    choose(house, most_suggestions=1)
    checkout = house.open_checkout("beans")
    house.to_saleor.meanwhile[LOOK] = lambda: house.sandbox.shelves.set_stock(variant("mug"), 0)

    house.work()

    assert house.suggested(checkout) == ["Paper filters"]


def test_the_price_is_the_one_of_now_even_when_no_event_told_of_it(house: House) -> None:
    checkout = house.open_checkout("beans")
    house.to_tandem.down = 404
    house.sandbox.shelves.set_price(variant("mug"), "default-channel", Decimal("9.99"))
    house.to_tandem.down = None

    house.work()

    assert (house.written(checkout) or {})["suggestions"][0]["price"] == {"amount": "9.99", "currency": "EUR"}


@pytest.mark.parametrize(("gross", "shown"), [(False, "8.00"), (True, "8.64")])
def test_every_channel_shows_its_own_currency_with_or_without_tax(
    house: House, gross: bool, shown: str
) -> None:
    house.place_several(12, "beans", "mug", channel=AMERICA)
    house.sandbox.shelves.change_channel(AMERICA, display_gross_prices=gross)
    checkout = house.open_checkout("beans", channel=AMERICA)

    house.work()

    first = (house.written(checkout) or {})["suggestions"][0]
    assert (first["name"], first["price"]) == ("Mug", {"amount": shown, "currency": "USD"})


def test_a_basket_that_changed_after_the_event_is_answered_as_it_is_now(house: House) -> None:
    checkout = house.open_checkout("beans")
    house.sandbox.outbox.mode = "hold"
    house.sandbox.checkouts.add_lines(checkout.id, {variant("tea"): 1})

    house.work()
    first = house.written(checkout) or {}
    house.sandbox.outbox.flush()
    house.work()

    assert first["linesHash"] == hash_of("beans", "tea")
    assert house.suggested(checkout) == ["Tea pot", "Mug", "Tea strainer"]
    assert house.to_saleor.count(WRITE) == 1


def test_a_basket_that_changes_while_tandem_thinks_is_thought_about_again(house: House) -> None:
    checkout = house.open_checkout("beans")
    house.to_saleor.meanwhile[LOOK] = lambda: house.sandbox.checkouts.add_lines(
        checkout.id, {variant("tea"): 1}
    )

    house.work()

    assert (house.written(checkout) or {})["linesHash"] == hash_of("beans", "tea")
    assert (waiting(house), house.to_saleor.count(WRITE)) == ([], 1)


def test_a_checkout_that_was_completed_meanwhile_needs_nothing_more(house: House) -> None:
    checkout = house.open_checkout("beans")
    house.sandbox.checkouts.write(checkout.id, email="ann@example.com", billing_address=ADDRESS)
    house.sandbox.checkouts.complete(checkout.id)

    house.work()

    assert (waiting(house), house.to_saleor.count(WRITE)) == ([], 0)


def test_when_saleor_is_down_the_suggestions_come_later(house: House) -> None:
    checkout = house.open_checkout("beans")
    house.to_saleor.cut = {"*"}
    assert house.work() == 0
    assert waiting(house) == ["inject"]

    house.to_saleor.cut = set()
    house.work(until=timedelta(minutes=1))

    assert house.suggested(checkout) == ["Mug", "Paper filters"]


def test_while_the_app_is_switched_off_nothing_is_written(house: House) -> None:
    checkout = house.open_checkout("beans")
    house.sandbox.apps.set_active(house.saleor_app.id, False)

    house.work()

    assert (house.installation.active, house.written(checkout)) == (False, None)


def test_switched_on_again_the_app_goes_on(house: House) -> None:
    house.sandbox.apps.set_active(house.saleor_app.id, False)
    house.later(minutes=1)
    house.sandbox.apps.set_active(house.saleor_app.id, True)

    checkout = house.open_checkout("beans")
    house.work()

    assert (house.installation.active, house.suggested(checkout)) == (True, ["Mug", "Paper filters"])


@pytest.mark.parametrize("legacy_emission", [True, False])
@pytest.mark.parametrize(
    "forged",
    ['{"version":1,"suggestions":[{"name":"Free money"}]}', "not JSON", "[]", "", "[" * 200_000, "[" * 8_000],
    ids=["another", "words", "a list", "nothing", "endless", "deep"],
)
def test_what_a_shopper_forged_is_written_over_at_the_next_change(
    house: House, legacy_emission: bool, forged: str
) -> None:
    house.sandbox.settings.legacy_webhook_emission = legacy_emission
    checkout = house.open_checkout("beans")
    house.work()
    house.sandbox.labels.write(checkout.id, {"tandem": forged})

    house.sandbox.checkouts.write(checkout.id, email="ann@example.com")
    house.work()

    assert house.suggested(checkout) == ["Mug", "Paper filters"]


def test_a_free_gift_neither_speaks_for_others_nor_is_suggested(house: House) -> None:
    checkout = house.open_checkout("beans")
    house.sandbox.checkouts.add_gift(checkout.id, variant("mug"))
    only_gift = house.open_checkout()
    house.sandbox.checkouts.add_gift(only_gift.id, variant("tea"))

    house.work()

    assert (house.suggested(checkout), house.suggested(only_gift)) == (["Paper filters"], [])


def test_a_merchant_who_switches_suggestions_off_sees_them_go_at_the_next_change(house: House) -> None:
    checkout = house.open_checkout("beans")
    house.work()
    choose(house, suggesting=False)

    house.sandbox.checkouts.add_lines(checkout.id, {variant("tea"): 1})
    house.work()

    assert house.suggested(checkout) == []


@pytest.mark.parametrize("forged", ["not JSON", '{"version":1,"suggestions":[{"name":"Free money"}]}'])
def test_while_suggestions_are_switched_off_only_what_is_there_is_cleared_and_only_once(
    house: House, forged: str
) -> None:
    met, tampered = house.open_checkout("beans"), house.open_checkout("beans")
    house.work()
    choose(house, suggesting=False)
    house.sandbox.labels.write(tampered.id, {"tandem": forged})
    written = house.to_saleor.count(WRITE)

    new = house.open_checkout("beans")
    for goods in ("tea", "bag"):
        for checkout in (met, tampered, new):
            house.sandbox.checkouts.add_lines(checkout.id, {variant(goods): 1})
        house.work()

    assert [house.suggested(met), house.suggested(tampered), house.written(new)] == [[], [], None]
    assert house.to_saleor.count(WRITE) == written + 2


def test_a_new_order_changes_the_reason_in_the_next_checkout(house: House) -> None:
    house.place("beans", "mug")

    checkout = house.open_checkout("beans")
    house.work()

    (mug, *_) = (house.written(checkout) or {})["suggestions"]
    assert mug["reason"]["text"] == "Bought together in 19 of 25 orders with Coffee beans"


def test_what_another_version_of_tandem_wrote_is_written_over(house: House) -> None:
    checkout = house.open_checkout("beans")
    house.sandbox.labels.write(checkout.id, {"tandem": json.dumps({"version": 2, "anything": True})})

    house.work()

    assert (house.written(checkout) or {})["version"] == 1
