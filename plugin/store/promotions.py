"""What a catalogue promotion was seen to do to a price we set: an app is told its effect only, so the effect is remembered."""

from __future__ import annotations

from sqlite_utils import Database

from plugin.suggestions.bundles.model import Goods
from plugin.suggestions.bundles.promotion import Observation
from plugin.suggestions.model import ChannelId, VariantId

KEEP = """
insert into promotions_seen (channel, variant, list_price, price, before, after) values (?, ?, ?, ?, ?, ?)
on conflict do update set list_price = excluded.list_price, price = excluded.price, before = excluded.before, after = excluded.after
"""


def observations(db: Database, channel: ChannelId, goods: Goods) -> list[Observation]:
    """All we know of the promotion a variant is under: its two prices, and what it did to a price of ours, while it is the same."""
    row = db.conn.execute(
        "select before, after from promotions_seen where channel = ? and variant = ? and list_price = ? and price = ?",
        [channel, goods.variant, goods.list_price, goods.price],
    ).fetchone()
    return [(goods.list_price, goods.price), *([(row[0], row[1])] if row else [])]


def saw(db: Database, channel: ChannelId, goods: Goods, before: int, after: int) -> None:
    """A price of ours, and what was left of it."""
    db.conn.execute(KEEP, [channel, VariantId(goods.variant), goods.list_price, goods.price, before, after])
