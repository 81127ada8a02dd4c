"""A file of orders learned at once leaves the very tables that learning its orders one after the other leaves."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import ceil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plugin.errors import BadFile, TryAgain
from plugin.saleor.translate import buyer_hash, moment
from plugin.shop import Shop
from plugin.store import counted_in_bulk, exports, facts, order_spool, orders, orders_in_bulk
from plugin.suggestions.model import ChannelId, Order, OrderLine, ProductId, VariantId
from plugin.suggestions.preferences import Preferences
from plugin.use_cases import learn_from_file as room
from plugin.use_cases.count_anew import Step, count_all_anew, count_what_is_owed
from plugin.use_cases.learn_from_file import Learned, learn_from_file
from plugin.use_cases.learn_from_order import learn_from_order, learn_from_orders
from tests.builders import NOW, an_order, counts_of, sells
from tests.conftest import an_installation
from tests.use_cases.test_learn_from_order import fresh_shop, recount

HEADING = ("order_id", "ordered_at", "buyer", "product_id", "quantity", "unit_price", "variant_id", "channel")
LATER = NOW + timedelta(hours=1)
TABLES = ("products", "variants", "channels", "orders", "pairs", "bought", "totals", "facts", "induced")

PRODUCT = st.sampled_from(["beans", "mug", "tea", "pot", "cake"])
LINE = st.tuples(
    PRODUCT,
    st.sampled_from(["1", "2", "3.0", "0.5", "0", "-1", ""]),
    st.sampled_from(["2.55", "10", "", "0"]),
)
ORDER = st.tuples(
    st.sampled_from(["ann", "Ann ", "bob", "cid", ""]),
    st.integers(0, 900),
    st.sampled_from(["", "here", "there"]),
    st.lists(LINE, min_size=1, max_size=5),
)
SETTINGS = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

Made = list[tuple[str, tuple[str, int, str, list[tuple[str, str, str]]]]]
ORDERS = st.lists(ORDER, max_size=8).map(lambda made: [(f"o{n}", order) for n, order in enumerate(made)])
OTHERS = st.lists(
    st.tuples(
        st.sampled_from("123456"), st.lists(PRODUCT, max_size=3), st.sampled_from(["ann", "bob", None])
    ),
    max_size=4,
)


@contextmanager
def a_shop_in(folder: Path) -> Iterator[Shop]:
    tandem, _ = fresh_shop(folder)
    try:
        with tandem.shop(an_installation()) as shop:
            yield shop
    finally:
        tandem.close()


@pytest.fixture
def small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever would be one portion of a small file is many."""
    monkeypatch.setattr(order_spool, "MOST_ORDERS", 2)
    monkeypatch.setattr(room, "OWED_AT_ONCE", 0)
    monkeypatch.setattr(counted_in_bulk, "ROWS_AT_ONCE", 8)


def rows_of(made: Made) -> list[dict[str, str]]:
    return [
        {
            "order_id": name,
            "ordered_at": (NOW - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "buyer": buyer,
            "product_id": product,
            "quantity": quantity,
            "unit_price": price,
            "variant_id": f"{product}-1",
            "channel": channel,
        }
        for name, (buyer, days, channel, lines) in made
        for product, quantity, price in lines
    ]


def as_file(folder: Path, rows: list[dict[str, str]], columns: tuple[str, ...] = HEADING, **how: Any) -> Path:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore", **how)
    writer.writeheader()
    writer.writerows(rows)
    return as_text(folder, text.getvalue())


def as_text(folder: Path, text: str, encoding: str = "utf-8", name: str = "orders.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def as_orders(rows: list[dict[str, str]], issued_at: datetime) -> list[Order]:
    """Plainly, as the file says; no lines of an order need stand together."""
    found: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        found.setdefault(row["order_id"], []).append(row)
    return [_order(name, lines, issued_at) for name, lines in found.items()]


def _order(name: str, rows: list[dict[str, str]], issued_at: datetime) -> Order:
    first = rows[0]
    who = first.get("buyer", "").strip().casefold()
    buyer = buyer_hash(who, an_installation().buyer_key) if who else None
    return Order(
        id=name, channel=ChannelId(first.get("channel") or "default-channel"), buyer=buyer,
        ordered_at=moment(first["ordered_at"]), issued_at=issued_at, status="FULFILLED", paid=True, refunded=False,
        reissue=False, lines=tuple(map(_line, rows)), account=buyer is not None,
    )  # fmt: skip


def _line(row: dict[str, str]) -> OrderLine:
    quantity = Decimal(row.get("quantity") or "1")
    pieces = max(0, ceil(quantity))
    exactly = pieces if pieces == quantity else quantity
    product = row["product_id"]
    variant = VariantId(row.get("variant_id") or product)
    return OrderLine(
        variant, ProductId(product), pieces, pieces, Decimal(row.get("unit_price") or "0") * exactly
    )


def tables(shop: Shop) -> dict[str, list[tuple[Any, ...]]]:
    return {name: shop.db.conn.execute(f"select * from {name} order by 1, 2, 3").fetchall() for name in TABLES[:-2]} | {
        name: shop.db.conn.execute(f"select * from {name} order by 1, 2").fetchall() for name in TABLES[-2:]
    }  # fmt: skip


def one_by_one(folder: Path, before: list[Order], *told: tuple[list[Order], datetime]) -> dict[str, Any]:
    with a_shop_in(folder) as shop:
        learn_from_orders(shop, before, NOW)
        for orders, now in told:
            for order in orders:
                learn_from_order(shop, order, now)
        return tables(shop)


def earlier(made: list[tuple[str, list[str], str | None]]) -> list[Order]:
    """Orders the shop knows from Saleor: with ids of a file's orders, too, told before the file or after it."""
    return [
        replace(
            an_order(name, *products, id=f"o{name}", days_ago=int(name)),
            buyer=buyer_hash(who, an_installation().buyer_key) if who else None,
            issued_at=NOW + timedelta(minutes=30 * (int(name) % 2) - 15),
        )
        for name, products, who in made
    ]


@SETTINGS
@given(made=ORDERS, known=OTHERS)
def test_a_file_is_learned_as_its_orders_are_one_by_one(tmp_path: Path, made: Made, known: Any) -> None:
    rows = rows_of(made)
    with a_shop_in(tmp_path) as shop:
        learn_from_orders(shop, earlier(known), NOW)
        learn_from_file(shop, as_file(tmp_path, rows), None, NOW)
        found = tables(shop)

    assert found == one_by_one(tmp_path, earlier(known), (with_channel(rows, known), NOW))


@SETTINGS
@given(made=ORDERS, known=OTHERS)
@pytest.mark.usefixtures("small_portions")
def test_in_many_portions_it_is_the_same(tmp_path: Path, made: Made, known: Any) -> None:
    rows = rows_of(made)
    with a_shop_in(tmp_path) as shop:
        learn_from_orders(shop, earlier(known), NOW)
        learn_from_file(shop, as_file(tmp_path, rows), None, NOW)
        found = tables(shop)

    assert found == one_by_one(tmp_path, earlier(known), (with_channel(rows, known), NOW))


def with_channel(rows: list[dict[str, str]], known: Any, now: datetime = NOW) -> list[Order]:
    """Orders that name no channel are of the one the shop knows."""
    return as_orders([{**row, "channel": row["channel"] or ("here" if known else "")} for row in rows], now)


@SETTINGS
@given(first=ORDERS, second=ORDERS)
@pytest.mark.usefixtures("small_portions")
def test_files_that_overlap_are_snapshots_and_the_newest_wins(
    tmp_path: Path, first: Made, second: Made
) -> None:
    one, other = ([{**row, "channel": "here"} for row in rows_of(made)] for made in (first, second))
    with a_shop_in(tmp_path) as shop:
        learn_from_file(shop, as_file(tmp_path, one), None, NOW)
        learn_from_file(shop, as_file(tmp_path, other), None, LATER)
        found = tables(shop)

    assert found == one_by_one(tmp_path, [], (as_orders(one, NOW), NOW), (as_orders(other, LATER), LATER))


@SETTINGS
@given(made=ORDERS)
def test_the_same_file_again_changes_nothing(tmp_path: Path, made: Made) -> None:
    with a_shop_in(tmp_path) as shop:
        path = as_file(tmp_path, rows_of(made))
        once = learn_from_file(shop, path, None, NOW)
        before = tables(shop)

        again = learn_from_file(shop, path, None, NOW)

        assert (once.news, again, tables(shop)) == (len(made), Learned(once.orders, once.lines, 0), before)


@SETTINGS
@given(made=ORDERS, dice=st.randoms(use_true_random=False))
def test_lines_of_an_order_need_not_stand_together(tmp_path: Path, made: Made, dice: Any) -> None:
    rows = [
        {**row, "channel": "here", "buyer": row["order_id"], "ordered_at": "2026-11-01"}
        for row in rows_of(made)
    ]
    dice.shuffle(rows)
    with a_shop_in(tmp_path) as shop:
        learn_from_file(shop, as_file(tmp_path, rows), None, NOW)
        found = tables(shop)

    assert found == one_by_one(tmp_path, [], (as_orders(rows, NOW), NOW))


@SETTINGS
@given(made=ORDERS)
@pytest.mark.usefixtures("small_portions")
def test_counting_all_kept_orders_anew_changes_nothing(tmp_path: Path, made: Made) -> None:
    with a_shop_in(tmp_path) as shop:
        learn_from_file(shop, as_file(tmp_path, rows_of(made)), None, NOW)
        before = counts_of(shop.db)

        count_all_anew(shop)

        assert counts_of(shop.db) == before


def test_the_counts_of_a_file_equal_a_recount(shop: Shop, tmp_path: Path) -> None:
    made: Made = [
        (f"o{n}", (f"buyer {n % 3}", n, "here", [("beans", "1", "2"), ("mug", "2", "3")])) for n in range(9)
    ]
    rows = rows_of(made)

    learn_from_file(shop, as_file(tmp_path, rows), None, NOW)

    assert counts_of(shop.db) == recount(as_orders(rows, NOW), shop, Preferences())


@pytest.mark.usefixtures("small_portions")
def test_an_import_that_was_killed_is_made_good_by_the_next(tmp_path: Path) -> None:
    made: Made = [(f"o{n}", ("ann", n, "here", [("beans", "1", "2"), ("mug", "2", "3")])) for n in range(9)]
    path = as_file(tmp_path, rows_of(made))

    class Killed(Exception):
        pass

    def killed_at(doing: str) -> Any:
        def look(step: Step) -> None:
            if step.doing == doing and step.done > 1:
                raise Killed

        return look

    first = an_order("first", "beans")
    with a_shop_in(tmp_path) as shop:
        learn_from_order(shop, first, NOW)
        learn_from_file(shop, path, None, NOW)
        whole = tables(shop)
    for doing in ("keeping", "counting"):
        with a_shop_in(tmp_path) as shop:
            learn_from_order(shop, first, NOW)
            with pytest.raises(Killed):
                learn_from_file(shop, path, None, NOW, killed_at(doing))
            assert facts.get(shop.db, counted_in_bulk.OWED)

            learn_from_file(shop, path, None, NOW)

            assert tables(shop) == whole


@pytest.mark.usefixtures("small_portions")
def test_an_import_that_was_killed_is_counted_when_nothing_is_heard_of_it(tmp_path: Path) -> None:
    rows = rows_of(
        [(f"o{n}", ("ann", n, "here", [("beans", "1", "2"), ("mug", "2", "3")])) for n in range(9)]
    )
    minute = timedelta(minutes=1)

    def killed(step: Step) -> None:
        if step.doing == "counting":
            raise KeyboardInterrupt

    with a_shop_in(tmp_path) as shop:
        with pytest.raises(KeyboardInterrupt):
            learn_from_file(shop, as_file(tmp_path, rows), None, NOW, killed)
        now = datetime.now(UTC)

        soon, late, again = (
            count_what_is_owed(shop, now + later) for later in (minute, 20 * minute, 40 * minute)
        )

        assert (soon, late, again) == (False, True, False)
        assert counts_of(shop.db) == recount(as_orders(rows, NOW), shop, Preferences())


@pytest.mark.usefixtures("small_portions")
@pytest.mark.parametrize("killed", [True, False])
def test_of_two_files_learned_at_once_no_count_is_lost(tmp_path: Path, killed: bool) -> None:
    """The other one comes to its end while the first still keeps orders; or it is killed, and the first gives way."""
    basket = [("beans", "1", "2"), ("mug", "2", "3")]
    first, second = (
        rows_of([(f"{name}{n}", (name, n, "here", basket)) for n in range(6)]) for name in ("ann", "bob")
    )
    (tmp_path / "other").mkdir()
    path, other = as_file(tmp_path, first), as_file(tmp_path / "other", second)
    tandem, _ = fresh_shop(tmp_path)

    def until(step: Step) -> None:
        if killed and step.doing == "keeping" and step.done >= 4:
            raise KeyboardInterrupt

    def beside(step: Step) -> None:
        if step.doing == "keeping" and step.done == 2:
            with tandem.shop(an_installation()) as shop, suppress(KeyboardInterrupt):
                learn_from_file(shop, other, None, NOW, until)

    with tandem.shop(an_installation()) as shop:
        with pytest.raises(TryAgain, match="another file") if killed else nullcontext():
            learn_from_file(shop, path, None, NOW, beside)
        learn_from_file(shop, path, None, NOW)
        learn_from_file(shop, other, None, NOW)
        every = [*as_orders(first, NOW), *as_orders(second, NOW)]
        assert counts_of(shop.db) == recount(every, shop, Preferences())
    tandem.close()


def test_a_file_is_not_learned_on_top_of_an_export_that_came_meanwhile(shop: Shop, tmp_path: Path) -> None:
    path = as_file(tmp_path, rows_of([("o", ("ann", 1, "here", [("beans", "1", "2")]))]))

    def export_comes(step: Step) -> None:
        if step.doing == "reading":
            exports.keep(shop.db, "2026-11-21T00:00:00", 1, NOW)

    with pytest.raises(BadFile, match="come from an export"):
        learn_from_file(shop, path, None, NOW, export_comes)

    assert orders.count(shop.db) == 0


def test_an_export_is_never_given_up_for_what_is_owed(shop: Shop) -> None:
    exports.keep(shop.db, "2026-11-21T00:00:00", 1, NOW)
    facts.keep(shop.db, counted_in_bulk.OWED, "an import")

    with pytest.raises(TryAgain, match="rebuild"):
        count_what_is_owed(shop, NOW)


def test_orders_of_nobody_are_counted_a_portion_at_a_time(shop: Shop, tmp_path: Path) -> None:
    made: Made = [
        (f"o{n}", ("ann" if n > 6 else "", n, "here", [("beans", "1", "2"), ("mug", "2", "3")]))
        for n in range(9)
    ]
    learn_from_file(shop, as_file(tmp_path, rows_of(made)), None, NOW)

    assert [len(portion) for portion in orders_in_bulk.all_by_buyer(shop.db, 3)] == [3, 3, 1, 2]


def test_what_an_older_version_left_owed_is_counted_too(shop: Shop) -> None:
    facts.keep(shop.db, counted_in_bulk.OWED, "an import")

    assert count_what_is_owed(shop, NOW)
    assert not count_what_is_owed(shop, NOW)


@pytest.mark.usefixtures("small_portions")
@pytest.mark.parametrize(("doing", "done"), [("keeping", 4), ("counting", 2)])
def test_whoever_counts_all_anew_meanwhile_takes_the_debt(tmp_path: Path, doing: str, done: int) -> None:
    basket = [("beans", "1", "2"), ("mug", "2", "3")]
    rows = rows_of([(f"o{n}", ("ann" if n % 2 else "bob", n, "here", basket)) for n in range(9)])
    first = an_order("first", "beans", "tea")
    tandem, _ = fresh_shop(tmp_path)

    def rebuild(step: Step) -> None:
        if step.doing == doing and step.done == done:
            with tandem.shop(an_installation()) as shop:
                count_all_anew(shop)

    with tandem.shop(an_installation()) as shop:
        learn_from_order(shop, first, NOW)
        learn_from_file(shop, as_file(tmp_path, rows), None, NOW, rebuild)
        assert counts_of(shop.db) == recount([first, *as_orders(rows, NOW)], shop, Preferences())
        assert facts.get(shop.db, counted_in_bulk.OWED) is None
    tandem.close()


@pytest.mark.usefixtures("small_portions")
def test_orders_that_arrive_and_go_during_an_import_are_counted_exactly(tmp_path: Path) -> None:
    basket = [("beans", "1", "2"), ("mug", "2", "3")]
    made: Made = [(f"o{n}", ("ann" if n % 2 else "bob", n, "here", basket)) for n in range(9)]
    rows = rows_of(made)
    ann = buyer_hash("ann", an_installation().buyer_key)
    live = an_order("live", "beans", "mug", id="live", buyer=None)
    cancelled = [replace(order, status="CANCELED", issued_at=LATER) for order in as_orders(rows, NOW)[:2]]
    tandem, _ = fresh_shop(tmp_path)
    other = an_installation()

    def webhooks(step: Step) -> None:
        with tandem.shop(other) as shop:
            if step.doing == "keeping":
                learn_from_order(shop, replace(live, id=f"live {step.done}", buyer=ann), NOW)
                for order in cancelled if step.done >= 4 else ():
                    learn_from_order(shop, order, NOW)

    with tandem.shop(other) as shop:
        learn_from_order(shop, live, NOW)
        learn_from_file(shop, as_file(tmp_path, rows), None, NOW, webhooks)
        left = [
            live,
            *as_orders(rows, NOW)[2:],
            *(replace(live, id=f"live {n}", buyer=ann) for n in (2, 4, 6, 8, 9)),
        ]
        assert counts_of(shop.db) == recount(left, shop, Preferences())
        assert shop.db.conn.execute("select * from pairs where orders < 1").fetchall() == []
        assert facts.get(shop.db, counted_in_bulk.OWED) is None
    tandem.close()


def test_a_huge_basket_contributes_its_fifty_dearest_products(tmp_path: Path) -> None:
    lines = [(f"p{n}", "1", str(n % 97)) for n in range(300)]
    rows = rows_of([("huge", ("ann", 0, "here", lines))])

    with a_shop_in(tmp_path) as shop:
        learn_from_file(shop, as_file(tmp_path, rows), None, NOW)
        found = tables(shop)

    assert found == one_by_one(tmp_path, [], (as_orders(rows, NOW), NOW))
    assert len(found["bought"]) == 2 * 50


def test_a_file_of_a_heading_alone_brings_nothing(shop: Shop, tmp_path: Path) -> None:
    assert learn_from_file(shop, as_file(tmp_path, []), None, NOW) == Learned(0, 0, 0)
    assert [found for name, found in tables(shop).items() if name != "facts" and found] == []


LATIN = "order_id,ordered_at,product_id\n1,2026-11-01,Käse\n"

ODD = 'order_id,ordered_at,buyer,product_id\n1,2026-11-01T10:00:00Z,ann,"Cup, ""large""\nand round"\n\n1,2026-11-01T10:00:00Z,ann,Ä€\n'


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (ODD, "utf-8"),
        (ODD, "utf-8-sig"),
        (ODD.replace("\n", "\r\n").replace("\r\nand", "\nand"), "utf-8"),
        (ODD.replace("buyer", " Buyer "), "utf-8"),
        (ODD[:-1], "utf-8"),
    ],
)
def test_marks_line_ends_and_quotes_are_read(shop: Shop, tmp_path: Path, text: str, encoding: str) -> None:
    learn_from_file(shop, as_text(tmp_path, text, encoding), None, NOW)

    products = [row[0] for row in shop.db.conn.execute("select id from products order by number")]
    assert products == ['Cup, "large"\nand round', "Ä€"]
    assert shop.db.conn.execute("select orders, buyers from pairs where scope = 0").fetchall() == [
        (1, 1),
        (1, 1),
    ]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("2,2026-11-01,,beans", "line 3: 4 cells, the heading has 6"),
        ("2,2026-11-01,,beans,x,1", "line 3: quantity 'x' is no number"),
        ("2,2026-11-01,,beans,1,nan", "line 3: unit_price 'nan' is no number"),
        ("1,2026-11-01,,tea,1,1\n1,2026-11-01,,beans,1,1e99", "line 4: unit_price '1e99' is no number"),
        ("2,yesterday,,beans,1,1", "line 3: ordered_at 'yesterday' is no ISO time"),
        ("2,2026-11-01,,,1,1", "line 3: a line without product_id"),
        (",2026-11-01,,beans,1,1", "line 3: an order without order_id"),
        ('2,2026-11-01,"a"b,beans,1,1', "line 3: ',' expected after '\"'"),
    ],
)
def test_of_a_malformed_file_nothing_is_learned(shop: Shop, tmp_path: Path, rows: str, message: str) -> None:
    text = f"order_id,ordered_at,buyer,product_id,quantity,unit_price\n1,2026-11-01,,mug,1,1\n{rows}\n"
    before = tables(shop)

    with pytest.raises(BadFile, match=message.replace("(", "\\(")):
        learn_from_file(shop, as_text(tmp_path, text), None, NOW)

    assert tables(shop) == before


def test_columns_that_are_missing_are_named(shop: Shop, tmp_path: Path) -> None:
    with pytest.raises(BadFile, match=r"orders\.csv, line 1: there is no column ordered_at, product_id"):
        learn_from_file(shop, as_text(tmp_path, "order_id,item\n1,2\n"), None, NOW)
    with pytest.raises(BadFile, match="No such file"):
        learn_from_file(shop, tmp_path / "none.csv", None, NOW)
    with pytest.raises(BadFile, match="not UTF-8"):
        learn_from_file(shop, as_text(tmp_path, LATIN, "latin-1"), None, NOW)


def test_products_of_a_file_are_named_and_in_categories(shop: Shop, tmp_path: Path) -> None:
    orders = as_text(tmp_path, "order_id,ordered_at,product_id\n1,2026-11-01,mug\n1,2026-11-01,beans\n")
    products = as_text(
        tmp_path,
        "product_id,name,category\nbeans,Coffee beans,Coffee\nmug,Mug,\ntea,Tea,Tea\n",
        name="products.csv",
    )

    learn_from_file(shop, orders, products, NOW)

    kept = shop.db.conn.execute(
        """select products.id, products.name, categories.name, variants.id from products left join categories
           on categories.id = category join variants on variants.product = products.number order by products.id"""
    ).fetchall()
    assert kept == [
        ("beans", "Coffee beans", "Coffee", "beans"),
        ("mug", "Mug", None, "mug"),
        ("tea", "Tea", "Tea", "tea"),
    ]
    bought = shop.db.conn.execute("select category from bought where scope = 0 order by product").fetchall()
    assert bought == [("Coffee",), (None,)]


def test_a_channel_may_be_named_by_its_slug(shop: Shop, tmp_path: Path) -> None:
    sells(shop.db, "mug")
    text = "order_id,ordered_at,product_id,channel\n1,2026-11-01,mug,here-slug\n2,2026-11-01,mug,\n3,2026-11-01,mug,new\n"

    learn_from_file(shop, as_text(tmp_path, text), None, NOW)

    kept = "select orders.id, channels.id from orders join channels on channels.number = channel order by 1"
    assert shop.db.conn.execute(kept).fetchall() == [("1", "here"), ("2", "here"), ("3", "new")]
