"""Bundles are kept with every version, and refused when the shop's own prices and costs speak against them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from plugin.errors import BadBundle, NotFound
from plugin.sandbox.toy_shop import variant
from plugin.store import bundles
from plugin.suggestions.bundles.model import Bundle
from plugin.use_cases.change_bundles import change_state, save_bundle
from plugin.use_cases.change_preferences import change_preferences
from plugin.use_cases.hold_prices import hold_prices
from tests.bundles import a_draft, allowed, kept, paid, set_price
from tests.house import AMERICA, EUROPE, House

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def saved(house: House, draft: Mapping[str, Any], who: str = "ann@example.com") -> Bundle:
    """Saved as it is."""
    with house.shop() as shop:
        return save_bundle(shop, draft, who, NOW)


def problems(house: House, draft: Mapping[str, Any]) -> dict[str, str]:
    """Why it is refused, by field; nothing is kept."""
    with pytest.raises(BadBundle) as raised:
        saved(house, draft)
    with house.shop() as shop:
        assert bundles.every(shop.db) == []
    return dict(raised.value.problems)


def test_every_change_is_a_version_with_who_and_when(house: House) -> None:
    first = saved(house, a_draft("beans", "mug", name="One"))
    saved(house, a_draft("beans", "mug", name="Two", id=str(first.id)), "bob@example.com")
    with house.shop() as shop:
        change_state(shop, first.id, "paused", "cleo@example.com", NOW)
        versions = bundles.versions(shop.db, first.id)

    assert [(it.bundle.version, it.bundle.name, it.bundle.state, it.who) for it in versions] == [
        (3, "Two", "paused", "cleo@example.com"),
        (2, "Two", "active", "bob@example.com"),
        (1, "One", "active", "ann@example.com"),
    ]
    assert {it.at for it in versions} == {"2026-11-22T12:00:00+00:00"}


def test_saved_unchanged_it_is_the_same_version(house: House) -> None:
    first = saved(house, a_draft("beans", "mug"))

    assert saved(house, a_draft("beans", "mug", id=str(first.id))).version == 1


def test_two_people_editing_do_not_overwrite_each_other(house: House) -> None:
    first = saved(house, a_draft("beans", "mug"))
    saved(house, a_draft("beans", "mug", name="Bob's", id=str(first.id), version=1))

    with pytest.raises(BadBundle, match="somebody changed this bundle meanwhile"):
        saved(house, a_draft("beans", "mug", name="Ann's", id=str(first.id), version=1))


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (
            a_draft("beans", "mug", rule={"kind": "amount", "amounts": {EUROPE: "20.00"}}),
            f"rule.amounts.{EUROPE}",
        ),
        (a_draft("beans", "mug", rule=set_price("20.00")), f"rule.amounts.{EUROPE}"),
        (a_draft("beans", "mug", rule=set_price("20.01")), f"rule.amounts.{EUROPE}"),
        (a_draft("beans", "mug", rule=set_price("9.99")), f"rule.amounts.{EUROPE}"),
        (a_draft("beans", "mug", rule={"kind": "percent", "percent": "51"}), "rule.percent"),
        (a_draft("bag", "bag*2", rule={"kind": "percent", "percent": "0.01"}), "members.1"),
        (a_draft("bag", "filter", rule={"kind": "percent", "percent": "0.01"}), "rule.percent"),
    ],
    ids=["all off", "no less", "more", "below cost", "below cost by percent", "twice", "nothing off"],
)
def test_what_the_shops_own_prices_speak_against_is_refused(
    house: House, draft: dict[str, Any], field: str
) -> None:
    """Beans 12.00, mug 8.00; each costs the merchant half."""
    assert field in problems(house, draft)


def test_a_product_the_shop_does_not_have_is_named(house: House) -> None:
    draft = a_draft("beans", "mug")
    draft["members"][1] = {"variant": "UHJvZHVjdFZhcmlhbnQ6OTk5"}

    assert problems(house, draft) == {
        "members.1": "there is no variant 'UHJvZHVjdFZhcmlhbnQ6OTk5' in this shop"
    }


def test_a_member_not_sold_in_a_channel_is_named(house: House) -> None:
    mug = house.sandbox.state.variants[variant("mug")]
    europe = house.sandbox.state.channels
    only = {gid: it for gid, it in mug.listings.items() if europe[gid].slug == EUROPE}
    house.sandbox.shelves.change_variant(mug.id, listings=only)
    house.work()

    found = problems(house, a_draft("beans", "mug", channels=[EUROPE, AMERICA]))

    assert found == {"members.1": f"has no price in channel {AMERICA}"}


def test_a_margin_to_keep_is_kept(house: House) -> None:
    """Costs are half the price: forty percent off leaves twenty percent above cost."""
    with house.shop() as shop:
        change_preferences(shop, {"bundle_margin": 25}, "ann@example.com", NOW)

    assert "rule.percent" in problems(
        house, a_draft("beans", "mug", rule={"kind": "percent", "percent": "40"})
    )


def test_raising_the_margin_pauses_what_no_longer_keeps_it(house: House) -> None:
    bundle = saved(house, a_draft("beans", "mug", rule={"kind": "percent", "percent": "40"}))
    with house.shop() as shop:
        change_preferences(shop, {"bundle_margin": 25}, "ann@example.com", NOW)
        newest = bundles.versions(shop.db, bundle.id)[0]

    assert (newest.bundle.state, newest.who) == ("paused", "Tandem")


def test_what_cannot_be_sold_cannot_be_activated(house: House) -> None:
    bundle = saved(house, a_draft("beans", "mug", state="draft", rule=set_price("18.00")))
    house.sandbox.shelves.set_price(variant("beans"), EUROPE, Decimal("9.00"))
    house.work()

    with house.shop() as shop, pytest.raises(BadBundle, match="is not below"):
        change_state(shop, bundle.id, "active", "ann@example.com", NOW)


@pytest.mark.parametrize("number", ["9", "x", "", "9" * 30, "-1", "1.0"])
def test_a_bundle_nobody_made_is_not_found(house: House, number: str) -> None:
    with house.shop() as shop, pytest.raises(NotFound):
        change_state(shop, number, "active", "ann@example.com", NOW)


def test_a_bundle_begins_and_ends_by_its_schedule(house: House) -> None:
    """Without anybody touching the basket: when it ends its prices are taken back."""
    allowed(house)
    now = datetime.now(UTC)
    ends = (now + timedelta(hours=1)).isoformat()
    kept(house, a_draft("beans", "mug", starts=(now - timedelta(hours=1)).isoformat(), ends=ends))
    checkout = house.open_checkout("beans", "mug")
    house.work()
    during = sum(paid(house, checkout).values())

    assert during == Decimal("18.00")
    with house.shop() as shop:
        (job,) = shop.db.conn.execute(
            "select due_at from jobs where name = 'put_bundles_into_effect'"
        ).fetchall()
        hold_prices(shop, checkout.id, now + timedelta(hours=2))
    assert abs(job[0] - (now + timedelta(hours=1)).timestamp()) < 1
    assert sum(paid(house, checkout).values()) == Decimal("20.00")
