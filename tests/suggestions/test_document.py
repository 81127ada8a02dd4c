from __future__ import annotations

import json
from typing import Any

import pytest

from plugin.suggestions.document import (
    MOST_BYTES,
    as_text,
    document,
    lines_hash,
    offers_nothing,
    says_the_same,
)
from plugin.suggestions.model import Reason, Suggestion
from tests.builders import NOW, a_basket_line, a_variant, an_offer


def a_suggestion(name: str = "card", amount: str = "12.00") -> Suggestion:
    variant = a_variant(f"{name}-1", amount)
    reason = Reason(
        "bought_together",
        {"product": name, "together": 3, "orders": 9},
        f"Bought together in 3 of 9 orders with {name}",
    )
    return Suggestion("also_bought", "learned", an_offer(1, name, variant), variant, reason, 0.5)


def test_the_hash_ignores_order_merges_lines_and_leaves_gifts_out() -> None:
    one = [a_basket_line("a"), a_basket_line("b", 2), a_basket_line("b", 1), a_basket_line("gift", gift=True)]
    other = [a_basket_line("b", 3), a_basket_line("a")]

    assert lines_hash(one) == lines_hash(other)


def test_the_hash_is_fnv_1a_64() -> None:
    assert lines_hash([]) == "cbf29ce484222325"


def test_the_hash_changes_with_a_quantity() -> None:
    assert lines_hash([a_basket_line("a", 1)]) != lines_hash([a_basket_line("a", 2)])


def test_money_is_written_exactly() -> None:
    amounts = [
        price_of(document([a_suggestion(amount=text)], [], "checkout", NOW))
        for text in ("12.00", "1E+1", "0.005")
    ]

    assert amounts == ["12.00", "10", "0.005"]


def price_of(made: dict[str, Any]) -> str:
    return str(made["suggestions"][0]["price"]["amount"])


def test_a_document_never_exceeds_8_kilobytes_whatever_the_names() -> None:
    made = document([a_suggestion("Ж" * 900)] * 3, [], "checkout", NOW)

    assert len(as_text(made).encode()) <= MOST_BYTES
    assert json.loads(as_text(made)) == made, "every reader is given the same, shortened"


def test_the_same_answer_made_later_is_the_same() -> None:
    written = as_text(document([a_suggestion()], [a_basket_line("a")], "checkout", NOW))
    later = document([a_suggestion()], [a_basket_line("a")], "checkout", NOW.replace(year=2027))

    assert says_the_same(written, later)


def test_a_forged_or_missing_document_is_not_the_same() -> None:
    made = document([], [], "checkout", NOW)

    assert [
        says_the_same(text, made) for text in (None, "", "nonsense", "[]", json.dumps({"version": 1}))
    ] == [False] * 5


@pytest.mark.parametrize(
    "text",
    [
        "[" * 200_000,
        "[" * 8_000,
        '{"version":' * 700,
        '{"version":1}' + " " * MOST_BYTES,
        "9" * 8_000,
        "\ud800",
    ],
    ids=["endless", "deep", "deep objects", "long", "a huge number", "half a character"],
)
def test_whatever_a_shopper_forged_is_read_without_harm(text: str) -> None:
    made = document([], [], "checkout", NOW)

    assert (says_the_same(text, made), offers_nothing(text)) == (False, False)


def test_nothing_is_offered_by_an_empty_document_or_none_at_all() -> None:
    written = [document([], [], "checkout", NOW), document([a_suggestion()], [], "checkout", NOW)]

    assert [offers_nothing(None), *(offers_nothing(as_text(made)) for made in written)] == [True, True, False]
