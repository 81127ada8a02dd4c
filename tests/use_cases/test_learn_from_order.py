"""Learning is exact and reversible; the oracle recounts the current orders from scratch."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import replace
from datetime import timedelta
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plugin.config import Config
from plugin.shop import Shop, Tandem
from plugin.store import facts, orders
from plugin.store.database import up_to_date
from plugin.suggestions import affinity
from plugin.suggestions.model import Order
from plugin.suggestions.preferences import Preferences
from plugin.use_cases.change_preferences import change_preferences
from plugin.use_cases.learn_from_order import learn_from_order
from plugin.use_cases.learn_from_past_orders import learn_again
from tests.builders import HERE, NOW, THERE, a_line, an_order, counts_of
from tests.conftest import an_installation

LINE = st.builds(
    a_line, st.sampled_from(["beans", "mug", "tea", "pot", "spoon"]), st.just(2), st.integers(0, 2),
    st.sampled_from(["1.00", "9.50"]), st.sampled_from([False, False, False, True]),
)  # fmt: skip


def a_snapshot(name: str, hours: int, **facts: Any) -> Order:
    """Who, where and when are the same in all snapshots of one moment, as Saleor's are: what decides between them is what they tell."""
    dice = Random(f"{name} at {hours}")
    return an_order(
        name,
        buyer=dice.choice(["ann", "bob", "cid", None]),
        channel=dice.choice([HERE, HERE, THERE]),
        days_ago=dice.randint(0, 400),
        issued_at=NOW + timedelta(hours=hours),
        **facts,
    )


SNAPSHOT = st.builds(
    a_snapshot,
    st.sampled_from("123456"),
    st.integers(0, 5),
    status=st.sampled_from(["UNFULFILLED", "UNFULFILLED", "UNCONFIRMED", "CANCELED", "EXPIRED"]),
    paid=st.booleans(),
    refunded=st.sampled_from([False, False, False, True]),
    lines=st.lists(LINE, max_size=4).map(tuple),
)


def recount(
    newest: list[Order], shop: Shop, preferences: Preferences, caused: Mapping[str, Set[str]] | None = None
) -> dict[str, list[tuple[object, ...]]]:
    """Brute force: count every current order from scratch. `caused`: per order the products we had a part in."""
    landmark = facts.landmark(shop.db, NOW.date())
    sums: dict[tuple[str, str, str], list[object]] = {}
    heaviest: dict[tuple[str, str, str], dict[str, int]] = {}
    totals: dict[str, list[int]] = {}
    for order in newest:
        products = sorted(affinity.bought(order.lines)) if affinity.counts(order, preferences) else []
        ours = set(products) & (caused or {}).get(order.id, set())
        if preferences.induced_orders == "without":
            products = [product for product in products if product not in ours]
        weight = affinity.weight(order.ordered_at.date(), landmark, preferences.half_life_days)
        if preferences.induced_orders == "half" and ours:
            weight //= 2
        for scope in ("", order.channel) if products else ():
            totals.setdefault(scope, [0, 0])
            totals[scope] = [totals[scope][0] + 1, totals[scope][1] + weight]
            keys = [(scope, product, "") for product in products]
            keys += [key for a, b in combinations(products, 2) for key in ((scope, a, b), (scope, b, a))]
            for key in keys:
                count, buyers, heavy = sums.setdefault(key, [0, set(), 0])
                buyers |= {order.buyer} - {None}  # type: ignore[operator]
                sums[key] = [count + 1, buyers, heavy + weight]  # type: ignore[operator]
                whose = heaviest.setdefault(key, {})
                whose[order.buyer or order.id] = max(whose.get(order.buyer or order.id, 0), weight)
    rows = [(*key, count, len(buyers), heavy) for key, (count, buyers, heavy) in sums.items()]  # type: ignore[arg-type]
    return {
        "pairs": sorted(row for row in rows if row[2]),
        "bought": sorted(
            (row[0], row[1], *row[3:], sum(heaviest[row[:3]].values())) for row in rows if not row[2]
        ),
        "totals": sorted((scope, *total) for scope, total in totals.items()),
    }


def newest_of(snapshots: list[Order]) -> list[Order]:
    newest: dict[str, Order] = {}
    for found in snapshots:
        known = newest.get(found.id)
        if known is None or (found.issued_at, orders.snapshot(found)) > (
            known.issued_at,
            orders.snapshot(known),
        ):
            newest[found.id] = found
    return list(newest.values())


def fresh_shop(folder: Path) -> tuple[Tandem, Path]:
    tandem = Tandem(Config(secret_key=("k" * 32,), data_dir=folder))
    path = tandem.file_of(an_installation())
    up_to_date.discard(path)
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    return tandem, path


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(snapshots=st.lists(SNAPSHOT, max_size=14))
def test_after_any_deliveries_the_counts_equal_a_recount(tmp_path: Path, snapshots: list[Order]) -> None:
    tandem, _ = fresh_shop(tmp_path)
    with tandem.shop(an_installation()) as shop:
        for found in snapshots:
            learn_from_order(shop, found, NOW)

        assert counts_of(shop.db) == recount(newest_of(snapshots), shop, Preferences())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(snapshots=st.lists(SNAPSHOT, max_size=10), shuffled=st.randoms(use_true_random=False))
def test_the_order_of_deliveries_and_repetition_change_nothing(
    tmp_path: Path, snapshots: list[Order], shuffled: object
) -> None:
    tandem, _ = fresh_shop(tmp_path)
    with tandem.shop(an_installation()) as shop:
        for found in snapshots:
            learn_from_order(shop, found, NOW)
        once = counts_of(shop.db)
    tandem, _ = fresh_shop(tmp_path)
    again = [*snapshots, *snapshots]
    shuffled.shuffle(again)  # type: ignore[attr-defined]
    with tandem.shop(an_installation()) as shop:
        for found in again:
            learn_from_order(shop, found, NOW)

        assert counts_of(shop.db) == once


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    snapshots=st.lists(SNAPSHOT, max_size=10),
    half_life=st.sampled_from([0, 30]),
    unpaid=st.sampled_from(["never", "always"]),
)
def test_changed_preferences_bring_every_order_up_to_date(
    tmp_path: Path, snapshots: list[Order], half_life: int, unpaid: str
) -> None:
    tandem, _ = fresh_shop(tmp_path)
    with tandem.shop(an_installation()) as shop:
        for found in snapshots:
            learn_from_order(shop, found, NOW)
        chosen = change_preferences(
            shop, {"half_life_days": half_life, "unpaid_orders": unpaid}, "staff", NOW
        )
        after: int | None = 0
        while after is not None:
            after = learn_again(shop, after, NOW)

        assert counts_of(shop.db) == recount(newest_of(snapshots), shop, chosen)


def test_a_cancelled_order_leaves_no_trace_in_the_counts(shop: Shop) -> None:
    placed = an_order("1", "beans", "mug")
    learn_from_order(shop, placed, NOW)

    learn_from_order(shop, replace(placed, status="CANCELED", issued_at=NOW + timedelta(minutes=1)), NOW)

    assert counts_of(shop.db) == {"pairs": [], "bought": [], "totals": []}


def test_an_older_snapshot_that_arrives_late_is_not_news(shop: Shop) -> None:
    newer = an_order("1", "beans", "mug", status="CANCELED", issued_at=NOW)
    learn_from_order(shop, newer, NOW)

    assert (
        learn_from_order(shop, an_order("1", "beans", "mug", issued_at=NOW - timedelta(minutes=1)), NOW)
        is False
    )


def test_a_deleted_variant_is_still_known_to_us(shop: Shop) -> None:
    learn_from_order(shop, an_order("1", "beans", "mug"), NOW)
    forgotten = tuple(replace(line, product=None) for line in an_order("2", "beans", "mug").lines)

    learn_from_order(shop, an_order("2", lines=forgotten), NOW)

    assert ("", "beans", "mug", 2, 2) in [row[:5] for row in counts_of(shop.db)["pairs"]]


def test_no_name_address_or_email_is_in_the_file(shop: Shop) -> None:
    learn_from_order(shop, an_order("1", "beans", "mug", buyer="ann@example.com"), NOW)
    shop.db.conn.execute("pragma wal_checkpoint(truncate)")
    files = Path(shop.db.conn.execute("pragma database_list").fetchone()[2]).parent.glob("shop-*")

    assert not any(b"ann@example.com" in file.read_bytes() for file in files)
