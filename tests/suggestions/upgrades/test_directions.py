"""What better means is what price says, where it says it clearly; taste never is better."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from plugin.suggestions.upgrades.comparing import Window, is_step_up
from plugin.suggestions.upgrades.directions import Item
from plugin.suggestions.upgrades.scales import DOWN, IGNORED, ORDER, TASTE, UNCLEAR, UP, Choice, chosen
from tests.suggestions.upgrades.catalogue import item, known, option, scales

COLOUR_NAMES = [
    "colour",
    "color",
    "farbe",
    "couleur",
    "kolor",
    "kleur",
    "rahmenfarbe",
    "色",
    "цвет",
    "finish",
    "pattern",
    "brand",
    "style",
]
COLOURS = ["Gold", "Midnight Black", "rosé", "dunkelblau", "Weiß", "Silver", "rood", "黑色", "зелёный"]
SIZES = ["XS", "S", "M", "L", "XL", "2XL", "EU 42", "One size"]


def test_one_product_in_three_sizes_of_memory_is_enough() -> None:
    found = scales([item(10, memory="64 GB"), item(12, memory="128 GB"), item(15, memory="256 GB")])

    assert (found["memory"].way, found["memory"].grounds.pairs) == (UP, 2)


def test_less_is_better_where_less_is_dearer() -> None:
    found = scales([item(30, noise="20 dB"), item(20, noise="30 dB"), item(10, noise="40 dB")])

    assert found["noise"].way == DOWN


def test_two_variants_are_no_evidence() -> None:
    assert scales([item(10, memory="64 GB"), item(12, memory="128 GB")])["memory"].way == UNCLEAR


def test_a_price_that_stays_the_same_says_nothing() -> None:
    assert scales([item(10, length=f"{n} m") for n in range(1, 9)])["length"].way == UNCLEAR


def test_measures_that_contradict_each_other_say_nothing() -> None:
    prices = {1: 10, 2: 30, 3: 20, 4: 40, 5: 15}

    assert scales([item(price, power=f"{n} W") for n, price in prices.items()])["power"].way == UNCLEAR


def test_products_that_differ_in_nothing_else_are_compared() -> None:
    found = scales([item(10 + n, product=n, length=f"{n} m", mount="a") for n in range(1, 6)])

    assert (found["length"].way, found["length"].grounds.how, found["mount"].way) == (UP, "alike", TASTE)


def test_a_whole_type_speaks_where_no_two_products_are_alike() -> None:
    some = random.Random(1)
    items = [item(10 + n, product=n, power=f"{n} W", length=f"{some.randint(1, 99)} m") for n in range(1, 30)]

    assert {name: scale.way for name, scale in scales(items).items()} == {"power": UP, "length": UNCLEAR}


def test_what_grows_with_size_and_nobody_wants_is_believed_of_one_product_only() -> None:
    laptops = [item(10 + n, product=n, weight=f"{n} kg") for n in range(1, 30)]
    coffee = [item(10 * n, weight=f"{n} kg") for n in range(1, 5)]

    assert (scales(laptops)["weight"].way, scales(coffee)["weight"].way) == (UNCLEAR, UP)


def test_two_measures_that_rise_together_are_both_better() -> None:
    items = [item(10 * n, memory=f"{n} GB", storage=f"{2 * n} TB") for n in range(1, 4)]

    assert {name: scale.way for name, scale in scales(items).items()} == {"memory": UP, "storage": UP}


def test_a_yes_is_better_where_it_is_dearer() -> None:
    items = [
        item(10 + 5 * n, product=p, wifi=("false", "true")[n], length="1 m")
        for p in (1, 2, 3)
        for n in (0, 1)
    ]

    found = scales(items, known(wifi="BOOLEAN"))

    assert found["wifi"].way == UP


def tiers(*prices: int, products: Sequence[int] = (1, 2, 3)) -> list[Item]:
    names = ("basic", "plus", "pro", "max")
    return [
        item(10 * p + price, product=p, tier=names[n]) for p in products for n, price in enumerate(prices)
    ]


def test_values_are_ordered_by_price_where_every_step_is_clear() -> None:
    assert scales(tiers(1, 3, 5, 8))["tier"].order == ("basic", "plus", "pro", "max")


@pytest.mark.parametrize("prices", [(1, 3, 3), (1, 1, 1)])
def test_values_are_left_alone_where_one_step_is_not_clear(prices: tuple[int, ...]) -> None:
    assert scales(tiers(*prices))["tier"].way == UNCLEAR


def test_one_product_does_not_order_words() -> None:
    assert scales(tiers(1, 3, 5, products=(1,)))["tier"].way == UNCLEAR


def test_what_only_tells_products_apart_does_not_matter() -> None:
    items = [
        item(10 + n % 3, product=n, note=f"text {n}", model=f"AB{n}", ean=f"{4_000_000 + n}")
        for n in range(20)
    ]

    found = scales(items, known(note="PLAIN_TEXT", model="DROPDOWN", ean="NUMERIC"))

    assert {scale.way for scale in found.values()} == {IGNORED}


@pytest.mark.parametrize("name", COLOUR_NAMES)
def test_gold_always_dearer_is_still_a_colour(name: str) -> None:
    items = [
        item(10 * p + 5 * n, product=p, **{name: value})
        for p in range(20)
        for n, value in enumerate(["a", "b", "c"])
    ]

    assert scales(items)[name].way == TASTE


def test_sizes_of_clothes_are_taste_and_those_of_bottles_are_not() -> None:
    shirts = [item(10 + n, size=size) for n, size in enumerate(["S", "M", "L", "XL"])]
    shoes = [item(10 + n, size=f"{40 + n}") for n in range(5)]
    children = [item(10 + n, length=f"{92 + 6 * n} cm") for n in range(5)]
    bottles = [item(10 + n, size=f"{500 + n * 250} ml") for n in range(3)]

    ways = [
        scales(shirts)["size"].way,
        scales(shoes)["size"].way,
        scales(children, known("Shirts"))["length"].way,
        scales(bottles)["size"].way,
    ]

    assert ways == [TASTE, TASTE, TASTE, UP]


def test_a_merchants_word_wins_over_taste_and_over_what_was_learned() -> None:
    found = scales([*tiers(1, 3, 5), item(10, product=9, colour="Gold")])

    up = chosen(found["colour"], Choice(ORDER, ("Silver", "Gold")))
    never = chosen(found["tier"], Choice("forbid"))

    assert (up.step("Silver", "Gold"), never.step("basic", "pro")) == (1, 0)


def a_dear_taste(dice: random.Random) -> tuple[list[Item], str, list[str]]:
    """A type whose attribute of taste always costs more, step by step, called and worded in many ways."""
    attribute = dice.choice([*COLOUR_NAMES, "option", "variant_kind", "edition", "size"])
    words = SIZES if attribute == "size" else COLOURS
    values = dice.sample(words, dice.randint(2, 3))
    step, memories = dice.randint(1, 9), dice.choice([1, 1, 2])
    items = [
        item(20 * p + step * n + 3 * m, product=p, memory=f"{m} GB", **{attribute: value})
        for p in range(1, dice.randint(2, 5))
        for n, value in enumerate(values)
        for m in range(1, memories + 1)
    ]
    return items, attribute, values


def test_colour_never_becomes_an_upgrade() -> None:
    """10,000 worlds."""
    dice, others = random.Random(7), 0
    for _ in range(10_000):
        items, attribute, values = a_dear_taste(dice)
        input_type = dice.choice(["DROPDOWN", "SWATCH", "PLAIN_TEXT"])
        found = scales(items, known(**{attribute: input_type}))
        one, other = dice.sample(values, 2)
        was = option(100, memory="1 GB", **{attribute: one})
        is_now = option(120, memory="2 GB", **{attribute: other})
        same = option(120, memory="2 GB", **{attribute: one})
        assert is_step_up(was, is_now, found, Window()).facts == (), (items, attribute, input_type)
        others += bool(is_step_up(was, same, found, Window()).facts)
    assert others > 1_000


@pytest.mark.parametrize("seed", range(50))
def test_what_is_learned_does_not_depend_on_the_order(seed: int) -> None:
    dice = random.Random(seed)
    items, _attribute, _values = a_dear_taste(dice)

    assert scales(dice.sample(items, len(items))) == scales(items)
