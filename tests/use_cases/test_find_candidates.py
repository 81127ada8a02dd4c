"""What the model likes, with the counts that speak for it: of several categories first, all of it in the end."""

from __future__ import annotations

import numpy as np
import pytest

from plugin.shop import Shop
from plugin.store import catalogue
from plugin.suggestions.counting import WHOLE_SHOP
from plugin.suggestions.fitting.rows import row
from plugin.suggestions.fitting.scoring import Fitted, Heard
from plugin.suggestions.model import ProductNumber
from plugin.use_cases import find_candidates as room
from plugin.use_cases import rank_for_basket
from plugin.use_cases.find_candidates import Search, find_candidates
from plugin.use_cases.fit_model import fit_model
from plugin.use_cases.learn_from_order import learn_from_orders
from plugin.use_cases.rank_for_basket import Ranked
from tests.builders import HERE, NOW, a_basket_line, orders_of, sells, unrestrained

CASES = tuple(f"case {number}" for number in range(8))


@pytest.fixture
def cases_and_a_tripod(shop: Shop) -> Shop:
    """Beside a camera eight cases are bought, each more often than the tripod; a cloth is bought alone."""
    unrestrained(shop.db)
    sells(shop.db, "camera", category="cameras")
    sells(shop.db, *CASES, category="cases")
    sells(shop.db, "tripod", "cloth", category="others")
    bought = [orders_of(20 - place, "camera", case, start=100 * place) for place, case in enumerate(CASES)]
    learn_from_orders(
        shop,
        [order for orders in (*bought, orders_of(6, "camera", "tripod", start=900)) for order in orders],
        NOW,
    )
    learn_from_orders(shop, orders_of(300, "cloth", start=2_000), NOW)
    fit_model(shop, NOW)
    return shop


def looks(shop: Shop) -> list[list[str]]:
    """The names each look adds up to, strongest first."""
    names = {number: name for name, number in catalogue.every_number(shop.db).items()}
    line = catalogue.lines(shop.db, [a_basket_line("camera")], HERE)
    search = Search(HERE, line, min_buyers=1, weight_now=float(1 << 16))
    return [[names[one.product] for one in found.candidates] for found in find_candidates(shop, search)]


def test_no_look_is_spent_on_more_of_a_category_than_may_be_shown(
    cases_and_a_tripod: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "LOOKED_AT_FIRST", room.FIRST_OF_A_CATEGORY + 1)

    first, *_others, last = looks(cases_and_a_tripod)

    assert set(first) == {*CASES[: room.FIRST_OF_A_CATEGORY], "tripod"}
    assert set(last) == {*CASES, "tripod"}


def test_far_down_the_models_order_there_is_evidence_as_well(
    cases_and_a_tripod: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "LOOKS", (2, 5, 20))

    found = looks(cases_and_a_tripod)

    assert len(found) == 3
    assert [len(one) for one in found[:2]] == [2, 5]
    assert set(found[-1]) == {*CASES, "tripod"}


def test_what_was_never_bought_with_the_basket_is_no_candidate(cases_and_a_tripod: Shop) -> None:
    assert all("cloth" not in found for found in looks(cases_and_a_tripod))


def test_an_empty_basket_finds_nothing(cases_and_a_tripod: Shop) -> None:
    search = Search(WHOLE_SHOP, [], min_buyers=1, weight_now=1.0)

    assert list(find_candidates(cases_and_a_tripod, search)) == [room.NOTHING_FOUND]


def test_of_a_row_that_is_not_full_every_pair_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The counts may know more than was fitted; of a bestseller's thousands of pairs only the strongest are worth a look."""
    fitted = {1: Fitted(met=row([2], [1.0]))}
    ranked = Ranked((), (), Heard(np.empty(0, np.int64), np.empty((0, 0)), ()), fitted, whole=True)
    one, both = ProductNumber(1), [ProductNumber(2), ProductNumber(3)]

    assert set(ranked.met_by(one, both)) == {2, 3}
    monkeypatch.setattr(rank_for_basket, "MOST_MET", 1)
    assert set(ranked.met_by(one, both)) == {2}
