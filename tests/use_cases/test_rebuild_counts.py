"""However orders are counted anew, by whichever engine, the counts are those that learning them one by one leaves."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pyspark.sql import SparkSession

from plugin.errors import BadExport, RebuildFailed, TryAgain
from plugin.shop import Shop
from plugin.store import counted_in_bulk, exports, rebuilt_counts
from plugin.store.database import open_file, writing
from plugin.store.recounting.engine import ENGINES, Row
from plugin.suggestions.model import Order, OrderLine, ProductId, VariantId
from plugin.use_cases import plan_work
from plugin.use_cases.change_preferences import change_preferences
from plugin.use_cases.learn_from_order import learn_from_order
from plugin.use_cases.learn_from_past_orders import learn_again
from plugin.use_cases.rebuild_counts import (
    COUNTING,
    SWAPPING,
    WRITING,
    Export,
    Rebuilt,
    learn_what_is_newer,
    rebuild_from_export,
    rebuild_from_store,
)
from tests.builders import HERE, NOW, THERE, a_line, an_order, counts_of, orders_of, sells
from tests.conftest import an_installation
from tests.engines import a_spark, an_engine
from tests.use_cases.test_learn_from_order import SNAPSHOT, fresh_shop

COLUMNS = ["order_id", "ordered_at", "buyer", "product_id", "quantity", "unit_price", "channel"]

BASKET = st.fixed_dictionaries({
    "at": st.integers(0, 400 * 24 * 60).map(lambda minutes: NOW - timedelta(minutes=minutes)),
    "buyer": st.sampled_from(["ann@example.com", "Ann@Example.com", "bob", "Bob", None]),
    "channel": st.sampled_from([HERE, HERE, THERE]),
    "lines": st.lists(
        st.tuples(
            st.sampled_from(["beans", "mug", "tea", "pot", "spoon", "n,oo\"dle"]), st.integers(-1, 3), st.sampled_from(["1.00", "9.50"])
        ),
        max_size=5,
    ),
})  # fmt: skip


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """The engine `spark` counts in it."""
    yield from a_spark(tmp_path_factory.mktemp("spark"))


def silent(_what: str, _rows: int) -> None:
    """Nobody listens."""


def rebuilt(shop: Shop, name: str, folder: Path, **told: Any) -> Rebuilt:
    with an_engine(name, folder) as engine:
        return rebuild_from_store(shop, engine, told.get("replace", False), NOW, told.get("step", silent))


def from_export(shop: Shop, name: str, folder: Path, *paths: Path | str, **told: Any) -> Rebuilt:
    with an_engine(name, folder) as engine:
        export = Export([str(path) for path in paths], told.get("channel"))
        return rebuild_from_export(
            shop, engine, export, told.get("replace", False), NOW, told.get("step", silent)
        )


def everything(shop: Shop) -> list[list[Row]]:
    """The counts as they are stored."""
    return [
        shop.db.conn.execute(f"select * from {table} order by 1, 2, 3").fetchall()
        for table in ("pairs", "bought")
    ] + [shop.db.conn.execute("select * from totals where orders <> 0 order by 1").fetchall()]


def disturb(shop: Shop) -> None:
    """Counts nobody ever learned."""
    with writing(shop.db):
        shop.db.conn.execute("delete from pairs where product % 2")
        shop.db.conn.execute("update bought set orders = orders + 7, category = 'none'")
        shop.db.conn.execute("insert or replace into totals values (0, 1, 1)")


def written(path: Path, rows: Iterable[Sequence[Any]], columns: Sequence[str] = COLUMNS) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", newline="") if path.suffix == ".gz" else path.open("w", newline="") as file:
        csv.writer(file).writerows([columns, *rows])
    return path


def as_parquet(source: Path, target: Path) -> Path:
    with duckdb.connect() as db:
        db.execute(f"copy (select * from read_csv('{source}', all_varchar = true)) to '{target}'")
    return target


def rows_of(baskets: Sequence[dict[str, Any]]) -> list[list[Any]]:
    return [
        [f"order {number}", f"{basket['at']:%Y-%m-%dT%H:%M:%SZ}", basket["buyer"], product, quantity, price, basket["channel"]]
        for number, basket in enumerate(baskets) for product, quantity, price in basket["lines"]
    ]  # fmt: skip


def as_orders(baskets: Sequence[dict[str, Any]]) -> list[Order]:
    return [
        an_order(
            str(number), channel=basket["channel"], buyer=_who(basket["buyer"]), ordered_at=basket["at"],
            lines=tuple(
                OrderLine(VariantId(f"{product}-1"), ProductId(product), quantity, max(0, quantity), Decimal(price) * quantity)
                for product, quantity, price in basket["lines"]
            ),
        )
        for number, basket in enumerate(baskets)
    ]  # fmt: skip


def _who(buyer: str | None) -> str | None:
    return buyer.lower() if buyer and "@" in buyer else buyer


SLOWLY = settings(
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
"""Each job of Spark takes a second: no shrinking."""


@settings(SLOWLY, max_examples=2)
@given(snapshots=st.lists(SNAPSHOT, min_size=25, max_size=60))
def test_all_engines_count_what_learning_order_by_order_leaves(
    tmp_path: Path, spark: SparkSession, snapshots: list[Order]
) -> None:
    tandem, _ = fresh_shop(tmp_path)
    with tandem.shop(an_installation()) as shop:
        for found in snapshots:
            learn_from_order(shop, found, NOW)
        learned = everything(shop)

        by_engine = {}
        for name in ENGINES:
            disturb(shop)
            rebuilt(shop, name, tmp_path)
            by_engine[name] = everything(shop)

        assert by_engine == dict.fromkeys(ENGINES, learned)
    tandem.close()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(snapshots=st.lists(SNAPSHOT, max_size=14), half_life=st.sampled_from([0, 30]))
def test_the_engines_of_one_machine_agree_on_any_orders_and_preferences(
    tmp_path: Path, snapshots: list[Order], half_life: int
) -> None:
    tandem, _ = fresh_shop(tmp_path)
    with tandem.shop(an_installation()) as shop:
        for found in snapshots:
            learn_from_order(shop, found, NOW)
        change_preferences(shop, {"half_life_days": half_life}, "staff", NOW)
        learn_what_is_newer(shop, NOW)
        learned = everything(shop)

        by_engine = {}
        for name in ("sqlite", "duckdb"):
            disturb(shop)
            rebuilt(shop, name, tmp_path)
            by_engine[name] = everything(shop)

        assert by_engine == {"sqlite": learned, "duckdb": learned}
    tandem.close()


@settings(SLOWLY, max_examples=2)
@given(baskets=st.lists(BASKET, min_size=20, max_size=40))
def test_an_export_counts_as_if_its_orders_had_been_learned(
    tmp_path: Path, spark: SparkSession, baskets: list[dict[str, Any]]
) -> None:
    baskets[0]["lines"] = [("beans", 1, "1.00"), ("mug", 1, "1.00")]
    file = written(tmp_path / "orders.csv", rows_of(baskets))
    parquet = as_parquet(file, tmp_path / "orders.parquet")
    counted = {}
    for name, source in (
        ("learning", file),
        ("sqlite", file),
        ("duckdb", file),
        ("duckdb", parquet),
        ("spark", parquet),
    ):
        tandem, _ = fresh_shop(tmp_path)
        with tandem.shop(an_installation()) as shop:
            sells(shop.db, "beans", channel=HERE)
            sells(shop.db, "beans", channel=THERE)
            if name == "learning":
                for order in as_orders(baskets):
                    learn_from_order(shop, order, NOW)
            else:
                from_export(shop, name, tmp_path, source)
            counted[name, source.suffix] = counts_of(shop.db)
        tandem.close()

    assert counted == dict.fromkeys(counted, counted["learning", ".csv"])


@pytest.mark.parametrize("name", ["sqlite", "duckdb"])
def test_an_order_of_hundreds_of_products_counts_with_its_dearest(
    shop: Shop, tmp_path: Path, name: str
) -> None:
    sells(shop.db, "beans")
    rows: list[list[Any]] = [
        ["1", "2026-11-01T10:00:00Z", "ann", f"product {n:03}", 1, f"{n % 90}.00", HERE] for n in range(120)
    ]
    from_export(shop, name, tmp_path, written(tmp_path / "orders.csv", rows))
    counted = counts_of(shop.db)
    tandem, _ = fresh_shop(tmp_path / "other")

    with tandem.shop(an_installation()) as other:
        lines = tuple(replace(a_line(row[3], amount=row[5]), variant=VariantId(row[3])) for row in rows)
        learn_from_order(
            other, an_order("1", lines=lines, ordered_at=datetime(2026, 11, 1, 10, tzinfo=UTC)), NOW
        )
        assert counted == counts_of(other.db)
    tandem.close()


@pytest.mark.parametrize("name", ["sqlite", "duckdb", "spark"])
def test_what_happens_during_a_rebuild_is_neither_lost_nor_counted_twice(
    shop: Shop, tmp_path: Path, name: str, spark: SparkSession
) -> None:
    for order in orders_of(30, "beans", "mug") + orders_of(20, "tea", "pot", channel=THERE):
        learn_from_order(shop, order, NOW)
    cancelled = an_order("beans+mug 3", status="CANCELED", issued_at=NOW + timedelta(minutes=1))
    news = {
        COUNTING: [an_order("new", "beans", "spoon", buyer="buyer of beans+mug 0"), cancelled],
        WRITING: [an_order("newer", "tea", "pot", channel=THERE), an_order("newest", "mug", "cup")],
        SWAPPING: [
            an_order("tea+pot 1", "tea", channel=THERE, issued_at=NOW + timedelta(minutes=2)),
            an_order("newest", status="CANCELED", issued_at=NOW + timedelta(minutes=2)),
        ],
    }
    beside = open_file(rebuilt_counts.file_of(shop.db))
    other = replace(shop, db=beside)

    def step(what: str, _rows: int) -> None:
        for order in news.pop(what, []):
            learn_from_order(other, order, NOW)

    rebuilt(shop, name, tmp_path, step=step)

    found = everything(shop)
    disturb(shop)
    rebuilt(shop, "sqlite", tmp_path)
    assert (found, news, beside.conn.execute("pragma integrity_check").fetchone()) == (
        everything(other), {}, ("ok",),
    )  # fmt: skip
    beside.close()


def test_preferences_changed_during_a_rebuild_hold_after_it(shop: Shop, tmp_path: Path) -> None:
    for order in orders_of(30, "beans", "mug", days_ago=90):
        learn_from_order(shop, order, NOW)
    changes = [{"half_life_days": 30}]

    def step(what: str, _rows: int) -> None:
        if what == COUNTING and changes:
            change_preferences(shop, changes.pop(), "staff", NOW)
            assert learn_again(shop, 0, NOW) is not None

    rebuilt(shop, "sqlite", tmp_path, step=step)

    found = everything(shop)
    rebuilt(shop, "sqlite", tmp_path)
    assert found == everything(shop)
    assert found[2][0][2] < 30 * (1 << 16) / 4


def test_a_product_moved_to_another_category_during_a_rebuild_is_popular_there(
    shop: Shop, tmp_path: Path
) -> None:
    sells(shop.db, "beans", "mug", category="coffee")
    for order in orders_of(3, "beans", "mug"):
        learn_from_order(shop, order, NOW)

    def step(what: str, _rows: int) -> None:
        if what == SWAPPING:
            sells(shop.db, "mug", category="pottery")

    rebuilt(shop, "sqlite", tmp_path, step=step)

    assert {row[0] for row in shop.db.conn.execute("select distinct category from bought")} == {
        "coffee",
        "pottery",
    }


def test_the_new_tables_are_made_like_the_old_ones(shop: Shop, tmp_path: Path) -> None:
    made = "select type, name, tbl_name, replace(sql, '\"', '') from sqlite_master order by 1, 2"
    before = shop.db.conn.execute(made).fetchall()
    for order in orders_of(30, "beans", "mug"):
        learn_from_order(shop, order, NOW)

    rebuilt(shop, "sqlite", tmp_path)
    rebuilt(shop, "duckdb", tmp_path)

    assert shop.db.conn.execute(made).fetchall() == before


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("when", [COUNTING, WRITING, SWAPPING])
def test_a_rebuild_killed_half_way_leaves_the_counts_serving(shop: Shop, tmp_path: Path, when: str) -> None:
    for order in orders_of(30, "beans", "mug"):
        learn_from_order(shop, order, NOW)
    before = everything(shop)
    with writing(shop.db):  # all that a process killed here would leave
        rebuilt_counts.prepare(shop.db)
        rebuilt_counts.watch(shop.db)
    if when != COUNTING:
        rebuilt_counts.fill(shop.db, "totals", ["scope", "orders", "weight"], [(0, 5, 5)], lambda _rows: None)
    learn_from_order(shop, an_order("meanwhile", "tea", "pot"), NOW)
    learn_from_order(shop, an_order("meanwhile", status="CANCELED", issued_at=NOW + timedelta(1)), NOW)
    assert everything(shop) == before

    plan_work.after_start(shop, NOW)

    left = "select count(*) from sqlite_master where name glob 'meanwhile_*' or name glob '*_pairs'"
    assert (everything(shop), shop.db.conn.execute(left).fetchone()) == (before, (0,))
    rebuilt(shop, "sqlite", tmp_path)
    assert everything(shop) == before


@pytest.mark.parametrize("when", [COUNTING, WRITING, SWAPPING])
def test_a_rebuild_that_fails_changes_nothing_and_clears_up(shop: Shop, tmp_path: Path, when: str) -> None:
    for order in orders_of(30, "beans", "mug"):
        learn_from_order(shop, order, NOW)
    before = everything(shop)

    def step(what: str, _rows: int) -> None:
        if what == when:
            raise Killed

    with pytest.raises(Killed):
        rebuilt(shop, "sqlite", tmp_path, step=step)

    left = "select name from sqlite_master where name glob 'meanwhile_*' or name glob '*_pairs*'"
    assert (everything(shop), shop.db.conn.execute(left).fetchall()) == (before, [])


def test_a_second_rebuild_of_the_same_shop_waits_for_nobody(shop: Shop, tmp_path: Path) -> None:
    with (
        rebuilt_counts.the_only_one(rebuilt_counts.file_of(shop.db)),
        pytest.raises(TryAgain, match="already"),
    ):
        rebuilt(shop, "sqlite", tmp_path)


def test_a_running_rebuild_is_not_taken_for_a_killed_one(shop: Shop, tmp_path: Path) -> None:
    learn_from_order(shop, an_order("1", "beans", "mug"), NOW)
    before = everything(shop)

    rebuilt(shop, "sqlite", tmp_path, step=lambda _what, _rows: rebuilt_counts.clear_if_abandoned(shop.db))

    assert everything(shop) == before


def an_export(folder: Path) -> Path:
    rows = [
        [f"e{n}", "2026-10-01T10:00:00Z", f"buyer {n}", product, 1, "5.00", ""]
        for n in range(10) for product in ("beans", "mug")
    ]  # fmt: skip
    return written(folder / "export" / "orders.csv", rows)


def counted_pairs(shop: Shop) -> list[Row]:
    return [row for row in counts_of(shop.db)["pairs"] if row[0] == ""]


def test_an_export_stands_for_every_order_until_its_newest_one(shop: Shop, tmp_path: Path) -> None:
    sells(shop.db, "beans", "mug")
    old, new = an_order("old", "beans", "mug", days_ago=60), an_order("new", "beans", "mug", days_ago=3)
    for order in (old, new):
        learn_from_order(shop, order, NOW)

    from_export(shop, "sqlite", tmp_path, an_export(tmp_path), replace=True)
    learn_what_is_newer(shop, NOW)

    expected = [("", "beans", "mug", 11, 11), ("", "mug", "beans", 11, 11)]
    assert [row[:5] for row in counted_pairs(shop)] == expected
    for order in (old, new):  # told once more, as when they are fulfilled
        learn_from_order(shop, replace(order, status="FULFILLED", issued_at=NOW + timedelta(1)), NOW)
    learn_from_order(shop, replace(old, status="CANCELED", issued_at=NOW + timedelta(2)), NOW)
    assert [row[:5] for row in counted_pairs(shop)] == expected
    learn_from_order(shop, replace(new, status="CANCELED", issued_at=NOW + timedelta(2)), NOW)
    assert [row[3] for row in counted_pairs(shop)] == [10, 10]


def test_an_export_is_given_up_only_when_that_is_said(shop: Shop, tmp_path: Path) -> None:
    sells(shop.db, "beans", "mug")
    learn_from_order(shop, an_order("old", "beans", "mug", days_ago=60), NOW)
    with pytest.raises(BadExport, match="--replace"):
        from_export(shop, "sqlite", tmp_path, an_export(tmp_path))
    from_export(shop, "sqlite", tmp_path, an_export(tmp_path), replace=True)
    with pytest.raises(BadExport, match="--replace"):
        rebuilt(shop, "sqlite", tmp_path)

    rebuilt(shop, "sqlite", tmp_path, replace=True)
    learn_what_is_newer(shop, NOW)

    assert ([row[3] for row in counted_pairs(shop)], exports.until(shop.db)) == ([1, 1], None)


def test_orders_learned_while_an_export_is_counted_are_learned_on_top(shop: Shop, tmp_path: Path) -> None:
    sells(shop.db, "beans", "mug")

    def step(what: str, _rows: int) -> None:
        if what in (COUNTING, SWAPPING):
            learn_from_order(shop, an_order(what, "beans", "mug", days_ago=1), NOW)
            learn_from_order(shop, an_order(f"old, {what}", "beans", "mug", days_ago=100), NOW)

    from_export(shop, "sqlite", tmp_path, an_export(tmp_path), step=step)
    learn_what_is_newer(shop, NOW)

    assert [row[3] for row in counted_pairs(shop)] == [12, 12]


@pytest.mark.parametrize("name", ["sqlite", "duckdb", "spark"])
def test_an_export_may_be_a_folder_named_after_a_column(
    shop: Shop, tmp_path: Path, name: str, spark: SparkSession
) -> None:
    for channel in (HERE, THERE):
        sells(shop.db, "beans", "mug", channel=channel)
    for slug in ("here-slug", "there-slug"):
        rows = [
            [slug, "2026-10-01T10:00:00+02:00", "ann", product, 1, "5.00"] for product in ("beans", "mug")
        ]
        written(tmp_path / "export" / f"channel={slug}" / "part.csv.gz", rows, COLUMNS[:-1])

    from_export(shop, name, tmp_path, tmp_path / "export")

    assert [row[:5] for row in counts_of(shop.db)["pairs"]] == [
        ("", "beans", "mug", 2, 1), ("", "mug", "beans", 2, 1),
        ("here", "beans", "mug", 1, 1), ("here", "mug", "beans", 1, 1),
        ("there", "beans", "mug", 1, 1), ("there", "mug", "beans", 1, 1),
    ]  # fmt: skip
    assert exports.until(shop.db) == datetime(2026, 10, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize("name", ["duckdb", "spark"])
def test_numbers_and_times_of_a_parquet_export_need_not_be_text(
    shop: Shop, tmp_path: Path, name: str, spark: SparkSession
) -> None:
    sells(shop.db, "beans")
    path = tmp_path / "export" / "orders.parquet"
    path.parent.mkdir()
    with duckdb.connect() as db:
        db.execute(f"""
            copy (select 7::bigint as order_id, timestamp '2026-10-01 10:00:00' as ordered_at, 13085.0::double as buyer,
                unnest([1, 2])::integer as product_id, 1::smallint as quantity, 2.5::decimal(9, 2) as unit_price) to '{path}'
        """)

    made = from_export(shop, name, tmp_path, path.parent / "*.parquet")

    assert (made.until, [row[:5] for row in counted_pairs(shop)]) == (
        "2026-10-01 10:00:00", [("", "1", "2", 1, 1), ("", "2", "1", 1, 1)],
    )  # fmt: skip


@pytest.mark.parametrize("name", ["sqlite", "duckdb", "spark"])
def test_an_export_that_cannot_be_counted_is_refused_in_words(
    shop: Shop, tmp_path: Path, name: str, spark: SparkSession
) -> None:
    for channel in (HERE, THERE):
        sells(shop.db, "beans", "mug", channel=channel)
    row = ["1", "2026-10-01", "ann", "beans", 1, "5.00"]
    known = [*COLUMNS[:-1], "channel"]
    wrong = {
        "no such file": tmp_path / "nowhere.csv",
        "columns are missing: unit_price": written(tmp_path / "1.csv", [row[:-1]], COLUMNS[:5]),
        "no line of this export": written(tmp_path / "2.csv", [], COLUMNS),
        "no line of this export can": written(tmp_path / "3.csv", [["1", "soon", *row[2:], HERE]], known),
        "no channel mars; known: here-slug, there-slug": written(tmp_path / "4.csv", [[*row, "mars"]], known),
        "several; say which": written(tmp_path / "5.csv", [row], COLUMNS[:-1]),
    }
    if name == "spark":
        wrong = dict(list(wrong.items())[:2])
    if name == "sqlite":
        (tmp_path / "6.parquet").write_bytes(b"PAR1")
        wrong["reads CSV alone"] = tmp_path / "6.parquet"
        wrong["local files alone"] = "s3://bucket/orders"  # type: ignore[assignment]
    else:
        (tmp_path / "7.parquet").write_bytes(b"no parquet at all")
        wrong["DuckDB: |Spark: "] = tmp_path / "7.parquet"

    for message, path in wrong.items():
        with pytest.raises(BadExport, match=message):
            from_export(shop, name, tmp_path, path)

    assert counts_of(shop.db) == {"pairs": [], "bought": [], "totals": []}


def test_an_export_of_a_shop_that_knows_no_channel_yet_counts_for_the_whole_shop(
    shop: Shop, tmp_path: Path
) -> None:
    from_export(shop, "duckdb", tmp_path, an_export(tmp_path))

    assert [row[:4] for row in counts_of(shop.db)["pairs"]] == [
        ("", "beans", "mug", 10),
        ("", "mug", "beans", 10),
    ]


def test_a_full_disk_is_told_and_changes_nothing(shop: Shop, tmp_path: Path) -> None:
    for order in orders_of(300, "beans", "mug", "tea", "pot"):
        learn_from_order(shop, order, NOW)
    before = everything(shop)

    with an_engine("sqlite", tmp_path) as engine, pytest.raises(RebuildFailed, match="full"):
        engine._connection.execute("pragma max_page_count = 4")  # type: ignore[attr-defined]  # what a full disk does
        rebuild_from_store(shop, engine, False, NOW, silent)

    assert everything(shop) == before


def test_no_buyer_of_an_export_is_in_the_file(shop: Shop, tmp_path: Path) -> None:
    sells(shop.db, "beans")
    rows = [["1", "2026-10-01", "ann@example.com", product, 1, "5.00", HERE] for product in ("beans", "mug")]
    from_export(shop, "duckdb", tmp_path, written(tmp_path / "orders.csv", rows))
    shop.db.conn.execute("pragma wal_checkpoint(truncate)")

    assert not any(b"ann@example" in file.read_bytes() for file in tmp_path.glob("shop-*"))


def test_nothing_is_rebuilt_while_counts_of_an_import_are_owed(shop: Shop, tmp_path: Path) -> None:
    counted_in_bulk.owe(shop.db, "an import", NOW)

    with pytest.raises(TryAgain, match="let it come to its end"):
        rebuilt(shop, "sqlite", tmp_path)
