"""How each channel delivers to each country, as Saleor told it last."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from sqlite_utils import Database

from plugin.suggestions.deliveries import DeliveryMethod
from plugin.suggestions.model import ChannelId

DeliveriesByPlace = Mapping[tuple[ChannelId, str], Sequence[DeliveryMethod]]
"""Methods by channel and country (ISO code)."""

METHODS = """
select methods from deliveries where channel = ?1
and country = coalesce(?2, (select country from channels where id = ?1))
"""


def keep_only(db: Database, found: DeliveriesByPlace) -> None:
    """Remember these, and that nothing else is delivered anywhere."""
    db.conn.execute("delete from deliveries")
    db.conn.executemany(
        "insert into deliveries (channel, country, methods) values (?, ?, ?)",
        [(channel, country, _text(methods)) for (channel, country), methods in sorted(found.items())],
    )


def methods(db: Database, channel: ChannelId, country: str | None) -> tuple[DeliveryMethod, ...]:
    """The methods of a channel to a country; without one, to the channel's own, as Saleor reckons taxes then."""
    row = db.conn.execute(METHODS, [channel, country]).fetchone()
    return tuple(_methods(json.loads(row[0]))) if row else ()


def countries(db: Database, channel: ChannelId) -> dict[str, tuple[DeliveryMethod, ...]]:
    """Every country the channel delivers to, with its methods."""
    rows = db.conn.execute(
        "select country, methods from deliveries where channel = ? order by country", [channel]
    )
    return {row[0]: tuple(_methods(json.loads(row[1]))) for row in rows}


def _text(methods: Iterable[DeliveryMethod]) -> str:
    """By price, then id: the same facts are the same text."""
    return json.dumps(
        [
            [
                method.id,
                method.name,
                f"{method.price:f}",
                f"{method.minimum:f}",
                None if method.maximum is None else f"{method.maximum:f}",
                method.restricted,
            ]
            for method in sorted(methods, key=lambda method: (method.price, method.id))
        ]
    )


def _methods(rows: list[list[object]]) -> Iterable[DeliveryMethod]:
    for gid, name, price, minimum, maximum, restricted in rows:
        yield DeliveryMethod(
            str(gid),
            str(name),
            Decimal(str(price)),
            Decimal(str(minimum)),
            None if maximum is None else Decimal(str(maximum)),
            bool(restricted),
        )
