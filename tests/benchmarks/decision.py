"""The whole decision for a basket of ten lines: gather, propose, rank, eligibility; in a shop that has set up everything."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import cycle, islice
from random import Random

from rich.console import Console
from rich.table import Table

from plugin.shop import Shop
from plugin.store import directions
from plugin.suggestions.model import BasketLine
from plugin.use_cases.change_bundles import save_bundle
from plugin.use_cases.change_rules import replace_rules
from plugin.use_cases.learn_directions import learn_directions
from plugin.use_cases.learn_habits import learn_habits
from plugin.use_cases.next_best_offer import Asked, next_best_offer
from tests.benchmarks.made_up_orders import made_up_baskets
from tests.benchmarks.made_up_shop import CHANNEL, NOW, number_of, product_id, variant_id
from tests.benchmarks.shops import Size, a_shop
from tests.benchmarks.timing import in_turns, ms

WIDE = Size(100_000, 100_000)

LINES = 10
RULES = 500
BUNDLES = 200
BASKETS = 400
WARM_UP = 40
SEED = 41

AIM = 0.005
"""Seconds at the median."""

CO_OCCURRENCE = """
select product, sum(orders) as together from pairs
where scope = 1 and beside in (select value from json_each(?1)) and product not in (select value from json_each(?1))
group by product order by together desc, product limit 3
"""
"""What most recommenders for shops come down to."""


def run(console: Console, _full: bool) -> None:
    """Print the table."""
    table = Table(
        title=f"The whole decision: {LINES} lines, {WIDE}, {RULES} rules, {BUNDLES} bundles (in the process, shop open)"
    )
    for name in ("", "median", "p95", "processor", "shown", "candidates", "ratio to plain co-occurrence"):
        table.add_column(name, justify="left" if not name else "right")
    with a_shop(WIDE) as (tandem, installation), tandem.shop(installation) as shop:
        made = made_up_baskets(BASKETS, LINES, WIDE.products, SEED)
        baskets = [[BasketLine(variant_id(rank), 1) for rank in basket] for basket in made]
        baskets = list(islice(cycle(baskets), BASKETS + WARM_UP))
        plain = _seen(shop, baskets)
        (bare,) = in_turns(BASKETS, [lambda number: _decided(shop, baskets[number])], WARM_UP)
        set_up(shop)
        rich = _seen(shop, baskets)
        ours, peer = in_turns(
            BASKETS,
            [lambda number: _decided(shop, baskets[number]), lambda number: _peer(shop, baskets[number])],
            WARM_UP,
        )
    for name, times, seen in (("as installed", bare, plain), ("with all of it", ours, rich)):
        table.add_row(
            name, ms(times.median), ms(times.p95), ms(times.worked), f"{seen[0]:.1f}", f"{seen[1]:.0f}",
            f"{times.median / peer.median:.2f}",
        )  # fmt: skip
    console.print(table)
    console.print(f"Aim: a median below {ms(AIM)}.\n")


def set_up(shop: Shop) -> None:
    """Directions and habits learned, rules and bundles as a keen merchant makes them."""
    db, dice = shop.db, Random(SEED)
    _describe(shop)
    learn_habits(shop, NOW)
    directions.mark_all(db)
    learn_directions(shop, NOW)
    replace_rules(shop, [_a_rule(dice, number) for number in range(RULES)], "bench", NOW)
    for number in range(BUNDLES):
        ranks = dice.sample(range(2_000), 2)
        draft = {
            "name": f"Set {number}", "state": "active", "rule": {"kind": "percent", "percent": "5"}, "channels": ["default-channel"],
            "members": [{"product": product_id(rank), "quantity": 1} for rank in ranks],
        }  # fmt: skip
        save_bundle(shop, draft, "bench", NOW)
    db.conn.execute("analyze")


def _describe(shop: Shop) -> None:
    """Every product has a memory; the dearer the larger."""
    db = shop.db
    sizes = [2**power for power in range(3, 13)]
    db.conn.execute("begin")
    db.conn.execute(
        "insert or ignore into attributes (slug, name, input_type) values ('memory', 'Memory', 'DROPDOWN')"
    )
    db.conn.executemany(
        "insert or ignore into attribute_values (attribute, value, name) values ('memory', ?, ?)",
        [(f"{size}-gb", f"{size} GB") for size in sizes],
    )
    for place, size in enumerate(sizes):
        least, most = 5 + 10 * place, 15 + 10 * place
        db.conn.execute(
            """update variants set attributes = ? where number in
               (select variant from listings where cast(amount as real) >= ? and cast(amount as real) < ?)""",
            [json.dumps([["memory", f"{size}-gb"]]), least, most],
        )
    db.conn.execute("update channels set active = 1")
    db.conn.execute(
        "update products set product_type = 'type of ' || category, name = 'Thing of ' || category"
    )
    db.conn.execute(
        "update listings set gross = amount, net = amount, list_gross = amount, list_net = amount, cost = amount * 0.6"
    )
    db.conn.execute("commit")


def _a_rule(dice: Random, number: int) -> dict[str, object]:
    kind = ("boost", "bury", "exclude", "pin", "pair", "match")[number % 6]
    product, other = (product_id(rank) for rank in dice.sample(range(5_000), 2))
    category = {"category": f"category {dice.randrange(40)}"}
    if kind == "pair":
        return {"kind": kind, "product": product, "with": other, "both": True}
    if kind == "match":
        return {"kind": kind, "attribute": f"mount-{number}", "what": category}
    rule: dict[str, object] = {"kind": kind, "what": {"product": product} if number % 2 else category}
    if kind in ("boost", "bury"):
        rule["factor"] = 2.0 if kind == "boost" else 0.5
    if kind == "pin":
        rule["position"] = 3
    if kind in ("exclude", "pin"):
        rule["what"] = {"product": product}
    return rule | ({"beside": category} if number % 3 == 0 else {})


def _decided(shop: Shop, basket: Sequence[BasketLine]) -> None:
    next_best_offer(shop, Asked(CHANNEL, basket), NOW)


def _seen(shop: Shop, baskets: Sequence[Sequence[BasketLine]]) -> tuple[float, float]:
    """How many are shown and considered, on average."""
    made = [next_best_offer(shop, Asked(CHANNEL, basket), NOW) for basket in baskets[:50]]
    return (
        sum(len(one.chosen) for one in made) / len(made),
        sum(len(one.considered) for one in made) / len(made),
    )


def _peer(shop: Shop, basket: Sequence[BasketLine]) -> None:
    numbers = [number_of(line.variant) for line in basket]
    shop.db.conn.execute(CO_OCCURRENCE, [json.dumps(numbers)]).fetchall()
