"""Count anew what a shop bought, and put the counts in place at one blow; webhooks go on all the while."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from sqlite_utils import Database

from plugin.errors import BadExport, TryAgain
from plugin.shop import Shop
from plugin.store import (
    catalogue,
    channels,
    counted_in_bulk,
    exports,
    facts,
    orders,
    preferences,
    rebuilt_counts,
)
from plugin.store.database import open_file, writing
from plugin.store.recounting import counting
from plugin.store.recounting import exports as exported
from plugin.store.recounting.counting import LINES, Counted
from plugin.store.recounting.engine import Engine
from plugin.store.recounting.exports import Told
from plugin.suggestions import affinity
from plugin.suggestions.model import ChannelId, ProductId
from plugin.use_cases import plan_work
from plugin.use_cases.learn_from_past_orders import learn_again

READING, COUNTING, WRITING, SWAPPING, CLEARING = STEPS = (
    "reading the orders", "counting", "writing the new counts", "putting them in place", "clearing up",
)  # fmt: skip

Step = Callable[[str, int], None]
"""Told what is being done now, and how many rows of it are done."""

MOST_NUMBERED_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Export:
    """Files of orders, and the channel, by slug or id, of those that name none."""

    paths: Sequence[str]
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild did. `until`: of an export, the newest order; `left_out`: rows of it that say nothing. `seconds` per step."""

    orders: int
    products: int
    pairs: int
    left_out: int
    until: str | None
    seconds: dict[str, float]


def rebuild_from_store(shop: Shop, engine: Engine, replace: bool, now: datetime, step: Step) -> Rebuilt:
    """Count what the kept orders contribute. What is learned while we count is added before the swap.

    `replace`: even where counts came from an export, which are lost then.

    Raises:
        BadExport: the counts came from an export.
        RebuildFailed: the engine gave up; the counts are as they were.
        TryAgain: another process rebuilds them, or a file of orders is being learned.
    """
    exported_until = exports.until(shop.db)
    if exported_until and not replace:
        raise BadExport(
            f"these counts came from an export, up to {exported_until:%Y-%m-%d %H:%M}; the kept orders alone are fewer. "
            "Rebuild from a newer export with --from, or give the export's counts up with --replace"
        )
    with _rebuilding(shop.db), _timed(step) as timed:
        with closing(_snapshot(shop.db)) as seen:
            timed(READING)
            engine.take("lines", LINES, rebuilt_counts.lines(seen))
        timed(COUNTING)
        counted = counting.count(engine)
        made = _write(shop.db, counted, timed)
        rebuilt_counts.catch_up(shop.db)
        timed(SWAPPING)
        with writing(shop.db):
            rebuilt_counts.swap(shop.db, watched=True)
            _everything_changed(shop, now)
            if exported_until:
                exports.forget(shop.db)
                plan_work.learn_again(shop, now)
        timed(CLEARING)
        rebuilt_counts.clear(shop.db)
    return Rebuilt(**made, left_out=0, until=None, seconds=timed.seconds)


def rebuild_from_export(
    shop: Shop, engine: Engine, export: Export, replace: bool, now: datetime, step: Step
) -> Rebuilt:
    """Count an export. From then on it stands for every order placed until its newest one; later ones are learned on top.

    Its orders are not kept: what is cancelled or returned of them later cannot be taken back.

    Raises:
        BadExport: it cannot be counted; or the shop keeps orders, and `replace` is not told.
        RebuildFailed: the engine gave up; the counts are as they were.
        TryAgain: another process rebuilds the counts, or a file of orders is being learned.
    """
    kept = orders.count(shop.db)
    if kept and not replace:
        raise BadExport(
            f"this shop keeps {kept:,} orders of its own; an export would stand for all of them placed until its newest one, "
            "and no later cancellation of those is taken back. If that is meant, say --replace"
        )
    with _rebuilding(shop.db), _timed(step) as timed:
        timed(READING)
        told = _read(shop.db, engine, export, now.date())
        timed(COUNTING)
        counted = counting.count(engine)
        with writing(shop.db):
            rebuilt_counts.prepare(shop.db)
        made = _write(shop.db, counted, timed)
        timed(SWAPPING)
        with writing(shop.db):
            _nothing_is_owed(shop.db)
            rebuilt_counts.swap(shop.db, watched=False)
            rebuilt_counts.void_contributions(shop.db)
            exports.keep(shop.db, told.until, told.orders, now)
            _everything_changed(shop, now)
            plan_work.learn_again(shop, now)
        timed(CLEARING)
        rebuilt_counts.clear(shop.db)
    return Rebuilt(**made, left_out=told.left_out, until=told.until, seconds=timed.seconds)


def learn_what_is_newer(shop: Shop, now: datetime) -> None:
    """Learn the kept orders that an export does not stand for. Planned as a job too, should this be stopped."""
    after: int | None = 0
    while after is not None:
        after = learn_again(shop, after, now)


def _read(db: Database, engine: Engine, export: Export, today: date) -> Told:
    """Make lines of an export, with our numbers and weights."""
    told = exported.tidy(engine, engine.read("export", export.paths))
    named, numbers = _channels(db, told.channels, export.channel), _numbers(db, told.products)
    chosen, landmark = preferences.get(db), _landmark(db, today)
    exported.make_lines(
        engine, numbers, named, lambda day, _size: affinity.weight(day, landmark, chosen.half_life_days)
    )
    return told


@contextmanager
def _rebuilding(db: Database) -> Iterator[None]:
    """The only rebuild of this file, which begins by removing what a killed one left."""
    with rebuilt_counts.the_only_one(rebuilt_counts.file_of(db)):
        rebuilt_counts.clear(db)
        try:
            yield
        except BaseException:
            rebuilt_counts.clear(db)
            raise


def _snapshot(db: Database) -> Database:
    """The file as it is now, on a connection of its own: every later change of the counts is noted, none before is."""
    seen = open_file(rebuilt_counts.file_of(db))
    try:
        with writing(db):
            _nothing_is_owed(db)
            rebuilt_counts.prepare(db)
            rebuilt_counts.watch(db)
            # reads what was committed last, and nobody can commit while we hold the turn
            seen.conn.execute("begin")
            seen.conn.execute("select 1 from orders limit 1").fetchone()
    except BaseException:
        seen.close()
        raise
    return seen


def _nothing_is_owed(db: Database) -> None:
    """An import keeps orders first and writes their counts later: between the two, nobody can tell what a change stands for."""
    if counted_in_bulk.owed_by(db) is not None:
        raise TryAgain(
            "a file of orders is being learned, or that was stopped half-way: let it come to its end, or learn the file again; what a killed one left owed is also counted by the app itself"
        )


def _write(db: Database, counted: Counted, timed: _Timed) -> dict[str, int]:
    timed(WRITING)
    written: dict[str, int] = {}
    for table, columns in counting.COLUMNS.items():
        done = partial(_done, timed, sum(written.values()))
        written[table] = rebuilt_counts.fill(db, table, columns, counted.rows(table), done)
    return {"orders": counted.orders(), "products": written["bought"], "pairs": written["pairs"]}


def _done(timed: _Timed, before: int, rows: int) -> None:
    timed(WRITING, before + rows)


def _everything_changed(shop: Shop, now: datetime) -> None:
    """Whatever rests on the counts is looked at again."""
    plan_work.look_again(shop, now)
    plan_work.fit_model(shop, now)


def _numbers(db: Database, products: Sequence[str]) -> dict[str, int]:
    """Our numbers of these products, given on first sight, in portions."""
    found: dict[str, int] = {}
    for start in range(0, len(products), MOST_NUMBERED_AT_ONCE):
        some = [ProductId(product) for product in products[start : start + MOST_NUMBERED_AT_ONCE]]
        with writing(db):
            found.update((str(product), number) for product, number in catalogue.numbers(db, some).items())
    return found


def _channels(db: Database, told: Sequence[str | None], chosen: str | None) -> dict[str | None, int | None]:
    """Our numbers of the channels an export names, by id or slug. `chosen`: of orders that name none.

    Without one, the shop's only channel; a shop that knows none yet has its orders counted for the whole shop alone.
    """
    known = channels.every(db)
    by_name = {one.slug: one.id for one in known if one.slug} | {one.id: one.id for one in known}
    wanted = [name for name in told if name is not None]
    missing = sorted({name for name in [*wanted, *([chosen] if chosen else [])] if name not in by_name})
    if missing:
        raise BadExport(
            f"no channel {', '.join(missing)}; known: {', '.join(one.slug or one.id for one in known) or 'none yet'}"
        )
    numbers: dict[str | None, int | None] = {name: channels.number(db, by_name[name]) for name in wanted}
    if None in told:
        numbers[None] = _default(db, by_name[chosen] if chosen else None, [one.id for one in known])
    return numbers


def _default(db: Database, chosen: ChannelId | None, known: Sequence[ChannelId]) -> int | None:
    if chosen is None and len(known) > 1:
        raise BadExport("orders without a channel, and the shop has several; say which with --channel")
    only = chosen or next(iter(known), None)
    return channels.number(db, only) if only else None


def _landmark(db: Database, today: date) -> date:
    """An export counts everything anew: where no order was learned yet, weights are measured from today."""
    with writing(db):
        return facts.landmark(db, today)


class _Timed:
    """Tells the steps on, and how long each took."""

    def __init__(self, step: Step) -> None:
        self.seconds: dict[str, float] = {}
        self._step, self._now, self._since = step, "", time.monotonic()

    def __call__(self, what: str, rows: int = 0) -> None:
        if what != self._now:
            self.done()
            self._now, self._since = what, time.monotonic()
        self._step(what, rows)

    def done(self) -> None:
        """The last step ends."""
        if self._now:
            self.seconds[self._now] = round(time.monotonic() - self._since, 3)


@contextmanager
def _timed(step: Step) -> Iterator[_Timed]:
    timed = _Timed(step)
    try:
        yield timed
    finally:
        timed.done()
