"""Which sets lie in a basket, where bundles overlap; by hand, where the answer is obvious."""

from __future__ import annotations

from plugin.suggestions.bundles.pricing import price_lines
from tests.suggestions.bundles.market import a_bundle, a_market, basket, goods, off, percent, price

SOLD = goods({"camera": 10_000, "card": 2_000, "case": 3_000, "bag/black": 5_000, "bag/red": 6_000})


def given(market: object, *lines: tuple[str, int]) -> list[tuple[int, int, int]]:
    """Bundle, how many sets, what they save."""
    pricing = price_lines(basket(*lines), market)  # type: ignore[arg-type]
    return [(found.bundle, found.count, found.saving) for found in pricing.promised]


def test_several_sets_of_one_bundle_are_found() -> None:
    market = a_market(SOLD, a_bundle(1, off("5"), {"camera": 1, "card": 2}))

    assert given(market, ("camera", 3), ("card", 5)) == [(1, 2, 1_000)]


def test_at_most_so_many_sets_as_the_merchant_says() -> None:
    market = a_market(SOLD, a_bundle(1, off("5"), {"camera": 1, "card": 1}, most_sets=1))

    assert given(market, ("camera", 3), ("card", 5)) == [(1, 1, 500)]


def test_of_two_that_want_the_same_camera_the_better_one_gets_it() -> None:
    market = a_market(
        SOLD, a_bundle(1, off("5"), {"camera": 1, "card": 1}), a_bundle(2, off("7"), {"camera": 1, "case": 1})
    )

    assert given(market, ("camera", 1), ("card", 1), ("case", 1)) == [(2, 1, 700)]


def test_two_smaller_sets_beat_a_greater_one_that_takes_from_both() -> None:
    market = a_market(
        SOLD,
        a_bundle(1, off("5"), {"camera": 1, "card": 1}),
        a_bundle(2, off("5"), {"case": 1, "bag": 1}),
        a_bundle(3, off("9"), {"camera": 1, "case": 1}),
    )

    assert given(market, ("camera", 1), ("card", 1), ("case", 1), ("bag/red", 1)) == [
        (1, 1, 500),
        (2, 1, 500),
    ]


def test_a_tie_goes_to_the_older_bundle() -> None:
    rules = [
        a_bundle(number, off("5"), {"camera": 1, other: 1}) for number, other in ((4, "card"), (2, "case"))
    ]
    market = a_market(SOLD, *rules)

    assert given(market, ("camera", 1), ("card", 1), ("case", 1)) == [(2, 1, 500)]


def test_any_variant_of_a_product_will_do_and_the_dearest_is_taken() -> None:
    """Ten percent of the red bag is more than ten percent of the black one."""
    market = a_market(SOLD, a_bundle(1, percent("10"), {"camera": 1, "bag": 1}))

    assert given(market, ("camera", 1), ("bag/black", 1), ("bag/red", 1)) == [(1, 1, 1_600)]


def test_two_pieces_of_one_member_may_be_of_two_variants() -> None:
    market = a_market(SOLD, a_bundle(1, percent("10"), {"camera": 1, "bag": 2}))

    assert given(market, ("camera", 1), ("bag/black", 1), ("bag/red", 1)) == [(1, 1, 2_100)]


def test_a_variant_that_is_a_member_is_that_variant_only() -> None:
    market = a_market(SOLD, a_bundle(1, percent("10"), {"camera": 1, "bag/red": 1}))

    assert given(market, ("camera", 1), ("bag/black", 1)) == []


def test_a_set_price_above_what_the_pieces_cost_now_is_no_offer() -> None:
    market = a_market(SOLD, a_bundle(1, price("120"), {"camera": 1, "card": 1}))

    assert given(market, ("camera", 1), ("card", 1)) == []


def test_two_lines_of_one_variant_make_one_set() -> None:
    market = a_market(SOLD, a_bundle(1, off("5"), {"camera": 1, "card": 2}))

    assert given(market, ("camera", 1), ("card", 1), ("card", 1)) == [(1, 1, 500)]
