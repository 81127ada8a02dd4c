"""Numbers, sizes, times and the little chart, as people read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from plugin.web.dashboard import bundle_words, charts, words

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("amount", "told"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1_000, "1.0 kB"),
        (405_504, "405.5 kB"),
        (12_345_678, "12.3 MB"),
        (10**16, "10000.0 TB"),
    ],
)
def test_a_size_is_told_in_the_unit_that_keeps_it_short(amount: int, told: str) -> None:
    assert words.storage(amount) == told


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (-5, "just now"),
        (10, "just now"),
        (50, "a minute ago"),
        (90, "1 minute ago"),
        (7_200, "2 hours ago"),
        (200_000, "2 days ago"),
    ],
)
def test_a_moment_is_told_from_now(seconds: int, told: str) -> None:
    assert words.ago(NOW - timedelta(seconds=seconds), NOW) == told


def test_one_order_is_not_orders() -> None:
    assert (words.plural(1, "order"), words.plural(2_000, "order")) == ("1 order", "2,000 orders")


def test_a_week_without_anything_is_a_line_on_the_ground() -> None:
    assert {y for _x, y in charts.line([0] * 7).points} == {charts.HEIGHT - charts.MARGIN}


def test_the_best_day_touches_the_top() -> None:
    assert charts.line([1, 5, 2]).points[1][1] == charts.MARGIN


@pytest.mark.parametrize(
    ("smallest", "currency", "told"),
    [
        (123_456, "EUR", "1234.56 EUR"),
        (500, "JPY", "500 JPY"),
        (1_234, "KWD", "1.234 KWD"),
        (0, "USD", "0.00 USD"),
    ],
)
def test_money_has_all_the_decimals_of_its_currency(smallest: int, currency: str, told: str) -> None:
    assert bundle_words.amount(smallest, currency) == told


@pytest.mark.parametrize(
    ("field", "told"),
    [
        ("name", "Name: is wrong"),
        ("members", "Products: is wrong"),
        ("members.0", "Product 1: is wrong"),
        ("members.2.quantity", "Product 3, quantity: is wrong"),
        ("rule.percent", "Percent off: is wrong"),
        ("rule.amounts.channel.us", "Amount in channel.us: is wrong"),
        ("translations.", "Name in another language: is wrong"),
        ("translations.de", "Name in de: is wrong"),
        ("unheard", "unheard: is wrong"),
    ],
)
def test_a_problem_names_its_field_as_the_page_does(field: str, told: str) -> None:
    assert bundle_words.problem(field, "is wrong") == told


def test_large_sums_are_grouped() -> None:
    told = [bundle_words.large(Decimal("351225"), currency) for currency in ("EUR", "JPY")]

    assert told == ["351,225.00 EUR", "351,225 JPY"]


def test_small_shares_and_lifts_keep_a_decimal() -> None:
    shares = [bundle_words.part(share) for share in (0.034, 0.5, 1)]
    lifts = [bundle_words.times(lift) for lift in (1.26, 12.6)]

    assert (shares, lifts) == (["3.4 %", "50 %", "100 %"], ["1.3 times", "13 times"])


def test_a_sentence_begins_large_and_ends_once() -> None:
    assert [words.sentence(text) for text in ("is wrong", "Done.", "")] == ["Is wrong.", "Done.", "."]
