"""Numbers with units are read as people write them, and nothing is guessed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.suggestions.upgrades.measures import Measure, measure


@pytest.mark.parametrize(
    ("less", "more"),
    [
        ("512 GB", "1 TB"),
        ("64GB", "128 GB"),
        ("1000 mm", "1.5 m"),
        ("1,4 l", "1.5 L"),
        ("800 kHz", "2.4 GHz"),
        ("12 Mpx", "20 megapixels"),
        ('24"', "27 inch"),
        ("50 cm", '27"'),
        ("4500 mAh", "5 000 mAh"),
        ("1/2 in", "1 1/2 in"),
        ("1/8000 s", "1/500 s"),
        ("1.000.000 px", "20 MP"),
        ("1'500 g", "1,6 kg"),
        ("0.500 kg", "750 g"),
        ("-18 °C", "-5 °C"),
        ("3-pack", "5 pieces"),
        ("1 GiB", "2 GB"),
        ("12 months", "2 years"),
    ],
)
def test_the_larger_of_two_is_known_in_whatever_unit(less: str, more: str) -> None:
    one, other = measure(less), measure(more)

    assert one is not None
    assert other is not None
    assert (one.dimension, one.amount < other.amount) == (other.dimension, True)


@pytest.mark.parametrize("text", ["42", "S", "XL", "10-20 cm", "10 – 20 cm", "24-70 mm", "10 x 20 cm", "2 x 8 GB", "8/256 GB", "16 512 GB",
    "up to 5 m", "< 5 m", "ca. 5 m", "1.500 l", "5,000 mAh", "5G", "4K", "5S", "f/2.8", "24/7 h", "100 mb/s", "16 GB RAM", "5' 10\"",
    "1.5.2 m", "1e5 m", "iPhone 13", "", " ", "1/0 in", "0/4 in", "GB", "64 Gigasomething", "1" * 60 + " m"])  # fmt: skip
def test_what_is_unclear_is_no_measure(text: str) -> None:
    assert measure(text) is None


@pytest.mark.parametrize(
    ("value", "name", "input_type", "unit", "read"),
    [
        ("150", "150", "NUMERIC", "CM", Measure("length", Decimal("1.50"))),
        ("1.5", "1.5", "NUMERIC", "M", Measure("length", Decimal("1.5"))),
        ("24", "24", "NUMERIC", "", Measure("number", Decimal(24))),
        ("1,5", "1,5", "NUMERIC", "", None),
        ("3", "3", "NUMERIC", "ACRE_FT", Measure("acre_ft", Decimal(3))),
        ("true", "Wifi: Yes", "BOOLEAN", "", Measure("truth", Decimal(1))),
        ("53_false", "Wifi: No", "BOOLEAN", "", Measure("truth", Decimal(0))),
        ("64-gb", "64 GB", "DROPDOWN", "", Measure("data", Decimal(64_000_000_000))),
    ],
)
def test_saleors_own_numbers_and_truths_are_read(
    value: str, name: str, input_type: str, unit: str, read: Measure | None
) -> None:
    assert measure(value, name, input_type, unit) == read


@given(
    st.text(max_size=60), st.sampled_from(["", "NUMERIC", "BOOLEAN", "DROPDOWN"]), st.sampled_from(["", "CM"])
)
def test_no_text_is_too_strange_to_be_looked_at(text: str, input_type: str, unit: str) -> None:
    found = measure(text, text, input_type, unit)

    assert found is None or found.amount.is_finite()


@given(st.integers(0, 9_999), st.sampled_from(["GB", "ml", "W", "cm"]))
def test_a_number_is_the_same_with_and_without_a_space(number: int, unit: str) -> None:
    assert measure(f"{number} {unit}") == measure(f"{number}{unit}") is not None
