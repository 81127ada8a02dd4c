"""Several orders in one transaction count as if learned one by one, whoever bought and however often they come."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plugin.suggestions.model import Order
from plugin.suggestions.preferences import Preferences
from plugin.use_cases.learn_from_order import learn_from_orders
from tests.builders import NOW, counts_of
from tests.conftest import an_installation
from tests.use_cases.test_learn_from_order import SNAPSHOT, fresh_shop, newest_of, recount


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.lists(SNAPSHOT, max_size=8), max_size=4))
def test_learning_in_batches_equals_a_recount(tmp_path: Path, batches: list[list[Order]]) -> None:
    tandem, _ = fresh_shop(tmp_path)
    with tandem.shop(an_installation()) as shop:
        for batch in batches:
            learn_from_orders(shop, batch, NOW)

        newest = newest_of([found for batch in batches for found in batch])
        assert counts_of(shop.db) == recount(newest, shop, Preferences())
    tandem.close()


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(snapshots=st.lists(SNAPSHOT, max_size=10))
def test_a_batch_learned_again_changes_nothing(tmp_path: Path, snapshots: list[Order]) -> None:
    tandem, _ = fresh_shop(tmp_path)
    with tandem.shop(an_installation()) as shop:
        learn_from_orders(shop, snapshots, NOW)
        once = counts_of(shop.db)

        told = learn_from_orders(shop, snapshots, NOW)

        assert (told, counts_of(shop.db)) == (0, once)
    tandem.close()
