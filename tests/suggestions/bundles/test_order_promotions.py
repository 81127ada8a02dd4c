"""Under an order promotion the set costs its promise, to the last unit, whichever line has to bear it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from plugin.suggestions.bundles.order_discount import spread
from plugin.suggestions.bundles.pricing import price_lines
from plugin.suggestions.bundles.promotion import Promotion
from tests.suggestions.bundles.market import a_bundle, a_market, basket, goods, price

SOLD = goods({"kettle": 9_995, "cup": 3_333, "towel": 4_321})


@pytest.mark.parametrize("promotion", [Promotion(percent=Decimal(10)), Promotion(fixed=777)])
@pytest.mark.parametrize("promise", range(13_900, 14_000))
def test_every_promise_is_met_in_a_currency_without_finer_prices(promise: int, promotion: Promotion) -> None:
    """Three cups cost multiples of three; the kettle and the spreading over the towel have to make up for it (seen in KWD)."""
    rule = price(str(Decimal(promise).scaleb(-3)))
    market = a_market(SOLD, a_bundle(1, rule, {"kettle": 1, "cup": 3}), order=promotion, currency="KWD")

    totals = list(price_lines(basket(("kettle", 1), ("cup", 3), ("towel", 1)), market).line_totals.values())
    finals = spread(totals, sum(totals) - promotion.after(sum(totals)))

    assert finals[0] + finals[1] == promise
