"""Numbers, sizes, times and the little chart, as people read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from plugin.web.dashboard import charts, words

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
