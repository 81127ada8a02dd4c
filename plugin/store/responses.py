"""What shoppers answered to what they were offered: per checkout for a while, and as decayed counts per kind and product for good."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlite_utils import Database

from plugin.store import asking
from plugin.suggestions.acceptance import NO_ANSWERS, Answers
from plugin.suggestions.model import ProductId, VariantId

HALF_LIFE_DAYS = 90
"""An answer this old counts half: tastes and prices change, and a new habit must show within a season."""

MOST_DECLINES = 2
"""Whoever said "not this one" so often is asked nothing more in this checkout."""

OFFER = """
insert or ignore into responses (checkout, kind, product, needs, offered_at) values (?, ?, ?, ?, ?) returning 1
"""

OFFER_ANOTHER = """
update responses set needs = ? where checkout = ? and kind = ? and product = ? and not seen and taken_at is null
"""

COUNTED = """
insert into response_totals (kind, product, offered, taken, declined, day) values (?, ?, ?, ?, ?, ?)
on conflict do update set offered = excluded.offered, taken = excluded.taken, declined = excluded.declined, day = excluded.day
"""

TOTALS = """
with asked (kind, product) as ({})
select totals.kind, totals.product, offered, taken, declined, day
from asked cross join response_totals as totals on totals.kind = asked.kind and totals.product = asked.product
"""

LOOKED_FOR = "select kind, product, needs, seen from responses where checkout = ? and removed_at is null"

SEEN = "update responses set seen = 1 where checkout = ? and kind = ? and product = ?"

UNSEE = """
update responses set seen = 0, removed_at = case when removed_at >= ? then null else removed_at end
where checkout = ? and kind = ? and product = ?
"""

STANDING = """
select product, declined_at is not null, removed_at is not null from responses
where checkout = ? and (declined_at is not null or removed_at is not null)
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a shopper answered in one checkout. `removed`: something they took from us was taken out again."""

    declined: frozenset[ProductId] = frozenset()
    dismissed: bool = False
    removed: bool = False

    @property
    def closed(self) -> str | None:
        """Why nothing more is offered here; None where something may be."""
        if self.dismissed:
            return "dismissed"
        if self.removed:
            return "removed"
        return "declined_twice" if len(self.declined) >= MOST_DECLINES else None


def offer(db: Database, checkout: str, suggestions: Iterable[Mapping[str, Any]], at: str) -> None:
    """These suggestions of a document were offered in the checkout; each kind and product counts once there."""
    for told in suggestions:
        kind, product = told["kind"], told["productId"]
        needed = json.dumps(needs(told))
        if db.conn.execute(OFFER, [checkout, kind, product, needed, at]).fetchone():
            _count(db, kind, product, Answers(offered=1.0), at)
        else:  # another variant, or another set that begins with the same product
            db.conn.execute(OFFER_ANOTHER, [needed, checkout, kind, product])


def take(db: Database, checkout: str, there: Collection[str], at: str, kind: str | None = None) -> None:
    """What was offered in the checkout, and now is there as a whole, was taken. `there`: ids of products and variants.

    `kind`: only suggestions of this kind; of all kinds, where an order tells it.
    """
    for known, product in _waiting(db, checkout, there, "taken_at", kind):
        _mark(db, checkout, known, product, "taken_at", at)
        _count(db, known, product, Answers(taken=1.0), at)


def decline(db: Database, checkout: str, kind: str, product: str, at: str) -> bool:
    """The shopper does not want this one. False when it was never offered there: nobody can decline for others."""
    row = db.conn.execute(
        "select declined_at from responses where checkout = ? and kind = ? and product = ?",
        [checkout, kind, product],
    ).fetchone()
    if row is not None and row[0] is None:
        _mark(db, checkout, kind, product, "declined_at", at)
        _count(db, kind, product, Answers(declined=1.0), at)
    return row is not None


def dismiss(db: Database, checkout: str, at: str) -> bool:
    """The shopper wants no more suggestions. False when the checkout was never looked at: rows cannot be made up."""
    known = db.conn.execute(
        "select 1 from shown where checkout = ?1 union all select 1 from responses where checkout = ?1 limit 1",
        [checkout],
    ).fetchone()
    if known:
        db.conn.execute(
            "insert or ignore into dismissals (checkout, dismissed_at) values (?, ?)", [checkout, at]
        )
    return known is not None


def note_lines(db: Database, checkout: str, there: Mapping[VariantId, ProductId], at: str) -> None:
    """The checkout holds these now (gifts left out). What we offered, was there before and is gone now, was removed."""
    ids = {*there, *there.values()}
    rows = db.conn.execute(LOOKED_FOR, [checkout]).fetchall()
    for kind, product, text, seen in rows:
        is_there = _is_whole(text, ids)
        if is_there and not seen:
            db.conn.execute(SEEN, [checkout, kind, product])
        if seen and not is_there:
            _mark(db, checkout, kind, product, "removed_at", at)


def standing(db: Database, checkout: str) -> Standing:
    """How the shopper answered so far."""
    rows = db.conn.execute(STANDING, [checkout]).fetchall()
    dismissed = db.conn.execute("select 1 from dismissals where checkout = ?", [checkout]).fetchone()
    return Standing(
        frozenset(ProductId(row[0]) for row in rows if row[1]),
        dismissed is not None,
        any(row[2] for row in rows),
    )


def has_taken(db: Database, checkout: str, kind: str) -> bool:
    """Whether something of this kind was taken in the checkout."""
    row = db.conn.execute(
        "select 1 from responses where checkout = ? and kind = ? and taken_at is not null", [checkout, kind]
    ).fetchone()
    return row is not None


def totals(
    db: Database, asked: Collection[tuple[str, ProductId]], now: datetime
) -> dict[tuple[str, ProductId], Answers]:
    """The answers to these kinds and products, each checkout's once, in answers of today's weight; without those never offered."""
    today = now.date().toordinal()
    return {
        (kind, ProductId(product)): _aged(Answers(offered, taken, declined), today - day)
        for kind, product, offered, taken, declined, day in asking.each_pair(db, TOTALS, asked)
    }


def forget_before(db: Database, moment: str) -> None:
    """Drop the answers of checkouts first offered something before this; the counts stay."""
    db.conn.execute("delete from responses where offered_at < ?", [moment])
    db.conn.execute("delete from dismissals where dismissed_at < ?", [moment])


def swap(db: Database, checkout: str, old: Collection[str], since: str) -> None:
    """These ids leave the basket for something better of ours: whoever takes that has taken nothing of ours out again."""
    for kind, product, text in db.conn.execute(
        "select kind, product, needs from responses where checkout = ?", [checkout]
    ).fetchall():
        if not set(old).isdisjoint(json.loads(text)):
            db.conn.execute(UNSEE, [since, checkout, kind, product])


def needs(told: Mapping[str, Any]) -> list[str]:
    """What has to lie in a basket for this suggestion to be taken: ids of products, or of the variant of an upgrade.

    Of a set only what was not there at all: one more piece of something tells nothing by its id.
    """
    if told["kind"] == "upgrade":
        return [told["variantId"]]
    if "bundle" in told:
        return sorted(
            {it["productId"] for it in told["bundle"]["members"] if it["missing"] >= it.get("quantity", 1)}
        )
    return [told["productId"]]


def _waiting(
    db: Database, checkout: str, there: Collection[str], answer: str, kind: str | None
) -> list[tuple[str, str]]:
    """Kind and product of what is there as a whole, and was not answered like this before."""
    rows = db.conn.execute(
        f"select kind, product, needs from responses where checkout = ? and {answer} is null",  # noqa: S608  # our own column
        [checkout],
    ).fetchall()
    ids = set(there)
    # a door knows what it added, also where no id tells it: one more piece of what lay there
    return [
        (row[0], row[1])
        for row in rows
        if kind in (None, row[0]) and (_is_whole(row[2], ids) or (kind is not None and row[2] == "[]"))
    ]


def _is_whole(needs_text: str, there: set[str]) -> bool:
    needed = json.loads(needs_text)
    return bool(needed) and there.issuperset(needed)


def _mark(db: Database, checkout: str, kind: str, product: str, answer: str, at: str) -> None:
    db.conn.execute(
        f"update responses set {answer} = ? where checkout = ? and kind = ? and product = ?",  # noqa: S608  # our own column
        [at, checkout, kind, product],
    )


def _count(db: Database, kind: str, product: str, more: Answers, at: str) -> None:
    """Add an answer given `at`. The counts are kept as of the newest answer; an older one that arrives late weighs less."""
    day = date.fromisoformat(at[:10]).toordinal()
    row = db.conn.execute(
        "select offered, taken, declined, day from response_totals where kind = ? and product = ?",
        [kind, product],
    ).fetchone()
    kept, kept_day = (Answers(*row[:3]), row[3]) if row else (NO_ANSWERS, day)
    newest = max(day, kept_day)
    known, added = _aged(kept, newest - kept_day), _aged(more, newest - day)
    values = [
        known.offered + added.offered,
        known.taken + added.taken,
        known.declined + added.declined,
    ]
    db.conn.execute(COUNTED, [kind, product, *values, newest])


def _aged(answers: Answers, days: int) -> Answers:
    """The answers so many days later. Whole days: an answer does not change while somebody looks."""
    weight = 2.0 ** (-max(days, 0) / HALF_LIFE_DAYS)
    return Answers(answers.offered * weight, answers.taken * weight, answers.declined * weight)
