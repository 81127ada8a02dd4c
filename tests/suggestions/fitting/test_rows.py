"""Rows of weights: what is packed is unpacked again, the strongest stay, one entry is changed at a time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from plugin.suggestions.fitting.rows import NO_ROW, Row, packed, row, strongest, unpacked, with_entry

ENTRIES = st.dictionaries(
    st.integers(0, 2**31 - 1), st.floats(-1e6, 1e6, width=32).filter(lambda weight: weight != 0), max_size=12
)


def entries(one: Row) -> list[tuple[int, float]]:
    return list(zip(one.products.tolist(), one.weights.tolist(), strict=True))


@given(given=ENTRIES)
def test_what_is_packed_is_unpacked_again_by_number(given: dict[int, float]) -> None:
    made = row(list(given), list(given.values()))

    assert entries(unpacked(packed(made))) == sorted(given.items())
    assert len(packed(made)) == 8 * len(given)


def test_nothing_is_unpacked_from_nothing() -> None:
    assert [entries(unpacked(text)) for text in (None, b"")] == [[], []]


@given(given=ENTRIES, product=st.integers(0, 30), weight=st.floats(-9, 9, width=32))
def test_one_entry_is_put_in_replaced_and_taken_out(
    given: dict[int, float], product: int, weight: float
) -> None:
    before = row(list(given), list(given.values()))

    assert entries(with_entry(before, product, weight)) == sorted({**given, product: weight}.items())
    assert entries(with_entry(with_entry(before, product, weight), product, None)) == sorted(
        (other, told) for other, told in given.items() if other != product
    )
    assert entries(before) == sorted(given.items())


@given(given=ENTRIES, most=st.integers(0, 14))
def test_the_strongest_either_way_stay_in_the_order_of_their_numbers(
    given: dict[int, float], most: int
) -> None:
    kept = entries(strongest(row(list(given), list(given.values())), most))

    expected = sorted(given.items(), key=lambda entry: (-abs(entry[1]), entry[0]))[:most]
    assert kept == sorted(expected)


def test_of_equals_the_smaller_number_stays() -> None:
    assert entries(strongest(row([5, 3, 4], [1.0, -1.0, 1.0]), 2)) == [(3, -1.0), (4, 1.0)]
    assert strongest(NO_ROW, 3) is NO_ROW
