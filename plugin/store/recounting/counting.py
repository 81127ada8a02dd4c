"""The counts of a shop, from lines: one row per order and product. The same statements for every engine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from plugin.store.recounting.engine import WHOLE, Engine, Row

SUMMED = ("weight",)
"""What each line of an order brings along, the same in all of them, to be added up wherever it counts."""

LINES = {"purchase": WHOLE, "channel": WHOLE, "buyer": WHOLE, "product": WHOLE} | dict.fromkeys(SUMMED, WHOLE)
"""An order that counts, its channel, who bought, one of its products; all by numbers of ours, any that tell them apart."""

MET = """
select one.channel, one.product as beside, other.product, one.buyer, {one_summed}
from lines as one join lines as other on other.purchase = one.purchase and one.product < other.product
"""

IN_WHOLE_SHOP = "select 0 as scope, {columns} from {table}"

IN_SCOPES = (
    f"{IN_WHOLE_SHOP} union all select channel as scope, {{columns}} from {{table}} where channel is not null"  # noqa: S608  # names of ours
)

PAIRS = """
select scope, beside, product, {total_orders}, {distinct_buyers}, {total}
from (
    select scope, beside, product, buyer, count(*) as orders, {summed}
    from met_in_scopes group by scope, beside, product, buyer
) as of_buyers
group by scope, beside, product
"""
"""By buyer first: the distinct ones are counted without holding sets of them, whatever spills."""

BOUGHT = """
select scope, product, {total_orders}, {distinct_buyers}, {total},
    cast(sum(case when buyer is null then weight else heaviest end) as bigint) as buyers_weight
from (
    select scope, product, buyer, count(*) as orders, {summed}, max(weight) as heaviest
    from lines_in_scopes group by scope, product, buyer
) as of_buyers
group by scope, product
"""

TOTALS = """
select scope, count(*) as orders, cast(sum(weight) as bigint) as weight
from (select scope, purchase, min(weight) as weight from lines_in_scopes group by scope, purchase) as placed
group by scope
"""

BOTH_DIRECTIONS = """
select beside, product, scope, {counts} from counted_pairs
union all select product as beside, beside as product, scope, {counts} from counted_pairs
order by 1, 2, 3
"""

COUNTS = ("orders", "buyers", *SUMMED)


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted, waiting in the engine: columns as in the shop's file, rows in the order of its tables.

    `twins`: the scopes each row stands for. Where there is one channel, it counts what the whole shop counts.
    """

    engine: Engine
    twins: tuple[int, ...]

    def orders(self) -> int:
        """All that were counted."""
        return sum(row[0] for row in self.engine.rows("select orders from counted_totals where scope = 0"))

    def rows(self, table: str) -> Iterator[Row]:
        """Of `pairs`, `bought` or `totals`; the scope stands where COLUMNS say."""
        place = COLUMNS[table].index("scope")
        for row in self.engine.rows(ROWS[table]):
            if self.twins:
                for scope in self.twins:
                    yield (*row[:place], scope, *row[place + 1 :])
            else:
                yield tuple(row)


COLUMNS = {
    "totals": ("scope", "orders", "weight"),
    "bought": ("product", "scope", *COUNTS, "buyers_weight"),
    "pairs": ("beside", "product", "scope", *COUNTS),
}

ROWS = {
    "totals": "select scope, orders, weight from counted_totals order by 1",
    "bought": f"select {', '.join(COLUMNS['bought'])} from counted_bought order by 1, 2",  # noqa: S608  # names of ours
    "pairs": BOTH_DIRECTIONS.format(counts=", ".join(COUNTS)),
}


def count(engine: Engine) -> Counted:
    """Count the table `lines`."""
    twins = _twins(engine)
    scoped = IN_WHOLE_SHOP if twins else IN_SCOPES
    summed = ", ".join(f"cast(sum({name}) as bigint) as {name}" for name in SUMMED)
    named = {
        "one_summed": ", ".join(f"one.{name}" for name in SUMMED),
        "summed": summed,
        "total": summed,
        "total_orders": "cast(sum(orders) as bigint) as orders",
        "distinct_buyers": "cast(count(buyer) as bigint) as buyers",
    }
    own = ", ".join(("buyer", *SUMMED))
    engine.see("lines_in_scopes", scoped.format(columns=f"purchase, product, {own}", table="lines"))
    engine.see("met", MET.format(**named))
    engine.see("met_in_scopes", scoped.format(columns=f"beside, product, {own}", table="met"))
    engine.make("counted_totals", TOTALS)
    engine.make("counted_bought", BOUGHT.format(**named))
    engine.make("counted_pairs", PAIRS.format(**named))
    return Counted(engine, twins)


def _twins(engine: Engine) -> tuple[int, ...]:
    """The whole shop and its only channel, or nothing when there are several."""
    known = [row[0] for row in engine.rows("select distinct channel from lines")]
    if len(known) > 1:
        return ()
    return (0, *(channel for channel in known if channel is not None))
