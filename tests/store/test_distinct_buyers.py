"""A file from before counts of distinct buyers is brought up to date to exactly what learning would have counted."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plugin.store.database import open_file, up_to_date
from plugin.suggestions.model import Order
from plugin.use_cases.learn_from_order import learn_from_orders
from tests.builders import NOW, counts_of
from tests.conftest import an_installation
from tests.use_cases.test_learn_from_order import SNAPSHOT, fresh_shop

AS_IT_WAS = """
drop table leaders;
drop index bought_in_category;
drop index orders_of_buyer;
drop index orders_buyer;
alter table bought drop column buyers_weight;
create index orders_buyer on orders (learned_buyer, learned, learned_channel, weight) where learned <> '[]';
create index bought_in_category on bought (scope, category, weight desc, product);
delete from _sqlite_migrations where name = 'count_distinct_buyers';
"""


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(snapshots=st.lists(SNAPSHOT, max_size=12))
def test_an_older_file_gets_the_counts_that_learning_makes(tmp_path: Path, snapshots: list[Order]) -> None:
    tandem, path = fresh_shop(tmp_path)
    with tandem.shop(an_installation()) as shop:
        learn_from_orders(shop, snapshots, NOW)
        learned = counts_of(shop.db)
        shop.db.executescript(AS_IT_WAS)
    tandem.close()
    up_to_date.discard(path)

    db = open_file(path)

    assert counts_of(db) == learned
    db.close()
