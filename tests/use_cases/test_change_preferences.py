"""A merchant's wishes: checked, kept with who and when, and obeyed at once."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from plugin.errors import BadPreference
from plugin.store import affinities, facts, jobs, preferences
from plugin.suggestions.counting import WHOLE_SHOP
from plugin.suggestions.preferences import Preferences
from plugin.use_cases import plan_work
from plugin.use_cases.change_preferences import change_preferences
from tests.house import House


def choose(house: House, who: str = "VXNlcjox", **changes: Any) -> Preferences:
    with house.shop() as shop:
        return change_preferences(shop, changes, who, datetime.now(UTC))


def log(house: House) -> list[tuple[str, dict[str, Any]]]:
    with house.shop() as shop:
        rows = shop.db.conn.execute("select who, what from changes order by made_at").fetchall()
    return [(who, json.loads(what)) for who, what in rows]


def orders_counted(house: House) -> int:
    with house.shop() as shop:
        return affinities.totals(shop.db, WHOLE_SHOP).orders


def test_a_change_is_kept_with_who_made_it(house: House) -> None:
    choose(house, "VXNlcjox", most_suggestions=1)
    choose(house, "VXNlcjoy", most_suggestions=2)

    assert [(who, what["most_suggestions"]) for who, what in log(house)] == [("VXNlcjox", 1), ("VXNlcjoy", 2)]
    with house.shop() as shop:
        assert preferences.get(shop.db).most_suggestions == 2


def test_a_change_that_changes_nothing_is_not_written_down(house: House) -> None:
    choose(house, most_suggestions=3)

    assert log(house) == []


def test_one_wrong_wish_among_several_changes_nothing(house: House) -> None:
    with pytest.raises(BadPreference, match="min_buyers"):
        choose(house, most_suggestions=1, min_buyers=0)

    assert (log(house), house.offered("beans")) == ([], ["Mug", "Paper filters"])


@pytest.mark.parametrize(
    ("wish", "offered"),
    [
        ({"most_suggestions": 1}, ["Mug"]),
        ({"suggesting": False}, []),
        ({"min_buyers": 7}, ["Mug"]),
        ({"excluded_products": ["UHJvZHVjdDoy"]}, ["Paper filters"]),
        ({"excluded_categories": ["Q2F0ZWdvcnk6MQ=="]}, []),
    ],
    ids=["fewer", "none", "more buyers", "without the mug", "without coffee things"],
)
def test_a_wish_is_obeyed_at_once(house: House, wish: dict[str, Any], offered: list[str]) -> None:
    choose(house, **wish)

    assert house.offered("beans") == offered


def test_whether_unpaid_orders_count_is_applied_to_every_order_already_known(house: House) -> None:
    house.place_several(3, "beans", "mug", paid=False)
    by_default = orders_counted(house)
    choose(house, unpaid_orders="never")
    house.work()
    never = orders_counted(house)

    choose(house, unpaid_orders="always")
    house.work()

    assert (by_default, never, orders_counted(house)) == (57, 54, 57)


def test_with_another_half_life_every_order_is_weighed_anew(house: House) -> None:
    def heaviest() -> int:
        with house.shop() as shop:
            return int(shop.db.conn.execute("select max(weight) from orders").fetchone()[0])

    house.clock.ahead = house.clock.ahead - (datetime.now(UTC) - datetime(2020, 1, 1, tzinfo=UTC))
    old = house.place("beans", "mug")
    with house.shop() as shop:
        faded = shop.db.conn.execute("select weight from orders where id = ?", [old.id]).fetchone()[0]

    choose(house, half_life_days=0)
    house.work()

    with house.shop() as shop:
        equal = shop.db.conn.execute("select weight from orders where id = ?", [old.id]).fetchone()[0]
    assert (faded < 100, equal) == (True, heaviest())


def test_a_wish_made_while_the_last_one_is_still_applied_is_applied_to_all(house: House) -> None:
    """The first wish has reached order 40 when the second comes: the second begins at the first order."""
    choose(house, half_life_days=0)
    with house.shop() as shop:
        job = jobs.claim(shop.db, plan_work.LONG, datetime.now(UTC).timestamp())
        assert job
        jobs.progress(shop.db, job, {"after": 40}, datetime.now(UTC).timestamp())
        change_preferences(shop, {"half_life_days": 30}, "VXNlcjox", datetime.now(UTC))
        jobs.progress(shop.db, job, {"after": 54}, datetime.now(UTC).timestamp())
        jobs.done(shop.db, job)

        again = jobs.claim(shop.db, plan_work.LONG, datetime.now(UTC).timestamp())

    assert again
    assert (again.name, again.payload) == (plan_work.LEARN_AGAIN, {"after": 0})


def test_what_an_older_version_kept_and_nobody_knows_any_more_is_left_aside(house: House) -> None:
    with house.shop() as shop:
        facts.keep(shop.db, "preferences", {"most_suggestions": 1, "colour": "green"})

    assert house.offered("beans") == ["Paper filters"]


def test_a_much_shorter_half_life_moves_the_landmark_so_that_old_orders_fade(house: House) -> None:
    with house.shop() as shop:
        facts.keep(shop.db, "landmark", "2025-01-01")
        change_preferences(shop, {"half_life_days": 7}, "staff", datetime.now(UTC))
    house.work()

    with house.shop() as shop:
        assert facts.get(shop.db, "landmark") == datetime.now(UTC).date().isoformat()
