"""One line is exchanged for another in one update, or nothing happens: as seen on 3.23."""

from __future__ import annotations

from typing import Any

import pytest

from plugin.sandbox.saleor import SandboxSaleor
from plugin.sandbox.sales_facts import Checkout
from plugin.sandbox.toy_shop import product, variant

UPDATE = (
    "mutation U($id: ID!, $lines: [CheckoutLineUpdateInput!]!) { checkoutLinesUpdate(id: $id, lines: $lines)"
    " { checkout { lines { variant { id } quantity metadata { key value } } } errors { field code lines variants } } }"
)


def _basket(saleor: SandboxSaleor, **lines: int) -> Checkout:
    checkout = saleor.checkouts.create("default-channel", {variant(it): count for it, count in lines.items()})
    saleor.labels.write(checkout.lines[0].id, {"old": "1"})
    saleor.kernel.fired.clear()
    return saleor.state.checkouts[checkout.id]


def _swap(saleor: SandboxSaleor, checkout: Checkout, new: str, quantity: int = 1) -> dict[str, Any]:
    lines = [
        {"lineId": checkout.lines[0].id, "quantity": 0},
        {"variantId": new, "quantity": quantity, "metadata": [{"key": "tandem", "value": "x"}]},
    ]
    return saleor.ask(UPDATE, {"id": checkout.id, "lines": lines})


def _shown(checkout: Checkout) -> list[tuple[str, int, dict[str, str]]]:
    return [(line.variant_id, line.quantity, dict(line.metadata)) for line in checkout.lines]


def _refused(answer: dict[str, Any]) -> list[tuple[str, str]]:
    return [(it["field"], it["code"]) for it in answer["data"]["checkoutLinesUpdate"]["errors"]]


def test_the_new_line_comes_last_with_its_own_metadata_and_one_event(saleor: SandboxSaleor) -> None:
    checkout = _basket(saleor, mug=2, tea=1)

    answer = _swap(saleor, checkout, variant("pot"), 2)

    assert _refused(answer) == []
    assert _shown(saleor.state.checkouts[checkout.id]) == [
        (variant("tea"), 1, {}),
        (variant("pot"), 2, {"tandem": "x"}),
    ]
    assert saleor.events() == ["CHECKOUT_UPDATED"]


@pytest.mark.parametrize(
    ("stock", "quantity", "refusal"),
    [(1, 2, ("quantity", "INSUFFICIENT_STOCK")), (100, 51, ("quantity", "QUANTITY_GREATER_THAN_LIMIT"))],
)
def test_what_cannot_be_had_leaves_the_basket_as_it_was(
    saleor: SandboxSaleor, stock: int, quantity: int, refusal: tuple[str, str]
) -> None:
    checkout = _basket(saleor, mug=2)
    saleor.shelves.set_stock(variant("pot"), stock)
    saleor.kernel.fired.clear()

    answer = _swap(saleor, checkout, variant("pot"), quantity)

    assert _refused(answer) == [refusal]
    assert (saleor.state.checkouts[checkout.id], saleor.events()) == (checkout, [])


def test_a_line_that_is_gone_cannot_be_exchanged(saleor: SandboxSaleor) -> None:
    checkout = _basket(saleor, mug=1, tea=1)
    saleor.checkouts.delete_lines(checkout.id, [checkout.lines[0].id])

    assert _refused(_swap(saleor, checkout, variant("pot"))) == [("lineId", "GRAPHQL_ERROR")]


def test_a_variant_nobody_knows_is_an_error_of_the_whole_answer(saleor: SandboxSaleor) -> None:
    checkout = _basket(saleor, mug=1)

    answer = _swap(saleor, checkout, "UHJvZHVjdFZhcmlhbnQ6OTk5")

    assert answer["data"] == {"checkoutLinesUpdate": None}
    assert answer["errors"][0]["message"] == "There is no node of type ProductVariant with pk 999"
    assert saleor.state.checkouts[checkout.id] == checkout


def test_a_variant_that_is_there_already_gets_this_quantity_and_the_metadata(saleor: SandboxSaleor) -> None:
    checkout = _basket(saleor, mug=1, pot=1)

    _swap(saleor, checkout, variant("pot"), 2)

    assert _shown(saleor.state.checkouts[checkout.id]) == [(variant("pot"), 2, {"tandem": "x"})]


def test_the_same_variant_keeps_its_line(saleor: SandboxSaleor) -> None:
    checkout = _basket(saleor, mug=1)

    _swap(saleor, checkout, variant("mug"), 3)

    now = saleor.state.checkouts[checkout.id]
    assert _shown(now) == [(variant("mug"), 3, {"old": "1", "tandem": "x"})]
    assert now.lines[0].id == checkout.lines[0].id


def test_the_variant_of_a_gift_cannot_be_put_in(saleor: SandboxSaleor) -> None:
    checkout = _basket(saleor, mug=1)
    saleor.checkouts.add_gift(checkout.id, variant("bag"))

    answer = _swap(saleor, checkout, variant("bag"))

    gift = saleor.state.checkouts[checkout.id].lines[1].id
    assert answer["data"]["checkoutLinesUpdate"]["errors"] == [
        {"field": "lineId", "code": "NON_EDITABLE_GIFT_LINE", "lines": [gift], "variants": None}
    ]


def test_an_unpublished_variant_is_refused_unless_saleor_mixes_up_the_lines(saleor: SandboxSaleor) -> None:
    checkout = _basket(saleor, mug=1)
    saleor.shelves.list_product(product("pot"), "default-channel", is_published=False)

    rightly = _refused(_swap(saleor, checkout, variant("pot")))
    saleor.settings.mispairs_lines = True
    wrongly = _refused(_swap(saleor, checkout, variant("pot")))

    assert (rightly, wrongly) == ([("lines", "PRODUCT_NOT_PUBLISHED")], [])


def test_mixed_up_lines_refuse_a_good_exchange_of_an_unpublished_product(saleor: SandboxSaleor) -> None:
    checkout = _basket(saleor, mug=1)
    saleor.shelves.list_product(product("mug"), "default-channel", is_published=False)
    saleor.settings.mispairs_lines = True

    assert _refused(_swap(saleor, checkout, variant("pot"))) == [("lines", "PRODUCT_NOT_PUBLISHED")]


def test_mixed_up_lines_break_on_a_variant_without_a_price(saleor: SandboxSaleor) -> None:
    checkout = _basket(saleor, mug=1)
    saleor.shelves.change_variant(variant("pot"), listings={})
    saleor.settings.mispairs_lines = True

    answer = _swap(saleor, checkout, variant("pot"))

    assert answer["errors"][0]["message"] == "Internal Server Error"
    assert saleor.state.checkouts[checkout.id] == checkout
