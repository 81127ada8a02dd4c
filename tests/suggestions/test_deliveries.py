"""The gap to free delivery: to the cent, and silent where nothing certain can be said."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.errors import BadPreference
from plugin.suggestions.deliveries import ByHand, DeliveryMethod, by_hand, check_by_hand, gap
from plugin.suggestions.model import DeliveryGap

CENTS = st.integers(0, 20_000).map(lambda cents: Decimal(cents) / 100)


def post(price: str = "4.90", **more: object) -> DeliveryMethod:
    return DeliveryMethod("post", "Post", Decimal(price), **more)  # type: ignore[arg-type]


def free(minimum: str = "50", **more: object) -> DeliveryMethod:
    return DeliveryMethod("free", "Free", Decimal(), Decimal(minimum), **more)  # type: ignore[arg-type]


def missing(amount: str, threshold: str = "50.00", saves: str | None = "4.90") -> DeliveryGap:
    return DeliveryGap(Decimal(amount), Decimal(threshold), None if saves is None else Decimal(saves), "EUR")


@pytest.mark.parametrize(
    ("subtotal", "expected"), [("45.70", missing("4.30")), ("49.99", missing("0.01")), ("50.00", None), ("80", None)]
)  # fmt: skip
def test_the_threshold_itself_is_free_as_saleor_says(subtotal: str, expected: DeliveryGap | None) -> None:
    assert gap([post(), free()], Decimal(subtotal), "EUR") == expected


@pytest.mark.parametrize(
    "methods",
    [
        [],
        [post()],
        [post(), free(restricted=True)],
        [post(), free(maximum=Decimal(60))],
        [post(), free(), free("0")],
        [post(), free(), free("10", restricted=True)],
    ],
    ids=["nothing ships", "never free", "only some get it", "it ends again", "free already", "perhaps free already"],
)  # fmt: skip
def test_what_is_not_certain_is_not_promised(methods: list[DeliveryMethod]) -> None:
    assert gap(methods, Decimal(40), "EUR") is None


def test_the_nearest_threshold_and_the_cheapest_delivery_open_now_are_told() -> None:
    methods = [free("90"), free("60"), post("9.90"), post("3.90", minimum=Decimal(50)), post("4.90")]

    assert gap(methods, Decimal("45.50"), "EUR") == missing("14.50", "60.00", "4.90")


def test_without_any_delivery_open_now_nobody_knows_what_is_saved() -> None:
    assert gap([free()], Decimal(45), "EUR") == missing("5.00", saves=None)


@given(st.lists(st.tuples(CENTS, CENTS, st.none() | CENTS, st.booleans())), CENTS)
def test_closing_the_gap_makes_delivery_free_and_a_cent_less_does_not(
    facts: list[tuple[Decimal, Decimal, Decimal | None, bool]], subtotal: Decimal
) -> None:
    methods = [DeliveryMethod("", "", *fact) for fact in facts]

    found = gap(methods, subtotal, "EUR")

    if found is not None:
        promised = [method for method in methods if not method.price and not method.restricted]
        assert found.gap > 0
        assert any(method.is_open(subtotal + found.gap) for method in promised)
        assert gap(list(reversed(methods)), subtotal, "EUR") == found
        assert gap(methods, subtotal + found.gap, "EUR") is None


def test_what_a_merchant_typed_is_read() -> None:
    typed = by_hand(("default-channel: 50.00, 4.90", "channel-jp : 8000"))

    assert typed == {
        "default-channel": ByHand(Decimal("50.00"), Decimal("4.90")),
        "channel-jp": ByHand(Decimal(8000)),
    }
    assert gap(typed["default-channel"].methods(), Decimal("45.70"), "EUR") == missing("4.30")


@pytest.mark.parametrize(
    "lines",
    [
        ("50.00",), ("de 50.00",), ("de: 50,00",), ("de: 50,00, 4,90",), ("de: 0",), ("de: -5",), ("de: 50, 60",), ("de: 1e3",),
        ("de: NaN",), ("de: 50.00 EUR",), ("de: 50, 4, 3",), ("de: 50", "de: 60"), ("de: 50.0000",), (":",), ("de: 50, ",),
        ("de: ９９",),
    ],
)  # fmt: skip
def test_what_is_typed_wrong_is_refused_in_words(lines: tuple[str, ...]) -> None:
    with pytest.raises(BadPreference) as refusal:
        by_hand(lines)

    assert refusal.value.field == "free_delivery_from"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("nowhere: 50.00", "free_delivery_from: there is no channel “nowhere”; the channels are: de, jp"),
        ("jp: 50.50", "free_delivery_from: “jp”: nobody can pay 50.50 JPY"),
    ],
)
def test_channels_and_their_currencies_are_checked(line: str, said: str) -> None:
    with pytest.raises(BadPreference) as refusal:
        check_by_hand((line,), {"de": "EUR", "jp": "JPY"})

    assert str(refusal.value) == said
