"""The demo shop's affinities are known beforehand: were they found, and nothing else?"""

from __future__ import annotations

import pytest

from plugin.sandbox.demo_shop import product_id
from plugin.sandbox.true_affinities import (
    BESTSELLER,
    LOYAL_PAIR,
    SEASONAL,
    TRUE_AFFINITIES,
    affinities,
    season,
)
from plugin.shop import Shop
from plugin.store import channels
from plugin.suggestions.model import BasketLine, VariantId
from plugin.use_cases.suggest_for_basket import suggest_for_basket
from tests.use_cases.conftest import THEN


@pytest.fixture
def shop(demo: Shop) -> Shop:
    """The demo shop with its whole history learned, as after an install."""
    return demo


def suggested(shop: Shop, *products: str) -> list[str]:
    """Ids of the products suggested beside these, in Europe."""
    channel = channels.by_slug(shop.db, "default-channel")
    assert channel is not None
    first = "select variants.id from variants join products on products.number = product where products.id = ? order by variants.number"
    lines = [
        BasketLine(VariantId(shop.db.conn.execute(first, [product]).fetchone()[0]), 1) for product in products
    ]
    return [suggestion.offer.id for suggestion in suggest_for_basket(shop, channel.id, lines, THEN)]


def test_the_true_partners_are_found(shop: Shop) -> None:
    partners = {anchor: set(found) for anchor, found in TRUE_AFFINITIES.items()}
    for anchor, others in TRUE_AFFINITIES.items():
        for other in others:
            partners.setdefault(other, set()).add(anchor)
    answers = {anchor: suggested(shop, anchor) for anchor in TRUE_AFFINITIES}

    first = [answer[0] in partners[anchor] for anchor, answer in answers.items() if answer]
    assert len(first) >= 0.9 * len(answers)
    assert sum(first) >= 0.9 * len(first)


def test_the_bestseller_that_belongs_to_nothing_is_suggested_beside_nothing(shop: Shop) -> None:
    bestseller = product_id(BESTSELLER)

    assert [anchor for anchor in TRUE_AFFINITIES if bestseller in suggested(shop, anchor)] == []


def test_the_pair_of_one_loyal_buyer_does_not_show_through(shop: Shop) -> None:
    one, other = map(product_id, LOYAL_PAIR)

    assert (other in suggested(shop, one), one in suggested(shop, other)) == (False, False)


def test_the_pair_of_this_season_comes_before_that_of_the_other(shop: Shop) -> None:
    now, other = season(THEN), "winter" if season(THEN) == "summer" else "summer"
    ranks = {anchor: (suggested(shop, anchor), pair[now], pair[other]) for anchor, pair in SEASONAL.items()}

    assert affinities(now)
    assert {anchor for anchor, (answer, mine, _) in ranks.items() if mine not in answer} == set()
    assert {
        anchor
        for anchor, (answer, mine, theirs) in ranks.items()
        if theirs in answer and answer.index(theirs) < answer.index(mine)
    } == set()
