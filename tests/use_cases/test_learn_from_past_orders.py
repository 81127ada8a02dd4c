"""The history import: page by page, beside live webhooks, and nothing twice however often it is interrupted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from plugin.errors import SaleorTrouble
from plugin.store import jobs, orders
from plugin.store.affinities import totals
from plugin.suggestions.counting import WHOLE_SHOP
from plugin.use_cases.learn_from_past_orders import Progress, learn_from_past_orders, progress
from tests.builders import counts_of
from tests.house import House, a_house

Counts = dict[str, list[tuple[Any, ...]]]


def a_long_history(house: House) -> None:
    """250 orders: two full pages and a half one."""
    for goods in (
        ("beans", "mug"),
        ("tea", "pot"),
        ("beans", "filter", "bag"),
        ("bag",),
        ("tea", "strainer"),
    ):
        house.place_several(50, *goods)


@pytest.fixture
def long_house(empty_house: House) -> House:
    """Installed beside a history of 250 orders, nothing of it learned yet."""
    a_long_history(empty_house)
    empty_house.install()
    return empty_house


def run_import(house: House) -> Iterator[Progress]:
    with house.shop() as shop:
        yield from learn_from_past_orders(shop, datetime.now(UTC))


def counted(house: House) -> Counts:
    with house.shop() as shop:
        return counts_of(shop.db)


def counting_orders(house: House) -> int:
    with house.shop() as shop:
        return totals(shop.db, WHOLE_SHOP).orders


def test_the_history_is_read_a_hundred_orders_at_a_time_and_says_how_far_it_is(long_house: House) -> None:
    steps = [(made.seen, made.total, made.finished) for made in run_import(long_house)]

    assert steps == [(100, 250, False), (200, 250, False), (250, 250, False), (250, 250, True)]
    assert (long_house.to_saleor.count("Orders"), counting_orders(long_house)) == (3, 250)


@pytest.mark.parametrize("pages", [1, 2, 3])
def test_a_killed_import_goes_on_where_it_was_and_ends_like_an_undisturbed_one(
    long_house: House, tmp_path: Path, pages: int
) -> None:
    killed = run_import(long_house)
    for _ in range(pages):
        next(killed)
    killed.close()  # type: ignore[attr-defined]  # run_import is a generator

    resumed = long_house.restarted()
    steps = [made.seen for made in run_import(resumed)]

    undisturbed = a_house(tmp_path / "undisturbed")
    a_long_history(undisturbed)
    undisturbed.install()
    list(run_import(undisturbed))
    assert (min(steps) > 100 * (pages - 1), steps[-1]) == (True, 250)
    assert counted(resumed) == counted(undisturbed)
    undisturbed.close()
    resumed.close()


def test_an_import_read_twice_counts_once(long_house: House) -> None:
    list(run_import(long_house))
    once = counted(long_house)

    list(run_import(long_house))

    assert counted(long_house) == once


def test_orders_placed_and_cancelled_during_the_import_count_as_they_ended(long_house: House) -> None:
    sandbox = long_house.sandbox
    first, *_, last = sandbox.state.orders

    for step, _made in enumerate(run_import(long_house)):
        long_house.later(seconds=5)
        if step == 0:
            sandbox.orders.cancel(first)
            sandbox.orders.cancel(last)
            long_house.place_several(3, "beans", "mug")
        if step == 1:
            sandbox.orders.fulfill(list(sandbox.state.orders)[40])

    assert counting_orders(long_house) == 250 + 3 - 2


def test_a_cancellation_that_overtakes_the_page_with_its_order_wins(long_house: House) -> None:
    """The page was made before, and arrives after the event."""
    first = next(iter(long_house.sandbox.state.orders))

    def cancel() -> None:
        long_house.later(milliseconds=5)
        long_house.sandbox.orders.cancel(first)

    long_house.to_saleor.afterwards["Orders"] = cancel
    list(run_import(long_house))

    assert (counting_orders(long_house), first in long_house.learned_orders()) == (249, False)


def test_an_event_that_waited_since_before_the_import_changes_nothing(long_house: House) -> None:
    sandbox = long_house.sandbox
    sandbox.outbox.mode = "hold"
    order = long_house.place("beans", "mug")
    long_house.later(minutes=1)
    sandbox.orders.cancel(order.id)
    created = [delivery for delivery in sandbox.outbox.held if delivery.event_type == "ORDER_CREATED"]
    sandbox.outbox.held[:] = created
    long_house.later(minutes=1)

    list(run_import(long_house))
    sandbox.outbox.flush()

    assert order.id not in long_house.learned_orders()


class Unreadable(datetime):
    """A time that Saleor's answer tells in words."""

    def isoformat(self, *told: Any, **how: Any) -> str:
        return super().isoformat(*told, **how) if how else "the day before yesterday"


def test_an_order_that_cannot_be_read_does_not_stop_the_others(
    long_house: House, caplog: pytest.LogCaptureFixture
) -> None:
    orders_there = long_house.sandbox.state.orders
    gid, order = next(iter(orders_there.items()))
    orders_there[gid] = replace(order, created=Unreadable.fromtimestamp(order.created.timestamp(), UTC))

    steps = list(run_import(long_house))

    assert (steps[-1].seen, counting_orders(long_house)) == (250, 249)
    assert "skipped an order of the history" in caplog.text


def test_when_saleor_breaks_down_the_import_waits_and_goes_on(long_house: House) -> None:
    begun = run_import(long_house)
    next(begun)
    long_house.to_saleor.cut = {"Orders"}
    with pytest.raises(SaleorTrouble):
        next(begun)
    with long_house.shop() as shop:
        assert progress(shop) == Progress(
            100, 250, (progress(shop) or Progress(0, 0, None, False)).cursor, False
        )

    long_house.to_saleor.cut = set()

    assert [made.seen for made in run_import(long_house)] == [200, 250, 250]


def test_the_import_starts_by_itself_after_installation_and_its_progress_can_be_watched(
    long_house: House,
) -> None:
    with long_house.shop() as shop:
        waiting, before = jobs.get(shop.db, "import_orders"), progress(shop)
    seen: list[Any] = []

    def look() -> None:
        with long_house.shop() as shop:
            seen.append((progress(shop) or Progress(0, None, None, False)).seen)
        if len(seen) < 3:
            long_house.to_saleor.meanwhile["Orders"] = look

    long_house.to_saleor.meanwhile["Orders"] = look
    long_house.work()

    with long_house.shop() as shop:
        after = progress(shop)
        assert (waiting is not None, before, jobs.get(shop.db, "import_orders")) == (True, None, None)
        assert orders.count(shop.db) == 250
    assert (seen, after and after.finished) == ([0, 100, 200], True)


def test_a_shop_without_orders_is_learned_too(new_house: House) -> None:
    steps = [(made.seen, made.total, made.finished) for made in run_import(new_house)]

    assert steps == [(0, 0, False), (0, 0, True)]
