"""The peers on a few orders: each is what its paper says, and finds what anybody would find."""

from __future__ import annotations

import numpy as np
import pytest

from tests.benchmarks.quality.buyers_peers import BUYERS_PEERS, own_frequency, tifu_knn
from tests.benchmarks.quality.folders import Basket
from tests.benchmarks.quality.past import Asked, Past, Scores
from tests.benchmarks.quality.peers import A_TRACE, BASKET_PEERS, Fit, cond, cosine, ease, rp3beta, vsknn
from tests.benchmarks.quality.tuning import best_of, found, held_out, tuned

PRODUCTS = ("beans", "mug", "tea", "pot", "bag")
ORDERS = [[0, 1], [2, 3], [0, 1, 4], [2, 3, 4], [0, 1], [2, 3], [0, 1, 4], [2, 4], [0, 4], [4]] * 3
BUYERS = [0, 1, 0, 1, 0, 2, 0, -1, 2, -1] * 3


@pytest.mark.parametrize("name", [name for name in BASKET_PEERS if name != "pop"])
def test_every_peer_knows_that_beans_go_with_a_mug_and_tea_with_a_pot(name: str) -> None:
    past = _past()
    asked = past.asked([Basket(("beans",), "", None), Basket(("tea",), "", None)])

    best = best_of(BASKET_PEERS[name](past), asked)

    assert [PRODUCTS[number] for number in best[:, 0]] == ["mug", "pot"]


@pytest.mark.parametrize("fit", [*BASKET_PEERS.values(), *BUYERS_PEERS.values()])
def test_of_a_product_and_a_buyer_never_seen_bestsellers_are_shown(fit: Fit) -> None:
    past = _past()

    best = best_of(fit(past), past.asked([Basket(("kettle",), "", "stranger")]))

    assert PRODUCTS[best[0, 0]] in ("beans", "bag")


def test_ease_is_the_direct_solution_of_its_regression() -> None:
    past, lam = _past(), 3.0
    bought = past.bought.toarray()

    scores = _scores(ease(past, lam, 100), past)

    for product in range(len(PRODUCTS)):
        others = [one for one in range(len(PRODUCTS)) if one != product]
        gram = bought[:, others].T @ bought[:, others] + lam * np.eye(len(others))
        weights = np.linalg.solve(gram, bought[:, others].T @ bought[:, product])
        assert scores[others, product] == pytest.approx(weights, abs=1e-5)


def test_confidence_is_the_share_of_orders_with_the_one_that_have_the_other() -> None:
    assert _scores(cond(_past()), _past())[0, 1] == pytest.approx(12 / 15)


def test_cosine_is_drawn_towards_zero() -> None:
    assert _scores(cosine(_past(), shrink=10), _past())[0, 1] == pytest.approx(12 / (np.sqrt(15 * 12) + 10))


def test_the_walk_of_three_steps_is_its_own_formula() -> None:
    past = _past()
    both = [order for order in ORDERS if 0 in order and 1 in order]

    score = _scores(rp3beta(past, alpha=0.5, beta=0.3), past)[0, 1]

    assert score == pytest.approx(sum(1 / len(order) ** 0.5 for order in both) / 15**0.5 / 12**0.3)


def test_only_the_nearest_baskets_vote() -> None:
    past = _past([[0, 1], [0, 2, 3, 4], [0, 2, 3, 4]], [-1, -1, -1])

    scores = _scores(vsknn(past, k=1, norm=1, power=1, idf=0), past)

    assert scores[0] == pytest.approx([1 / 2, 1 / 2, 0, 0, 0], abs=1e-6)


def test_own_frequency_counts_the_buyers_own_orders() -> None:
    past = _past()

    scores = own_frequency(past)(_of(past, "anna"))

    assert np.round(scores[0]).tolist() == [12, 12, 0, 0, 6]


def test_in_tifu_newer_orders_count_more() -> None:
    past = _past([[0], [1], [2], [3]], [0, 0, 0, 0])

    scores = tifu_knn(past, alpha=1, m=2, rb=0.5, rg=0.5)(_of(past, "anna"))

    assert scores[0] == pytest.approx([0.5 / 8, 1 / 8, 0.5 / 4, 1 / 4, 0], abs=1e-9)


def test_in_tifu_the_nearest_buyers_have_their_say() -> None:
    past = _past([[0, 1], [0, 2], [3, 4]], [0, 1, 2])

    scores = tifu_knn(past, k=1, alpha=0.6, m=1, rb=1, rg=1)(_of(past, "anna"))

    assert scores[0] == pytest.approx([1, 0.6, 0.4, 0, 0], abs=1e-9)


def test_parameters_are_chosen_on_the_last_tenth_of_the_orders() -> None:
    past = _past()

    train, question = held_out(past, "random")

    assert (len(train), len(question.hidden)) == (27, 2), "of the last three orders one has a single product"
    assert train.counts[4] < past.counts[4]


def test_tuned_parameters_are_never_worse_where_they_were_tuned() -> None:
    past = _past()
    train, question = held_out(past, "random")

    chosen = tuned("rp3beta", rp3beta, past, "random")

    default, best = (
        found(best_of(fit, question.asked), question.hidden)
        for fit in (rp3beta(train), rp3beta(train, **chosen))
    )
    assert best >= default


def test_in_batches_the_answers_are_the_same() -> None:
    past = _past()
    asked = past.asked([Basket((product,), "", None) for product in PRODUCTS])

    whole = best_of(vsknn(past), asked)

    assert np.array_equal(
        whole, np.concatenate([best_of(vsknn(past), asked.part(row, row + 1)) for row in range(5)])
    )


def _past(orders: list[list[int]] = ORDERS, buyers: list[int] = BUYERS) -> Past:
    starts = np.concatenate([[0], np.cumsum([len(order) for order in orders])])
    return Past(PRODUCTS, starts, np.concatenate(orders), np.array(buyers), {"anna": 0, "bert": 1, "cleo": 2})


def _scores(scorer: object, past: Past) -> Scores:
    """One row for each product alone in the basket, without the trace of popularity."""
    assert callable(scorer)
    asked = past.asked([Basket((product,), "", None) for product in past.products])
    scores: Scores = scorer(asked) - past.counts * A_TRACE
    return scores


def _of(past: Past, buyer: str) -> Asked:
    return past.asked([Basket((), "", buyer)])
