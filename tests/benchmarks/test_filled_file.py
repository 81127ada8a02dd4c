"""The benchmarks stand on files filled in bulk: these must be what learning would have made."""

from __future__ import annotations

from pathlib import Path

from plugin.config import Config
from plugin.saleor.translate import order_from
from plugin.shop import Tandem
from plugin.use_cases.learn_from_order import learn_from_order
from tests.benchmarks.filled_file import fill_catalogue, fill_orders, rows
from tests.benchmarks.made_up_orders import made_up_orders
from tests.benchmarks.made_up_shop import BUYER_KEY, NOW, an_installation, node


def test_a_file_filled_in_bulk_equals_one_that_learned(tmp_path: Path) -> None:
    made, installation = list(made_up_orders(300, 100, seed=1)), an_installation()
    learned, filled = (
        Tandem(Config(secret_key=("k" * 32,), data_dir=tmp_path / name)) for name in ("learned", "filled")
    )

    with learned.shop(installation) as shop:
        fill_catalogue(shop.db, 100)
        for number, order in enumerate(made):
            learn_from_order(shop, order_from(node(number, order), NOW, BUYER_KEY), NOW)
        by_learning = rows(shop.db)
    with filled.shop(installation) as shop:
        fill_catalogue(shop.db, 100)
        fill_orders(shop.db, made)
        in_bulk = rows(shop.db)

    assert in_bulk == by_learning
