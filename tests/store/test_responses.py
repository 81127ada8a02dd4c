"""What shoppers answered counts once per checkout, weighs less with age, and closes a checkout when it should."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.shop import Shop
from plugin.store import responses, suggestions_shown
from plugin.store.database import migrations, open_file
from plugin.store.responses import Standing
from plugin.suggestions.acceptance import Answers
from plugin.suggestions.model import ProductId, VariantId

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TODAY = NOW.isoformat()


def told(product: str, kind: str = "also_bought", **more: Any) -> dict[str, Any]:
    return {"kind": kind, "productId": product, "variantId": f"{product}-v", **more}


def offer(shop: Shop, *suggestions: Mapping[str, Any], checkout: str = "c", at: str = TODAY) -> None:
    responses.offer(shop.db, checkout, suggestions, at)


def total(shop: Shop, product: str, kind: str = "also_bought", now: datetime = NOW) -> Answers | None:
    asked = (kind, ProductId(product))
    return responses.totals(shop.db, [asked], now).get(asked)


def there(*products: str) -> dict[VariantId, ProductId]:
    return {VariantId(f"{product}-v"): ProductId(product) for product in products}


def test_an_offer_counts_once_per_checkout(shop: Shop) -> None:
    for checkout in ("a", "a", "b"):
        offer(shop, told("mug"), checkout=checkout)

    assert total(shop, "mug") == Answers(offered=2)
    assert total(shop, "pot") is None


def test_taken_counts_once_however_often_the_order_is_told(shop: Shop) -> None:
    offer(shop, told("mug"), told("filter"))

    for _ in range(3):
        responses.take(shop.db, "c", ["beans", "mug"], TODAY)

    assert (total(shop, "mug"), total(shop, "filter")) == (Answers(1, 1), Answers(1))


def test_an_order_without_any_offer_counts_nowhere(shop: Shop) -> None:
    responses.take(shop.db, "c", ["mug"], TODAY)

    assert total(shop, "mug") is None


def test_an_upgrade_is_taken_with_its_variant_not_with_its_product(shop: Shop) -> None:
    offer(shop, told("card", "upgrade", variantId="128"))

    responses.take(shop.db, "c", ["card", "64"], TODAY)
    before = total(shop, "card", "upgrade")
    responses.take(shop.db, "c", ["card", "128"], TODAY)

    assert (before, total(shop, "card", "upgrade")) == (Answers(1), Answers(1, 1))


def test_a_bundle_is_taken_with_all_that_was_missing(shop: Shop) -> None:
    members = [
        {"productId": "beans", "missing": 0},
        *({"productId": it, "missing": 1} for it in ("mug", "filter")),
    ]
    offer(shop, told("beans", "bundle", bundle={"members": members}))  # fmt: skip

    responses.take(shop.db, "c", ["beans", "mug"], TODAY)
    before = total(shop, "beans", "bundle")
    responses.take(shop.db, "c", ["beans", "mug", "filter"], TODAY)

    assert (before, total(shop, "beans", "bundle")) == (Answers(1), Answers(1, 1))


def test_a_decline_counts_once_and_never_for_what_was_not_offered(shop: Shop) -> None:
    offer(shop, told("mug"))

    heard = [responses.decline(shop.db, "c", "also_bought", name, TODAY) for name in ("mug", "mug", "pot")]

    assert heard == [True, True, False]
    assert (total(shop, "mug"), total(shop, "pot")) == (Answers(1, 0, 1), None)
    assert responses.standing(shop.db, "c") == Standing(frozenset({ProductId("mug")}))


def test_two_declines_close_a_checkout_and_one_product_declined_twice_does_not(shop: Shop) -> None:
    offer(shop, told("mug"), told("mug", "free_delivery"), told("filter"))

    closed = []
    for kind, product in (("also_bought", "mug"), ("free_delivery", "mug"), ("also_bought", "filter")):
        responses.decline(shop.db, "c", kind, product, TODAY)
        closed.append(responses.standing(shop.db, "c").closed)

    assert closed == [None, None, "declined_twice"]
    assert responses.standing(shop.db, "another").closed is None


def test_a_dismissal_closes_a_checkout_we_have_looked_at_and_no_other(shop: Shop) -> None:
    document = {"linesHash": "", "suggestions": [], "madeAt": TODAY}
    suggestions_shown.keep(shop.db, "c", document)

    heard = [responses.dismiss(shop.db, name, TODAY) for name in ("c", "c", "made up")]

    assert heard == [True, True, False]
    assert [responses.standing(shop.db, name).closed for name in ("c", "made up")] == ["dismissed", None]


def test_what_was_taken_and_put_back_closes_a_checkout(shop: Shop) -> None:
    offer(shop, told("mug"), told("filter"))

    closed = []
    for basket in (["beans"], ["beans", "mug"], ["beans", "mug", "filter"], ["beans", "filter"]):
        responses.note_lines(shop.db, "c", there(*basket), TODAY)
        closed.append(responses.standing(shop.db, "c").closed)

    assert closed == [None, None, None, "removed"]


def test_removing_what_the_shopper_brought_closes_nothing(shop: Shop) -> None:
    """The old variant of an upgrade is of the offered product, and is no taken suggestion."""
    offer(shop, told("mug"), told("beans", "upgrade", variantId="better"))

    for basket in (["beans", "bag"], ["bag"]):
        responses.note_lines(shop.db, "c", there(*basket), TODAY)

    assert responses.standing(shop.db, "c") == Standing()


def test_answers_of_ninety_days_ago_weigh_half(shop: Shop) -> None:
    offer(shop, told("mug"), at=(NOW - timedelta(days=90)).isoformat())
    offer(shop, told("mug"), checkout="d")

    assert total(shop, "mug") == Answers(1.5)
    assert total(shop, "mug", now=NOW + timedelta(days=90)) == Answers(0.75)


def test_checkouts_are_forgotten_and_the_counts_stay(shop: Shop) -> None:
    offer(shop, told("mug"), at="2026-08-01T00:00:00Z")
    responses.dismiss(shop.db, "c", "2026-08-01T00:00:00Z")
    offer(shop, told("mug"), checkout="d")

    suggestions_shown.forget_before(shop.db, "2026-08-24")

    left = [row[0] for row in shop.db.conn.execute("select checkout from responses")]
    assert (left, responses.standing(shop.db, "c").closed) == (["d"], None)
    kept = total(shop, "mug")
    assert kept is not None
    assert round(kept.offered, 9) == round(1 + 2 ** (-113 / 90), 9)


@settings(max_examples=20, deadline=None)
@given(st.permutations([0, 0, 3, 90, 91, 200]))
def test_the_order_in_which_answers_arrive_changes_nothing(days: list[int]) -> None:
    with TemporaryDirectory() as folder:
        db = open_file(Path(folder) / "shop.db", migrations)
        for number, ago in enumerate(days):
            at = (NOW - timedelta(days=ago)).isoformat()
            responses.offer(db, str(number), [told("mug")], at)
        found = responses.totals(db, [("also_bought", ProductId("mug"))], NOW)
        db.close()

    expected = sum(2 ** (-ago / 90) for ago in days)
    assert abs(found["also_bought", ProductId("mug")].offered - expected) < 1e-9


def test_a_page_of_candidates_is_read_at_once(shop: Shop) -> None:
    names = [ProductId(f"p{number}") for number in range(300)]
    offer(shop, *(told(name) for name in names))

    found = responses.totals(shop.db, {("also_bought", name) for name in names}, NOW)

    assert len(found) == 300
    assert responses.totals(shop.db, set(), NOW) == {}
