"""Bundles, every version of them, and the prices we hold on checkout lines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlite_utils import Database

from plugin.store import listed
from plugin.store.database import seen
from plugin.suggestions.bundles.checks import as_json
from plugin.suggestions.bundles.model import ACTIVE, Bundle, BundleId, Member, Rule
from plugin.suggestions.model import ChannelId, ProductId, VariantId

KEEP = """
insert into bundles (number, version, state, body) values (?, ?, ?, ?)
on conflict (number) do update set version = excluded.version, state = excluded.state, body = excluded.body
"""

HOLD = """
insert into holds (checkout, line, variant, quantity, price, list_price, bundles, was, held_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?)
on conflict do update set variant = excluded.variant, quantity = excluded.quantity, price = excluded.price, list_price = excluded.list_price,
    bundles = excluded.bundles, was = excluded.was, held_at = excluded.held_at
"""


@dataclass(frozen=True, slots=True)
class Version:
    """One change of a bundle: what it was from then on, who changed it, when (ISO, UTC), and why where we did it ourselves."""

    bundle: Bundle
    at: str
    who: str
    why: str


@dataclass(frozen=True, slots=True)
class Hold:
    """A price of ours on a checkout line: set, or about to be set when it was written down.

    `price` in finest steps, `list_price` in smallest units, `quantity` of the line then, `bundles`: its pieces in sets of each.
    `was`: the price we had set before, which stays when this one does not arrive.
    """

    line: str
    variant: VariantId
    quantity: int
    price: int
    list_price: int
    bundles: Mapping[BundleId, int]
    was: int | None = None


def next_number(db: Database) -> BundleId:
    """The number of the next new bundle; numbers are never given twice."""
    return BundleId(db.conn.execute("select coalesce(max(bundle), 0) + 1 from bundle_versions").fetchone()[0])


def keep(db: Database, bundle: Bundle, at: str, who: str, why: str = "") -> None:
    """Remember this version as the newest one."""
    body = json.dumps(as_json(bundle, {channel: channel for channel in _channels(bundle)}))
    db.conn.execute(KEEP, [bundle.id, bundle.version, bundle.state, body])
    db.conn.execute(
        "insert into bundle_versions (bundle, version, body, made_at, who, why) values (?, ?, ?, ?, ?, ?)",
        [bundle.id, bundle.version, body, at, who, why],
    )
    db.conn.execute(
        "insert into changes (made_at, who, what) values (?, ?, ?)",
        [at, who, json.dumps({"bundle": bundle.id, "version": bundle.version})],
    )
    db.conn.execute("delete from bundle_members where bundle = ?", [bundle.id])
    db.conn.executemany(
        "insert or ignore into bundle_members (member, bundle) values (?, ?)",
        [(member.id, bundle.id) for member in bundle.members],
    )


def get(db: Database, number: int) -> Bundle | None:
    """The newest version of a bundle, or None."""
    row = db.conn.execute("select body from bundles where number = ?", [number]).fetchone()
    return None if row is None else _bundle(row[0])


def every(db: Database) -> list[Bundle]:
    """All bundles, newest first."""
    return [_bundle(row[0]) for row in db.conn.execute("select body from bundles order by number desc")]


def versions(db: Database, number: int) -> list[Version]:
    """Every version of a bundle, newest first."""
    rows = db.conn.execute(
        "select body, made_at, who, why from bundle_versions where bundle = ? order by version desc", [number]
    )
    return [Version(_bundle(body), at, who, why) for body, at, who, why in rows]


def are_any(db: Database) -> bool:
    """Whether any bundle is active: without one, checkouts cost us nothing. Asked once in a reading."""
    known = seen(db).any
    if "bundles" not in known:
        row = db.conn.execute("select 1 from bundles where state = ? limit 1", [ACTIVE]).fetchone()
        known["bundles"] = row is not None
    return known["bundles"]


def on(db: Database, channel: ChannelId, now: datetime) -> list[Bundle]:
    """The bundles shoppers of this channel get now, oldest first."""
    rows = db.conn.execute("select body from bundles where state = ? order by number", [ACTIVE])
    return [bundle for row in rows if (bundle := _bundle(row[0])).is_on(channel, now)]


def around(db: Database, channel: ChannelId, members: Iterable[str], now: datetime) -> list[Bundle]:
    """Those of them with a member among these products and variants."""
    rows = db.conn.execute(
        """select body from bundles where state = ? and number in (
           select bundle from bundle_members where member in (select value from json_each(?))) order by number""",
        [ACTIVE, listed.texts(members)],
    )
    return [bundle for row in rows if (bundle := _bundle(row[0])).is_on(channel, now)]


def as_of(
    db: Database, channel: ChannelId, members: Iterable[str], also: Iterable[BundleId], moment: datetime
) -> list[Bundle]:
    """Those that were on at that moment, as they were then: an order is judged by what was promised.

    Found by their members now, and `also` these, whose members may have changed since.
    """
    rows = db.conn.execute(
        """select body, max(version) from bundle_versions where made_at <= ?1 and (bundle in (
           select bundle from bundle_members where member in (select value from json_each(?2)))
           or bundle in (select value from json_each(?3))) group by bundle order by bundle""",
        [
            moment.astimezone(UTC).isoformat(timespec="seconds"),
            listed.texts(members),
            listed.numbers(also),
        ],
    )
    return [bundle for row in rows if (bundle := _bundle(row[0])).is_on(channel, moment)]


def with_member(db: Database, members: Iterable[str]) -> list[Bundle]:
    """All bundles, whatever their state, with a member among these products and variants."""
    rows = db.conn.execute(
        """select body from bundles where number in (
           select bundle from bundle_members where member in (select value from json_each(?))) order by number""",
        [listed.texts(members)],
    )
    return [_bundle(row[0]) for row in rows]


def hold(db: Database, checkout: str, holds: Sequence[Hold], at: str) -> None:
    """Write down the prices about to be set on these lines. Before Saleor is told: a price we set must never be forgotten."""
    db.conn.executemany(
        HOLD,
        [
            (
                checkout,
                one.line,
                one.variant,
                one.quantity,
                one.price,
                one.list_price,
                _counts(one.bundles),
                one.was,
                at,
            )
            for one in holds
        ],
    )


def release(db: Database, checkout: str, lines: Iterable[str]) -> None:
    """Prices that Saleor has confirmed to be gone."""
    db.conn.executemany(
        "delete from holds where checkout = ? and line = ?", [(checkout, line) for line in lines]
    )


def held(db: Database, checkout: str) -> list[Hold]:
    """Our prices in a checkout."""
    rows = db.conn.execute(
        "select line, variant, quantity, price, list_price, bundles, was from holds where checkout = ? order by line",
        [checkout],
    )
    return [Hold(row[0], VariantId(row[1]), row[2], row[3], row[4], _numbers(row[5]), row[6]) for row in rows]


def held_on(db: Database, lines: Iterable[str]) -> list[tuple[str, set[BundleId]]]:
    """Of these checkout lines, those that hold a price of ours, and of which bundles."""
    rows = db.conn.execute(
        "select line, bundles from holds where line in (select value from json_each(?)) order by line",
        [listed.texts(lines)],
    )
    return [(row[0], set(_numbers(row[1]))) for row in rows]


def holding(db: Database, number: int) -> list[str]:
    """Checkouts that hold a price of this bundle."""
    rows = db.conn.execute(
        "select distinct checkout from holds, json_each(holds.bundles) as each where each.key = ?",
        [str(number)],
    )
    return [row[0] for row in rows]


def holding_variants(db: Database, variants: Iterable[VariantId]) -> list[str]:
    """Checkouts that hold a price of ours on one of these variants."""
    rows = db.conn.execute(
        "select distinct checkout from holds where variant in (select value from json_each(?))",
        [listed.texts(variants)],
    )
    return [row[0] for row in rows]


def refuse(db: Database, checkout: str, situation: str, at: str) -> None:
    """This basket, as it is, gets no bundle price: it was tried, and taken back."""
    db.conn.execute(
        "insert into refused_holds (checkout, situation, made_at) values (?, ?, ?) on conflict do nothing",
        [checkout, situation, at],
    )


def is_refused(db: Database, checkout: str, situation: str) -> bool:
    """Whether a bundle price was tried for just this basket, and taken back."""
    row = db.conn.execute(
        "select 1 from refused_holds where checkout = ? and situation = ?", [checkout, situation]
    ).fetchone()
    return row is not None


def held_since(db: Database, since: str) -> list[str]:
    """Checkouts in which we have set a price since then."""
    rows = db.conn.execute("select distinct checkout from holds where held_at >= ?", [since])
    return [row[0] for row in rows]


def forget_checkout(db: Database, checkout: str) -> None:
    """The checkout has become an order."""
    db.conn.execute("delete from holds where checkout = ?", [checkout])
    db.conn.execute("delete from refused_holds where checkout = ?", [checkout])


def forget_holds(db: Database, before: str) -> None:
    """Drop what was held this long ago: Saleor deletes checkouts that nobody touches."""
    db.conn.execute("delete from holds where held_at < ?", [before])
    db.conn.execute("delete from refused_holds where made_at < ?", [before])


def _counts(bundles: Mapping[BundleId, int]) -> str:
    return json.dumps({str(bundle): count for bundle, count in sorted(bundles.items())})


def _numbers(text: str) -> dict[BundleId, int]:
    return {BundleId(int(bundle)): count for bundle, count in json.loads(text).items()}


def _channels(bundle: Bundle) -> set[ChannelId]:
    return {*bundle.channels, *bundle.rule.amounts}


@lru_cache(maxsize=4_096)
def _bundle(text: str) -> Bundle:
    """What `keep` wrote; checked then, so only read now."""
    body: dict[str, Any] = json.loads(text)
    rule = body["rule"]
    return Bundle(
        id=BundleId(int(body["id"])),
        version=body["version"],
        state=body["state"],
        name=body["name"],
        members=tuple(
            Member(node["quantity"], _product(node.get("product")), _variant(node.get("variant")))
            for node in body["members"]
        ),
        rule=Rule(
            rule["kind"],
            Decimal(rule.get("percent", 0)),
            {ChannelId(channel): Decimal(amount) for channel, amount in rule.get("amounts", {}).items()},
        ),
        channels=tuple(ChannelId(channel) for channel in body["channels"]),
        translations=body["translations"],
        starts=_moment(body["starts"]),
        ends=_moment(body["ends"]),
        most_sets=body["mostSets"],
        vouchers=body["vouchers"],
    )


def _product(value: str | None) -> ProductId | None:
    return ProductId(value) if value else None


def _variant(value: str | None) -> VariantId | None:
    return VariantId(value) if value else None


def _moment(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None
