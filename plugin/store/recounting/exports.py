"""From the rows of an export to lines that can be counted: what Saleor's orders go through, said in statements."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from plugin.errors import BadExport
from plugin.store.recounting.engine import TEXT, WHOLE, Engine
from plugin.suggestions.affinity import MOST_LINES

NEEDED = ("order_id", "ordered_at", "buyer", "product_id", "quantity", "unit_price")

WRITTEN = """
select nullif(trim({order_id}), '') as name, {ordered_at} as moment, nullif(trim({buyer}), '') as buyer,
    nullif(trim({product_id}), '') as product, coalesce({quantity}, 1) as quantity,
    coalesce({quantity}, 1) * coalesce({unit_price}, 0) as amount, {channel} as channel
from export
"""

READABLE = "name is not null and product is not null and moment is not null"

BASKETS = f"""
select name, product, max(amount) as amount, min(moment) as moment,
    min(case when buyer like '%@%' then lower(buyer) else buyer end) as buyer, min(channel) as channel
from written where {READABLE} and quantity > 0 group by name, product
"""  # noqa: S608  # words of ours
"""A product counts once, however many lines it has. Of e-mails, capitals do not count."""

PLACED = f"""
select {{numbers}} as purchase, name, moment, day, buyer, channel, size, case when size > {MOST_LINES} then {MOST_LINES} else size end as counted
from (
    select name, min(moment) as moment, substr(min(moment), 1, 10) as day, min(buyer) as buyer, min(channel) as channel,
        count(*) as size
    from baskets group by name
) as orders
"""  # noqa: S608  # numbers of ours

BUYERS = "select {numbers} as number, buyer from (select distinct buyer from placed where buyer is not null) as known"

LINES = f"""
select chosen.purchase, named_channels.number as channel, buyers.number as buyer, named_products.number as product,
    weights.weight
from (
    select purchase, product from baskets join placed on placed.name = baskets.name where size <= {MOST_LINES}
    union all
    select purchase, product from (
        select purchase, product, row_number() over (partition by purchase order by amount desc, product) as place
        from baskets join placed on placed.name = baskets.name where size > {MOST_LINES}
    ) as dearest where place <= {MOST_LINES}
) as chosen
join placed on placed.purchase = chosen.purchase
join named_products on named_products.name = chosen.product
join weights on weights.day = placed.day and weights.size = placed.counted
left join buyers on buyers.buyer = placed.buyer
left join named_channels on named_channels.name = coalesce(placed.channel, '-')
"""  # noqa: S608  # numbers of ours

TOLD = "select count(*), max(moment) from placed"

LEFT_OUT = f"select count(*) from written where not ({READABLE}) or quantity <= 0"  # noqa: S608  # words of ours


@dataclass(frozen=True, slots=True)
class Told:
    """What an export tells: its orders, the second in UTC of the newest one, the rows that say nothing; product ids, channels."""

    orders: int
    until: str
    left_out: int
    products: list[str]
    channels: list[str | None]


def tidy(engine: Engine, columns: Sequence[str]) -> Told:
    """Make baskets and orders of the view `export`, which has these columns.

    Raises:
        BadExport: a column is missing, or nothing in it can be counted.
    """
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        raise BadExport(
            f"columns are missing: {', '.join(missing)}; there are: {', '.join(columns) or 'none'}"
        )
    text, number, moment = engine.text, engine.number, engine.moment
    channel = f"nullif(trim({text.format('channel')}), '')" if "channel" in columns else "null"
    told = {
        "order_id": text.format("order_id"),
        "ordered_at": moment.format("ordered_at"),
        "buyer": text.format("buyer"),
        "product_id": text.format("product_id"),
        "quantity": number.format("quantity"),
        "unit_price": number.format("unit_price"),
        "channel": channel if "channel" in columns else text.format("null"),
    }
    engine.see("written", WRITTEN.format(**told))
    engine.make("baskets", BASKETS, by="name")
    engine.make("placed", PLACED.format(numbers=engine.numbers), by="name")
    ((orders, until),) = engine.rows(TOLD)
    if not orders:
        raise BadExport(
            "no line of this export can be counted: each needs order, product, time and a quantity"
        )
    return Told(
        orders,
        until,
        next(engine.rows(LEFT_OUT))[0],
        [row[0] for row in engine.rows("select distinct product from baskets")],
        [row[0] for row in engine.rows("select distinct channel from placed")],
    )


def make_lines(
    engine: Engine,
    products: Mapping[str, int],
    channels: Mapping[str | None, int | None],
    weight: Callable[[date, int], int],
) -> None:
    """Make `lines` of what was tidied. `weight`: of an order of that day with so many products."""
    shapes = engine.rows("select distinct day, counted from placed")
    weights = [(day, size, weight(date.fromisoformat(day), size)) for day, size in list(shapes)]
    engine.take("named_products", {"name": TEXT, "number": WHOLE}, products.items())
    engine.take(
        "named_channels",
        {"name": TEXT, "number": WHOLE},
        [(name or "-", number) for name, number in channels.items() if number is not None],
    )
    engine.take("weights", {"day": TEXT, "size": WHOLE, "weight": WHOLE}, weights)
    engine.make("buyers", BUYERS.format(numbers=engine.numbers), by="buyer")
    engine.make("lines", LINES, by="purchase")
