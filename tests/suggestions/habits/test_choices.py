"""How often something was chosen and kept: each order counts once, whatever its lines."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.suggestions.habits import choices
from plugin.suggestions.habits.choices import Choice
from plugin.suggestions.model import VariantId

LINE = st.tuples(
    st.sampled_from(["s", "m", "l"]), st.integers(0, 500), st.integers(0, 500), st.booleans()
).map(lambda it: ["shirt", it[0], it[1], min(it[1], it[2]), "9.00", int(it[3])])


def counted(*orders: tuple[list[list[Any]], bool]) -> dict[str, Choice]:
    counts: dict[VariantId, int] = {}
    for lines, refunded in orders:
        choices.add(counts, lines, refunded)
    return {variant: choices.choice(packed) for variant, packed in counts.items()}


def a_line(variant: str, quantity: int = 1, kept: int = 1, gift: int = 0) -> list[Any]:
    return ["shirt", variant, quantity, kept, "9.00", gift]


@settings(deadline=None)
@given(st.lists(st.tuples(st.lists(LINE, max_size=5), st.booleans()), max_size=12))
def test_what_is_counted_equals_a_recount(orders: list[tuple[list[list[Any]], bool]]) -> None:
    expected = {}
    for variant in "sml":
        chosen = [
            (sum(line[2] for line in mine), 0 if refunded else sum(line[3] for line in mine))
            for lines, refunded in orders
            for mine in [[line for line in lines if line[1] == variant and line[2] and not line[5]]]
            if mine
        ]
        if chosen:
            pieces, stayed = sum(one for one, _ in chosen), sum(other for _, other in chosen)
            kept = sum(stay > 0 for _, stay in chosen)
            expected[variant] = Choice(len(chosen), kept, pieces, pieces - stayed)

    assert counted(*orders) == expected


def test_a_variant_in_two_lines_was_chosen_once() -> None:
    assert counted(([a_line("m"), a_line("m", 2, 0)], False)) == {"m": Choice(1, 1, 3, 2)}


def test_an_order_refunded_whole_kept_nothing() -> None:
    assert counted(([a_line("m", 4, 4)], True)) == {"m": Choice(1, 0, 4, 4)}


def test_a_gift_was_not_chosen() -> None:
    assert counted(([a_line("m", gift=1)], False)) == {}


def test_the_share_sent_back_is_of_pieces() -> None:
    assert (Choice(2, 2, 8, 2).returned_share, choices.NEVER_CHOSEN.returned_share) == (0.25, 0.0)
