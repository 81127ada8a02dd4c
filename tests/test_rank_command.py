"""tandem rank: from a file of orders and a file of baskets to one ranking per basket; tandem fit: the model of a shop, now."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from plugin.cli import main
from plugin.store import models
from plugin.use_cases.learn_from_order import learn_from_orders
from tests.builders import NOW, orders_of
from tests.house import SECRET, House

SETS = (("beans", "mug", "filter"), ("tea", "pot"), ("tea", "pot", "strainer"), ("beans", "mug"), ("bag",))
ORDERS = 120

Rank = Callable[..., Result]


@pytest.fixture
def cafe(tmp_path: Path) -> Path:
    """Coffee people buy beans and a mug, tea people tea and a pot; ann always buys a spoon, alone."""
    lines = ["order_id,ordered_at,buyer,product_id,quantity,unit_price"]
    for n in range(ORDERS):
        at = (NOW - timedelta(hours=ORDERS - n)).isoformat()
        lines += [f"{n},{at},buyer {n},{product},1,2.50" for product in SETS[n % 5]]
        if n % 10 == 0:
            lines.append(f"ann {n},{at},ann,spoon,1,1.00")
    write(tmp_path / "orders.csv", *lines)
    write(
        tmp_path / "products.csv",
        "product_id,name,category",
        "beans,Coffee beans,Coffee",
        "mug,Mug,Cups",
        "tea,Green tea,Tea",
        "kettle,Kettle,Tea",
    )
    return tmp_path


@pytest.fixture
def rank(cafe: Path) -> Rank:
    """The command on these baskets, each a list of products or a whole line."""

    def run(baskets: list[Any], *arguments: str) -> Result:
        lines = [json.dumps({"basket": one}) if isinstance(one, list) else one for one in baskets]
        write(cafe / "baskets.jsonl", *lines)
        files = ["--orders", str(cafe / "orders.csv"), "--baskets", str(cafe / "baskets.jsonl")]
        return CliRunner().invoke(main, ["rank", *files, *arguments])

    return run


def write(path: Path, *lines: str) -> None:
    path.write_text("\n".join(lines) + "\n")


def rankings(result: Result) -> list[list[str]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line)["products"] for line in result.stdout.splitlines()]


def test_every_basket_gets_one_line_with_what_goes_with_it_first(rank: Rank) -> None:
    result = rank([["beans"], ["tea"], ["mug", "filter"]])

    assert [found[0] for found in rankings(result)] == ["mug", "pot", "beans"]
    assert [list(json.loads(line)) for line in result.stdout.splitlines()] == [["products"]] * 3


def test_a_ranking_names_nothing_of_its_basket_and_nothing_twice(rank: Rank) -> None:
    baskets = [["beans"], ["tea", "pot"], ["mug", "mug"], ["bag", "beans", "tea"], ["spoon"]]

    found = rankings(rank(baskets))

    assert [set(one) & set(basket) for one, basket in zip(found, baskets, strict=True)] == [set()] * 5
    assert [len(one) - len(set(one)) for one in found] == [0] * 5


def test_no_more_are_named_than_asked_for(rank: Rank) -> None:
    every, two = rankings(rank([["beans"]])), rankings(rank([["beans"]], "--k", "2"))

    assert two == [every[0][:2]]
    assert len(two[0]) == 2


def test_products_nobody_knows_and_empty_baskets_are_no_trouble(rank: Rank) -> None:
    unknown, mixed, empty, plain = rankings(rank([["moon"], ["moon", "beans"], [], ["beans"]]))

    assert mixed == plain
    assert set(unknown + empty) <= {product for products in (*SETS, ("spoon",)) for product in products}


def test_a_basket_is_read_as_judges_write_it(rank: Rank) -> None:
    line = json.dumps({"basket": ["beans"], "at": "2026-11-22T12:00:00Z", "buyer": None, "more": 1})

    assert rankings(rank([line, "", ["beans"]])) == rankings(rank([["beans"], ["beans"]]))


@pytest.mark.parametrize("more", [["--placement", "product"], ["--next"], ["--min-buyers", "0"]])
def test_whatever_is_asked_the_structure_is_found(rank: Rank, more: list[str]) -> None:
    assert [found[0] for found in rankings(rank([["beans"], ["pot"]], *more))] == ["mug", "tea"]


def test_with_a_minimum_of_buyers_only_what_so_many_bought_with_it_is_named(rank: Rank, cafe: Path) -> None:
    with (cafe / "orders.csv").open("a") as orders:
        orders.write(f"odd,{NOW.isoformat()},eve,beans,1,1\nodd,{NOW.isoformat()},eve,bag,1,1\n")

    one, two = (set(rankings(rank([["beans"]], "--min-buyers", str(least)))[0]) for least in (1, 2))

    assert (one, two) == ({"mug", "filter", "bag"}, {"mug", "filter"})


def test_own_purchases_are_heard_only_where_that_is_asked(rank: Rank) -> None:
    baskets = [json.dumps({"basket": ["beans"], "buyer": who}) for who in ("ann", None)]

    without = rankings(rank(baskets))
    ann, guest = rankings(rank(baskets, "--own-history"))

    assert without[0] == without[1] == guest
    assert (*ann, "spoon").index("spoon") < (*guest, "spoon").index("spoon")


def test_products_of_a_file_are_named_and_in_categories(rank: Rank, cafe: Path) -> None:
    found = rankings(rank([["kettle"], ["beans"]], "--products", str(cafe / "products.csv")))

    assert found[1][0] == "mug"
    assert "kettle" not in found[0]


def test_the_same_files_give_the_same_rankings(rank: Rank) -> None:
    baskets = [["beans"], ["tea"], ["bag", "mug"]]

    assert rank(baskets).stdout == rank(baskets).stdout


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "baskets.jsonl, line 2: expected"),
        ("[]", "baskets.jsonl, line 2: expected"),
        ('{"products": []}', "baskets.jsonl, line 2: expected"),
        ('{"basket": "beans"}', "baskets.jsonl, line 2: a basket is a list of product ids"),
        ('{"basket": [1]}', "baskets.jsonl, line 2: a basket is a list of product ids"),
    ],
)
def test_a_malformed_basket_is_told_with_its_line(rank: Rank, line: str, message: str) -> None:
    result = rank([["beans"], line])

    assert (result.exit_code, result.stdout) == (1, "")
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_a_basket_that_is_no_text_is_told_with_its_line(rank: Rank, cafe: Path) -> None:
    rank([["beans"]])
    (cafe / "baskets.jsonl").write_bytes(b'{"basket": ["caf\xe9"]}\n')

    result = CliRunner().invoke(
        main, ["rank", "--orders", str(cafe / "orders.csv"), "--baskets", str(cafe / "baskets.jsonl")]
    )

    assert result.exit_code == 1
    assert "baskets.jsonl, line 1: expected" in result.stderr


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("order_id,product_id\n1,beans\n", "orders.csv, line 1: there is no column ordered_at"),
        ("order_id,ordered_at,product_id\n1,yesterday,beans\n", "orders.csv, line 2: ordered_at 'yesterday'"),
        ("order_id,ordered_at,product_id\n1,2026-11-01\n", "orders.csv, line 2: 2 cells"),
    ],
)
def test_malformed_orders_are_told_with_their_line(rank: Rank, cafe: Path, text: str, message: str) -> None:
    (cafe / "orders.csv").write_text(text)

    result = rank([["beans"]])

    assert (result.exit_code, result.stdout) == (1, "")
    assert message in result.stderr


def test_orders_with_other_headings_quotes_and_marks_are_read(rank: Rank, cafe: Path) -> None:
    plain = rankings(rank([["beans"]]))
    lines = (cafe / "orders.csv").read_text().splitlines()
    quoted = [",".join(f'"{cell}"' for cell in line.split(",")) for line in lines[1:]]
    text = "\n".join([lines[0].replace("ordered_at", " Ordered_At "), *quoted])
    (cafe / "orders.csv").write_text(text, encoding="utf-8-sig")

    assert rankings(rank([["beans"]])) == plain


def test_orders_of_long_ago_are_ranked_as_those_of_today(rank: Rank, cafe: Path) -> None:
    plain = rankings(rank([["beans"], ["bag", "tea"]]))
    text = (cafe / "orders.csv").read_text()
    (cafe / "orders.csv").write_text(text.replace("2026-11-", "1996-11-"))

    assert rankings(rank([["beans"], ["bag", "tea"]])) == plain


def test_a_file_of_no_orders_ranks_nothing(rank: Rank, cafe: Path) -> None:
    (cafe / "orders.csv").write_text("order_id,ordered_at,product_id\n")

    assert rankings(rank([["beans"], []])) == [[], []]


def test_a_file_that_is_not_there_is_told(cafe: Path) -> None:
    result = CliRunner().invoke(
        main, ["rank", "--orders", str(cafe / "none.csv"), "--baskets", str(cafe / "orders.csv")]
    )

    assert result.exit_code == 2
    assert "does not exist" in result.stderr


def test_the_model_of_a_shop_is_fitted_now(house: House) -> None:
    environment: Mapping[str, str] = {"SECRET_KEY": SECRET, "DATA_DIR": str(house.config.data_dir)}
    with house.shop() as shop:
        learn_from_orders(shop, orders_of(5, "jam", "bread"), NOW)
        before = models.get(shop.db)

    result = CliRunner().invoke(main, ["fit"], env=environment)

    assert result.exit_code == 0, result.output
    with house.shop() as shop:
        after = models.get(shop.db)
    assert after is not None
    assert before is None or after.orders > before.orders
