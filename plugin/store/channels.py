"""The shop's channels, and our short number for each: the scope of every count."""

from __future__ import annotations

from collections.abc import Sequence
from weakref import WeakKeyDictionary

from sqlite_utils import Database

from plugin.suggestions.catalogue import Channel
from plugin.suggestions.model import ChannelId

WHOLE_SHOP_NUMBER = 0

_known: WeakKeyDictionary[Database, dict[ChannelId, int]] = WeakKeyDictionary()
"""Per open file the numbers it gave: they never change, and every suggestion asks for them again and again."""

KEEP = """
insert into channels (id, slug, name, currency, active, gross, entered_with_tax, country)
values (?, ?, ?, ?, ?, ?, ?, ?)
on conflict (id) do update set slug = excluded.slug, name = excluded.name, currency = excluded.currency,
    active = excluded.active, gross = excluded.gross, entered_with_tax = excluded.entered_with_tax,
    country = excluded.country
"""


def number(db: Database, channel: ChannelId) -> int:
    """Our number of a channel, given on first sight; 0 is the whole shop. Until Saleor describes it, it sells nothing."""
    if not channel:
        return WHOLE_SHOP_NUMBER
    known = _known.setdefault(db, {})
    if channel in known:
        return known[channel]
    row = db.conn.execute("select number from channels where id = ?", [channel]).fetchone()
    if row is None:
        insert = "insert into channels (id, active) values (?, 0) returning number"
        return int(db.conn.execute(insert, [channel]).fetchone()[0])
    if not db.conn.in_transaction:
        known[channel] = row[0]
    return int(row[0])


def ids(db: Database) -> dict[int, ChannelId]:
    """Saleor's id of every channel, by our number."""
    return {row[0]: ChannelId(row[1]) for row in db.conn.execute("select number, id from channels")}


def keep(db: Database, channel: Channel) -> None:
    """Remember a channel as Saleor describes it now."""
    values = [
        channel.id,
        channel.slug,
        channel.name,
        channel.currency,
        channel.active,
        channel.gross,
        channel.entered_with_tax,
        channel.country,
    ]
    db.conn.execute(KEEP, values)


def keep_only(db: Database, channels: Sequence[Channel]) -> None:
    """Remember these, and that any other channel is no longer active."""
    db.conn.execute("update channels set active = 0")
    for channel in channels:
        keep(db, channel)


def every(db: Database) -> list[Channel]:
    """All channels, oldest first."""
    rows = db.conn.execute(
        "select id, slug, name, currency, active, gross, entered_with_tax, country from channels order by number"
    )
    return [
        Channel(ChannelId(row[0]), row[1], row[2], row[3], bool(row[4]), bool(row[5]), bool(row[6]), row[7])
        for row in rows
    ]


def by_slug(db: Database, slug: str) -> Channel | None:
    """The channel of that slug, or None."""
    return next((channel for channel in every(db) if channel.slug == slug), None)
