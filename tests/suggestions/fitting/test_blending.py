"""How loud each ingredient is: learned from what was hidden of later orders, held near what holds in general."""

from __future__ import annotations

from dataclasses import replace
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.suggestions.fitting import blending as room
from plugin.suggestions.fitting.blending import (
    IN_GENERAL,
    SIZES,
    Example,
    example,
    learn,
    learn_by_size,
    size_of,
)
from plugin.suggestions.fitting.scoring import INGREDIENTS, Heard

GENERAL = {"ridge": 1.0, "neighbours": 0.5, "share": 0.25}


def examples(many: int, right: str, seed: int = 3, out_of: int = 20) -> list[Example]:
    """Baskets in which the ingredient that is right likes what was hidden best; the others guess."""
    dice = np.random.default_rng(seed)
    made = []
    for _ in range(many):
        scores = dice.random((out_of, len(INGREDIENTS)))
        hidden = int(dice.integers(out_of))
        scores[hidden, INGREDIENTS.index(right)] = 1.0
        scores[:, INGREDIENTS.index(right)] *= np.where(np.arange(out_of) == hidden, 1.0, 0.6)
        made.append(Example(scores, np.array([hidden])))
    return made


def share(blend: dict[str, float], name: str) -> float:
    return blend[name] / sum(blend.values())


@pytest.mark.parametrize("right", sorted(GENERAL))
def test_an_ingredient_that_is_right_becomes_louder(right: str) -> None:
    found = dict(learn(examples(200, right), GENERAL))

    assert share(found, right) > share(GENERAL, right)
    assert max(found, key=found.__getitem__) == right


def test_the_more_evidence_the_farther_from_the_general_blend() -> None:
    shares = [share(dict(learn(examples(many, "share"), GENERAL)), "share") for many in (1, 10, 100, 400)]

    assert (
        shares[0] < shares[1] < min(shares[2:])
    )  # from there on what is tried is coarser than what is learned
    assert shares[0] == pytest.approx(share(GENERAL, "share"), abs=0.03)


def test_without_evidence_the_blend_is_the_general_one() -> None:
    assert learn([], GENERAL) == GENERAL


def test_examples_that_say_nothing_leave_the_general_blend() -> None:
    silent = [Example(np.zeros((5, len(INGREDIENTS))), np.array([2]))] * 50

    assert learn(silent, GENERAL) == pytest.approx(GENERAL, abs=1e-3)


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 1000),
    right=st.sampled_from(INGREDIENTS),
    many=st.integers(1, 60),
    asked=st.sampled_from(sorted(IN_GENERAL)),
)
def test_no_ingredient_is_ever_heard_backwards_and_none_that_was_silent_speaks(
    seed: int, right: str, many: int, asked: str
) -> None:
    found = learn(examples(many, right, seed), IN_GENERAL[asked])

    assert found.keys() == {name for name, loud in IN_GENERAL[asked].items() if loud > 0}
    assert all(0 <= loud <= 1 for loud in found.values())
    assert max(found.values()) == 1.0


def test_an_ingredient_that_is_always_wrong_falls_silent() -> None:
    wrong = examples(300, "ridge")
    for one in wrong:
        one.scores[:, INGREDIENTS.index("neighbours")] = 1 - one.scores[:, INGREDIENTS.index("ridge")]

    assert learn(wrong, GENERAL)["neighbours"] == 0.0


@pytest.mark.parametrize("right", ["ridge", "neighbours"])
def test_what_is_spared_is_heard_where_it_clearly_helps_and_else_silent(right: str) -> None:
    found = learn(examples(300, right), GENERAL, ["neighbours"])

    assert (found["neighbours"] > 0) == (right == "neighbours")


def test_an_example_is_the_likeliest_candidates_and_where_what_was_hidden_stands() -> None:
    scores = np.zeros((4, len(INGREDIENTS)))
    scores[:, 0] = [0.1, 0.9, 0.5, 0.0]
    told = Heard(np.array([3, 5, 8, 9]), scores)

    made = example(told, [8, 9], {"ridge": 1.0}, most=2)

    assert made is not None
    assert (made.of(["ridge"])[:, 0].tolist(), made.found.tolist()) == (pytest.approx([0.9, 0.5]), [1])
    assert example(told, [9], {"ridge": 1.0}, most=2) is None


def test_small_and_large_baskets_learn_what_is_right_for_their_size() -> None:
    small = [replace(one, lines=2) for one in examples(300, "neighbours")]
    large = [replace(one, lines=SIZES[-1]) for one in examples(300, "share", seed=5)]

    few, many = learn_by_size([*small, *large], GENERAL)

    assert share(dict(few), "neighbours") > share(dict(many), "neighbours")
    assert share(dict(many), "share") > share(dict(few), "share")


def test_where_only_one_size_is_known_every_basket_has_its_blend() -> None:
    few, many = learn_by_size(examples(50, "share"), GENERAL)

    assert few == many


def test_a_basket_has_the_largest_size_it_reaches() -> None:
    assert [size_of(lines) for lines in (1, SIZES[1] - 1, SIZES[1], 500)] == [0, 0, 1, 1]


@given(weights=st.lists(st.floats(0.1, 1), min_size=2, max_size=2), seed=st.integers(0, 99))
def test_what_is_found_is_the_discounted_gain_of_the_first_ten(weights: list[float], seed: int) -> None:
    dice = np.random.default_rng(seed)
    made = [
        Example(dice.random((many, len(INGREDIENTS))), np.sort(dice.permutation(many)[:hidden]))
        for many, hidden in ((30, 1), (12, 3), (4, 2))
    ]
    expected = 0.0
    for one in made:
        said = one.of(["ridge", "share"]).astype(np.float32) @ np.array(weights, np.float32)
        order = sorted(range(len(said)), key=lambda at: (-said[at], at in one.found))
        expected += sum(1 / np.log2(place + 2) for place, at in enumerate(order[:10]) if at in one.found)

    found = room._Judge(made, ["ridge", "share"]).found(np.array(weights))

    assert found == pytest.approx(expected)


@given(many=st.integers(1, 40), hidden=st.integers(1, 3), seed=st.integers(0, 999))
def test_trying_all_loudnesses_at_once_finds_what_each_finds_alone(many: int, hidden: int, seed: int) -> None:
    dice = np.random.default_rng(seed)
    made = [
        Example(
            dice.integers(0, 5, (40 - at % 30, len(INGREDIENTS))) / 4.0,
            np.sort(dice.permutation(10)[:hidden]),
        )
        for at in range(many)
    ]  # quarters and few of them: ties everywhere, and no rounding
    judge = room._Judge(made, ["ridge", "share", "lift"])
    weights = np.array([1.0, 0.0, 0.5])

    with patch.object(room, "TRIED", (0.0, 0.25, 0.5, 1.25, 2.5)):
        gains = judge._gains(judge._said(weights), judge._scores[1])

        for gain, value in zip(gains, room.TRIED, strict=True):
            assert gain == pytest.approx(judge.found(weights + np.array([0.0, value, 0.0])))


@settings(max_examples=50, deadline=None)
@given(many=st.integers(1, 60), wide=st.integers(1, 12), seed=st.integers(0, 999))
def test_the_logit_is_solved_no_weight_wants_to_move(many: int, wide: int, seed: int) -> None:
    dice = np.random.default_rng(seed)
    names = INGREDIENTS[:wide]
    made = [
        Example(
            dice.random((size, wide)) ** 3, np.sort(dice.permutation(size)[: dice.integers(1, 4)]), 1, names
        )
        for size in dice.integers(3, 100, many)
    ]
    general = dice.random(wide) * room.SHARPNESS
    task = room._Task(made, names, general)

    weights = task.solved(general)

    slope = task._at(weights).slope
    assert (weights >= 0).all()
    assert np.abs(slope[weights > 0]).max(initial=0.0) < 0.01
    assert (slope[weights == 0] > -0.01).all()


def test_the_derivatives_of_the_logit_are_those_of_what_it_costs() -> None:
    made = [replace(one, found=np.array([3, 7])) for one in examples(30, "share")]
    task = room._Task(made, ["ridge", "share", "lift"], np.array([6.0, 3.0, 0.0]))
    here, little = np.array([4.0, 5.0, 1.0]), 1e-5

    at = task._at(here)

    for one, away in enumerate(little * np.eye(3)):
        before, after = task._at(here - away), task._at(here + away)
        assert at.slope[one] == pytest.approx((after.cost - before.cost) / (2 * little), rel=1e-4)
        assert at.bend[one] == pytest.approx((after.slope - before.slope) / (2 * little), rel=1e-3, abs=1e-4)


def test_a_blend_that_says_nothing_finds_nothing() -> None:
    judge = room._Judge(examples(20, "share", out_of=30), ["ridge", "share"])

    assert judge.found(np.zeros(2)) == 0


@pytest.mark.parametrize(("many", "folds"), [(2, 1), (30, 10), (6_000, 5), (20_000, 4)])
def test_the_fewer_examples_the_more_often_the_blend_is_learned(many: int, folds: int) -> None:
    made = room._folds([Example(np.zeros((1, 1)), np.array([0]))] * many)

    assert len(made) == folds
    assert sum(map(len, made)) == many * max(folds - 1, 1)
